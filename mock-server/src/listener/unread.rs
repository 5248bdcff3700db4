//! What is left of a request's body when its answer is ready.
//!
//! Many a request is refused by its head. A client that has sent the rest by then takes the connection
//! for good to use again, and one that is still sending may never see its answer if the connection is
//! closed on it. So the rest is read and thrown away before the answer leaves; where that would be too
//! much, or its client waits to be asked for it (`Expect: 100-continue`), the answer says that the
//! connection closes (RFC 9112, section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::HttpBody;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;

use crate::limits::DRAINED_BYTES_MAX;

/// A request body on loan: whoever drops it before its end gives it back.
pub(super) struct Lent<B: HttpBody> {
    rest: Option<Rest<B>>,
    back: Option<oneshot::Sender<Rest<B>>>,
}

/// What of a body is to come.
struct Rest<B> {
    /// None once it has failed.
    body: Option<B>,
    is_asked_for: bool,
}

/// Where a body that was lent comes back to.
pub(super) struct Lender<B> {
    back: oneshot::Receiver<Rest<B>>,
    /// Whether the client waits to be asked for the body.
    waits: bool,
}

/// Lends the body of a request with these headers.
pub(super) fn lend<B: HttpBody>(body: B, headers: &HeaderMap) -> (Lent<B>, Lender<B>) {
    let (back, returned) = oneshot::channel();
    let rest = Rest { body: Some(body), is_asked_for: false };
    let lender = Lender { back: returned, waits: headers.contains_key(header::EXPECT) };
    (Lent { rest: Some(rest), back: Some(back) }, lender)
}

impl<B: HttpBody<Data = Bytes> + Unpin> Lender<B> {
    /// The answer, once its client is ready for it.
    pub(super) async fn settle<A>(mut self, mut response: Response<A>) -> Response<A> {
        // A body that was read to its end does not come back.
        if let Ok(rest) = self.back.try_recv()
            && !self.is_read(rest).await
        {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// Reads what is to come of a body, and tells whether that was all of it.
    async fn is_read(&self, Rest { body, is_asked_for }: Rest<B>) -> bool {
        let Some(mut body) = body.filter(|_| is_asked_for || !self.waits) else { return false };
        let mut seen = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            seen += frame.data_ref().map_or(0, Bytes::len);
            if seen > DRAINED_BYTES_MAX {
                return false;
            }
        }
        true
    }
}

impl<B: HttpBody> Drop for Lent<B> {
    fn drop(&mut self) {
        let is_over = self.body().is_some_and(HttpBody::is_end_stream);
        if let (false, Some(rest), Some(back)) = (is_over, self.rest.take(), self.back.take()) {
            // Nobody waits for it if the connection is gone.
            drop(back.send(rest));
        }
    }
}

impl<B: HttpBody<Data = Bytes, Error = Error> + Unpin> HttpBody for Lent<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        rest.is_asked_for = true;
        let Some(body) = &mut rest.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(context));
        if matches!(frame, Some(Err(_))) {
            rest.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}

impl<B: HttpBody> Lent<B> {
    fn body(&self) -> Option<&B> {
        self.rest.as_ref()?.body.as_ref()
    }
}
