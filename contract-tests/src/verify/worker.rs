//! A worker, which does its share of a verification.

use std::collections::BTreeMap;

use super::units::{Unit, Work};
use crate::cells::{self, Batch};
use crate::coverage::Calls;
use crate::faulted;
use crate::finding::Finding;
use crate::forms::Rotation;
use crate::machine::Looks;
use crate::machine::run::{self, Counterexample, Shrinking, drawn};
use crate::machine::scenarios;
use crate::negative::{self, Negatives};
use crate::probes::Probe;
use crate::profile::{Effort, Stop};
use crate::progress::Progress;
use crate::races;
use crate::report::Tally;
use crate::rules::Evidence;
use crate::session::{Session, Unreachable};
use crate::step::Step;
use crate::trial::{Shown, Trial};

/// Does units in one world. It can be dropped in the middle of one; what it came to until then is there.
pub(super) struct Worker<'a> {
    session: &'a Session,
    effort: &'a Effort,
    progress: &'a dyn Progress,
    work: Work,
    /// The unit it is at.
    unit: Option<AtUnit>,
    /// What is wrong, while it is made small or looked at more closely; the last is a part of the first.
    rough: Vec<(usize, Finding)>,
    negatives: Negatives,
}

/// A unit that is being done, and what had been counted when it was begun.
struct AtUnit {
    index: usize,
    part: Evidence,
    sent: u64,
    /// Put back afterwards, if the calls of this unit say nothing about success.
    calls: Option<BTreeMap<String, Calls>>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(
        session: &'a Session,
        effort: &'a Effort,
        progress: &'a dyn Progress,
    ) -> Self {
        Self {
            session,
            effort,
            progress,
            work: Work::default(),
            unit: None,
            rough: Vec::new(),
            negatives: Negatives::default(),
        }
    }

    /// What it came to, whole or not.
    pub(super) fn work(mut self) -> Work {
        self.settle();
        self.work.findings.append(&mut self.rough);
        let known = self.session.known();
        self.work.findings.retain(|(_, finding)| !known.accepts(&finding.failure));
        self.work.accepted = known.met();
        self.work.coverage = self.session.log().coverage();
        self.work
    }

