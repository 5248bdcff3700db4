//! The table itself: one answer for each pair of state and trigger, and a way to every state.

use std::collections::HashSet;

use super::super::{Context, Findings};
use super::target;
use crate::lifecycle::{Lifecycle, Transition};
use crate::pointer;

pub(super) fn check(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    empty_from(lifecycle, findings);
    nondeterminism(lifecycle, findings);
    contradicting_refusals(lifecycle, findings);
    totality(context, lifecycle, findings);
    reachability(lifecycle, findings);
    terminal_states(lifecycle, findings);
    dead_ends(lifecycle, findings);
}

/// `lifecycle-from`: a row that leads out of nowhere, or out of one state twice.
fn empty_from(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let transitions = lifecycle.transitions.iter().map(|one| (&one.from, &one.pointer));
    let refusals = lifecycle.refusals.iter().map(|one| (&one.from, &one.pointer));
    for (from, row) in transitions.chain(refusals) {
        let at = pointer::join(row, "from");
        if from.is_empty() {
            findings.add(&at, "lifecycle-from", "the row is about no state", "name the states");
        }
        for (index, state) in from.iter().enumerate() {
            if from[..index].contains(state) {
                findings.add(
                    &pointer::join(&at, &index.to_string()),
                    "lifecycle-from",
                    format!("`{state}` is listed twice"),
                    "keep one of the two",
                );
            }
        }
    }
}

fn exclude_each_other(lifecycle: &Lifecycle, a: &Transition, b: &Transition) -> bool {
    let (Some(a), Some(b)) = (&a.when, &b.when) else { return false };
    let excludes = |one: &String, other: &String| {
        let condition = lifecycle.conditions.get(one);
        condition.is_some_and(|condition| condition.excludes.as_ref() == Some(other))
    };
    excludes(a, b) || excludes(b, a)
}

/// `lifecycle-nondeterminism`: two transitions that could both be taken.
fn nondeterminism(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    for (index, transition) in lifecycle.transitions.iter().enumerate() {
        for earlier in &lifecycle.transitions[..index] {
            let clash = transition.from.iter().find(|state| earlier.from.contains(state));
            if let Some(state) = clash
                && earlier.trigger == transition.trigger
                && !exclude_each_other(lifecycle, earlier, transition)
            {
                findings.add(
                    &transition.pointer,
                    "lifecycle-nondeterminism",
                    format!("`{}` has two transitions from `{state}`", transition.trigger),
                    "remove one, or give both a `when` of which one `excludes` the other",
                );
            }
        }
    }
}

/// `lifecycle-refusal`: a refusal that is never given, because something else answers first.
fn contradicting_refusals(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    for (index, refusal) in lifecycle.refusals.iter().enumerate() {
        for (position, state) in refusal.from.iter().enumerate() {
            let at = pointer::join(&refusal.pointer, "from");
            let at = pointer::join(&at, &position.to_string());
            let trigger = &refusal.trigger;
            let moves = lifecycle.transitions.iter().any(|one| {
                one.trigger == *trigger && one.when.is_none() && one.from.contains(state)
            });
            if moves {
                findings.add(
                    &at,
                    "lifecycle-refusal",
                    format!("`{trigger}` is refused in `{state}`, from where a transition leads"),
                    "remove one of the two, or give the transition a `when`",
                );
            }
            let mut earlier = lifecycle.refusals[..index].iter();
            if earlier.any(|one| one.trigger == *trigger && one.from.contains(state)) {
                findings.add(
                    &at,
                    "lifecycle-refusal",
                    format!("`{trigger}` already has a refusal in `{state}`"),
                    "keep one of the two",
                );
            }
        }
    }
}

/// `lifecycle-totality`: a guarded operation without an answer in some state.
fn totality(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let guards = pointer::join(&lifecycle.pointer, "guards");
    for (index, guard) in lifecycle.guards.iter().enumerate() {
        if context.contract.operation(guard).is_none() {
            continue;
        }
        let open: Vec<String> = lifecycle
            .states
            .keys()
            .filter(|state| !is_answered(lifecycle, guard, state))
            .map(|state| format!("`{state}`"))
            .collect();
        if !open.is_empty() {
            findings.add(
                &pointer::join(&guards, &index.to_string()),
                "lifecycle-totality",
                format!("`{guard}` is neither allowed nor refused in {}", open.join(", ")),
                "add a transition or a refusal; a conditional transition leaves the rest open",
            );
        }
    }
}

/// Is there an answer whatever conditions hold?
fn is_answered(lifecycle: &Lifecycle, trigger: &str, state: &String) -> bool {
    let refused = lifecycle
        .refusals
        .iter()
        .any(|refusal| refusal.trigger == trigger && refusal.from.contains(state));
    let moves: Vec<&Transition> = lifecycle
        .transitions
        .iter()
        .filter(|one| one.trigger == trigger && one.from.contains(state))
        .collect();
    let unconditional = moves.iter().any(|transition| transition.when.is_none());
    let complementary =
        moves.iter().any(|one| moves.iter().any(|other| exclude_each_other(lifecycle, one, other)));
    refused || unconditional || complementary
}

/// `lifecycle-reachability`: a state no order can come to.
fn reachability(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let mut reached = HashSet::from([lifecycle.initial()]);
    let mut grew = true;
    while grew {
        grew = false;
        for transition in &lifecycle.transitions {
            if transition.from.iter().any(|from| reached.contains(from.as_str()))
                && let Some(to) = target(transition)
            {
                grew |= reached.insert(to);
            }
        }
    }
    for state in lifecycle.states.keys().filter(|state| !reached.contains(state.as_str())) {
        findings.add(
            &pointer::join(&pointer::join(&lifecycle.pointer, "states"), state),
            "lifecycle-reachability",
            format!("no transitions lead from `{}` to `{state}`", lifecycle.initial()),
            "add a transition to it, or remove it",
        );
    }
}

/// `lifecycle-terminal`: a transition out of a terminal state.
fn terminal_states(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    for transition in &lifecycle.transitions {
        let at = pointer::join(&transition.pointer, "from");
        for (index, state) in transition.from.iter().enumerate() {
            if lifecycle.states.get(state).is_some_and(|state| state.terminal) {
                findings.add(
                    &pointer::join(&at, &index.to_string()),
                    "lifecycle-terminal",
                    format!("a transition leads out of the terminal state `{state}`"),
                    "remove it, or do not call the state `terminal`",
                );
            }
        }
    }
}

/// `lifecycle-dead-end`: a state from which no terminal state can be reached.
fn dead_ends(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let terminal = lifecycle.states.iter().filter(|(_, state)| state.terminal);
    let mut ending: HashSet<&str> = terminal.map(|(name, _)| name.as_str()).collect();
    let mut grew = true;
    while grew {
        grew = false;
        for transition in &lifecycle.transitions {
            if target(transition).is_some_and(|to| ending.contains(to)) {
                for from in &transition.from {
                    grew |= ending.insert(from);
                }
            }
        }
    }
    for state in lifecycle.states.keys().filter(|state| !ending.contains(state.as_str())) {
        findings.add(
            &pointer::join(&pointer::join(&lifecycle.pointer, "states"), state),
            "lifecycle-dead-end",
            format!("an order in `{state}` can never come to an end"),
            "add a transition towards a terminal state, or call it `terminal`",
        );
    }
}
