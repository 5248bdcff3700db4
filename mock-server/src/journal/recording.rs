//! An exchange while it happens.

use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use axum::http::request::Parts;
use bytes::Bytes;
use octane_openapi::Violation;

use super::Journal;
use super::exchange::{self, Exchange, Message};
use crate::clock::Clock;
use crate::domain::{OrderId, Touched};

/// What is to be said of an answer beside what is sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks {
    /// The order it is about.
    pub(crate) touched: Option<Box<Touched>>,
    /// Number of the error, if it is one.
    pub(crate) error_code: Option<i64>,
    /// Whether the request does not keep to the contract: it is refused for it, or answered in spite.
    pub(crate) is_invalid: bool,
    /// Everything that is wrong with the request.
    pub(crate) violations: Vec<Violation>,
}

/// Takes down an exchange, and puts it into the journal when it is over: with its answer, or with
/// the status 0 if it is dropped before there is one, because the client or the connection went away.
///
/// The default one takes nothing down.
#[derive(Default)]
pub(crate) struct Recording<'j>(Option<Open<'j>>);

struct Open<'j> {
    journal: &'j Journal,
    exchange: Exchange,
    /// None while the clock stands still, so that the same requests leave the same journal.
    started: Option<Instant>,
}

impl<'j> Recording<'j> {
    /// Begins to take down a request to a world that goes by `clock`.
    pub(crate) fn begin(
        journal: &'j Journal,
        clock: Clock,
        request_id: String,
        request: &Parts,
    ) -> Self {
        // What a journal that keeps nothing would throw away is not taken down.
        let (path, message) = match journal.keeps() {
            true => (exchange::path(&request.uri), Message::of_headers(&request.headers)),
            false => (String::new(), Message::default()),
        };
        let exchange = Exchange {
            id: 0,
            request_id,
            at: clock.now(),
            duration: Duration::ZERO,
            method: request.method.clone(),
            path,
            operation: None,
            provider: None,
            status: 0,
            error_code: None,
            is_valid: true,
            violations: Vec::new(),
            order_id: None,
            status_before: None,
            status_after: None,
            fault_id: None,
            request: message,
            response: Message::default(),
        };
        let started = clock.scale().map(|_| Instant::now());
        Self(Some(Open { journal, exchange, started }))
    }

    /// The id the request is found again by.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.0.as_ref().map(|open| open.exchange.request_id.as_str())
    }

    /// Method and path are those of this operation.
    pub(crate) fn operation(&mut self, id: &str) {
        if let Some(Open { exchange, .. }) = &mut self.0 {
            exchange.operation = Some(id.to_owned());
        }
    }

    /// The credentials are those of this provider.
    pub(crate) fn provider(&mut self, name: &str) {
        if let Some(Open { exchange, .. }) = &mut self.0 {
            exchange.provider = Some(name.to_owned());
        }
    }

    /// A fault rule with this number applies.
    pub(crate) fn fault(&mut self, id: u64) {
        if let Some(Open { exchange, .. }) = &mut self.0 {
            exchange.fault_id = i64::try_from(id).ok();
        }
    }

    /// The request has this body.
    pub(crate) fn body(&mut self, body: &Bytes) {
        if let Some(Open { exchange, journal, .. }) = &mut self.0
            && journal.keeps()
        {
            exchange.request.set_body(body);
        }
    }

    /// The request has a body that is too large to be read.
    pub(crate) fn body_too_large(&mut self) {
        if let Some(Open { exchange, .. }) = &mut self.0 {
            exchange.request.set_body_too_large();
        }
    }

    /// The request names this order, whether there is one or not.
    pub(crate) fn names_order(&mut self, order_id: Option<OrderId>) {
        if let Some(Open { exchange, .. }) = &mut self.0 {
            exchange.order_id = order_id;
        }
    }

    /// What becomes of the request, whether an answer leaves or not.
    pub(crate) fn remarks(&mut self, remarks: Remarks) {
        let Some(Open { exchange, .. }) = &mut self.0 else { return };
        let Remarks { touched, error_code, is_invalid, violations } = remarks;
        exchange.error_code = error_code;
        exchange.is_valid = !is_invalid;
        exchange.violations = exchange::kept(violations);
        if let Some(touched) = touched {
            let Touched { order_id, before, after } = *touched;
            exchange.order_id = Some(order_id);
            exchange.status_before = before;
            exchange.status_after = Some(after);
        }
    }

    /// The answer that leaves, and with it the end.
    pub(crate) fn answered(mut self, status: u16, headers: &HeaderMap, body: &Bytes) {
        let Some(Open { exchange, journal, .. }) = &mut self.0 else { return };
        exchange.status = status;
        if journal.keeps() {
            exchange.response = Message::of_headers(headers);
            exchange.response.set_body(body);
        }
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        let Some(Open { journal, mut exchange, started }) = self.0.take() else { return };
        exchange.duration = started.map_or(Duration::ZERO, |it| it.elapsed());
        journal.record(exchange);
    }
}
