//! How an answer travels: whole, or spoiled by a fault rule.
//!
//! A delivery is a body that behaves so, and an extension of the response that says so. Without a
//! socket that is all there is: a reset is a body that fails at once, a truncated answer one that
//! fails after so many bytes. Where there is a socket, `listener` reads the extension and does the
//! same to the connection.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::faults::Effect;
use crate::limits::HANG_TIME_MAX;

/// How an answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// As it is.
    Whole,
    /// Not at all: the connection is reset.
    Reset,
    /// Not at all: nothing is heard.
    Hang,
    /// The connection ends in the middle of its body.
    Truncated { bytes: Option<usize> },
    /// Its body comes slowly.
    Slow { bytes_per_second: u32 },
}

/// What the body of an answer fails with that a fault rule has cut off.
#[derive(Debug, thiserror::Error)]
#[error("a fault rule has cut the connection")]
pub(crate) struct Cut;

impl Delivery {
    /// How an answer travels under this effect.
    pub(crate) fn of(effect: &Effect) -> Self {
        match *effect {
            Effect::Latency(_) | Effect::Response { .. } | Effect::TooManyRequests { .. } => {
                Self::Whole
            }
            Effect::Reset(_) => Self::Reset,
            Effect::Hang(_) => Self::Hang,
            Effect::Truncate { bytes } => Self::Truncated { bytes },
            Effect::SlowBody { bytes_per_second } => Self::Slow { bytes_per_second },
        }
    }

    /// Whether anything of the answer leaves.
    pub(super) fn leaves(self) -> bool {
        match self {
            Self::Whole | Self::Truncated { .. } | Self::Slow { .. } => true,
            Self::Reset | Self::Hang => false,
        }
    }

    /// Bytes as a body that travels so.
    pub(crate) fn body(self, bytes: Bytes) -> Body {
        let length = bytes.len();
        match self {
            Self::Whole => Body::from(bytes),
            // At least a byte is promised, or a body of none would be there already.
            Self::Reset | Self::Hang => {
                Body::new(CutBody { rest: Bytes::new(), length: length.max(1) })
            }
            Self::Truncated { bytes: wanted } => {
                let kept = wanted.unwrap_or(length / 2);
                match kept < length {
                    true => Body::new(CutBody { rest: bytes.slice(..kept), length }),
                    false => Body::from(bytes),
                }
            }
            Self::Slow { bytes_per_second } => Body::new(SlowBody::new(bytes, bytes_per_second)),
        }
    }
}

/// The response for whoever has no connection that could be broken: it comes late or never, and its
/// body fails where the connection would.
pub(crate) async fn without_connection(response: Response<Body>) -> Response<Body> {
    if response.extensions().get() == Some(&Delivery::Hang) {
        tokio::time::sleep(HANG_TIME_MAX).await;
    }
    response
}

/// A body that promises `length` bytes and fails once it has sent fewer.
struct CutBody {
    rest: Bytes,
    length: usize,
}

impl HttpBody for CutBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let rest = std::mem::take(&mut self.rest);
        if rest.is_empty() {
            return Poll::Ready(Some(Err(Cut)));
        }
        self.length -= rest.len();
        Poll::Ready(Some(Ok(Frame::data(rest))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length as u64)
    }
}

/// A body that sends so many bytes a second, in at the most ten steps a second.
struct SlowBody {
    rest: Bytes,
    step: usize,
    pause: Duration,
    until: Pin<Box<Sleep>>,
}

impl SlowBody {
    fn new(bytes: Bytes, bytes_per_second: u32) -> Self {
        let step = (bytes_per_second / 10).max(1);
        let pause = Duration::from_secs(1) * step / bytes_per_second.max(1);
        let step = usize::try_from(step).expect("a tenth of a `u32`");
        Self { rest: bytes, step, pause, until: Box::pin(tokio::time::sleep(pause)) }
    }
}

impl HttpBody for SlowBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.until.as_mut().poll(context));
        let next = Instant::now() + self.pause;
        self.until.as_mut().reset(next);
        let step = self.step.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(step)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
