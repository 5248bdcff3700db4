//! What a verification is made of, and what it comes to.

use std::collections::BTreeMap;

use crate::cells::Batch;
use crate::coverage::Coverage;
use crate::finding::Finding;
use crate::machine::scenarios::{self, Scenario};
use crate::probes::{self, Probe};
use crate::profile::{Effort, Profile};
use crate::report::Tally;
use crate::rules::Evidence;

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
pub(super) fn all(effort: &Effort) -> Vec<Unit> {
    let mut units: Vec<Unit> = effort.cells().into_iter().map(Unit::Cells).collect();
    units.push(Unit::Negatives);
    if effort.profile != Profile::Smoke {
        units.push(Unit::Faults);
    }
    units.extend(scenarios::all().into_iter().take(effort.scenarios).map(Unit::Known));
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
    /// Whether the target could be made to fail.
    pub(super) faults: bool,
    /// What could not be put away.
    pub(super) left: Option<String>,
}
