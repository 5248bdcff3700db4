//! One broken rule, as the contract's `Violation` schema has it.

use std::fmt;

use serde::Serialize;

use crate::operation::ParameterLocation;

/// The part of a request a violation is in. An answer's violations are in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ViolationIn {
    /// The body.
    Body,
    /// A path parameter.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie: in foreign contracts alone, ours have none.
    Cookie,
}

impl ViolationIn {
    /// The part as the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ViolationIn::Body => "body",
            ViolationIn::Path => "path",
            ViolationIn::Query => "query",
            ViolationIn::Header => "header",
            ViolationIn::Cookie => "cookie",
        }
    }
}

impl From<ParameterLocation> for ViolationIn {
    fn from(location: ParameterLocation) -> ViolationIn {
        match location {
            ParameterLocation::Path => ViolationIn::Path,
            ParameterLocation::Query => ViolationIn::Query,
            ParameterLocation::Header => ViolationIn::Header,
        }
    }
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Violation {
    /// The part of the request.
    #[serde(rename = "in")]
    pub location: ViolationIn,
    /// The value, or the property that is missing or unknown: a JSON pointer.
    pub pointer: String,
    /// The keyword of the rule.
    pub keyword: String,
    /// What must be, never what was sent.
    pub message: String,
    /// The place of the rule in the contract, `#/components/schemas/WithdrawRequest/required`.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { location, pointer, message, rule, .. } = self;
        write!(f, "{} `{pointer}` {message} ({rule})", location.as_str())
    }
}
