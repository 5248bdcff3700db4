//! What a handler answers.

use axum::http::HeaderName;
use serde::Serialize;
use serde_json::Value;

use crate::domain::Touched;
use crate::journal::Remarks;

/// A success: status, body and the headers the contract gives this answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// What the journal is told of it.
    pub(crate) remarks: Remarks,
}

/// An answer with this status, whose body is one of the contract's generated types.
pub(crate) fn success<T: Serialize>(status: u16, body: &T) -> Answer {
    let body = serde_json::to_value(body).expect("generated types are serialised to JSON");
    Answer { status, body, headers: Vec::new(), remarks: Remarks::default() }
}

impl Answer {
    /// The same answer with a header more.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// The same answer, which is about this order.
    pub(crate) fn about(mut self, touched: Touched) -> Self {
        self.remarks.touched = Some(Box::new(touched));
        self
    }
}
