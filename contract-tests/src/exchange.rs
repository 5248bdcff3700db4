//! One request and its answer, as they went over the wire.
//!
//! Kept for judging and for failure messages. Credentials are not in here: who sent the request is
//! kept as a [`Caller`], and the `Authorization` header is dropped before anything is recorded.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::caller::Caller;

/// What a request asks for whose path the contract does not have.
pub const NO_PATH: &str = "a path that is none of the contract's";

/// How large a body any service is sure to read.
const READ_MAX: usize = 64 * 1024;

/// A request to send, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    /// The method.
    pub method: String,
    /// The path behind the base URL, with the query.
    pub path: String,
    /// Headers beside `Authorization`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body's bytes.
    pub body: Option<Vec<u8>>,
    /// Whose credentials it carries.
    pub caller: Caller,
}

impl RawRequest {
    /// A request without a body.
    pub fn new(method: &str, path: impl Into<String>, caller: Caller) -> Self {
        Self {
            method: method.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: None,
            caller,
        }
    }

    /// The same with a body of JSON.
    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    /// The same with these bytes, said to be JSON.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
        self.body = Some(body.into());
        self
    }

    /// Whether its body is so large that a service need not read it. It may close the connection
    /// instead, on a client that is still sending (RFC 9110, section 15.5.14).
    pub fn is_large(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.len() > READ_MAX)
    }

    /// The same with a header more.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A request and its answer. It is handed on often, so what is large is shared.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request's method.
    pub method: String,
    /// Its path behind the base URL, with the query.
    pub path: String,
    /// Its headers without `Authorization`.
    pub request_headers: Arc<HeaderMap>,
    /// Where it carried other credentials than its caller's: the arguments of curl that send the same,
    /// in which nothing secret is shown.
    pub authorization: Vec<String>,
    /// Its body.
    pub request_body: Option<Bytes>,
    /// Whose credentials it carried.
    pub caller: Caller,
    /// The operation that the contract has under this method and path.
    pub operation: Option<String>,
    /// The path as the contract has it, with names in braces; none where it has no such path.
    pub template: Option<String>,
    /// Where several requests were sent at once: in which of the columns.
    pub column: Option<usize>,
    /// The answer's status; 0 if there was no answer.
    pub status: u16,
    /// Its headers.
    pub headers: Arc<HeaderMap>,
    /// Its body.
    pub body: Bytes,
    /// Its body as JSON, if it is any.
    pub json: Option<Arc<Value>>,
}

impl Exchange {
    /// The path without the query.
    pub fn bare_path(&self) -> &str {
        self.path.split_once('?').map_or(&self.path, |(path, _)| path)
    }

    /// The answer's `response`; null where there is none.
    pub fn response(&self) -> &Value {
        self.json.as_ref().and_then(|body| body.get("response")).unwrap_or(&Value::Null)
    }

    /// The answer's `errorCode`, if it has one.
    pub fn error_code(&self) -> Option<i64> {
        self.json.as_ref()?.get("errorCode")?.as_i64()
    }

    /// What was asked: the operation, or the contract's path where it has no operation of this method,
    /// or that it has no such path at all. Requests that differ in no more than a number or a wrong
    /// method are about one thing.
    pub fn subject(&self) -> String {
        let known = self.operation.as_ref().or(self.template.as_ref());
        known.map_or(NO_PATH, String::as_str).to_owned()
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { method, path, status, .. } = self;
        match status {
            0 => write!(f, "{method} {path} → no answer"),
            status => write!(f, "{method} {path} → {status}"),
        }
    }
}
