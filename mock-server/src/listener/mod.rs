//! The server on a socket: connections accepted, served within limits, broken where a fault rule
//! says so, and let go when the server stops.
//!
//! `axum::serve` can do neither the limits nor the breaking, so this is a loop of its own over hyper.
//! A connection is a task. It holds one of a limited number of places from before it is accepted, so
//! more clients than that wait in the system's queue and cost nothing here. Every wait for a client
//! has a limit (see [`Limits`]); what is waited for without one is the handler, whose own limit for
//! hanging on purpose is in `http`.
//!
//! HTTP/1.1 in plain text only: TLS and HTTP/2 are for a proxy in front.

mod connection;
mod socket;
mod spoiled;
mod unread;

use std::io::{Error, ErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};

use crate::limits;

/// How long to wait before accepting again when the system refuses: it is out of files or memory,
/// and asking at once would only keep it busy.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// What clients may ask of the listener. The defaults are those of `limits`, which says what each
/// is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connections: usize,
    pub(crate) head_bytes: usize,
    pub(crate) headers: usize,
    pub(crate) head_time: Duration,
    pub(crate) body_time: Duration,
    pub(crate) stall_time: Duration,
    pub(crate) hang_time: Duration,
    pub(crate) drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: limits::CONNECTIONS_MAX,
            head_bytes: limits::HEAD_BYTES_MAX,
            headers: limits::HEADERS_MAX,
            head_time: limits::HEAD_TIME_MAX,
            body_time: limits::BODY_TIME_MAX,
            stall_time: limits::STALL_TIME_MAX,
            hang_time: limits::HANG_TIME_MAX,
            drain_time: limits::DRAIN_TIME_MAX,
        }
    }
}

/// Serves connections until `shutdown` is done. Then no more are accepted, idle ones are closed, and
/// running requests are finished; what is not finished in `drain_time` is broken off.
///
/// Requests are answered by `answer`. An extension of its response may say how it is to travel.
pub(crate) async fn serve<A, F>(
    listener: TcpListener,
    limits: Limits,
    answer: A,
    shutdown: impl Future<Output = ()>,
) where
    A: Fn(Request<Body>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    let (stop, stopped) = watch::channel(false);
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, place) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => {
                tell_of_panic(ended);
                continue;
            }
            accepted = accept(&listener, &places) => accepted,
        };
        let served = connection::serve(stream, limits, answer.clone(), stopped.clone());
        connections.spawn(async move {
            served.await;
            drop(place);
        });
    }
    drop(listener);
    stop.send_replace(true);
    let drained = async {
        while let Some(ended) = connections.join_next().await {
            tell_of_panic(ended);
        }
    };
    if tokio::time::timeout(limits.drain_time, drained).await.is_err() {
        tracing::warn!(connections = connections.len(), "breaking off what is not finished yet");
        connections.shutdown().await;
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    let place = Arc::clone(places).acquire_owned().await.expect("the places are never closed");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections; trying again in a second");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether only the connection that was about to be accepted has failed.
fn is_of_one_connection(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// A panic in a handler is a bug. It costs its connection, and the others go on.
fn tell_of_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection ended with a panic");
    }
}

#[cfg(test)]
mod tests;
