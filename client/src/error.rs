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

use crate::{
    DecodeError, Envelope, Reply, RetryAfter, answer, attempts, exchange,
    types::{self, OrderId},
};

/// What a failed call came to.
///
/// `E` is the failure envelope of the contract: of the order endpoints unless said otherwise, of
/// the control plane in its module.
///
/// # Example
///
/// ```no_run
/// use octane_client::{Client, Error, types::ErrorCode};
///
/// # async fn read(client: &Client) -> Result<(), Error> {
/// match client.get_nbn_order().order_id(1001).send().await.map_err(Error::from) {
///     Ok(answer) => println!("the order is {}", answer.response.status),
///     Err(error) if error.error_code() == Some(ErrorCode::OrderNotFound) => println!("no order"),
///     Err(error) if error.is_transient() => println!("later, perhaps: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
pub enum Error<E: Envelope = types::ErrorEnvelope> {
    /// The service answered with a failure the operation documents.
    #[non_exhaustive]
    Documented {
        /// The answer, but for its body.
        reply: Reply,
        /// What the service said.
        envelope: Box<E>,
    },

    /// The service answered with a status the operation does not document.
    #[non_exhaustive]
    Undocumented {
        /// The answer, but for its body. Its status may be one of success.
        reply: Reply,
        /// What the service said, if it was a failure in the contract's envelope.
        envelope: Option<Box<E>>,
    },

    /// The answer is not what the contract says it is.
    #[non_exhaustive]
    Undecodable {
        /// The answer, but for its body; none for a success, of which progenitor does not tell.
        reply: Option<Reply>,
        /// Where decoding stopped.
        source: DecodeError,
    },

    /// No answer, or only a part of it, arrived. The service may have acted on the request.
    #[non_exhaustive]
    Transport {
        /// How often the request was sent.
        attempts: u32,
        /// What broke at last.
        source: reqwest::Error,
    },

    /// The request was not sent, because it is not what the operation takes.
    #[non_exhaustive]
    InvalidRequest {
        /// The parameter or property, and what is wrong with it.
        reason: String,
    },
}

