//! What was seen, as tables: operations by status, and states by trigger.

use std::collections::BTreeSet;

use super::Report;
use super::broken::Broken;
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
    /// The finding that it leads to.
    pub finding: Option<String>,
}

/// What a cell says at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was seen, and is wrong.
    Broken,
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
pub fn operations(report: &Report, judge: &Judge, broken: &Broken) -> Matrix {
    let contract = &judge.orders().contract;
    let statuses: BTreeSet<u16> =
        contract.operations().iter().flat_map(|it| it.responses.keys().copied()).collect();
    let rows = contract.operations().iter().map(|operation| {
        let of_status = |status: &u16| {
            let what = format!("{} {status}", operation.id);
            let count = report.coverage.count(&operation.id, *status);
            if let Some(name) = broken.answer(&operation.id, *status) {
                return wrong(count.to_string(), &what, name);
            }
            if !operation.responses.contains_key(status) {
                let title = format!("{what} is not documented");
                return cell(String::new(), title, Mark::Nothing);
            }
            match count {
                0 => unseen(report, &what),
                count => cell(count.to_string(), what, Mark::Seen),
            }
        };
        (operation.id.clone(), statuses.iter().map(of_status).collect())
    });
    Matrix { columns: statuses.iter().map(u16::to_string).collect(), rows: rows.collect() }
}

/// Every cell of the lifecycle, with what it was answered.
pub fn states(report: &Report, broken: &Broken) -> Matrix {
    let row = |state: State| {
        let of_trigger = |trigger: Trigger| {
            let answers = report.coverage.answers_in(state, trigger);
            let what = format!("{} in {state}", trigger.name());
            if answers.is_empty() {
                return match broken.cell(state, trigger) {
                    Some(name) => wrong("–".to_owned(), &what, name),
                    None => unseen(report, &what),
                };
            }
            let told: Vec<String> =
                answers.iter().map(|(answer, count)| format!("{answer} × {count}")).collect();
            let text = answers.keys().filter_map(|answer| answer.get(..3)).next();
            let moved = answers.keys().any(|answer| !answer.starts_with('4'));
            let (text, told) = (text.unwrap_or_default().to_owned(), told.join(", "));
            match (broken.cell(state, trigger), moved) {
                (Some(name), _) => wrong(text, &format!("{what}: {told}"), name),
                (None, true) => cell(text, format!("{what}: {told}"), Mark::Seen),
                (None, false) => cell(text, format!("{what}: {told}"), Mark::Refused),
            }
        };
        (state.to_string(), Trigger::all().map(of_trigger).collect())
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
    cell("–".to_owned(), format!("{what}: {words}"), mark)
}

fn cell(text: String, title: String, mark: Mark) -> Cell {
    Cell { text, title, mark, finding: None }
}

fn wrong(text: String, title: &str, finding: &str) -> Cell {
    let title = format!("{title}; broken: {finding}");
    Cell { text, title, mark: Mark::Broken, finding: Some(finding.to_owned()) }
}
