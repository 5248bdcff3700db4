//! What a verification is made of, and a worker that does its share of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cells::{self, Batch};
use crate::coverage::Coverage;
use crate::failure::FailureClass;
use crate::faulted;
use crate::finding::Finding;
use crate::machine::Looks;
use crate::machine::run::{Counterexample, Shrinking, drawn, examined};
use crate::machine::scenarios::{self, Scenario};
use crate::negative;
use crate::probes::{self, Probe};
use crate::profile::{Effort, Profile, Stop};
use crate::progress::Progress;
use crate::races;
use crate::report::Tally;
use crate::rules::Evidence;
use crate::session::{Session, Unreachable};
use crate::step::Step;
use crate::trial::Trial;

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
    fn part(&self) -> Evidence {
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
}

/// Does units in one world.
pub(super) struct Worker<'a> {
    session: &'a Session,
    effort: &'a Effort,
    progress: &'a dyn Progress,
    known: BTreeSet<FailureClass>,
    work: Work,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        session: &'a Session,
        effort: &'a Effort,
        progress: &'a dyn Progress,
    ) -> Self {
        Self { session, effort, progress, known: BTreeSet::new(), work: Work::default() }
    }

    pub(super) async fn run(mut self, share: &[(usize, &Unit)]) -> Result<Work, Unreachable> {
        let mut part = None;
        // How many invalid requests there are is known when they are made.
        let counted = share.iter().filter(|(_, unit)| !matches!(unit, Unit::Negatives));
        self.progress.expect(counted.count() as u64);
        for (index, unit) in share {
            if part != Some(unit.part()) {
                part = Some(unit.part());
                self.progress.part(unit.part().name());
            }
            if self.effort.budget.is_spent(self.session) || self.has_enough() {
                break;
            }
            let sent = self.sent();
            let calls = self.session.log().coverage_of(|coverage| coverage.calls.clone());
            match unit {
                Unit::Cells(batch) => self.cells(*index, batch).await?,
                Unit::Negatives => self.negatives(*index).await?,
                Unit::Faults => self.faults(*index).await?,
                Unit::Known(scenario) => {
                    self.flow(*index, scenario.about.to_owned(), &scenario.steps).await?;
                }
                Unit::Drawn(number) => {
                    let seed = self.effort.seed;
                    let about = format!("sequence {number} of seed {seed}");
                    let mut steps = drawn(seed, *number);
                    steps.truncate(self.effort.steps_max);
                    self.flow(*index, about, &steps).await?;
                }
                Unit::Probe(probe) => self.probe(*index, probe).await?,
                Unit::Race(number) => self.race(*index, *number).await?,
            }
            if let Unit::Cells(_) = unit {
                // The truth table asks to be refused. That says nothing about success.
                self.session.log().cover(|coverage| coverage.calls = calls);
            }
            let requests = self.sent() - sent;
            self.tally(unit.part()).requests += requests;
            self.work.requests.push((*index, self.session.log().take_requests()));
        }
        self.work.coverage = self.session.log().coverage();
        Ok(self.work)
    }

    /// Cells that are tried together; where one of them is wrong, each by itself.
    async fn cells(&mut self, unit: usize, batch: &Batch) -> Result<(), Unreachable> {
        self.tally(Evidence::TruthTable).tried += batch.cells.len() as u64;
        self.progress.done(1);
        let alone = batch.cells.len() == 1;
        let looks = if alone { Looks::Everything } else { Looks::AtEnd };
        let shrinking = Shrinking::None;
        let found = examined(self.session, &batch.steps, looks, shrinking, &self.known).await?;
        let Some(together) = found else { return Ok(()) };
        let (part, mut wrong) = (Evidence::TruthTable, 0);
        for cell in batch.cells.iter().filter(|_| !alone) {
            let steps = cells::alone(*cell);
            let looks = Looks::Everything;
            let found = examined(self.session, &steps, looks, shrinking, &self.known).await?;
            if let Some(found) = found {
                wrong += 1;
                self.found(unit, part, cells::described(*cell), found);
            }
        }
        if wrong > 0 {
            return Ok(());
        }
        let about = batch.cells.first().map(|cell| cells::described(*cell)).unwrap_or_default();
        if alone {
            self.found(unit, part, about, together);
            return Ok(());
        }
        let about = format!("{} cells in one world", batch.cells.len());
        let shrinking = self.effort.shrinking;
        let small = examined(self.session, &batch.steps, looks, shrinking, &self.known).await?;
        self.found(unit, part, about, small.unwrap_or(together));
        Ok(())
    }

    async fn negatives(&mut self, unit: usize) -> Result<(), Unreachable> {
        let Effort { negatives, seed, budget, stop, .. } = self.effort;
        let came =
            negative::every_case(self.session, *negatives, *seed, budget, *stop, self.progress)
                .await?;
        let tally = self.tally(Evidence::Negatives);
        tally.tried += came.tried as u64;
        for bad in came.wrong {
            let finding = Finding::of_case(bad, *seed, self.session.judge());
            self.work.findings.push((unit, finding));
        }
        Ok(())
    }

    /// Calls that are made to fail: together, and where one of them is wrong, each by itself.
    async fn faults(&mut self, unit: usize) -> Result<(), Unreachable> {
        self.progress.done(1);
        self.work.faults = faulted::are_possible(self.session).await?;
        self.session.log().take_failures();
        if !self.work.faults {
            return Ok(());
        }
        let every = faulted::every(self.session);
        self.tally(Evidence::Faults).tried += every.len() as u64;
        let together = Trial::Faults { faults: every.clone() };
        let Some(shown) = together.run(self.session).await? else { return Ok(()) };
        let mut wrong = Vec::new();
        for fault in every {
            let trial = Trial::Faults { faults: vec![fault] };
            wrong.extend(trial.run(self.session).await?.map(|shown| (trial, shown)));
        }
        if wrong.is_empty() {
            wrong.push((together, shown));
        }
        let (seed, judge) = (self.effort.seed, self.session.judge());
        for (trial, shown) in wrong {
            let (part, about) = (Evidence::Faults, "a call that is made to fail".to_owned());
            let finding = Finding::of_trial(part, about, seed, trial, shown, judge);
            self.work.findings.push((unit, finding));
        }
        Ok(())
    }

    async fn flow(
        &mut self,
        unit: usize,
        about: String,
        steps: &[Step],
    ) -> Result<(), Unreachable> {
        let Effort { looks, shrinking, .. } = *self.effort;
        let found = examined(self.session, steps, looks, shrinking, &self.known).await?;
        let tally = self.tally(Evidence::Flows);
        tally.tried += 1;
        tally.steps += steps.len() as u64;
        self.progress.done(1);
        if let Some(found) = found {
            self.found(unit, Evidence::Flows, about, found);
        }
        Ok(())
    }

    async fn probe(&mut self, unit: usize, probe: &Probe) -> Result<(), Unreachable> {
        let trial = Trial::Probe { id: probe.id.to_owned() };
        let shown = trial.run(self.session).await?;
        self.session.log().take_exchanges();
        self.tally(Evidence::Probes).tried += 1;
        self.progress.done(1);
        if let Some(shown) = shown {
            let (about, part) = (probe.about.to_owned(), Evidence::Probes);
            let (seed, judge) = (self.effort.seed, self.session.judge());
            let finding = Finding::of_trial(part, about, seed, trial, shown, judge);
            self.work.findings.push((unit, finding));
        }
        Ok(())
    }

    async fn race(&mut self, unit: usize, number: u64) -> Result<(), Unreachable> {
        let Effort { seed, shrinking, .. } = *self.effort;
        // The first lost race of a kind is made small, as is the first of the flows.
        let raced = self.work.findings.iter().any(|(_, found)| found.part == Evidence::Races);
        let shrinking = if raced { Shrinking::None } else { shrinking };
        let lost = races::drawn(self.session, seed, number, shrinking).await?;
        self.tally(Evidence::Races).tried += 1;
        self.progress.done(1);
        if let Some(lost) = lost {
            let about = format!("race {number} of seed {seed}");
            let finding = Finding::of_race(&about, lost, seed, self.session.judge());
            self.work.findings.push((unit, finding));
        }
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.effort.stop == Stop::AtFirst && !self.work.findings.is_empty()
    }

    fn found(&mut self, unit: usize, part: Evidence, about: String, found: Counterexample) {
        self.known.insert(found.failure.class());
        let (seed, judge) = (self.effort.seed, self.session.judge());
        let finding = Finding::of_steps(part, about, seed, found, judge);
        self.work.findings.push((unit, finding));
    }

    fn tally(&mut self, part: Evidence) -> &mut Tally {
        self.work.tallies.entry(part).or_default()
    }

    fn sent(&self) -> u64 {
        self.session.log().coverage_of(|coverage| coverage.requests)
    }
}
