//! The page of a contract's lifecycles.
//!
//! The first table is what people look things up in: one row a state, one column a guarded operation.
//! Network events share a column, since most of them are legal in few states. The tables below it say
//! the same by trigger, with the effects.

use super::diagram::diagram;
use super::markdown::{Page, Table, code, enumerate};
use super::outcome::outcomes;
use super::{API_FILE, markdown};
use crate::{Contract, Judgement, Lifecycle, Target, Transition};

/// Every lifecycle of the contract: what each state allows, as tables and as a diagram.
pub fn lifecycle_page(contract: &Contract) -> String {
    let mut page = Page::of(contract);
    page.heading(1, &format!("{}: lifecycle", contract.title()));
    page.block(&format!("What the operations are: [API reference]({API_FILE})."));
    for lifecycle in contract.lifecycles().values() {
        page.heading(2, &lifecycle.name);
        page.block(&lifecycle.description);
        page.heading(3, "What each state allows");
        page.block(&by_state(lifecycle));
        page.heading(3, "Diagram");
        page.fence("mermaid", &diagram(lifecycle));
        states(&mut page, lifecycle);
        for guard in &lifecycle.guards {
            operation(&mut page, contract, lifecycle, guard);
        }
        events(&mut page, lifecycle);
        let conditions = lifecycle.conditions.iter();
        let conditions = conditions.map(|(name, condition)| (name, &condition.description));
        words(&mut page, "Conditions", ["condition", "when it holds"], conditions);
        words(&mut page, "Effects", ["effect", "what it does"], lifecycle.effects.iter());
    }
    page.finish()
}

/// One row a state: what each guarded operation answers, and where network events lead.
fn by_state(lifecycle: &Lifecycle) -> String {
    let guards = lifecycle.guards.iter().map(|guard| api_link(guard));
    let head = ["state".to_owned()].into_iter().chain(guards).chain(["network events".to_owned()]);
    let mut rows: Vec<Vec<String>> = vec![head.collect()];
    rows.push(vec!["---".to_owned(); rows[0].len()]);
    for state in lifecycle.states.keys() {
        let mut row = vec![state.clone()];
        for guard in &lifecycle.guards {
            row.push(alternatives(outcomes(lifecycle, state, guard).iter().map(answer)));
        }
        let events = lifecycle.events.keys().flat_map(|event| {
            outcomes(lifecycle, state, event).into_iter().filter_map(move |outcome| match outcome {
                Judgement::Moves(transition) => Some(format!("{event} {}", way(transition))),
                Judgement::Refused(_) | Judgement::NotLegal => None,
            })
        });
        row.push(alternatives(events));
        rows.push(row);
    }
    rows.iter().map(|row| format!("| {} |\n", row.join(" | "))).collect()
}

fn alternatives(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "none".to_owned() } else { items.join("<br>") }
}

/// What a guarded operation answers.
fn answer(outcome: &Judgement<'_>) -> String {
    match outcome {
        Judgement::Moves(transition) => match transition.status {
            Some(status) => format!("{status} {}", way(transition)),
            None => way(transition),
        },
        Judgement::Refused(name) => format!("refused: {}", api_link(name)),
        Judgement::NotLegal => String::new(),
    }
}

/// `→ InProgress, if noVisitRequired`.
fn way(transition: &Transition) -> String {
    let condition = transition.when.as_ref().map(|when| format!(", if {when}"));
    format!("→ {}{}", target(&transition.to), condition.unwrap_or_default())
}

fn target(target: &Target) -> &str {
    match target {
        Target::State(state) => state,
        Target::Previous => "the state before",
    }
}

fn states(page: &mut Page, lifecycle: &Lifecycle) {
    page.heading(3, "States");
    let mut table = Table::new(["state", "meaning", "place in the lifecycle", "holds a timeslot"]);
    for (name, state) in &lifecycle.states {
        let place = match (state.initial, state.terminal) {
            (true, _) => "initial",
            (false, true) => "terminal",
            (false, false) => "",
        };
        let holds = if state.holds_timeslot { "yes" } else { "" };
        table.row([name.clone(), state.description.clone(), place.to_owned(), holds.to_owned()]);
    }
    page.block(&table.render());
    let holding: Vec<String> = lifecycle
        .states
        .iter()
        .filter(|(_, state)| state.holds_timeslot)
        .map(|(name, _)| name.clone())
        .collect();
    if !holding.is_empty() {
        page.block(&format!(
            "A booked timeslot stays booked in {}, and is released on entering any other state.",
            enumerate(&holding, "and")
        ));
    }
}

fn operation(page: &mut Page, contract: &Contract, lifecycle: &Lifecycle, guard: &str) {
    page.heading(3, guard);
    let summary = contract.operation(guard).map_or("", |operation| operation.summary.as_str());
    page.block(&format!("{summary}: {}.", api_link(guard)));
    let mut table = Table::new(["in", "answer", "leads to", "if", "effects"]);
    for transition in lifecycle.transitions.iter().filter(|t| t.trigger == guard) {
        let status = transition.status.map(|status| status.to_string());
        let [from, to, condition, effects] = cells(transition);
        table.row([from, status.unwrap_or_default(), to, condition, effects]);
    }
    for refusal in lifecycle.refusals.iter().filter(|refusal| refusal.trigger == guard) {
        let status = contract.error_codes().get(&refusal.refusal).map(|code| code.status);
        let answer = [status.map(|status| status.to_string()), Some(api_link(&refusal.refusal))];
        let answer = answer.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let from = refusal.from.join(", ");
        table.row([from, answer, String::new(), String::new(), String::new()]);
    }
    page.block(&table.render());
}

fn events(page: &mut Page, lifecycle: &Lifecycle) {
    if lifecycle.events.is_empty() {
        return;
    }
    page.heading(3, "Network events");
    let mut table = Table::new(["event", "meaning", "in", "leads to", "if", "effects"]);
    for (event, description) in &lifecycle.events {
        let transitions = lifecycle.transitions.iter().filter(|t| t.trigger == *event);
        for (index, transition) in transitions.enumerate() {
            // The event and its meaning stand in the first of its rows.
            let (event, description) = match index {
                0 => (code(event), description.clone()),
                _ => (String::new(), String::new()),
            };
            let [from, to, condition, effects] = cells(transition);
            table.row([event, description, from, to, condition, effects]);
        }
    }
    page.block(&table.render());
}

/// From, to, condition and effects of a transition.
fn cells(transition: &Transition) -> [String; 4] {
    [
        transition.from.join(", "),
        target(&transition.to).to_owned(),
        transition.when.clone().unwrap_or_default(),
        transition.effects.join(", "),
    ]
}

fn words<'l>(
    page: &mut Page,
    heading: &str,
    head: [&'static str; 2],
    entries: impl Iterator<Item = (&'l String, &'l String)>,
) {
    let mut table = Table::new(head);
    for (name, description) in entries {
        table.row([code(name), description.clone()]);
    }
    let table = table.render();
    if !table.is_empty() {
        page.heading(3, heading);
        page.block(&table);
    }
}

/// A link to the entry of an operation or error code on the API page.
fn api_link(name: &str) -> String {
    format!("[{name}]({API_FILE}#{})", markdown::anchor(name))
}
