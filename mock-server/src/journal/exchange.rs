//! One request and its answer, as they are kept.
//!
//! What a client can make long is cut: a body at 16 KiB, the headers of a message at 16 KiB, the path
//! at 2,000 characters, and the list of violations at 16 KiB of text. So an exchange is at the most
//! some 80 KiB, whatever is sent.

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderMap, Method, Uri};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use octane_openapi::Violation;

use super::redaction;
use crate::domain::OrderId;

/// How much of a body is kept. Said in the contract of the control plane.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// How much of the headers of a message is kept; what goes beyond is left out.
const HEADERS_BYTES_MAX: usize = 16 * 1024;

/// How much of path and query is kept. Said in the contract of the control plane.
const PATH_CHARS_MAX: usize = 2_000;

/// How much of the violations is kept; what goes beyond is left out.
const VIOLATIONS_BYTES_MAX: usize = 16 * 1024;

/// What the parts of an exchange take beside their texts, roughly.
const BYTES_BASE: usize = 512;

/// A request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// Its number, counted from 1 in each world.
    pub id: u64,
    /// The `X-Request-Id` of the answer.
    pub request_id: String,
    /// When the request came, by the world's clock.
    pub at: DateTime<Utc>,
    /// How long the answer took, in real time; 0 while the clock stands still.
    pub duration: Duration,
    /// The HTTP method.
    pub method: Method,
    /// Path and query, without the world's prefix; credentials in the query are replaced.
    pub path: String,
    /// The operationId, if method and path are those of an operation.
    pub operation: Option<String>,
    /// User name of the provider, if the credentials were good.
    pub provider: Option<String>,
    /// The HTTP status; 0 if the connection was gone before there was one.
    pub status: u16,
    /// Number of the error that was answered.
    pub error_code: Option<i64>,
    /// Whether the request kept to the contract: a valid request of an operation, by somebody with
    /// good credentials.
    pub is_valid: bool,
    /// What was wrong with it.
    pub violations: Vec<Violation>,
    /// The order it was about: the one it made, or names.
    pub order_id: Option<OrderId>,
    /// The state of the order before.
    pub status_before: Option<String>,
    /// The state of the order afterwards.
    pub status_after: Option<String>,
    /// Number of the fault rule that applied.
    pub fault_id: Option<i64>,
    /// What was sent.
    pub request: Message,
    /// What was answered.
    pub response: Message,
}

/// Headers and body of a request or an answer. Credentials in it are never shown.
#[derive(Default, PartialEq, Eq)]
pub struct Message {
    /// `name: value`, a line each, with credentials replaced already.
    headers: Box<[u8]>,
    /// As it was; credentials are replaced when it is read.
    body: Bytes,
    body_is_cut: bool,
}

impl Exchange {
    /// How much memory it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        let messages = [&self.request, &self.response].map(|it| it.headers.len() + it.body.len());
        let violations: usize = self.violations.iter().map(violation_bytes).sum();
        BYTES_BASE + self.path.len() + messages.iter().sum::<usize>() + violations
    }
}

/// The exchange in a line: what was asked and answered, of which operation, and what became of which
/// order.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, method, path, status, .. } = self;
        write!(f, "{id}: {method} {path} → ")?;
        match status {
            0 => f.write_str("no answer")?,
            status => write!(f, "{status}")?,
        }
        if let Some(error_code) = self.error_code {
            write!(f, " (error {error_code})")?;
        }
        if let Some(operation) = &self.operation {
            write!(f, ", {operation}")?;
        }
        if let Some(provider) = &self.provider {
            write!(f, " by {provider}")?;
        }
        match (&self.order_id, &self.status_before, &self.status_after) {
            (Some(order), Some(before), Some(after)) if before != after => {
                write!(f, ", order {order}: {before} → {after}")?;
            }
            (Some(order), _, Some(after)) => write!(f, ", order {order}: {after}")?,
            (Some(order), _, None) => write!(f, ", order {order}")?,
            (None, _, _) => {}
        }
        for violation in &self.violations {
            write!(f, "\n      {violation}")?;
        }
        Ok(())
    }
}

impl Message {
    /// A message whose body is not there yet.
    pub(super) fn of_headers(headers: &HeaderMap) -> Self {
        Self { headers: written(headers), body: Bytes::new(), body_is_cut: false }
    }

    /// Puts the body in. What is kept whole is shared, and what is cut is copied, so that a little of
    /// a large body does not hold on to all of it.
    pub(super) fn set_body(&mut self, body: &Bytes) {
        self.body_is_cut = body.len() > BODY_BYTES_MAX;
        self.body = match self.body_is_cut {
            true => Bytes::copy_from_slice(&body[..BODY_BYTES_MAX]),
            false => body.clone(),
        };
    }

    /// Notes that there was a body too large to be read.
    pub(super) fn set_body_too_large(&mut self) {
        self.body_is_cut = true;
    }

    /// Name, in lower case, and value of each header, as it came; credentials are replaced.
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = String::from_utf8_lossy(&self.headers);
        let fields = text.lines().filter_map(|line| line.split_once(": "));
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The body as text: bytes that are not UTF-8 and the values of fields that hold credentials are
    /// replaced.
    pub fn body(&self) -> String {
        redaction::body(&String::from_utf8_lossy(&self.body))
    }

    /// Whether the body was longer than 16 KiB and is cut.
    pub fn body_is_cut(&self) -> bool {
        self.body_is_cut
    }
}

/// Shows what its methods show, and so no credentials.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("headers", &self.headers())
            .field("body", &self.body())
            .field("body_is_cut", &self.body_is_cut)
            .finish()
    }
}

/// The headers as one block, so that they do not hold on to the buffer they were read into.
fn written(headers: &HeaderMap) -> Box<[u8]> {
    let mut block = Vec::with_capacity(512);
    for (name, value) in headers {
        let value = match redaction::is_secret_header(name) {
            true => redaction::REPLACEMENT.as_bytes(),
            false => value.as_bytes(),
        };
        if block.len() + name.as_str().len() + value.len() > HEADERS_BYTES_MAX {
            break;
        }
        block.extend_from_slice(name.as_str().as_bytes());
        block.extend_from_slice(b": ");
        block.extend_from_slice(value);
        block.push(b'\n');
    }
    block.into_boxed_slice()
}

/// Path and query, cut.
pub(super) fn path(uri: &Uri) -> String {
    let (path, query) = (uri.path(), uri.query().map(redaction::query));
    let whole = match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    match whole.char_indices().nth(PATH_CHARS_MAX) {
        Some((end, _)) => whole[..end].to_owned(),
        None => whole,
    }
}

/// As many of the violations as are kept.
pub(super) fn kept(mut violations: Vec<Violation>) -> Vec<Violation> {
    let mut bytes = 0;
    let too_much = violations.iter().position(|violation| {
        bytes += violation_bytes(violation);
        bytes > VIOLATIONS_BYTES_MAX
    });
    violations.truncate(too_much.unwrap_or(violations.len()));
    violations
}

fn violation_bytes(violation: &Violation) -> usize {
    let Violation { pointer, keyword, message, rule, .. } = violation;
    pointer.len() + keyword.len() + message.len() + rule.len()
}
