//! A lifecycle as a Mermaid state diagram.
//!
//! Triggers that lead the same way share an arrow. Returns to `$previous` are a note: as arrows they
//! would double every way into the state.

use std::fmt::Write;

use indexmap::IndexMap;

use super::outcome::outcomes;
use crate::{Judgement, Lifecycle, Target};

/// The source of the diagram.
pub(super) fn diagram(lifecycle: &Lifecycle) -> String {
    let mut text = String::from("stateDiagram-v2\n");
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        writeln!(text, "    {arguments}").expect("a String takes any text");
    };
    line(format_args!("[*] --> {}", lifecycle.initial()));
    for (from, state) in &lifecycle.states {
        let (arrows, returns) = ways_out(lifecycle, from);
        for (to, triggers) in arrows {
            line(format_args!("{from} --> {to}: {}", triggers.join(", ")));
        }
        if !returns.is_empty() {
            line(format_args!("note right of {from}"));
            line(format_args!("    {}: back to the state before", returns.join(", ")));
            line(format_args!("end note"));
        }
        if state.terminal {
            line(format_args!("{from} --> [*]"));
        }
    }
    text
}

/// The triggers that lead out of `state`, by where they lead, and those that lead back.
fn ways_out<'l>(
    lifecycle: &'l Lifecycle,
    state: &str,
) -> (IndexMap<&'l str, Vec<String>>, Vec<String>) {
    let mut arrows: IndexMap<&str, Vec<String>> = IndexMap::new();
    let mut returns = Vec::new();
    let triggers = lifecycle.guards.iter().chain(lifecycle.events.keys());
    for trigger in triggers {
        for outcome in outcomes(lifecycle, state, trigger) {
            let Judgement::Moves(transition) = outcome else { continue };
            let label = match &transition.when {
                Some(condition) => format!("{trigger} [{condition}]"),
                None => trigger.clone(),
            };
            match &transition.to {
                Target::State(to) => arrows.entry(to).or_default().push(label),
                Target::Previous => returns.push(label),
            }
        }
    }
    (arrows, returns)
}
