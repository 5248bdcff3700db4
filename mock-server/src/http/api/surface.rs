//! What a contract's API needs from the server it is part of, and what answers its operations.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use chrono::{DateTime, Utc};
use octane_openapi::Violation;
use serde_json::Value;

use crate::domain::{OrderId, Refusal};
use crate::faults::FaultMet;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::failure::Failure;
use crate::journal::Recording;

/// Answers a valid call. It may take a lock but not wait, so it is a plain function.
pub(crate) type Handler<S> = fn(&<S as Surface>::Context, &Call) -> Result<Answer, Rejection>;

/// Answers with a stream of events, which has no end of its own.
pub(crate) type Streamer<S> =
    fn(&<S as Surface>::Context, &HeaderMap) -> Result<Response<Body>, Rejection>;

/// Why a handler does not answer with a success.
pub(crate) enum Rejection {
    /// The contract's rules forbid it.
    Refused(Refusal),
    /// The request breaks a rule that no schema can say.
    Invalid(Violation),
    /// The request breaks the contract in a way that the handler cannot cope with, though it was to
    /// be answered all the same.
    Unfit,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What one contract's API needs from the server it is part of.
pub(crate) trait Surface: 'static {
    /// What handlers are given. The server puts an `Arc` of it into every request's extensions.
    type Context: Send + Sync + 'static;

    /// What `WWW-Authenticate` says to whoever has to send other credentials.
    const CHALLENGE: &'static str;

    /// The statuses a request may be refused with before an operation has a say.
    const FALLBACKS: &'static [u16];

    /// The name of whoever sent these headers, or why it cannot be told.
    fn authenticate(context: &Self::Context, headers: &HeaderMap) -> Result<String, &'static str>;

    /// In how many seconds a provider may call again, if it has called too often.
    fn wait(_: &Self::Context, _provider: &str) -> Option<u64> {
        None
    }

    /// What goes wrong on purpose with a call of an operation by a provider.
    fn fault(_: &Self::Context, _operation: &str, _provider: &str) -> Option<FaultMet> {
        None
    }

    /// A failure as the body of a response.
    fn envelope(failure: &Failure<'_>) -> Value;

    /// Whether the `Prefer` header counts, and invalid requests may be answered. Only where every
    /// handler takes an invalid call for [`Rejection::Unfit`].
    const TAKES_PREFERENCES: bool = false;

    /// What the next answer that is made, rather than given by a handler, follows from.
    fn next_seed(_: &Self::Context) -> u64 {
        0
    }

    /// The moment for the `Date` header.
    fn now(context: &Self::Context) -> DateTime<Utc>;

    /// Begins to take down a request, where somebody keeps a journal.
    fn record<'c>(_: &'c Self::Context, _: &Parts) -> Recording<'c> {
        Recording::default()
    }

    /// The number of the order that a request names in its path parameters or its body.
    fn order_named(_path: &[(String, String)], _body: &Value) -> Option<OrderId> {
        None
    }
}
