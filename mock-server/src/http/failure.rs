//! A refused or invalid request, on its way to an envelope.

use octane_openapi::{ErrorCode, Violation};

use crate::domain::{OrderId, Touched};

/// Everything a failure says, whichever contract it is answered by.
#[derive(Debug)]
pub(crate) struct Failure<'a> {
    /// The error, as the contract declares it.
    pub(crate) error: &'a ErrorCode,
    /// What was wrong with this request, for people.
    pub(crate) message: String,
    /// Every rule the request breaks, where it is invalid.
    pub(crate) violations: Vec<Violation>,
    /// The order that stands in the way.
    pub(crate) order_id: Option<OrderId>,
    /// The network events that would have been legal.
    pub(crate) legal_events: Option<Box<[String]>>,
    /// The order that the call was about.
    pub(crate) touched: Option<Box<Touched>>,
    /// The headers the contract gives this failure.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl<'a> Failure<'a> {
    /// A failure with nothing more to say than `message`.
    pub(crate) fn new(error: &'a ErrorCode, message: impl Into<String>) -> Self {
        Self {
            error,
            message: message.into(),
            violations: Vec::new(),
            order_id: None,
            legal_events: None,
            touched: None,
            headers: Vec::new(),
        }
    }

    /// The same failure with a header more.
    pub(crate) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// What a client sent, cut so that an answer never grows with the request.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN_MAX: usize = 80;
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
