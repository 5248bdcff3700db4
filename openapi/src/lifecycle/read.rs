//! Reads `x-lifecycles`.
//!
//! Whether the table is total, deterministic and made of known names is the lint's business; here it
//! only has to have the right shape.

use indexmap::IndexMap;

use super::{Condition, Lifecycle, State, StateRefusal, Target, Transition};
use crate::node::Node;
use crate::place::ReadError;
use crate::pointer;

pub(crate) fn read_lifecycles(root: &Node<'_>) -> Result<IndexMap<String, Lifecycle>, ReadError> {
    let Some(lifecycles) = root.get("x-lifecycles") else { return Ok(IndexMap::new()) };
    let mut read = IndexMap::new();
    for (name, lifecycle) in lifecycles.entries()? {
        read.insert(name.to_owned(), read_lifecycle(name, &lifecycle)?);
    }
    Ok(read)
}

fn read_lifecycle(name: &str, lifecycle: &Node<'_>) -> Result<Lifecycle, ReadError> {
    let schema = lifecycle.require("schema")?;
    let schema_pointer = pointer::of_reference(schema.str()?)
        .filter(|pointer| schema.document.at(pointer).is_some())
        .ok_or_else(|| {
            schema.error(
                format!("the reference `{}` leads nowhere", schema.value.as_str().unwrap_or("")),
                "refer to the enum of the states under `#/components/schemas/`",
            )
        })?;
    Ok(Lifecycle {
        name: name.to_owned(),
        description: lifecycle.text_or_empty("description")?,
        schema: schema_pointer,
        guards: lifecycle.strings_or_none("guards")?,
        states: read_states(&lifecycle.require("states")?)?,
        events: descriptions(lifecycle, "events")?,
        conditions: read_conditions(lifecycle)?,
        effects: descriptions(lifecycle, "effects")?,
        transitions: read_list(lifecycle, "transitions", read_transition)?,
        refusals: read_list(lifecycle, "refusals", read_refusal)?,
        pointer: lifecycle.pointer.clone(),
    })
}

fn read_states(states: &Node<'_>) -> Result<IndexMap<String, State>, ReadError> {
    let mut read: IndexMap<String, State> = IndexMap::new();
    for (name, state) in states.entries()? {
        let flags = State {
            description: state.text_or_empty("description")?,
            initial: state.flag("initial")?,
            terminal: state.flag("terminal")?,
            holds_timeslot: state.flag("holdsTimeslot")?,
        };
        let first = read.iter().find(|(_, earlier)| flags.initial && earlier.initial);
        if let Some((first, _)) = first {
            return Err(state.error(
                format!("`{name}` is a second initial state beside `{first}`"),
                "mark one state as `initial: true`",
            ));
        }
        read.insert(name.to_owned(), flags);
    }
    if !read.values().any(|state| state.initial) {
        return Err(states.error("no state is initial", "mark one state as `initial: true`"));
    }
    Ok(read)
}

fn descriptions(lifecycle: &Node<'_>, key: &str) -> Result<IndexMap<String, String>, ReadError> {
    let Some(named) = lifecycle.get(key) else { return Ok(IndexMap::new()) };
    let mut read = IndexMap::new();
    for (name, entry) in named.entries()? {
        entry.object()?;
        read.insert(name.to_owned(), entry.text_or_empty("description")?);
    }
    Ok(read)
}

fn read_conditions(lifecycle: &Node<'_>) -> Result<IndexMap<String, Condition>, ReadError> {
    let Some(conditions) = lifecycle.get("conditions") else { return Ok(IndexMap::new()) };
    let mut read = IndexMap::new();
    for (name, condition) in conditions.entries()? {
        condition.object()?;
        let excludes = condition.get("excludes").map(|other| other.string()).transpose()?;
        let description = condition.text_or_empty("description")?;
        read.insert(name.to_owned(), Condition { description, excludes });
    }
    Ok(read)
}

fn read_list<T>(
    lifecycle: &Node<'_>,
    key: &str,
    read: impl Fn(&Node<'_>) -> Result<T, ReadError>,
) -> Result<Vec<T>, ReadError> {
    let Some(list) = lifecycle.get(key) else { return Ok(Vec::new()) };
    list.items()?.iter().map(read).collect()
}

fn read_transition(transition: &Node<'_>) -> Result<Transition, ReadError> {
    let to = transition.require("to")?.string()?;
    Ok(Transition {
        trigger: transition.require("trigger")?.string()?,
        from: transition.require("from")?.strings()?,
        when: transition.get("when").map(|when| when.string()).transpose()?,
        to: if to == "$previous" { Target::Previous } else { Target::State(to) },
        status: transition.get("status").map(|status| status.status()).transpose()?,
        effects: transition.strings_or_none("effects")?,
        pointer: transition.pointer.clone(),
    })
}

fn read_refusal(refusal: &Node<'_>) -> Result<StateRefusal, ReadError> {
    Ok(StateRefusal {
        trigger: refusal.require("trigger")?.string()?,
        from: refusal.require("from")?.strings()?,
        refusal: refusal.require("refusal")?.string()?,
        pointer: refusal.pointer.clone(),
    })
}
