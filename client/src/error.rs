//! Everything that can go wrong with a call, as one type.
//!
//! The generated operations answer `progenitor_client::Error`, which callers should not have to
//! know: `?` turns it into an [`Error`], and so does `map_err(Error::from)` where the code goes on
//! to match.
//!
//! `Display` and `Debug` never show a body: it may hold a customer's name and a provider's words.
//! They show what the contract says about the error code, and which rules a request breaks. What
//! the service said is there for who asks: [`Error::message`], [`Error::envelope`].

use std::fmt;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use crate::{RetryAfter, failure, types};

/// What a failed call came to.
///
/// `E` is the failure envelope of the contract: of the order endpoints unless said otherwise, of
/// the control plane in its module.
#[non_exhaustive]
pub enum Error<E: Envelope = types::ErrorEnvelope> {
    /// The service answered with a failure the operation documents.
    Documented {
        /// The HTTP status.
        status: StatusCode,
        /// When to try again, if the service said so.
        retry_after: Option<RetryAfter>,
        /// What the service said.
        envelope: Box<E>,
    },

    /// The service answered with a status the operation does not document.
    Undocumented {
        /// The HTTP status, which may be one of success.
        status: StatusCode,
        /// When to try again, if the service said so.
        retry_after: Option<RetryAfter>,
        /// What the service said, if it was a failure in the contract's envelope.
        envelope: Option<Box<E>>,
    },

    /// The answer is not what the contract says it is.
    Undecodable {
        /// The HTTP status; none for a success, of which progenitor does not tell.
        status: Option<StatusCode>,
        /// When to try again, if the service said so.
        retry_after: Option<RetryAfter>,
        /// Where decoding stopped. Its text may quote a value of the answer.
        source: serde_json::Error,
    },

    /// No answer, or only a part of it, arrived. The service may have acted on the request.
    Transport {
        /// What broke.
        source: reqwest::Error,
    },

    /// The request was not sent, because it is not what the operation takes.
    InvalidRequest {
        /// The parameter or property, and what is wrong with it.
        reason: String,
    },
}

impl<E: Envelope> Error<E> {
    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Documented { status, .. } | Self::Undocumented { status, .. } => Some(*status),
            Self::Undecodable { status, .. } => *status,
            Self::Transport { .. } | Self::InvalidRequest { .. } => None,
        }
    }

    /// The business error, if the service named one. A code this version does not know is
    /// `Unknown`.
    pub fn error_code(&self) -> Option<E::Code> {
        self.envelope().map(Envelope::code)
    }

    /// The service's own words, if it said any.
    pub fn message(&self) -> Option<&str> {
        self.envelope().map(Envelope::message)
    }

    /// The rules of the contract that the request breaks, as the service found them.
    pub fn violations(&self) -> &[E::Violation] {
        self.envelope().map_or(&[], Envelope::violations)
    }

    /// When to try again, if the service said so.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::Documented { retry_after, .. }
            | Self::Undocumented { retry_after, .. }
            | Self::Undecodable { retry_after, .. } => *retry_after,
            Self::Transport { .. } | Self::InvalidRequest { .. } => None,
        }
    }

    /// The whole failure envelope, if one came.
    pub fn envelope(&self) -> Option<&E> {
        match self {
            Self::Documented { envelope, .. } => Some(envelope),
            Self::Undocumented { envelope, .. } => envelope.as_deref(),
            Self::Undecodable { .. } | Self::Transport { .. } | Self::InvalidRequest { .. } => None,
        }
    }
}

impl<E: Envelope> From<progenitor_client::Error<E>> for Error<E> {
    fn from(error: progenitor_client::Error<E>) -> Self {
        use progenitor_client::Error as Generated;
        match error {
            Generated::ErrorResponse(answer) => Self::Documented {
                status: answer.status(),
                retry_after: RetryAfter::read(answer.headers()),
                envelope: Box::new(answer.into_inner()),
            },
            Generated::UnexpectedResponse(response) => Self::unexpected(&response),
            Generated::InvalidResponsePayload(_, source) => {
                Self::Undecodable { status: None, retry_after: None, source }
            }
            Generated::CommunicationError(source)
            | Generated::ResponseBodyError(source)
            | Generated::InvalidUpgrade(source) => Self::Transport { source },
            Generated::InvalidRequest(reason) | Generated::Custom(reason) => {
                Self::InvalidRequest { reason }
            }
        }
    }
}

impl<E: Envelope> Error<E> {
    fn unexpected(response: &reqwest::Response) -> Self {
        let status = response.status();
        let retry_after = RetryAfter::read(response.headers());
        let body = response.extensions().get::<failure::Body>();
        match body.map(|body| serde_json::from_slice(&body.0)).transpose() {
            Ok(envelope) => Self::Undocumented { status, retry_after, envelope },
            Err(source) => Self::Undecodable { status: Some(status), retry_after, source },
        }
    }
}

impl<E: Envelope> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented { status, envelope, .. } => {
                write!(f, "the service answered {}", status.as_u16())?;
                describe(envelope.as_ref(), f)
            }
            Self::Undocumented { status, envelope, .. } => {
                let status = status.as_u16();
                write!(f, "the service answered {status}, undocumented for this operation")?;
                envelope.as_deref().map_or(Ok(()), |envelope| describe(envelope, f))
            }
            Self::Undecodable { status, source, .. } => {
                let (line, column) = (source.line(), source.column());
                f.write_str("the answer")?;
                if let Some(status) = status {
                    write!(f, " of status {}", status.as_u16())?;
                }
                write!(f, " is not what the contract says, at line {line}, column {column}")
            }
            Self::Transport { source } if source.is_timeout() => {
                f.write_str("the service did not answer in time")
            }
            Self::Transport { source } if source.is_connect() => {
                f.write_str("the service cannot be reached; check the base URL")
            }
            Self::Transport { .. } => f.write_str("the exchange with the service broke off"),
            Self::InvalidRequest { reason } => write!(f, "the request was not sent: {reason}"),
        }
    }
}

/// What the contract says of a failure, and the rules it names: nothing the service wrote itself.
fn describe<E: Envelope>(envelope: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let code = envelope.code();
    write!(f, ", {code}")?;
    if let Some((meaning, action)) = E::explain(code) {
        write!(f, ": {meaning} {action}")?;
    }
    for violation in envelope.violations() {
        let (pointer, keyword) = E::rule(violation);
        write!(f, " `{pointer}` breaks `{keyword}`.")?;
    }
    Ok(())
}

/// As `Display`, behind the variant's name.
impl<E: Envelope> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variant = match self {
            Self::Documented { .. } => "Documented",
            Self::Undocumented { .. } => "Undocumented",
            Self::Undecodable { .. } => "Undecodable",
            Self::Transport { .. } => "Transport",
            Self::InvalidRequest { .. } => "InvalidRequest",
        };
        write!(f, "{variant}({self})")
    }
}

impl<E: Envelope> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Undecodable { source, .. } => Some(source),
            Self::Transport { source } => Some(source),
            Self::Documented { .. } | Self::Undocumented { .. } | Self::InvalidRequest { .. } => {
                None
            }
        }
    }
}

/// The failure envelope of a contract. The generated types implement it, and nothing else needs to.
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
