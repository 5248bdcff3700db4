//! What becomes of a request that breaks the contract.

use octane_openapi::Violation;
use percent_encoding::{CONTROLS, utf8_percent_encode};

/// The header that says what is wrong with a request that was answered all the same.
pub(crate) const VIOLATIONS: &str = "octane-violations";

/// How much of the violations a header holds, in bytes.
const HEADER_BYTES_MAX: usize = 1000;

/// What becomes of a request that breaks the contract. Credentials, paths, methods and `Accept` are
/// judged either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// It is refused, with every violation.
    #[default]
    On,
    /// It is answered as far as it can be, with a warning in the log and the violations in the
    /// header `octane-violations`.
    Warn,
    /// It is answered as far as it can be.
    Off,
}

/// The violations as the value of a header: `body /name required, query /limit minimum`.
pub(crate) fn listed(violations: &[Violation]) -> String {
    let mut text = String::new();
    for Violation { location, pointer, keyword, .. } in violations {
        let pointer = utf8_percent_encode(pointer, CONTROLS);
        let next = format!("{} {pointer} {keyword}", location.as_str());
        if text.len() + next.len() > HEADER_BYTES_MAX {
            text.push_str(", ...");
            break;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&next);
    }
    text
}
