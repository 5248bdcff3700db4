//! A request that has come: what it is called, and its line in the log.
//!
//! The line tells of every request that reached the server, also of one whose client did not wait for
//! the answer. It has neither headers, query nor body in it, so no credentials.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response};

use crate::http::{REQUEST_ID, RequestId, Trace, shortened};
use crate::world::World;

/// How long a name that a client gives may be.
const LENGTH_MAX: usize = 128;

/// Which of the two contracts a request is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plane {
    /// That of the order endpoints.
    Orders,
    /// That of the control plane.
    Control,
}

/// How many requests of a world were named by the server, apart by contract: a console that looks on
/// does not change what a test's requests are called.
#[derive(Debug, Default)]
pub(crate) struct RequestCounts {
    orders: AtomicU64,
    control: AtomicU64,
}

impl RequestCounts {
    /// The next name: `default-17` for the seventeenth request to the order endpoints of `default`,
    /// `default.control-5` for the fifth to its control plane. No world's name has a dot in it.
    pub(crate) fn next(&self, world: &str, plane: Plane) -> String {
        let (count, part) = match plane {
            Plane::Orders => (&self.orders, ""),
            Plane::Control => (&self.control, ".control"),
        };
        format!("{world}{part}-{}", count.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Counts anew.
    pub(crate) fn reset(&self) {
        self.orders.store(0, Ordering::Relaxed);
        self.control.store(0, Ordering::Relaxed);
    }
}

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
    pub(crate) fn of(request: &mut Request<Body>, name: &str, world: &World, plane: Plane) -> Self {
        let request_id = of_caller(request.headers())
            .unwrap_or_else(|| world.request_counts().next(name, plane));
        request.extensions_mut().insert(RequestId(request_id.clone()));
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
        response.headers_mut().insert(REQUEST_ID, name);
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

/// The client's own id, if it has sent one that can be printed, searched for and put into a header.
pub(crate) fn of_caller(headers: &HeaderMap) -> Option<String> {
    let mut sent = headers.get_all(REQUEST_ID).iter();
    let (Some(id), None) = (sent.next(), sent.next()) else { return None };
    let id = id.to_str().ok()?;
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.:/+=@".contains(&it);
    let is_well_formed = (1..=LENGTH_MAX).contains(&id.len()) && id.bytes().all(is_plain);
    is_well_formed.then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sent: &[&str], kept: Option<&str>) {
        let values = sent.iter().map(|it| (REQUEST_ID, HeaderValue::from_str(it).unwrap()));
        assert_eq!(of_caller(&values.collect()).as_deref(), kept, "{sent:?}");
    }

    #[test]
    fn an_id_of_the_clients_own_is_kept_if_it_is_one_and_short_and_plain() {
        let all = "4bf92f35-77b3.4da6:a/b+c=@_";
        check(&[all], Some(all));
        check(&[&"x".repeat(128)], Some(&"x".repeat(128)));
        check(&[], None);
        check(&["a", "b"], None);
        for id in ["", "two words", "quote\"", "tab\t", &"x".repeat(129)] {
            check(&[id], None);
        }
    }
}
