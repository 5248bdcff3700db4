//! What a verification is made of, and what it comes to.

use std::collections::BTreeMap;

use crate::cells::Batch;
use crate::coverage::Coverage;
use crate::finding::Finding;
use crate::forms::Rotation;
use crate::judge::Judge;
use crate::known::Accepted;
use crate::machine::scenarios::{self, Scenario};
use crate::probes::{self, Probe};
use crate::profile::{Effort, Profile};
use crate::report::Tally;
use crate::rules::Evidence;
use crate::session::Unreachable;
use crate::step::Step;

/// Something that begins with an empty world.
#[derive(Debug)]
pub(super) enum Unit {
    /// Cells of the truth table.
    Cells(Batch),
    /// The requests that break one rule each.
    Negatives,
    /// Calls that are made to fail.
    Faults,
    /// A known sequence.
    Known(Scenario),
    /// The drawn sequence of this number.
    Drawn(u64),
    /// A promise that needs a way of its own.
    Probe(Probe),
    /// The race of this number.
    Race(u64),
}

/// Every unit, in the order of the report.
pub(super) fn all(effort: &Effort, judge: &Judge) -> Vec<Unit> {
    let mut rotation = Rotation::new(judge.forms(), effort.seed);
    let mut dressed = |steps: &mut Vec<Step>| {
        rotation.dress_all(steps);
    };
    let mut cells = effort.cells();
    cells.iter_mut().for_each(|batch| dressed(&mut batch.steps));
    let mut units: Vec<Unit> = cells.into_iter().map(Unit::Cells).collect();
    units.push(Unit::Negatives);
    if effort.profile != Profile::Smoke {
        units.push(Unit::Faults);
    }
    let mut known = scenarios::all(effort.seed);
    known.truncate(effort.scenarios);
    known.iter_mut().for_each(|scenario| dressed(&mut scenario.steps));
    units.extend(known.into_iter().map(Unit::Known));
    units.extend((0..effort.cases).map(Unit::Drawn));
    units.extend(probes::all().into_iter().take(effort.probes).map(Unit::Probe));
    units.extend((0..effort.races).map(Unit::Race));
    units
}

impl Unit {
    pub(super) fn part(&self) -> Evidence {
        match self {
            Unit::Cells(_) => Evidence::TruthTable,
            Unit::Negatives => Evidence::Negatives,
            Unit::Faults => Evidence::Faults,
            Unit::Known(_) | Unit::Drawn(_) => Evidence::Flows,
            Unit::Probe(_) => Evidence::Probes,
            Unit::Race(_) => Evidence::Races,
        }
    }
}

/// What a worker came to. What is in order of the units carries their number.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) findings: Vec<(usize, Finding)>,
    pub(super) requests: Vec<(usize, Vec<String>)>,
    pub(super) tallies: BTreeMap<Evidence, Tally>,
    pub(super) coverage: Coverage,
    /// What is accepted, and how often it was met.
    pub(super) accepted: BTreeMap<Accepted, u64>,
    /// Whether the target could be made to fail.
    pub(super) faults: bool,
    /// What could not be put away.
    pub(super) left: Option<String>,
    /// Whether there was more to try than the budget of requests allowed.
    pub(super) spent: bool,
    /// Why the target could not be reached any more.
    pub(super) lost: Option<Unreachable>,
}
