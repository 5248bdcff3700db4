//! One connection: its requests one after the other.

use std::pin::pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::Limits;
use super::socket::{Line, Socket};
use super::spoiled::{CutShort, InTime, UntilStopped};
use super::unread::{Lender, lend};
use crate::http::{Cut, Delivery};

/// Serves a connection to its end.
pub(super) async fn serve<A, F>(
    stream: TcpStream,
    limits: Limits,
    answer: A,
    mut stopped: watch::Receiver<bool>,
) where
    A: Fn(Request<Body>) -> F,
    F: Future<Output = Response<Body>>,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "answers may be held back for a moment");
    }
    let line = Arc::new(Line::default());
    let socket = Socket::new(stream, Arc::clone(&line), limits.stall_time);
    let way = Way { line, stopped: stopped.clone(), limits };
    let service = service_fn(move |request: Request<Incoming>| {
        let (head, body) = request.into_parts();
        let (body, lender) = lend(InTime::new(body, limits.body_time), &head.headers);
        let (way, response) = (way.clone(), answer(Request::from_parts(head, Body::new(body))));
        async move { way.send(response.await, lender).await }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_header_size(limits.head_bytes)
        .max_headers(limits.headers);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(socket), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told_to_stop(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = &error as &dyn std::error::Error, "a connection broke off");
    }
}

/// The way back to the client.
#[derive(Clone)]
struct Way {
    line: Arc<Line>,
    stopped: watch::Receiver<bool>,
    limits: Limits,
}

impl Way {
    /// Sends a response as it is to travel, once the request was read. An error ends the connection without one.
    async fn send(
        mut self,
        response: Response<Body>,
        lender: Lender<InTime>,
    ) -> Result<Response<Body>, Cut> {
        let delivery = response.extensions().get().copied().unwrap_or(Delivery::Whole);
        match delivery {
            Delivery::Reset => {
                self.line.reset();
                Err(Cut)
            }
            Delivery::Hang => {
                tokio::select! {
                    () = tokio::time::sleep(self.limits.hang_time) => {}
                    // Nobody is waited for who will not be answered.
                    () = told_to_stop(&mut self.stopped) => {}
                }
                Err(Cut)
            }
            Delivery::Truncated { .. } => {
                let response = lender.settle(response).await;
                Ok(response.map(|body| Body::new(CutShort::new(body, self.line))))
            }
            // A body without a length is a stream that may have no end.
            Delivery::Whole | Delivery::Slow { .. } if response.size_hint().exact().is_none() => {
                let response = lender.settle(response).await;
                Ok(response.map(|body| Body::new(UntilStopped::new(body, self.stopped))))
            }
            Delivery::Whole | Delivery::Slow { .. } => Ok(lender.settle(response).await),
        }
    }
}

/// Done once the server is to stop.
pub(super) async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    if stopped.wait_for(|it| *it).await.is_err() {
        // The server went away without a word, and this task with it.
        std::future::pending::<()>().await;
    }
}
