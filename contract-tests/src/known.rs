//! What is known to be wrong with a target: because it was found before, or because whoever verifies
//! it accepts it for now.
//!
//! One broken promise must not hide the others behind it. So where only what is *told* is wrong, and
//! not what is *so* ([`Rule::is_of_telling`]), a sequence goes on past what is known. What is accepted
//! is counted, so that a report can say of it how often it was met, and that it can be taken out when
//! it was not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use octane_openapi::Contract;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, FailureClass};
use crate::rules::{Rule, UnknownRule};

/// A broken promise that is accepted: of one operation, or of all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accepted {
    /// The promise.
    pub rule: Rule,
    /// The operation.
    pub operation: Option<String>,
}

/// Why something cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// There is no such rule.
    #[error(transparent)]
    Rule(#[from] UnknownRule),
    /// There is no such operation.
    #[error("find the operation `{operation}`; the contract has {}", known.join(", "))]
    Operation {
        /// What was named.
        operation: String,
        /// The operations there are.
        known: Vec<String>,
    },
}

/// What is known to be wrong with one target.
#[derive(Debug, Default)]
pub struct Known {
    /// What is accepted, and how often it was met.
    accepted: Mutex<BTreeMap<Accepted, u64>>,
    found: Mutex<BTreeSet<FailureClass>>,
    /// What was passed over since the last time somebody asked.
    passed: Mutex<BTreeSet<Accepted>>,
}

impl Accepted {
    /// Whether a failure is of this kind.
    pub fn covers(&self, failure: &Failure) -> bool {
        self.rule == failure.rule
            && self.operation.as_ref().is_none_or(|operation| *operation == failure.subject)
    }
}

/// `RULE` or `RULE:OPERATION`.
impl FromStr for Accepted {
    type Err = AcceptError;

    fn from_str(text: &str) -> Result<Self, AcceptError> {
        let (rule, operation) = match text.split_once(':') {
            Some((rule, operation)) => (rule, Some(operation.to_owned())),
            None => (text, None),
        };
        let rule = Rule::of_id(rule)?;
        let contracts = [Contract::orders(), Contract::mock_control()];
        let contracts: Vec<Contract> = contracts.into_iter().flatten().collect();
        match operation {
            Some(operation) if contracts.iter().all(|it| it.operation(&operation).is_none()) => {
                let of_orders = contracts.iter().take(1).flat_map(Contract::operations);
                let known = of_orders.map(|it| it.id.clone()).collect();
                Err(AcceptError::Operation { operation, known })
            }
            operation => Ok(Self { rule, operation }),
        }
    }
}

impl TryFrom<String> for Accepted {
    type Error = AcceptError;

    fn try_from(text: String) -> Result<Self, AcceptError> {
        text.parse()
    }
}

impl From<Accepted> for String {
    fn from(accepted: Accepted) -> Self {
        accepted.to_string()
    }
}

impl fmt::Display for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule.id())?;
        self.operation.as_ref().map_or(Ok(()), |operation| write!(f, ":{operation}"))
    }
}

impl Known {
    /// What somebody accepts. Nothing is found yet.
    pub fn accepting(accepted: &[Accepted]) -> Self {
        let accepted = accepted.iter().map(|it| (it.clone(), 0)).collect();
        Self { accepted: Mutex::new(accepted), ..Self::default() }
    }

    /// Notes what was found.
    pub fn note(&self, failure: &Failure) {
        locked(&self.found).insert(failure.class());
    }

    /// Whether the like of a failure was found before.
    pub fn has(&self, failure: &Failure) -> bool {
        locked(&self.found).contains(&failure.class())
    }

    /// Whether a failure is accepted; if so, it is counted.
    pub fn accepts(&self, failure: &Failure) -> bool {
        let mut accepted = locked(&self.accepted);
        let covering = accepted.iter_mut().find(|(it, _)| it.covers(failure));
        covering.map(|(_, met)| *met += 1).is_some()
    }

    /// Whether a sequence can go on past a failure as if it had not been. If so, it is noted.
    pub fn passes_over(&self, failure: &Failure) -> bool {
        let passes = failure.rule.is_of_telling() && (self.has(failure) || self.accepts(failure));
        let operation = failure.exchange.as_ref().and_then(|it| it.operation.clone());
        if passes && operation.is_some() {
            locked(&self.passed).insert(Accepted { rule: failure.rule, operation });
        }
        passes
    }

    /// What was passed over since the last time, which is forgotten here.
    pub(crate) fn take_passed(&self) -> Vec<Accepted> {
        std::mem::take(&mut *locked(&self.passed)).into_iter().collect()
    }

    /// What is accepted, and how often it was met.
    pub fn met(&self) -> BTreeMap<Accepted, u64> {
        locked(&self.accepted).clone()
    }
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str) -> String {
        text.parse::<Accepted>().unwrap_err().to_string()
    }

    #[test]
    fn a_rule_is_accepted_of_one_operation_or_of_all() {
        let all: Accepted = "list-paged".parse().unwrap();
        assert_eq!(all, Accepted { rule: Rule::ListPaged, operation: None });
        let one: Accepted = "lifecycle:cancelNbnOrder".parse().unwrap();
        assert_eq!(one.to_string(), "lifecycle:cancelNbnOrder");
        assert!(refused("list-pagde").contains("list-paged"));
        assert!(refused("lifecycle:cancelOrder").contains("cancelNbnOrder"));
    }
}
