//! What was exercised: operations by status, refusals, and cells of the lifecycle.
//!
//! Kept beside the checks, because a run that passes says little if it never came where the faults
//! are. Tests assert on it that the interesting states were reached, and a report lists what was not.

use std::collections::{BTreeMap, BTreeSet};

use crate::reach::Trigger;
use crate::truth_table::{Event, Operation, State};

/// Counts of everything that was tried.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Requests sent.
    pub requests: u64,
    /// Answers by operation (or `-` for none) and status.
    pub answers: BTreeMap<(String, u16), u64>,
    /// Refusals by the name of their error code.
    pub refusals: BTreeMap<String, u64>,
    /// How often something worth knowing happened.
    pub moments: BTreeMap<&'static str, u64>,
    /// What was tried in which state, and what it was answered.
    pub cells: BTreeMap<(State, Trigger), BTreeMap<String, u64>>,
    /// What valid requests said, by the number of the goal among those of the contract.
    pub sent: BTreeSet<usize>,
    /// Moves of orders that their histories told of, where nobody here plays nbn.
    pub moves: BTreeMap<(State, State), u64>,
    /// Calls that sequences made, by operation, without the looks around them.
    pub calls: BTreeMap<String, Calls>,
}

/// How often an operation was called in a sequence, and with what success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// How often it was called.
    pub made: u64,
    /// How often it was accepted.
    pub accepted: u64,
}

/// How many cells the lifecycle has: each state with each guarded operation and each event.
pub const CELLS: usize = State::ALL.len() * (Operation::ALL.len() + Event::ALL.len());

impl Calls {
    /// Which part of the calls was accepted, from 0 to 1.
    pub fn rate(self) -> f64 {
        if self.made == 0 { 0.0 } else { self.accepted as f64 / self.made as f64 }
    }
}

impl Coverage {
    /// Counts an answer, with the name of its error code if it is a refusal.
    pub fn answered(&mut self, operation: Option<&str>, status: u16, refusal: Option<&str>) {
        self.requests += 1;
        if let Some(name) = refusal {
            *self.refusals.entry(name.to_owned()).or_default() += 1;
        }
        let operation = operation.unwrap_or("-").to_owned();
        *self.answers.entry((operation, status)).or_default() += 1;
    }

    /// Counts a call that a sequence made.
    pub fn called(&mut self, operation: &str, accepted: bool) {
        let calls = self.calls.entry(operation.to_owned()).or_default();
        calls.made += 1;
        calls.accepted += u64::from(accepted);
    }

    /// Counts something worth knowing.
    pub fn happened(&mut self, moment: &'static str) {
        *self.moments.entry(moment).or_default() += 1;
    }

    /// Counts a trial of a cell.
    pub fn tried(&mut self, state: State, trigger: Trigger, answer: &str) {
        let cell = self.cells.entry((state, trigger)).or_default();
        *cell.entry(answer.to_owned()).or_default() += 1;
    }

    /// Counts a move that a history told of.
    pub fn moved(&mut self, from: State, to: State) {
        *self.moves.entry((from, to)).or_default() += 1;
    }

    /// Adds what was exercised elsewhere.
    pub fn add(&mut self, other: &Coverage) {
        self.requests += other.requests;
        for (answer, count) in &other.answers {
            *self.answers.entry(answer.clone()).or_default() += count;
        }
        self.sent.extend(&other.sent);
        for (name, count) in &other.refusals {
            *self.refusals.entry(name.clone()).or_default() += count;
        }
        for (moment, count) in &other.moments {
            *self.moments.entry(moment).or_default() += count;
        }
        for (cell, answers) in &other.cells {
            let known = self.cells.entry(*cell).or_default();
            for (answer, count) in answers {
                *known.entry(answer.clone()).or_default() += count;
            }
        }
        for (moved, count) in &other.moves {
            *self.moves.entry(*moved).or_default() += count;
        }
        for (operation, calls) in &other.calls {
            let known = self.calls.entry(operation.clone()).or_default();
            known.made += calls.made;
            known.accepted += calls.accepted;
        }
    }

    /// How many cells of the lifecycle were tried, of [`CELLS`].
    pub fn cells_covered(&self) -> usize {
        self.cells.len()
    }

    /// The states in which anything was tried.
    pub fn states(&self) -> Vec<State> {
        State::ALL
            .into_iter()
            .filter(|state| self.cells.keys().any(|(tried, _)| tried == state))
            .collect()
    }

    /// How often an operation was answered with a status.
    pub fn count(&self, operation: &str, status: u16) -> u64 {
        self.answers.get(&(operation.to_owned(), status)).copied().unwrap_or_default()
    }

    /// What a trigger was answered in a state, and how often.
    pub fn answers_in(&self, state: State, trigger: Trigger) -> BTreeMap<String, u64> {
        self.cells.get(&(state, trigger)).cloned().unwrap_or_default()
    }
}
