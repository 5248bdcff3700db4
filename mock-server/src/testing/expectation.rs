//! What a test expects to have been called.

use std::sync::Arc;

use crate::domain::OrderId;
use crate::journal::{CallCount, CallFilter, Exchange, Journal};

/// How many of the last exchanges a failure lists.
const LISTED_MAX: usize = 20;

/// Calls that are expected, before it is said how many. Each method narrows them.
///
/// Saying how many checks it at once: it panics if the journal tells otherwise, with a sentence and
/// the exchanges that there were, and else answers the exchanges that were counted, oldest first.
#[derive(Debug)]
#[must_use = "nothing is checked before it is said how many calls are expected"]
pub struct ExpectedCalls<'j> {
    journal: &'j Journal,
    filter: CallFilter,
}

impl<'j> ExpectedCalls<'j> {
    pub(super) fn of(journal: &'j Journal, operation: Option<&str>) -> Self {
        let operation = operation.map(str::to_owned);
        Self { journal, filter: CallFilter { operation, ..CallFilter::default() } }
    }

    /// About this order, which they made or named.
    pub fn order(mut self, order_id: OrderId) -> Self {
        self.filter.order_id = Some(order_id);
        self
    }

    /// By this provider.
    pub fn provider(mut self, username: &str) -> Self {
        self.filter.provider = Some(username.to_owned());
        self
    }

    /// Answered with this HTTP status.
    pub fn status(mut self, status: u16) -> Self {
        self.filter.status = Some(status);
        self
    }

    /// That kept to the contract.
    pub fn valid(mut self) -> Self {
        self.filter.valid = Some(true);
        self
    }

    /// That did not keep to the contract.
    pub fn invalid(mut self) -> Self {
        self.filter.valid = Some(false);
        self
    }

    /// So many and no more.
    ///
    /// # Panics
    /// If there were more or fewer; if the contract has no such operation; or if it depends on
    /// exchanges that have dropped out of the journal.
    #[track_caller]
    pub fn exactly(self, count: u64) -> Vec<Arc<Exchange>> {
        self.check(&CallCount::exactly(count))
    }

    /// None at all.
    ///
    /// # Panics
    /// As [`exactly`](Self::exactly).
    #[track_caller]
    pub fn never(self) {
        self.check(&CallCount::exactly(0));
    }

    /// So many or more.
    ///
    /// # Panics
    /// As [`exactly`](Self::exactly).
    #[track_caller]
    pub fn at_least(self, count: u64) -> Vec<Arc<Exchange>> {
        self.check(&CallCount::at_least(count))
    }

    /// So many or fewer.
    ///
    /// # Panics
    /// As [`exactly`](Self::exactly).
    #[track_caller]
    pub fn at_most(self, count: u64) -> Vec<Arc<Exchange>> {
        self.check(&CallCount::at_most(count))
    }

    #[track_caller]
    fn check(self, expected: &CallCount) -> Vec<Arc<Exchange>> {
        match self.journal.verify(&self.filter, expected) {
            Ok(verification) if verification.is_satisfied => verification.exchanges,
            Ok(verification) => panic!("{}{}", verification.message, listed(self.journal)),
            Err(refusal) => panic!("{}", refusal.message),
        }
    }
}

/// The last exchanges, a line each.
fn listed(journal: &Journal) -> String {
    let page = journal.page(&CallFilter::default(), None, LISTED_MAX);
    let mut lines: Vec<String> = page.exchanges.iter().map(|it| format!("\n  {it}")).collect();
    lines.reverse();
    match lines.as_slice() {
        [] => String::new(),
        _ => format!("\n\nThe journal, to its end:{}", lines.concat()),
    }
}
