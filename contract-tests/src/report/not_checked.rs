//! What was not checked, told shortly: statuses with the operations that lack them, refusals, cells of
//! the lifecycle by state. The whole list is in the JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::{Report, counted};
use crate::gaps::Because;

/// More operations, refusals or other things than these are counted.
const NAMED: usize = 6;

/// What was not checked, by reason, in a few lines each.
pub fn lines(report: &Report) -> Vec<(Because, Vec<String>)> {
    let reasons = report.gaps_by_reason().into_iter();
    reasons.map(|(because, gaps)| (because, told(&gaps))).collect()
}

fn told(gaps: &[&str]) -> Vec<String> {
    let mut statuses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut nowhere, mut refusals, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let is_status = |it: &str| it.len() == 3 && it.bytes().all(|it| it.is_ascii_digit());
    for gap in gaps {
        match gap.split(' ').collect::<Vec<_>>().as_slice() {
            [operation, status] if is_status(status) => {
                statuses.entry(status).or_default().insert(operation);
            }
            [status, _] if is_status(status) => nowhere.push(*gap),
            ["refusal", name] => refusals.push(*name),
            [_, "in", state] => *states.entry(state).or_default() += 1,
            _ => others.push(*gap),
        }
    }
    // Statuses that the same operations lack are told together.
    let mut alike: BTreeMap<BTreeSet<&str>, Vec<&str>> = BTreeMap::new();
    for (status, operations) in statuses {
        alike.entry(operations).or_default().push(status);
    }
    let mut lines = Vec::new();
    for (operations, statuses) in alike {
        let operations: Vec<&str> = operations.into_iter().collect();
        lines.push(format!("{} of {}", statuses.join(", "), some(&operations, "operation")));
    }
    if !nowhere.is_empty() {
        lines.push(format!("{} of any request", some(&nowhere, "status")));
    }
    if !refusals.is_empty() {
        let word = if refusals.len() == 1 { "refusal" } else { "refusals" };
        let named = some(&refusals, "refusal");
        lines.push(if refusals.len() > NAMED { named } else { format!("the {word} {named}") });
    }
    if !states.is_empty() {
        let cells = states.values().sum();
        let states: Vec<String> =
            states.into_iter().map(|(state, count)| format!("{count} in {state}")).collect();
        lines.push(format!("{} of the lifecycle: {}", counted(cells, "cell"), states.join(", ")));
    }
    if !others.is_empty() {
        lines.push(some(&others, "other thing"));
    }
    lines
}

/// Names, or how many of them there are.
fn some(names: &[&str], what: &str) -> String {
    if names.len() <= NAMED { names.join(", ") } else { counted(names.len(), what) }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn what_is_alike_is_told_once() {
        let operations = ["a", "b", "c", "d", "e", "f", "g"];
        let of = |status: &str| operations.map(|it| format!("{it} {status}"));
        let gaps: Vec<String> = of("429")
            .into_iter()
            .chain(of("503"))
            .chain(["a 409", "500 InternalError", "refusal OrderClosed"].map(str::to_owned))
            .chain(["hold in Held", "start in Held", "hold in Rejected"].map(str::to_owned))
            .collect();
        let gaps: Vec<&str> = gaps.iter().map(String::as_str).collect();
        assert_eq!(
            told(&gaps),
            [
                "409 of a",
                "429, 503 of 7 operations",
                "500 InternalError of any request",
                "the refusal OrderClosed",
                "3 cells of the lifecycle: 2 in Held, 1 in Rejected",
            ]
        );
    }
}
