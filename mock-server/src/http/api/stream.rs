//! Routes beside the contract that answer with a stream.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Method, Request, Response};

use super::{Api, Streamer, Surface};
use crate::http::accept;
use crate::http::delivery::Delivery;
use crate::http::failure::shortened;
use crate::http::notes::Notes;
use crate::http::send::send;
use crate::journal::Recording;

impl<S: Surface> Api<S> {
    /// A route beside the contract that answers GET with `text/event-stream`. It is judged like the
    /// others as far as the head of a request goes, and its refusals are theirs.
    pub(crate) fn stream_route(self: &Arc<Self>, path: &str, streamer: Streamer<S>) -> Router {
        let api = Arc::clone(self);
        let handler = move |request: Request<Body>| {
            let api = Arc::clone(&api);
            async move { api.stream(streamer, &request.into_parts().0) }
        };
        Router::new().route(path, axum::routing::any(handler))
    }

    fn stream(&self, streamer: Streamer<S>, parts: &Parts) -> Response<Body> {
        let context = Self::context(parts);
        let streamed = self.known(&context, parts).and_then(|_| {
            if parts.method != Method::GET {
                let method = shortened(parts.method.as_str());
                return Err(self
                    .failure(405, format!("The path does not take {method}."))
                    .with_header("allow", Method::GET.to_string()));
            }
            if !accept::accepts(&parts.headers, &mime::TEXT_EVENT_STREAM) {
                return Err(self.failure(406, "Answers are text/event-stream."));
            }
            streamer(&context, &parts.headers).map_err(|it| self.rejected(it))
        });
        let mut notes = Notes::new(Recording::default());
        match streamed {
            Ok(mut response) => {
                notes.trace.status = Some(response.status().as_u16());
                response.extensions_mut().insert(notes.trace);
                response
            }
            Err(failure) => send(self.refuse(failure), S::now(&context), Delivery::Whole, notes),
        }
    }
}
