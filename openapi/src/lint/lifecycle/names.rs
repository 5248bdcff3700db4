//! The names a lifecycle uses: each declared, each declared name used.

use super::super::words::suggestion;
use super::super::{Context, Findings};
use crate::lifecycle::{Lifecycle, Target};
use crate::pointer;

pub(super) fn check(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    unknown_names(context, lifecycle, findings);
    ambiguous_events(context, lifecycle, findings);
    unused_names(lifecycle, findings);
}

/// What a name may stand for.
struct Names<'l> {
    noun: &'static str,
    known: Vec<&'l str>,
    remedy: &'static str,
}

impl Names<'_> {
    /// Reports `name` at `at` unless it is known.
    fn expect(&self, name: &str, at: &str, findings: &mut Findings<'_>) {
        if !self.known.contains(&name) {
            findings.add(
                at,
                "lifecycle-name",
                format!("there is no {} `{name}`", self.noun),
                suggestion(name, self.known.iter().copied(), self.remedy),
            );
        }
    }
}

fn strs<'l>(names: impl IntoIterator<Item = &'l String>) -> Vec<&'l str> {
    names.into_iter().map(String::as_str).collect()
}

/// `lifecycle-name`: a name that nothing declares.
fn unknown_names(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let states = Names {
        noun: "state",
        known: strs(lifecycle.states.keys()),
        remedy: "declare it under `states`",
    };
    let conditions = Names {
        noun: "condition",
        known: strs(lifecycle.conditions.keys()),
        remedy: "declare it under `conditions`",
    };
    let effects = Names {
        noun: "effect",
        known: strs(lifecycle.effects.keys()),
        remedy: "declare it under `effects`",
    };
    let refusals = Names {
        noun: "error code",
        known: strs(context.contract.error_codes().keys()),
        remedy: "declare it in `x-error-codes`",
    };
    let operations = Names {
        noun: "operation",
        known: context.contract.operations().iter().map(|one| one.id.as_str()).collect(),
        remedy: "name an operation of this document",
    };
    let guards = Names {
        noun: "guarded operation",
        known: strs(&lifecycle.guards),
        remedy: "list it in `guards`",
    };
    let triggers = Names {
        noun: "event or guarded operation",
        known: strs(lifecycle.events.keys().chain(&lifecycle.guards)),
        remedy: "declare it under `events`, or list it in `guards`",
    };

    let list = |owner: &str, key: &str, names: &[String]| {
        let at = pointer::join(owner, key);
        let places = (0..names.len()).map(|index| pointer::join(&at, &index.to_string()));
        names.iter().cloned().zip(places.collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    for (name, at) in list(&lifecycle.pointer, "guards", &lifecycle.guards) {
        operations.expect(&name, &at, findings);
    }
    for (name, condition) in &lifecycle.conditions {
        if let Some(excluded) = &condition.excludes {
            let at = pointer::join(&pointer::join(&lifecycle.pointer, "conditions"), name);
            conditions.expect(excluded, &pointer::join(&at, "excludes"), findings);
        }
    }
    for transition in &lifecycle.transitions {
        let at = |key: &str| pointer::join(&transition.pointer, key);
        triggers.expect(&transition.trigger, &at("trigger"), findings);
        for (state, at) in list(&transition.pointer, "from", &transition.from) {
            states.expect(&state, &at, findings);
        }
        if let Some(condition) = &transition.when {
            conditions.expect(condition, &at("when"), findings);
        }
        if let Target::State(state) = &transition.to {
            states.expect(state, &at("to"), findings);
        }
        for (effect, at) in list(&transition.pointer, "effects", &transition.effects) {
            effects.expect(&effect, &at, findings);
        }
    }
    for refusal in &lifecycle.refusals {
        let at = |key: &str| pointer::join(&refusal.pointer, key);
        guards.expect(&refusal.trigger, &at("trigger"), findings);
        for (state, at) in list(&refusal.pointer, "from", &refusal.from) {
            states.expect(&state, &at, findings);
        }
        refusals.expect(&refusal.refusal, &at("refusal"), findings);
    }
}

/// `lifecycle-name`: an event called like an operation.
fn ambiguous_events(context: &Context<'_>, lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let events = pointer::join(&lifecycle.pointer, "events");
    for event in lifecycle.events.keys() {
        if context.contract.operation(event).is_some() {
            findings.add(
                &pointer::join(&events, event),
                "lifecycle-name",
                format!("the event `{event}` has the name of an operation"),
                "rename the event",
            );
        }
    }
}

/// `lifecycle-unused`: an event, condition or effect that no transition names.
fn unused_names(lifecycle: &Lifecycle, findings: &mut Findings<'_>) {
    let transitions = &lifecycle.transitions;
    let mut unused = |section: &str, noun: &str, name: &str, used: bool| {
        if !used {
            findings.add(
                &pointer::join(&pointer::join(&lifecycle.pointer, section), name),
                "lifecycle-unused",
                format!("no transition names the {noun} `{name}`"),
                "name it in one, or remove it",
            );
        }
    };
    for event in lifecycle.events.keys() {
        unused("events", "event", event, transitions.iter().any(|one| one.trigger == *event));
    }
    for condition in lifecycle.conditions.keys() {
        // A condition may be there for another to exclude.
        let used = transitions.iter().any(|one| one.when.as_ref() == Some(condition))
            || lifecycle.conditions.values().any(|one| one.excludes.as_ref() == Some(condition));
        unused("conditions", "condition", condition, used);
    }
    for effect in lifecycle.effects.keys() {
        unused(
            "effects",
            "effect",
            effect,
            transitions.iter().any(|one| one.effects.contains(effect)),
        );
    }
}
