//! What is known of an exchange besides its request and its response.

use crate::faults::FaultMet;

/// What became of a request. An extension of every response.
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
