//! A request that has come: what it is called, and its line in the log.
//!
//! The line tells of every request that reached the server, also of one whose client did not wait for
//! the answer. It has neither headers, query nor body in it, so no credentials.

use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response};

use crate::http::{Trace, shortened};
use crate::world::World;

/// The header that names an exchange: in requests if the client wishes, in all answers.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long a name that a client gives may be.
const LENGTH_MAX: usize = 128;

/// A request on its way to an answer.
pub(crate) struct Arrival {
    request_id: String,
    world: String,
    method: Method,
    path: String,
    came: Instant,
    is_answered: bool,
}

impl Arrival {
    /// Notes that a request has come to `world`, which goes by this name.
    pub(crate) fn of(request: &Request<Body>, name: &str, world: &World) -> Self {
        let own = request.headers().get(HEADER).and_then(|it| it.to_str().ok());
        let request_id = match own.filter(|id| is_well_formed(id)) {
            Some(own) => own.to_owned(),
            None => format!("{name}-{}", world.count_request()),
        };
        Self {
            request_id,
            world: name.to_owned(),
            method: request.method().clone(),
            path: shortened(request.uri().path()),
            came: Instant::now(),
            is_answered: false,
        }
    }

    /// Names the exchange in its answer and tells of it in the log.
    pub(crate) fn answered(mut self, response: &mut Response<Body>) {
        self.is_answered = true;
        let name = HeaderValue::try_from(&self.request_id).expect("the ids are visible ASCII");
        response.headers_mut().insert(HEADER, name);
        let trace = response.extensions().get::<Trace>().cloned().unwrap_or_default();
        let fault = trace.fault.as_ref();
        tracing::info!(
            request_id = self.request_id,
            world = self.world,
            method = %self.method,
            path = self.path,
            operation = trace.operation,
            provider = trace.provider,
            status = trace.status,
            fault_id = fault.map(|it| it.id),
            fault = fault.map(|it| it.rule.effect.name()),
            duration_us = self.duration_us(),
            "{}", if trace.status.is_some() { "answered" } else { "left without an answer" }
        );
    }

    fn duration_us(&self) -> u64 {
        u64::try_from(self.came.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if self.is_answered {
            return;
        }
        tracing::info!(
            request_id = self.request_id,
            world = self.world,
            method = %self.method,
            path = self.path,
            duration_us = self.duration_us(),
            "the client did not wait for the answer"
        );
    }
}

/// Whether a client's own id is one that can be printed, searched for and put into a header.
fn is_well_formed(id: &str) -> bool {
    let is_allowed = |it: u8| it.is_ascii_alphanumeric() || b"-_.:/+=@".contains(&it);
    (1..=LENGTH_MAX).contains(&id.len()) && id.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_clients_own_is_kept_if_it_is_short_and_plain() {
        assert!(is_well_formed("4bf92f35-77b3.4da6:a/b+c=@_"));
        assert!(is_well_formed(&"x".repeat(128)));
        for id in ["", "two words", "quote\"", "tab\t", "ä", &"x".repeat(129)] {
            assert!(!is_well_formed(id), "{id:?}");
        }
    }
}
