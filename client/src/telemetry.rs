//! What a call leaves in a trace: `tracing` spans and events.
//!
//! A span `octane_call` with the operation, the status and the number of attempts holds one span
//! `octane_attempt` for each of them. Nothing else is recorded: no URL, since its query names
//! customers, no header and no body. Without a subscriber this costs next to nothing, so it is no
//! feature of its own.

use std::time::Duration;

use reqwest::StatusCode;
use tracing::{Span, field::Empty};

/// The span of a call.
pub(crate) fn call(operation: &'static str) -> Span {
    tracing::info_span!("octane_call", operation, attempts = Empty, status = Empty, error = Empty)
}

/// The span of one attempt at it.
pub(crate) fn attempt(operation: &'static str, attempt: u32) -> Span {
    tracing::info_span!("octane_attempt", operation, attempt, status = Empty, error = Empty)
}

/// Records what an attempt, or a call, came to.
pub(crate) fn record(span: &Span, result: Result<StatusCode, &reqwest::Error>) {
    match result {
        Ok(status) => span.record("status", status.as_u16()),
        Err(error) => span.record("error", kind(error)),
    };
}

/// Records that a call is repeated.
pub(crate) fn again(operation: &'static str, attempt: u32, delay: Duration) {
    let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(operation, attempt, delay_ms, "tries again");
}

/// Records that a create was found to have been carried out by an earlier attempt.
pub(crate) fn resolved(operation: &'static str, order_id: i64) {
    tracing::debug!(operation, order_id, "an earlier attempt had made the order");
}

/// A word for an error, whose own text holds the URL.
fn kind(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else {
        "broken off"
    }
}
