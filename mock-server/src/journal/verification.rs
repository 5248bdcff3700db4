//! Counting exchanges, and saying in a sentence how the count compares with what was expected.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use octane_client::control::types::ErrorCode;

use super::exchange::Exchange;
use super::filter::CallFilter;
use super::{Journal, words};
use crate::domain::Refusal;

/// How many exchanges are expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallCount(RangeInclusive<u64>);

/// What was counted.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Whether there were as many as expected.
    pub is_satisfied: bool,
    /// What was expected and what was seen, in a sentence.
    pub message: String,
    /// The exchanges that fit, oldest first.
    pub exchanges: Vec<Arc<Exchange>>,
}

impl CallCount {
    /// So many and no more.
    pub fn exactly(count: u64) -> Self {
        Self(count..=count)
    }

    /// So many or more.
    pub fn at_least(count: u64) -> Self {
        Self(count..=u64::MAX)
    }

    /// So many or fewer.
    pub fn at_most(count: u64) -> Self {
        Self(0..=count)
    }

    /// From `least` to `most`.
    pub fn between(least: u64, most: u64) -> Self {
        Self(least..=most)
    }
}

impl Journal {
    /// Counts the exchanges that pass `filter`, and compares.
    ///
    /// # Errors
    /// `OperationNotFound` if the contract has no such operation, and `JournalIncomplete` if it
    /// depends on exchanges that are not held any more whether the count is as expected.
    pub fn verify(
        &self,
        filter: &CallFilter,
        expected: &CallCount,
    ) -> Result<Verification, Refusal> {
        if let Some(operation) = &filter.operation
            && !self.coverage().has_operation(operation)
        {
            let message = format!("The contract has no operation `{operation}`.");
            return Err(Refusal::named(ErrorCode::OperationNotFound.name(), message));
        }
        let page = self.page(&CallFilter::default(), None, usize::MAX);
        let (dropped, capacity) = (page.dropped, page.capacity);
        let mut all = page.exchanges;
        all.reverse();
        let fits: Vec<_> = all.iter().filter(|it| filter.admits(it)).cloned().collect();
        let count = u64::try_from(fits.len()).expect("no more than the journal holds");
        // Each of the dropped may have fitted or not.
        let (fewest, most) = (count, count.saturating_add(dropped));
        let may_be = fewest <= *expected.0.end() && most >= *expected.0.start();
        let must_be = expected.0.contains(&fewest) && expected.0.contains(&most);
        if may_be && !must_be {
            let message = format!(
                "The journal keeps {capacity} exchanges and has dropped {dropped}, which may have \
                 been such calls."
            );
            return Err(Refusal::named(ErrorCode::JournalIncomplete.name(), message));
        }
        let closest = match fits.is_empty() && !must_be {
            true => format!("; {}", closest(filter, &all)),
            false => String::new(),
        };
        let message = format!(
            "{} expected, and {}{closest}.",
            expectation(filter, expected),
            seen(&fits.iter().map(|it| it.id).collect::<Vec<_>>())
        );
        Ok(Verification { is_satisfied: must_be, message, exchanges: fits })
    }
}

/// `Exactly 1 cancelNbnOrder for order 1007 was`.
fn expectation(filter: &CallFilter, CallCount(expected): &CallCount) -> String {
    let (least, most) = (*expected.start(), *expected.end());
    let (count, number) = match (least, most) {
        (0, 0) => ("No".to_owned(), 1),
        (least, most) if least == most => (format!("Exactly {least}"), least),
        (least, u64::MAX) => (format!("At least {least}"), least),
        (0, most) => (format!("At most {most}"), most),
        (least, most) => (format!("Between {least} and {most}"), most),
    };
    let was = if number == 1 { "was" } else { "were" };
    format!("{count} {} {was}", subject(filter, number))
}

/// `there were 2: exchanges 12 and 15`.
fn seen(ids: &[u64]) -> String {
    match ids {
        [] => "there was none".to_owned(),
        [one] => format!("there was 1: exchange {one}"),
        several => {
            let listed = words::list(several.iter().map(u64::to_string));
            format!("there were {}: exchanges {listed}", several.len())
        }
    }
}

