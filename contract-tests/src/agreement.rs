//! Does the contract's lifecycle say what the truth table says?
//!
//! Compared cell by cell through the contract's reader, so that a wrong table, a wrong contract and a
//! wrong reader all show.

use octane_openapi::{Judgement, Lifecycle, Target};

use crate::truth_table::{Answer, Effect, Event, Operation, State, Visit, answer, effect};

/// Everything the two disagree about, a sentence each.
pub fn disagreements(lifecycle: &Lifecycle) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: String, table: String, contract: String| {
        if table != contract {
            found.push(format!("{what}: the truth table says {table}, the contract {contract}"));
        }
    };
    let names = |names: Vec<&str>| names.join(", ");
    compare(
        "the states".to_owned(),
        names(State::ALL.map(State::name).to_vec()),
        names(lifecycle.states.keys().map(String::as_str).collect()),
    );
    compare(
        "the guarded operations".to_owned(),
        names(Operation::ALL.map(Operation::name).to_vec()),
        names(lifecycle.guards.iter().map(String::as_str).collect()),
    );
    compare(
        "the network events".to_owned(),
        names(Event::ALL.map(Event::name).to_vec()),
        names(lifecycle.events.keys().map(String::as_str).collect()),
    );
    compare(
        "the initial state".to_owned(),
        State::Submitted.name().to_owned(),
        lifecycle.initial().to_owned(),
    );
    for (state, declared) in State::ALL.iter().zip(lifecycle.states.values()) {
        compare(
            format!("whether {state} holds a timeslot"),
            state.holds_timeslot().to_string(),
            declared.holds_timeslot.to_string(),
        );
        compare(
            format!("whether {state} is terminal"),
            is_terminal(*state).to_string(),
            declared.terminal.to_string(),
        );
    }
    for visit in Visit::ALL {
        let holds = |condition: &str| match condition {
            "visitRequired" => visit.is_required(),
            "noVisitRequired" => !visit.is_required(),
            _ => false,
        };
        let judged =
            |state: State, trigger: &str| described(&lifecycle.judge(state.name(), trigger, holds));
        for state in State::ALL {
            for operation in Operation::ALL {
                let table = match answer(state, operation) {
                    Answer::Moves(status, entered) => format!("{status} → {entered}"),
                    Answer::Refused(name) => format!("refused: {name}"),
                };
                let cell = format!("{} in {state} ({visit:?})", operation.name());
                compare(cell, table, judged(state, operation.name()));
            }
            for event in Event::ALL {
                let table = match effect(state, event, visit) {
                    Effect::Enters(entered) => format!("→ {entered}"),
                    Effect::Returns => "→ the state before".to_owned(),
                    Effect::Illegal => "not legal".to_owned(),
                };
                let cell = format!("{event} in {state} ({visit:?})");
                compare(cell, table, judged(state, event.name()));
            }
        }
    }
    found
}

/// Whether nothing moves an order out of this state.
fn is_terminal(state: State) -> bool {
    let stays = |event| effect(state, event, Visit::Required) == Effect::Illegal;
    let refuses = |operation| matches!(answer(state, operation), Answer::Refused(_));
    Event::ALL.into_iter().all(stays) && Operation::ALL.into_iter().all(refuses)
}

fn described(judgement: &Judgement<'_>) -> String {
    match judgement {
        Judgement::Moves(transition) => {
            let status = transition.status.map_or(String::new(), |status| format!("{status} "));
            match &transition.to {
                Target::State(state) => format!("{status}→ {state}"),
                Target::Previous => format!("{status}→ the state before"),
            }
        }
        Judgement::Refused(name) => format!("refused: {name}"),
        Judgement::NotLegal => "not legal".to_owned(),
    }
}
