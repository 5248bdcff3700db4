//! The line of the contract that a failure is about.
//!
//! A check that knows the very place says so by a pointer. Otherwise it is the operation's own entry,
//! for rules about an operation, or the first source of the rule.

use octane_openapi::{Document, Lifecycle, Place};

use super::Rule;
use crate::failure::Failure;
use crate::judge::Judge;
use crate::reach::Trigger;
use crate::truth_table::State;

/// The name of the lifecycle that the truth table is about.
pub const LIFECYCLE: &str = "nbnOrder";

/// The line that a failure is about.
pub fn of(failure: &Failure, judge: &Judge) -> Place {
    let orders = &judge.orders().contract;
    let asked = match &failure.exchange {
        Some(exchange) => &judge.book(exchange.bare_path()).contract,
        None => orders,
    };
    let operation = asked.operation(&failure.subject);
    let pointer = match (&failure.pointer, operation, part(failure.rule)) {
        (Some(pointer), ..) => pointer.clone(),
        (None, Some(operation), Some(part)) => format!("{}{part}", operation.pointer),
        (None, ..) => failure.rule.facts().sources[0].to_owned(),
    };
    // The contract that was asked, unless it has no such place: the lifecycle is the orders' alone.
    let holds = |document: &Document| document.at(&pointer).is_some();
    match holds(asked.document()) {
        true => asked.document().place(&pointer),
        false => orders.document().place(&pointer),
    }
}

/// The part of an operation's entry that a rule is about, if it is about an operation.
fn part(rule: Rule) -> Option<&'static str> {
    match rule {
        Rule::StatusDocumented
        | Rule::ContentIsJson
        | Rule::BodyMatchesSchema
        | Rule::FieldsDeclared
        | Rule::EnvelopeConsistent
        | Rule::ClientDecodes
        | Rule::ClientKeepsEverything
        | Rule::RequiredHeaders => Some("/responses"),
        Rule::ErrorCodeDeclared => Some("/x-refusals"),
        Rule::ValidInputAccepted
        | Rule::NoServerError
        | Rule::RequestAnswered
        | Rule::AnswerFollows => Some(""),
        _ => None,
    }
}

/// The pointer of the row of the lifecycle that speaks of a trigger in a state; of the whole table
/// where none does, as of an event that is not legal.
pub fn row(lifecycle: &Lifecycle, state: State, trigger: Trigger) -> String {
    let speaks = |row: &str, from: &[String]| {
        row == trigger.name() && from.iter().any(|from| from == state.name())
    };
    let transition = lifecycle.transitions.iter().find(|it| speaks(&it.trigger, &it.from));
    let refusal = lifecycle.refusals.iter().find(|it| speaks(&it.trigger, &it.from));
    match (transition, refusal) {
        (Some(transition), _) => transition.pointer.clone(),
        (None, Some(refusal)) => refusal.pointer.clone(),
        (None, None) => format!("{}/transitions", lifecycle.pointer),
    }
}

/// The failure, at the row of the lifecycle that speaks of a trigger in a state.
pub fn at_row(failure: Failure, judge: &Judge, state: State, trigger: Trigger) -> Failure {
    match judge.orders().contract.lifecycle(LIFECYCLE) {
        Some(lifecycle) => failure.at(row(lifecycle, state, trigger)),
        None => failure,
    }
}

/// The pointer of an error code.
pub fn error_code(name: &str) -> String {
    format!("/x-error-codes/{name}")
}
