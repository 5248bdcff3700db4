//! One request that breaks one rule, and what it must be answered.

use crate::exchange::RawRequest;

/// A request that must be refused.
#[derive(Debug, Clone)]
pub struct Case {
    /// The operation whose request is broken.
    pub operation: String,
    /// What is wrong with it, in a sentence that names the case.
    pub about: String,
    /// The request.
    pub request: RawRequest,
    /// What it must be answered.
    pub refusal: Refusal,
    /// Where the contract says so, as a JSON pointer, if nearer than the refusal's own entry.
    pub rule: Option<String>,
    /// How near it is to a valid request.
    pub miss: Miss,
}

impl Case {
    /// What is wrong, whatever the operation and the variant of its body.
    pub fn slip(&self) -> &str {
        self.about.split_once(": ").map_or(&self.about, |(_, slip)| slip)
    }
}

/// How far what is wrong is from being right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// A lenient server takes it for the valid value: a text of digits for a number, a text with a
    /// blank before it, something behind the end of the body. Which of these a server is lenient
    /// about cannot be told from the others, so every one is always tried.
    Near,
    /// Nobody takes it for anything, unless nothing is looked at: one stands for many.
    Far,
}

/// How a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The name of the error code.
    pub error: &'static str,
    /// The violation that must be listed: part, pointer and keyword.
    pub violation: Option<(&'static str, String, String)>,
}

impl Refusal {
    /// 400 with a violation.
    pub(super) fn invalid(
        part: &'static str,
        pointer: impl Into<String>,
        keyword: impl Into<String>,
    ) -> Self {
        let violation = Some((part, pointer.into(), keyword.into()));
        Self { status: 400, error: "InvalidRequest", violation }
    }

    /// Another refusal that needs no violations.
    pub(super) fn plain(status: u16, error: &'static str) -> Self {
        Self { status, error, violation: None }
    }
}
