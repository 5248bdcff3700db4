//! One request and its answer, as they went over the wire.
//!
//! Kept for judging and for failure messages. Credentials are not in here: who sent the request is
//! kept as a [`Caller`], and the `Authorization` header is dropped before anything is recorded.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::caller::{Caller, Provider};

/// How many bytes of a body the request log shows.
const LOGGED_MAX: usize = 4096;

/// How large a body any service is sure to read.
const READ_MAX: usize = 64 * 1024;

/// A request to send, as data.
#[derive(Debug, Clone)]
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
    /// Its body.
    pub request_body: Option<Bytes>,
    /// Whose credentials it carried.
    pub caller: Caller,
    /// The operation that the contract has under this method and path.
    pub operation: Option<String>,
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

    /// The operation, or method and path where no operation is there.
    pub fn subject(&self) -> String {
        match &self.operation {
            Some(operation) => operation.clone(),
            None => format!("{} {}", self.method, self.bare_path()),
        }
    }

    /// The request as a line of the request log: JSON, without credentials.
    pub fn request_line(&self) -> String {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: BTreeMap<&str, String> = self
            .request_headers
            .iter()
            .map(|(name, value)| (name.as_str(), text(value.as_bytes())))
            .collect();
        let body = self.request_body.as_deref().unwrap_or_default();
        let shown = &body[..body.len().min(LOGGED_MAX)];
        json!({
            "caller": self.caller.to_string(),
            "method": self.method,
            "path": self.path,
            "headers": headers,
            "body": text(shown),
            "bodyBytes": body.len(),
        })
        .to_string()
    }

    /// The command that sends the same request again.
    pub fn curl(&self) -> String {
        let mut line = format!("curl -i{}", self.caller.curl_arguments());
        if self.method != "GET" {
            line.push_str(" -X ");
            line.push_str(&self.method);
        }
        for (name, value) in self.request_headers.as_ref() {
            if is_worth_repeating(name) {
                let value = String::from_utf8_lossy(value.as_bytes());
                line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
            }
        }
        if let Some(body) = &self.request_body {
            let mut word = quoted(&String::from_utf8_lossy(body));
            for provider in Provider::ALL {
                // Out of the single quotes, so that the shell puts the name there.
                let variable = provider.username_variable();
                word = word.replace(&format!("\"{variable}\""), &format!("\"'\"{variable}\"'\""));
            }
            line.push_str(&format!(" -d {word}"));
        }
        line.push_str(&format!(" \"$OCTANE_URL\"{}", quoted(&self.path)));
        line
    }
}

/// What the client adds on its own is left out of a command to be read by people.
fn is_worth_repeating(name: &HeaderName) -> bool {
    !matches!(
        name.as_str(),
        "api-version" | "accept" | "connection" | "host" | "content-length" | "user-agent"
    ) && *name != AUTHORIZATION
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curl_line_names_the_credentials_and_shows_none() {
        let exchange = Exchange {
            method: "POST".to_owned(),
            path: "/v1/order/nbn/1001/cancel".to_owned(),
            request_headers: Arc::new(HeaderMap::from_iter([(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )])),
            request_body: Some(Bytes::from_static(br#"{"reason":"it's"}"#)),
            caller: Caller::Provider(Provider::B),
            operation: None,
            status: 400,
            headers: Arc::default(),
            body: Bytes::new(),
            json: None,
        };
        assert_eq!(
            exchange.curl(),
            r#"curl -i -u "$OCTANE_OTHER_USERNAME:$OCTANE_OTHER_PASSWORD" -X POST -H 'content-type: application/json' -d '{"reason":"it'\''s"}' "$OCTANE_URL"'/v1/order/nbn/1001/cancel'"#
        );
    }
}
