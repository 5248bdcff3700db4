//! Does a replay fit this program and its contract?
//!
//! A file outlives what it was made with. What it names may have another name by now, or be gone; then
//! trying it would try nothing, and find nothing wrong with that. So whatever it names is looked up
//! first, and what is not there is an error. Only a contract of another version is no error: to try
//! an old finding on a newer contract is what the files are for.

use crate::caller::Accounts;
use crate::deeds::Deed;
use crate::exchange::NO_PATH;
use crate::faulted::{Fault, is_fault};
use crate::judge::Judge;
use crate::machine::MISSING;
use crate::negative;
use crate::probes;
use crate::replay::Replay;
use crate::rules::{Rule, UnknownRule};
use crate::step::{Span, Step};
use crate::trial::Trial;

/// What of a replay does not fit.
#[derive(Debug, thiserror::Error)]
pub enum Misfit {
    /// It is of another contract.
    #[error(
        "try the replay: it is of the contract `{theirs}`, and this program verifies `{ours}`; \
         use the program that wrote it"
    )]
    Contract {
        /// The contract in the file.
        theirs: String,
        /// The contract here.
        ours: String,
    },
    /// No rule has the id.
    #[error("use `rule` of the replay")]
    Rule(#[source] UnknownRule),
    /// There is no such thing to ask.
    #[error(
        "use `operation` of the replay: `{0}` is no operation and no path of the contract; \
         verify anew to have a replay that fits"
    )]
    Operation(String),
    /// Nothing is done.
    #[error("try the replay: there are no {0} in its `trial`; verify anew to have a whole one")]
    Empty(&'static str),
    /// A case, a probe or a failure of a call has another name, or is gone.
    #[error(
        "use `trial` of the replay: there is no {kind} `{asked}`{}; the contract may not give rise \
         to it any more, so verify anew",
        meant(.near.as_deref())
    )]
    Unknown {
        /// What it should be.
        kind: &'static str,
        /// Its name.
        asked: String,
        /// The name that looks most like it.
        near: Option<String>,
    },
    /// A step names what no step before it makes.
    #[error(
        "use step {number} of the replay, `{step}`: no step before it makes what it names; \
         verify anew to have a whole replay"
    )]
    Step {
        /// The step's number, from 1.
        number: usize,
        /// The step, in a sentence.
        step: String,
    },
}

