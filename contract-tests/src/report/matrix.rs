//! What was seen, as tables: operations by status, and states by trigger.

use std::collections::BTreeSet;

use super::Report;
use crate::gaps::Because;
use crate::judge::Judge;
use crate::reach::Trigger;
use crate::truth_table::State;

/// A table.
#[derive(Debug)]
pub struct Matrix {
    /// What is across.
    pub columns: Vec<String>,
    /// What is down, with a cell for each column.
    pub rows: Vec<(String, Vec<Cell>)>,
}

/// A cell.
#[derive(Debug)]
pub struct Cell {
    /// What is in it.
    pub text: String,
    /// More of it.
    pub title: String,
    /// How it is coloured.
    pub mark: Mark,
}

/// What a cell says at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was seen, and something happened.
    Seen,
    /// It was seen, and was refused.
    Refused,
    /// It was not seen, and could have been.
    Unseen,
    /// It was not seen, and could not be.
    Excused,
    /// There is no such thing.
    Nothing,
}

/// The documented statuses of every operation, with how often each was seen.
pub fn operations(report: &Report, judge: &Judge) -> Matrix {
    let contract = &judge.orders().contract;
    let statuses: BTreeSet<u16> =
        contract.operations().iter().flat_map(|it| it.responses.keys().copied()).collect();
    let rows = contract.operations().iter().map(|operation| {
        let cell = |status: &u16| {
            let what = format!("{} {status}", operation.id);
            if !operation.responses.contains_key(status) {
                let title = format!("{what} is not documented");
                return Cell { text: String::new(), title, mark: Mark::Nothing };
            }
            match report.coverage.count(&operation.id, *status) {
                0 => unseen(report, &what),
                count => Cell { text: count.to_string(), title: what, mark: Mark::Seen },
            }
        };
        (operation.id.clone(), statuses.iter().map(cell).collect())
    });
    Matrix { columns: statuses.iter().map(u16::to_string).collect(), rows: rows.collect() }
}

/// Every cell of the lifecycle, with what it was answered.
pub fn states(report: &Report) -> Matrix {
    let row = |state: State| {
        let cell = |trigger: Trigger| {
            let answers = report.coverage.answers_in(state, trigger);
            let what = format!("{} in {state}", trigger.name());
            if answers.is_empty() {
                return unseen(report, &what);
            }
            let told: Vec<String> =
                answers.iter().map(|(answer, count)| format!("{answer} × {count}")).collect();
            let text = answers.keys().filter_map(|answer| answer.get(..3)).next();
            let moved = answers.keys().any(|answer| !answer.starts_with('4'));
            Cell {
                text: text.unwrap_or_default().to_owned(),
                title: format!("{what}: {}", told.join(", ")),
                mark: if moved { Mark::Seen } else { Mark::Refused },
            }
        };
        (state.to_string(), Trigger::all().map(cell).collect())
    };
    Matrix {
        columns: Trigger::all().map(|trigger| trigger.name().to_owned()).collect(),
        rows: State::ALL.into_iter().map(row).collect(),
    }
}

/// Something that was not seen, with the reason that the report gives for it.
fn unseen(report: &Report, what: &str) -> Cell {
    let because = report.gaps.iter().find(|gap| gap.what == what).map(|gap| gap.because);
    let mark = match because {
        Some(Because::NeedsFaultControl | Because::NeedsControlPlane) => Mark::Excused,
        Some(Because::NotTried) | None => Mark::Unseen,
    };
    let words = because.map_or("was not seen", Because::words);
    Cell { text: "–".to_owned(), title: format!("{what}: {words}"), mark }
}
