//! Which cells of the tables a finding is about, so that none of them is drawn as if all were well.

use std::collections::BTreeMap;

use super::Report;
use crate::failure::FailureClass;
use crate::reach::Trigger;
use crate::truth_table::State;

/// The cells that findings are about, with the name of the finding that is shown.
#[derive(Debug, Default)]
pub struct Broken {
    cells: BTreeMap<(State, Trigger), String>,
    states: BTreeMap<State, String>,
    answers: BTreeMap<(String, u16), String>,
}

impl Broken {
    /// The cells of a report.
    pub fn of(report: &Report) -> Self {
        let names: BTreeMap<FailureClass, String> = report
            .grouped()
            .into_iter()
            .map(|(finding, _)| (finding.failure.class(), finding.name()))
            .collect();
        let mut broken = Self::default();
        for finding in &report.findings {
            let Some(name) = names.get(&finding.failure.class()) else { continue };
            if let Some(cell) = finding.cell() {
                broken.cells.entry(cell).or_insert_with(|| name.clone());
            }
            if let Some(state) = finding.state().or(finding.cell().map(|(state, _)| state)) {
                broken.states.entry(state).or_insert_with(|| name.clone());
            }
            if let Some(exchange) = &finding.failure.exchange
                && let Some(operation) = &exchange.operation
            {
                let answer = (operation.clone(), exchange.status);
                broken.answers.entry(answer).or_insert_with(|| name.clone());
            }
        }
        broken
    }

    /// The finding about a trigger in a state.
    pub fn cell(&self, state: State, trigger: Trigger) -> Option<&str> {
        self.cells.get(&(state, trigger)).map(String::as_str)
    }

    /// The first finding about a state.
    pub fn state(&self, state: State) -> Option<&str> {
        self.states.get(&state).map(String::as_str)
    }

    /// The finding that an operation's answer of a status shows.
    pub fn answer(&self, operation: &str, status: u16) -> Option<&str> {
        self.answers.get(&(operation.to_owned(), status)).map(String::as_str)
    }
}