/// What passes a filter, for so many of it: `invalid cancelNbnOrder for order 1007 by harbour`.
fn subject(filter: &CallFilter, number: u64) -> String {
    let CallFilter { operation, status, order_id, provider, valid } = filter;
    let mut words = Vec::new();
    words.extend(valid.map(|it| if it { "valid" } else { "invalid" }.to_owned()));
    words.push(match operation {
        Some(operation) => operation.clone(),
        None if number == 1 => "call".to_owned(),
        None => "calls".to_owned(),
    });
    words.extend(order_id.map(|it| format!("for order {it}")));
    words.extend(provider.as_ref().map(|it| format!("by {it}")));
    words.extend(status.map(|it| format!("with status {it}")));
    words.join(" ")
}

/// Of exchanges none of which fits, those that come closest: that differ in one thing, or else what
/// there was at all.
fn closest(filter: &CallFilter, all: &[Arc<Exchange>]) -> String {
    type Tell = fn(&[&Exchange]) -> String;
    let relaxed: [(bool, CallFilter, Tell); 4] = [
        (filter.status.is_some(), CallFilter { status: None, ..filter.clone() }, statuses),
        (filter.valid.is_some(), CallFilter { valid: None, ..filter.clone() }, validity),
        (filter.provider.is_some(), CallFilter { provider: None, ..filter.clone() }, providers),
        (filter.order_id.is_some(), CallFilter { order_id: None, ..filter.clone() }, orders),
    ];
    for (_, relaxed, tell) in relaxed.iter().filter(|(narrows, ..)| *narrows) {
        let near: Vec<&Exchange> =
            all.iter().map(|it| &**it).filter(|it| relaxed.admits(it)).collect();
        if !near.is_empty() {
            let count = u64::try_from(near.len()).expect("no more than the journal holds");
            let were = if count == 1 { "was" } else { "were" };
            return format!("there {were} {count} {}, {}", subject(relaxed, count), tell(&near));
        }
    }
    if filter.operation.is_some() {
        let operation = filter.operation.clone();
        let of_operation = CallFilter { operation, ..CallFilter::default() };
        let near = all.iter().filter(|it| of_operation.admits(it));
        let ids: Vec<_> = near.map(|it| it.id).collect();
        if !ids.is_empty() {
            return format!("of {} at all {}", subject(&of_operation, 1), seen(&ids));
        }
    }
    let mut operations: BTreeMap<&str, usize> = BTreeMap::new();
    for exchange in all {
        *operations.entry(exchange.operation.as_deref().unwrap_or("no operation")).or_default() +=
            1;
    }
    match operations.is_empty() {
        true => "the journal is empty".to_owned(),
        false => {
            let counted =
                operations.iter().map(|(operation, count)| format!("{operation} {count}×"));
            format!("what was called: {}", words::list(counted))
        }
    }
}

fn statuses(near: &[&Exchange]) -> String {
    let distinct = words::distinct(near.iter().map(|it| it.status));
    format!("with status {}", words::list(distinct.iter().map(u16::to_string)))
}

fn validity(near: &[&Exchange]) -> String {
    let is_valid = near.iter().all(|it| it.is_valid);
    if is_valid { "all valid" } else { "all invalid" }.to_owned()
}

fn providers(near: &[&Exchange]) -> String {
    let name = |it: &&Exchange| it.provider.clone().unwrap_or_else(|| "nobody known".to_owned());
    format!("by {}", words::list(words::distinct(near.iter().map(name)).into_iter()))
}

fn orders(near: &[&Exchange]) -> String {
    let distinct = words::distinct(near.iter().filter_map(|it| it.order_id));
    let listed = words::list(distinct.iter().map(i64::to_string));
    match distinct.len() {
        0 => "for no order".to_owned(),
        1 => format!("for order {listed}"),
        _ => format!("for orders {listed}"),
    }
}
