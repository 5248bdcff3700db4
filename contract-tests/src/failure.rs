//! A broken promise: which, where, what was expected and what came.
//!
//! Every check names the promise it keeps by a [`Rule`], so that shrinking can hold on to the failure
//! it began with, and reports can be grouped.

use std::fmt;

use octane_openapi::Place;

use crate::exchange::Exchange;
use crate::judge::Judge;
use crate::rules::place;

pub use crate::rules::Rule;

/// A promise that was not kept.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The promise.
    pub rule: Rule,
    /// The operation, or what else was asked.
    pub subject: String,
    /// What the contract or the model says.
    pub expected: String,
    /// What came instead.
    pub received: String,
    /// Where the contract says so, as a JSON pointer, if the check knows better than the rule.
    pub pointer: Option<String>,
    /// The request and answer that show it.
    pub exchange: Option<Box<Exchange>>,
}

/// What two failures have in common if one is a smaller case of the other.
pub type FailureClass = (Rule, String);

impl Failure {
    /// A failure that this exchange shows.
    pub fn of(
        rule: Rule,
        exchange: &Exchange,
        expected: impl Into<String>,
        received: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            subject: exchange.subject(),
            expected: expected.into(),
            received: received.into(),
            pointer: None,
            exchange: Some(Box::new(exchange.clone())),
        }
    }

    /// The same, with the place in the contract that says so.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The failure's class.
    pub fn class(&self) -> FailureClass {
        (self.rule, self.subject.clone())
    }

    /// The line of the contract that says what was expected.
    pub fn place(&self, judge: &Judge) -> Place {
        place::of(self, judge)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} [{}]", self.rule.promise(), self.rule.id())?;
        writeln!(f, "  operation: {}", self.subject)?;
        writeln!(f, "  expected:  {}", self.expected)?;
        write!(f, "  received:  {}", self.received)?;
        if let Some(exchange) = &self.exchange {
            write!(f, "\n  exchange:  {exchange}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