impl<E: Envelope> Error<E> {
    /// The answer, but for its body, if there was one.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Documented { reply, .. } | Self::Undocumented { reply, .. } => Some(reply),
            Self::Undecodable { reply, .. } => reply.as_ref(),
            Self::Transport { .. } | Self::InvalidRequest { .. } => None,
        }
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.reply().map(|reply| reply.status)
    }

    /// What the service calls this exchange (`x-request-id`), if it said so: its operators find it
    /// by that.
    pub fn request_id(&self) -> Option<&str> {
        self.reply()?.request_id.as_deref()
    }

    /// When to try again, if the service said so.
    pub fn retry_after(&self) -> Option<RetryAfter> {
        self.reply()?.retry_after
    }

    /// How often the request was sent: 0 if it was not. Unknown for a success that is not what the
    /// contract says.
    pub fn attempts(&self) -> Option<u32> {
        match self {
            Self::Transport { attempts, .. } => Some(*attempts),
            Self::InvalidRequest { .. } => Some(0),
            Self::Documented { .. } | Self::Undocumented { .. } | Self::Undecodable { .. } => {
                self.reply().map(|reply| reply.attempts)
            }
        }
    }

    /// The business error, if the service named one. A code this version does not know is
    /// `Unknown`.
    pub fn error_code(&self) -> Option<E::Code> {
        self.envelope().map(Envelope::code)
    }

    /// The business error, where it is the service's decision about a valid request: the state of
    /// things forbids it (409), or it names something that does not fit (422).
    ///
    /// To ask again without a change would be answered the same.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{Client, Error, types};
    ///
    /// # async fn order(client: &Client, request: types::ActivationRequest) -> Result<(), Error> {
    /// let created = client.create_nbn_order().body(request).send().await.map_err(Error::from);
    /// match created {
    ///     Ok(answer) => println!("order {}", answer.response.order_id),
    ///     Err(error) => match (error.refusal(), error.order_id()) {
    ///         (Some(types::ErrorCode::DuplicateRemoteOrder), Some(order_id)) => {
    ///             println!("ordered before: {order_id}");
    ///         }
    ///         (Some(code), _) => println!("{code}: {}", code.action().unwrap_or_default()),
    ///         (None, _) => return Err(error),
    ///     },
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn refusal(&self) -> Option<E::Code> {
        let status = self.status()?;
        let decided = matches!(status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY);
        decided.then(|| self.error_code()).flatten()
    }

    /// Whether the same call may succeed later: it broke off, or was answered 408, 429 or 5xx.
    ///
    /// The client has tried again already, as far as [`Retries`](crate::Retries) go. Before
    /// repeating a call that changes something, look whether it did.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport { source, .. } => !source.is_builder(),
            Self::Documented { reply, .. } | Self::Undocumented { reply, .. } => {
                exchange::may_pass(reply.status)
            }
            Self::Undecodable { reply, source } => match reply {
                Some(reply) => exchange::may_pass(reply.status),
                None => source.is_cut_short(),
            },
            Self::InvalidRequest { .. } => false,
        }
    }

    /// The service's own words, if it said any.
    pub fn message(&self) -> Option<&str> {
        self.envelope().map(Envelope::message)
    }

    /// The rules of the contract that the request breaks, as the service found them.
    pub fn violations(&self) -> &[E::Violation] {
        self.envelope().map_or(&[], Envelope::violations)
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

impl Error {
    /// The order that a refusal names: the one a `remoteOrderId` made before, or the open order of
    /// the service.
    pub fn order_id(&self) -> Option<OrderId> {
        self.envelope()?.order_id
    }
}

impl<E: Envelope> From<progenitor_client::Error<E>> for Error<E> {
    fn from(error: progenitor_client::Error<E>) -> Self {
        use progenitor_client::Error as Generated;
        match error {
            Generated::ErrorResponse(answer) => Self::Documented {
                reply: Reply::new(answer.status(), answer.headers()),
                envelope: Box::new(answer.into_inner()),
            },
            Generated::UnexpectedResponse(response) => Self::unexpected(&response),
            Generated::InvalidResponsePayload(_, source) => {
                Self::Undecodable { reply: None, source: source.into() }
            }
            Generated::CommunicationError(mut source)
            | Generated::ResponseBodyError(mut source)
            | Generated::InvalidUpgrade(mut source) => {
                Self::Transport { attempts: attempts::take(&mut source), source }
            }
            Generated::InvalidRequest(reason) | Generated::Custom(reason) => {
                Self::InvalidRequest { reason }
            }
        }
    }
}

impl<E: Envelope> Error<E> {
    fn unexpected(response: &reqwest::Response) -> Self {
        let reply = Reply::new(response.status(), response.headers());
        let body = response.extensions().get::<answer::Body>();
        match body.map(|body| serde_json::from_slice(&body.0)).transpose() {
            Ok(envelope) => Self::Undocumented { reply, envelope },
            Err(source) => Self::Undecodable { reply: Some(reply), source: source.into() },
        }
    }
}

impl<E: Envelope> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented { reply, .. } => {
                write!(f, "the service answered {}", reply.status.as_u16())?;
            }
            Self::Undocumented { reply, .. } => {
                let status = reply.status.as_u16();
                write!(f, "the service answered {status}, undocumented for this operation")?;
            }
            Self::Undecodable { reply, .. } => {
                f.write_str("the answer")?;
                if let Some(reply) = reply {
                    write!(f, " of status {}", reply.status.as_u16())?;
                }
                f.write_str(" is not what the contract says")?;
            }
            Self::Transport { source, .. } if source.is_timeout() => {
                f.write_str("the service did not answer in time")?;
            }
            Self::Transport { source, .. } if source.is_connect() => {
                f.write_str("the service cannot be reached; check the base URL")?;
            }
            Self::Transport { .. } => f.write_str("the exchange with the service broke off")?,
            Self::InvalidRequest { reason } => {
                return write!(f, "the request was not sent: {reason}");
            }
        }
        if let Some(attempts @ 2..) = self.attempts() {
            write!(f, ", at attempt {attempts}")?;
        }
        if let Some(request_id) = self.request_id() {
            write!(f, ", request id `{request_id}`")?;
        }
        self.envelope().map_or(Ok(()), |envelope| describe(envelope, f))
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
            Self::Transport { source, .. } => Some(source),
            Self::Documented { .. } | Self::Undocumented { .. } | Self::InvalidRequest { .. } => {
                None
            }
        }
    }
}
