//! The findings as annotations of GitHub Actions, which shows them at the line of the contract.
//!
//! See <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::{Report, Strictness, not_checked};
use crate::gaps::Because;

/// A line for each finding; in CI one more if something was not seen that could have been.
pub fn annotations(report: &Report, strictness: Strictness) -> String {
    let mut lines = String::new();
    for (finding, more) in report.grouped() {
        let failure = &finding.failure;
        let place = &finding.place;
        let title = format!("{} by {}", failure.rule.id(), failure.subject);
        let mut message = format!(
            "{}\nexpected: {}\nreceived: {}",
            failure.rule.promise(),
            failure.expected,
            failure.received
        );
        if more > 0 {
            message.push_str(&format!("\nand {more} more of this rule and operation"));
        }
        lines.push_str(&format!(
            "::error file={},line={},title={}::{}\n",
            property(&place.file),
            place.line,
            property(&title),
            data(&message)
        ));
    }
    if strictness == Strictness::Ci {
        for (because, gaps) in not_checked::lines(report) {
            if because == Because::NotTried {
                let message = format!("{}:\n{}", because.words(), gaps.join("\n"));
                lines.push_str(&format!("::error title=Not checked::{}\n", data(&message)));
            }
        }
    }
    lines
}

/// What is behind the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
