//! Lifecycles: total, deterministic, made of known names, and in step with the operations.

use std::collections::HashSet;

use serde_json::Value;

use super::words::suggestion;
use super::{Context, Findings};
use crate::lifecycle::{Lifecycle, Target, Transition};
use crate::pointer;

mod names;
mod table;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for lifecycle in context.contract.lifecycles().values() {
        states_equal_enum(context, lifecycle, findings);
        names::check(context, lifecycle, findings);
        table::check(context, lifecycle, findings);
        outcomes(context, lifecycle, findings);
    }
}

/// `lifecycle-states`: states that are not the values of the status enum, in its order.
fn states_equal_enum(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let at = pointer::join(&lifecycle.pointer, "states");
    let values = context.document.follow(&lifecycle.schema);
    let values = values.and_then(|schema| context.document.at(&schema)?.get("enum")?.as_array());
    let Some(values) = values else {
        findings.add(
            &pointer::join(&lifecycle.pointer, "schema"),
            "lifecycle-states",
            "the schema of the states has no `enum`",
            "refer to the enum whose values are the states",
        );
        return;
    };
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let states: Vec<&str> = lifecycle.states.keys().map(String::as_str).collect();
    let enum_at = format!("#{}", lifecycle.schema);
    for state in states.iter().filter(|state| !values.contains(state)) {
        findings.add(
            &pointer::join(&at, state),
            "lifecycle-states",
            format!("the state `{state}` is no value of {enum_at}"),
            suggestion(state, values.iter().copied(), "add it to the enum"),
        );
    }
    for value in values.iter().filter(|value| !states.contains(value)) {
        findings.add(
            &at,
            "lifecycle-states",
            format!("the value `{value}` of {enum_at} is no state"),
            suggestion(value, states.iter().copied(), "add the state"),
        );
    }
    let same: HashSet<_> = values.iter().collect();
    if states != values && same == states.iter().collect() {
        findings.add(
            &at,
            "lifecycle-states",
            format!("the states are in another order than the values of {enum_at}"),
            "put them in the same order",
        );
    }
}

/// `lifecycle-outcome`: an outcome that the operation does not document.
fn outcomes(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    for transition in &lifecycle.transitions {
        outcome_status(context, transition, findings);
    }
    for refusal in &lifecycle.refusals {
        let Some(operation) = context.contract.operation(&refusal.trigger) else { continue };
        let known = context.contract.error_codes().contains_key(&refusal.refusal);
        if known && !operation.refusals.contains(&refusal.refusal) {
            findings.add(
                &pointer::join(&refusal.pointer, "refusal"),
                "lifecycle-outcome",
                format!("`{}` does not list the refusal `{}`", operation.id, refusal.refusal),
                "add it to its `x-refusals`, where it takes precedence",
            );
        }
    }
}

fn outcome_status(context: &Context<'_>, transition: &Transition, findings: &mut Findings<'_>) {
    let at = pointer::join(&transition.pointer, "status");
    let trigger = &transition.trigger;
    match (context.contract.operation(trigger), transition.status) {
        (Some(_), None) => findings.add(
            &transition.pointer,
            "lifecycle-outcome",
            format!("the transition does not say what `{trigger}` answers"),
            "add the HTTP `status`",
        ),
        (Some(operation), Some(status)) if !operation.responses.contains_key(&status) => {
            findings.add(
                &at,
                "lifecycle-outcome",
                format!("`{trigger}` does not document the answer {status}"),
                format!("add a response \"{status}\" to it"),
            );
        }
        (None, Some(_)) => findings.add(
            &at,
            "lifecycle-outcome",
            format!("`{trigger}` is no operation, so nothing is answered"),
            "remove the `status`",
        ),
        (Some(_), Some(_)) | (None, None) => {}
    }
}

/// The state a transition leads to; `$previous` leads back to where the order has been already.
fn target(transition: &Transition) -> Option<&str> {
    match &transition.to {
        Target::State(state) => Some(state),
        Target::Previous => None,
    }
}