fn meant(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

impl Replay {
    /// What of it is not as it was when it was written, though it can be tried: a sentence each.
    ///
    /// # Errors
    /// With what keeps it from being tried.
    pub fn fits(&self, judge: &Judge, accounts: &Accounts) -> Result<Vec<String>, Misfit> {
        let contract = &judge.orders().contract;
        let (theirs, version) = self.contract.rsplit_once(' ').unwrap_or((&self.contract, ""));
        if theirs != contract.title() {
            let (theirs, ours) = (theirs.to_owned(), contract.title().to_owned());
            return Err(Misfit::Contract { theirs, ours });
        }
        Rule::of_id(&self.rule).map_err(Misfit::Rule)?;
        if !is_asked(judge, &self.operation) {
            return Err(Misfit::Operation(self.operation.clone()));
        }
        trial_fits(&self.trial, judge, accounts)?;
        if version == contract.version() {
            return Ok(Vec::new());
        }
        Ok(vec![format!(
            "The replay was written by version {version} of the contract, and is judged by version {}.",
            contract.version()
        )])
    }
}

/// Whether something is what a failure can be about.
fn is_asked(judge: &Judge, subject: &str) -> bool {
    let known = |book: &crate::judge::Book| {
        let mut operations = book.contract.operations().iter();
        operations.any(|operation| operation.id == subject || operation.path == subject)
    };
    subject == NO_PATH || known(judge.orders()) || known(judge.control())
}

fn trial_fits(trial: &Trial, judge: &Judge, accounts: &Accounts) -> Result<(), Misfit> {
    match trial {
        Trial::Steps { steps, .. } => {
            some(steps, "steps")?;
            steps_fit(Made::default(), steps, 1).map(drop)
        }
        Trial::Race(race) => {
            some(&race.columns, "columns")?;
            let made = steps_fit(Made::default(), &race.before, 1)?;
            for column in &race.columns {
                some(column, "steps of a column")?;
                steps_fit(made, column, race.before.len() + 1)?;
            }
            Ok(())
        }
        Trial::Negatives { cases } => cases_fit(cases, judge, accounts),
        Trial::Followed { deeds, .. } => {
            some(deeds, "deeds")?;
            deeds_fit(deeds)?;
            let cases = deeds.iter().filter_map(|deed| match deed {
                Deed::Invalid { cases, .. } => Some(cases),
                _ => None,
            });
            cases.into_iter().try_for_each(|cases| cases_fit(cases, judge, accounts))
        }
        Trial::Probe { id } => {
            let known = probes::all().map(|probe| probe.id);
            one_of(&known, id, "probe")
        }
        Trial::Faults { faults } => {
            some(faults, "faults")?;
            faults.iter().try_for_each(|fault| fault_fits(fault, judge))
        }
    }
}

fn cases_fit(cases: &[String], judge: &Judge, accounts: &Accounts) -> Result<(), Misfit> {
    some(cases, "cases")?;
    let known = negative::known(judge, accounts);
    let known: Vec<&str> = known.iter().map(|it| it.id.as_str()).collect();
    cases.iter().try_for_each(|id| one_of(&known, id, "invalid request"))
}

fn some<T>(of: &[T], what: &'static str) -> Result<(), Misfit> {
    if of.is_empty() { Err(Misfit::Empty(what)) } else { Ok(()) }
}

fn one_of(known: &[&str], asked: &str, kind: &'static str) -> Result<(), Misfit> {
    if known.contains(&asked) {
        return Ok(());
    }
    let likeness = |id: &&str| strsim::jaro_winkler(asked, id);
    let near = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let near = near.filter(|id| likeness(id) > 0.85);
    Err(Misfit::Unknown { kind, asked: asked.to_owned(), near: near.map(str::to_owned) })
}

fn fault_fits((operation, status): &Fault, judge: &Judge) -> Result<(), Misfit> {
    let known = judge.orders().contract.operation(operation);
    match known.filter(|it| is_fault(*status) && it.responses.contains_key(status)) {
        Some(_) => Ok(()),
        None => Err(Misfit::Unknown {
            kind: "failure of a call",
            asked: format!("{operation} {status}"),
            near: None,
        }),
    }
}

/// How much there may be at some moment: whatever a step may have made by then.
#[derive(Debug, Clone, Copy, Default)]
struct Made {
    qualifications: usize,
    orders: usize,
}

/// What there may be after some steps, each of which names what there may be, or says that it names
/// nothing. Whether a call that makes something is refused, the model knows when it is tried.
fn steps_fit(mut made: Made, steps: &[Step], first: usize) -> Result<Made, Misfit> {
    for (index, step) in steps.iter().enumerate() {
        if !names_what_is_there(step, made) {
            return Err(Misfit::Step { number: first + index, step: step.to_string() });
        }
        match step {
            Step::Qualify { .. } => made.qualifications += 1,
            Step::Activate { .. }
            | Step::Repeat { .. }
            | Step::Change { .. }
            | Step::Seed { .. } => made.orders += 1,
            Step::Network { .. }
            | Step::Get { .. }
            | Step::Withdraw { .. }
            | Step::Book { .. }
            | Step::List { .. }
            | Step::Timeslots { .. }
            | Step::Advance { .. } => {}
        }
    }
    Ok(made)
}

/// Each deed names what there may be by then.
fn deeds_fit(deeds: &[Deed]) -> Result<(), Misfit> {
    let mut made = Made::default();
    for (index, deed) in deeds.iter().enumerate() {
        let fits = match deed {
            Deed::Create => made.qualifications > 0,
            Deed::Refused { step } => names_what_is_there(step, made),
            other => other.order().is_none_or(|order| order < made.orders),
        };
        if !fits {
            return Err(Misfit::Step { number: index + 1, step: deed.to_string() });
        }
        match deed {
            Deed::Create => made.orders += 1,
            Deed::Qualify { .. } | Deed::Invalid { .. } => made.qualifications += 1,
            _ => {}
        }
    }
    Ok(())
}

fn names_what_is_there(step: &Step, made: Made) -> bool {
    let order = |index: usize| index < made.orders || index == MISSING;
    let qualification = |index: usize| index < made.qualifications || index == MISSING;
    match *step {
        Step::Activate { qualification: index, .. } => qualification(index),
        Step::Repeat { order: index, .. }
        | Step::Network { order: index, .. }
        | Step::Get { order: index, .. }
        | Step::Withdraw { order: index, .. }
        | Step::Book { order: index, .. } => order(index),
        Step::List { filter, .. } => {
            [filter.created_from, filter.created_to].into_iter().flatten().all(order)
        }
        Step::Advance { span } => match span {
            Span::Minutes(_) | Span::Days(_) | Span::Milliseconds(_) | Span::Until(_) => true,
            Span::FeeBoundary(index, _) | Span::TimeslotStart(index, _) => order(index),
            Span::Expiry(index, _) => qualification(index),
        },
        Step::Qualify { .. } | Step::Change { .. } | Step::Seed { .. } | Step::Timeslots { .. } => {
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells;
    use crate::machine::{run::drawn, scenarios};

    #[test]
    fn whatever_is_tried_fits() {
        let known = scenarios::all(3).into_iter().map(|it| it.steps);
        let of_cells = cells::every().into_iter().map(cells::alone);
        for steps in known.chain(of_cells).chain((0..40).map(|number| drawn(3, number))) {
            steps_fit(Made::default(), &steps, 1).unwrap_or_else(|error| panic!("{error}"));
        }
    }
}
