//! What a handler answers.

use axum::http::HeaderName;
use serde::Serialize;
use serde_json::Value;

/// A success: status, body and the headers the contract gives this answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

/// An answer with this status, whose body is one of the contract's generated types.
pub(crate) fn success<T: Serialize>(status: u16, body: &T) -> Answer {
    let body = serde_json::to_value(body).expect("generated types are serialised to JSON");
    Answer { status, body, headers: Vec::new() }
}

impl Answer {
    /// The same answer with a header more.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((HeaderName::from_static(name), value));
        self
    }
}
