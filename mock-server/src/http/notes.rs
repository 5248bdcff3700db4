//! What is taken down of an exchange while it happens: for the log, and for the journal.

use axum::http::HeaderName;

use super::answer::Answer;
use crate::faults::FaultMet;
use crate::journal::Recording;

/// The header that names an exchange: in requests if the client wishes, in all answers.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What an exchange is called, in its answer, in the log and in the journal. An extension of every
/// request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// What became of a request, for the log. An extension of every response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace {
    /// The operationId, if the request reached an operation.
    pub(crate) operation: Option<String>,
    /// User name of the provider, if it was told.
    pub(crate) provider: Option<String>,
    /// The fault rule that applied, if one did.
    pub(crate) fault: Option<FaultMet>,
    /// The HTTP status; none if a fault rule has left the request without an answer.
    pub(crate) status: Option<u16>,
}

/// An exchange while it happens.
pub(super) struct Notes<'c> {
    pub(super) trace: Trace,
    pub(super) recording: Recording<'c>,
}

impl<'c> Notes<'c> {
    /// Notes of an exchange, which the journal takes down so.
    pub(super) fn new(recording: Recording<'c>) -> Self {
        Self { trace: Trace::default(), recording }
    }

    /// Method and path are those of this operation.
    pub(super) fn operation(&mut self, id: &str) {
        self.trace.operation = Some(id.to_owned());
        self.recording.operation(id);
    }

    /// The credentials are those of this provider; empty where none are asked for.
    pub(super) fn provider(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        self.trace.provider = Some(name.to_owned());
        self.recording.provider(name);
    }

    /// The call has met this fault rule.
    pub(super) fn fault(&mut self, fault: &FaultMet) {
        self.trace.fault = Some(fault.clone());
        self.recording.fault(fault.id);
    }

    /// The call was handled, and may still not be answered so.
    pub(super) fn handled(&mut self, answer: &Answer) {
        self.recording.remarks(answer.remarks.clone());
    }
}
