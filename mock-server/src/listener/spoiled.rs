//! Bodies that end otherwise than by themselves: with their connection, with the server, or because
//! they take too long.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Error;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use super::connection::told_to_stop;
use super::socket::Line;

/// The next part of a body, if it has come.
type Polled = Poll<Option<Result<Frame<Bytes>, Error>>>;

/// A body that cuts the connection where it fails. It does not fail itself: hyper would throw away
/// what it has not sent yet.
pub(super) struct CutShort {
    body: Body,
    line: Arc<Line>,
}

impl CutShort {
    pub(super) fn new(body: Body, line: Arc<Line>) -> Self {
        Self { body, line }
    }
}

impl HttpBody for CutShort {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Err(_)) => {
                self.line.cut();
                Poll::Pending
            }
            frame => Poll::Ready(frame),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that ends when the server is to stop.
pub(super) struct UntilStopped {
    body: Body,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_over: bool,
}

impl UntilStopped {
    pub(super) fn new(body: Body, mut stopped: watch::Receiver<bool>) -> Self {
        let stopped = Box::pin(async move { told_to_stop(&mut stopped).await });
        Self { body, stopped, is_over: false }
    }
}

impl HttpBody for UntilStopped {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        self.is_over = self.is_over || self.stopped.as_mut().poll(context).is_ready();
        if self.is_over {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.body).poll_frame(context)
    }
}

/// A request body that fails unless it has come to its end in time.
pub(super) struct InTime {
    body: Incoming,
    deadline: Instant,
    /// Made when the body has to be waited for, which most have not.
    late: Option<Pin<Box<Sleep>>>,
}

impl InTime {
    pub(super) fn new(body: Incoming, time: Duration) -> Self {
        Self { body, deadline: Instant::now() + time, late: None }
    }
}

impl HttpBody for InTime {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|it| it.map_err(Error::new)));
        }
        let deadline = self.deadline;
        let late = self.late.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        ready!(late.as_mut().poll(context));
        Poll::Ready(Some(Err(Error::new(Late))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What a request body fails with that does not come in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not come in time")]
struct Late;