    pub(super) async fn run(&mut self, share: &[(usize, &Unit)]) -> Result<(), Unreachable> {
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
            self.begin(*index, unit);
            match unit {
                Unit::Cells(batch) => self.cells(*index, batch).await?,
                Unit::Negatives => self.negatives().await?,
                Unit::Faults => self.faults(*index).await?,
                Unit::Known(scenario) => {
                    let looks = match self.effort.looks {
                        Looks::InTurn => scenario.looks,
                        closely => closely,
                    };
                    let about = scenario.about.to_owned();
                    self.flow(*index, about, &scenario.steps, looks).await?;
                }
                Unit::Drawn(number) => {
                    let seed = self.effort.seed;
                    let about = format!("sequence {number} of seed {seed}");
                    let mut steps = drawn(seed, *number);
                    steps.insert(0, scenarios::begun_at(seed.wrapping_add(*number)));
                    steps.truncate(self.effort.steps_max);
                    let forms = self.session.judge().forms();
                    Rotation::new(forms, seed.wrapping_add(*number)).dress_all(&mut steps);
                    self.flow(*index, about, &steps, self.effort.looks).await?;
                }
                Unit::Probe(probe) => self.probe(*index, probe).await?,
                Unit::Race(number) => self.race(*index, *number).await?,
            }
            self.settle();
        }
        Ok(())
    }

    fn begin(&mut self, index: usize, unit: &Unit) {
        let calls = || self.session.log().coverage_of(|coverage| coverage.calls.clone());
        // The truth table asks to be refused. That says nothing about success.
        let calls = matches!(unit, Unit::Cells(_)).then(calls);
        self.unit = Some(AtUnit { index, part: unit.part(), sent: self.sent(), calls });
    }

    /// Counts what the unit came to that was begun last.
    fn settle(&mut self) {
        let Some(AtUnit { index, part, sent, calls }) = self.unit.take() else { return };
        if let Some(calls) = calls {
            self.session.log().cover(|coverage| coverage.calls = calls);
        }
        let Negatives { tried, wrong, .. } = std::mem::take(&mut self.negatives);
        for bad in wrong {
            let finding = Finding::of_case(bad, self.effort.seed, self.session);
            self.work.findings.push((index, finding));
        }
        let requests = self.sent() - sent;
        let tally = self.tally(part);
        tally.tried += tried as u64;
        tally.requests += requests;
        self.work.requests.push((index, self.session.log().take_requests()));
    }

    /// Runs one sequence, and makes what fails small, unless it fails as something did before.
    async fn examined(
        &mut self,
        unit: usize,
        part: Evidence,
        about: &str,
        steps: &[Step],
        (looks, shrinking): (Looks, Shrinking),
    ) -> Result<Option<Counterexample>, Unreachable> {
        let Some(first) = run::first(self.session, steps, looks).await? else { return Ok(None) };
        let known = self.session.known();
        if known.has(&first.failure) || known.accepts(&first.failure) {
            return Ok(Some(first));
        }
        let (steps, failure) = (first.steps.clone(), first.failure.clone());
        let exchanges = failure.exchange.iter().map(|it| (**it).clone()).collect();
        let rough = Counterexample { failure, steps, looks, exchanges };
        self.rough(
            unit,
            Finding::of_steps(part, about.to_owned(), self.effort.seed, rough, self.session),
        );
        let small = run::made_small(self.session, first, shrinking).await?;
        self.rough.pop();
        Ok(Some(small))
    }

    /// Keeps what is wrong until it is made small, in case that comes to no end.
    fn rough(&mut self, unit: usize, mut finding: Finding) {
        finding.about.push_str(", not made small");
        self.rough.push((unit, finding));
    }

    /// Cells that are tried together; where one of them is wrong, each by itself.
    async fn cells(&mut self, unit: usize, batch: &Batch) -> Result<(), Unreachable> {
        let alone = batch.cells.len() == 1;
        let looks = if alone { Looks::Everything } else { Looks::AtEnd };
        let how = (looks, Shrinking::None);
        let part = Evidence::TruthTable;
        let about = format!("{} cells in one world", batch.cells.len());
        let found = self.examined(unit, part, &about, &batch.steps, how).await?;
        self.tally(part).tried += batch.cells.len() as u64;
        self.progress.done(1);
        let Some(together) = found else { return Ok(()) };
        let (seed, session) = (self.effort.seed, self.session);
        let rough = Finding::of_steps(part, about.clone(), seed, together.clone(), session);
        self.rough(unit, rough);
        let mut wrong = 0;
        for (cell, steps) in batch.one_by_one().filter(|_| !alone) {
            let described = cells::described(cell);
            let how = (Looks::Everything, Shrinking::None);
            if let Some(found) = self.examined(unit, part, &described, &steps, how).await? {
                wrong += 1;
                self.found(unit, part, described, found);
                if self.has_enough() {
                    break;
                }
            }
        }
        self.rough.pop();
        if wrong > 0 {
            return Ok(());
        }
        if alone {
            let about = batch.cells.first().map(|cell| cells::described(*cell)).unwrap_or_default();
            self.found(unit, part, about, together);
            return Ok(());
        }
        let how = (looks, self.effort.shrinking);
        let small = self.examined(unit, part, &about, &batch.steps, how).await?;
        self.found(unit, part, about, small.unwrap_or(together));
        Ok(())
    }

    async fn negatives(&mut self) -> Result<(), Unreachable> {
        let Effort { negatives, seed, budget, stop, .. } = self.effort;
        let (session, progress, came) = (self.session, self.progress, &mut self.negatives);
        negative::every_case(session, *negatives, *seed, budget, *stop, progress, came).await
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
        let (seed, session) = (self.effort.seed, self.session);
        for (trial, shown) in wrong {
            let (part, about) = (Evidence::Faults, "a call that is made to fail".to_owned());
            let finding = Finding::of_trial(part, about, seed, trial, shown, session);
            self.work.findings.push((unit, finding));
        }
        Ok(())
    }

    async fn flow(
        &mut self,
        unit: usize,
        about: String,
        steps: &[Step],
        looks: Looks,
    ) -> Result<(), Unreachable> {
        let how = (looks, self.effort.shrinking);
        let found = self.examined(unit, Evidence::Flows, &about, steps, how).await?;
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
            let (seed, session) = (self.effort.seed, self.session);
            let finding = Finding::of_trial(part, about, seed, trial, shown, session);
            self.work.findings.push((unit, finding));
        }
        Ok(())
    }

    async fn race(&mut self, unit: usize, number: u64) -> Result<(), Unreachable> {
        let Effort { seed, shrinking, .. } = *self.effort;
        // The first lost race of a kind is made small, as is the first of the flows.
        let raced = self.work.findings.iter().any(|(_, found)| found.part == Evidence::Races);
        let shrinking = if raced { Shrinking::None } else { shrinking };
        let (session, about) = (self.session, format!("race {number} of seed {seed}"));
        let first = races::first(session, seed, number).await?;
        self.tally(Evidence::Races).tried += 1;
        self.progress.done(1);
        if let Some((race, failure)) = first {
            let (part, trial) = (Evidence::Races, Trial::Race(race.clone()));
            let shown = Shown::at_last(failure.clone());
            let rough = Finding::of_trial(part, about.clone(), seed, trial, shown, session);
            self.rough(unit, rough);
            let lost = races::made_small(session, race, failure, shrinking).await?;
            self.rough.pop();
            self.work.findings.push((unit, Finding::of_race(&about, lost, seed, session)));
        }
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.effort.stop == Stop::AtFirst && !self.work.findings.is_empty()
    }

    fn found(&mut self, unit: usize, part: Evidence, about: String, found: Counterexample) {
        self.session.known().note(&found.failure);
        let (seed, session) = (self.effort.seed, self.session);
        let finding = Finding::of_steps(part, about, seed, found, session);
        self.work.findings.push((unit, finding));
    }

    fn tally(&mut self, part: Evidence) -> &mut Tally {
        self.work.tallies.entry(part).or_default()
    }

    fn sent(&self) -> u64 {
        self.session.log().coverage_of(|coverage| coverage.requests)
    }
}
