//! The failure envelope, which both contracts have, so that one error type serves both clients.

use std::fmt;

use serde::de::DeserializeOwned;

/// The failure envelope of a contract. The generated types implement it, and nothing else needs to.
///
/// # Example
///
/// A function for failures of both clients:
///
/// ```
/// use octane_client::{Envelope, Error};
///
/// fn worth_waiting<E: Envelope>(error: &Error<E>) -> bool {
///     error.is_transient() && error.retry_after().is_some()
/// }
/// ```
pub trait Envelope: DeserializeOwned + fmt::Debug {
    /// The contract's business errors.
    type Code: Copy + fmt::Debug + fmt::Display;
    /// A rule that a request breaks.
    type Violation;

    /// The business error.
    fn code(&self) -> Self::Code;
    /// The service's own words.
    fn message(&self) -> &str;
    /// The rules the request breaks.
    fn violations(&self) -> &[Self::Violation];
    /// What the contract says an error means, and what to do.
    fn explain(code: Self::Code) -> Option<(&'static str, &'static str)>;
    /// Where a violation is, and the keyword it breaks.
    fn rule(violation: &Self::Violation) -> (&str, &str);
}

/// Implements [`Envelope`] for a generated module: both contracts have the same envelope, but the
/// types are two.
macro_rules! envelope {
    ($types:path) => {
        const _: () = {
            use $types as types;

            impl $crate::Envelope for types::ErrorEnvelope {
                type Code = types::ErrorCode;
                type Violation = types::Violation;

                fn code(&self) -> types::ErrorCode {
                    self.error_code.into()
                }

                fn message(&self) -> &str {
                    &self.error_message
                }

                fn violations(&self) -> &[types::Violation] {
                    &self.violations
                }

                fn explain(code: types::ErrorCode) -> Option<(&'static str, &'static str)> {
                    code.meaning().zip(code.action())
                }

                fn rule(violation: &types::Violation) -> (&str, &str) {
                    (&violation.pointer, &violation.keyword)
                }
            }
        };
    };
}
#[cfg(feature = "control")]
pub(crate) use envelope;

envelope!(crate::types);
