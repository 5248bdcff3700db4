//! Has the verifier look for every defect, and notes what it finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use octane_client::BuildError;
use tokio::runtime::{Builder, Runtime};

use super::{Class, Defect, all};
use crate::caller::Accounts;
use crate::failure::{Failure, FailureClass};
use crate::judge::Judge;
use crate::machine::calls::Trouble;
use crate::machine::run::{Counterexample, Plan, Shrinking, run, sequence};
use crate::machine::scenarios;
use crate::negative;
use crate::probes;
use crate::races;
use crate::reach::Trigger;
use crate::session::{Session, Unreachable};
use crate::target::Target;
use crate::wire::{cell, seeds};

/// How many random sequences are tried, and from which seed: those of the default profile.
const CASES: u32 = 64;
const SEED: u64 = 1;

/// How many races are run.
const RACES: u32 = 24;

/// When to be content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// With the first failure.
    First,
    /// With the first failure, made as small as can be.
    Shrunk,
    /// When every part of the verification has found what it can.
    Every,
}

/// A failure by which a defect was noticed.
#[derive(Debug, Clone)]
pub struct Caught {
    /// Which part of the verification noticed it.
    pub part: &'static str,
    /// The promise that was broken.
    pub rule: &'static str,
    /// The operation.
    pub operation: String,
    /// The failure, for people.
    pub shown: String,
}

/// A defect and what became of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The defect's name.
    pub name: &'static str,
    /// Its class.
    pub class: Class,
    /// What goes wrong.
    pub about: &'static str,
    /// What was noticed; of each rule and operation once.
    pub caught: Vec<Caught>,
    /// How many requests that took.
    pub requests: u64,
    /// How long.
    pub elapsed: Duration,
    /// How long it took to make the failure small, and of how many steps it is then.
    pub shrunk: Option<(Duration, usize)>,
}

/// What came of every defect, and of the server that has none.
#[derive(Debug)]
pub struct Matrix {
    /// A row for each defect.
    pub rows: Vec<Row>,
    /// What was found wrong with the correct server: nothing, if the verifier is right.
    pub false_alarms: Vec<Caught>,
}

impl Matrix {
    /// Looks for every defect whose name holds `wanted`, on as many threads, and tells of each as it
    /// is done. The rows come in the order of the list.
    ///
    /// # Panics
    /// If a target in this process stops answering, which it has no way to.
    pub fn of(wanted: &str, depth: Depth, threads: usize, done: impl Fn(&Row) + Sync) -> Self {
        let defects: Vec<Defect> =
            all().into_iter().filter(|it| it.name.contains(wanted)).collect();
        let judge = Arc::new(Judge::new().expect("the contracts are linted"));
        let examined = |target: &Target| {
            examine(target, &judge, depth).expect("a router in this process answers")
        };
        let next = AtomicUsize::new(0);
        let rows = Mutex::new(Vec::new());
        let false_alarms = std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(defect) = defects.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let began = Instant::now();
                        let Examined { caught, requests, shrunk } = examined(&defect.target());
                        let Defect { name, class, about, .. } = *defect;
                        let elapsed = began.elapsed();
                        let row = Row { name, class, about, caught, requests, elapsed, shrunk };
                        done(&row);
                        rows.lock().unwrap_or_else(PoisonError::into_inner).push(row);
                    }
                });
            }
            examined(&super::correct()).caught
        });
        let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.sort_by_key(|row| defects.iter().position(|defect| defect.name == row.name));
        Self { rows, false_alarms }
    }

    /// Whether every defect was caught, and nothing else.
    pub fn passed(&self) -> bool {
        self.missed().next().is_none() && self.false_alarms.is_empty()
    }

    /// The defects that were not caught.
    pub fn missed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.caught.is_empty())
    }
}

/// Why a target could not be examined.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// The accounts cannot be used.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// It stopped answering.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

/// What the verifier noticed of a target.
#[derive(Debug)]
pub struct Examined {
    /// What is wrong with it; of each rule and operation once.
    pub caught: Vec<Caught>,
    /// How many requests that took.
    pub requests: u64,
    /// How long it took to make the failure small, and of how many steps it is then.
    pub shrunk: Option<(Duration, usize)>,
}

/// Has the verifier examine a target.
///
/// # Errors
/// If the target stops answering.
pub fn examine(
    target: &Target,
    judge: &Arc<Judge>,
    depth: Depth,
) -> Result<Examined, ExamineError> {
    let session = Session::open(target, judge, Accounts::published())?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime of one thread can be had");
    let (found, shrunk) = (Vec::new(), None);
    let mut examination = Examination { session: &session, runtime: &runtime, depth, found, shrunk };
    for part in [
        Examination::scenarios,
        Examination::probes,
        Examination::races,
        Examination::negatives,
        Examination::cells,
        Examination::random,
    ] {
        if !examination.is_over() {
            part(&mut examination)?;
        }
    }
    let (found, shrunk) = (examination.found, examination.shrunk);
    let caught = found.into_iter().map(|(part, failure)| Caught {
        part,
        rule: failure.rule.id(),
        operation: failure.subject.clone(),
        shown: failure.to_string(),
    });
    let requests = session.log().coverage().requests;
    Ok(Examined { caught: caught.collect(), requests, shrunk })
}

struct Examination<'a> {
    session: &'a Session,
    runtime: &'a Runtime,
    depth: Depth,
    found: Vec<(&'static str, Failure)>,
    shrunk: Option<(Duration, usize)>,
}

impl Examination<'_> {
    fn is_over(&self) -> bool {
        self.depth != Depth::Every && !self.found.is_empty()
    }

    fn note(&mut self, part: &'static str, failure: Failure) {
        let class: FailureClass = failure.class();
        if !self.found.iter().any(|(_, known)| known.class() == class) {
            self.found.push((part, failure));
        }
    }

    /// Notes what came of something, and gives what it made.
    fn result<T>(
        &mut self,
        part: &'static str,
        result: Result<T, Trouble>,
    ) -> Result<Option<T>, Unreachable> {
        match result {
            Ok(made) => Ok(Some(made)),
            Err(Trouble::Unreachable(problem)) => Err(problem),
            Err(Trouble::Broken(failure)) => {
                self.note(part, *failure);
                Ok(None)
            }
        }
    }

    fn scenarios(&mut self) -> Result<(), Unreachable> {
        for scenario in scenarios::all() {
            let done = self.runtime.block_on(sequence(self.session, &scenario.steps));
            self.result("scenarios", done)?;
            if self.is_over() {
                break;
            }
        }
        Ok(())
    }

    fn probes(&mut self) -> Result<(), Unreachable> {
        for probe in probes::all() {
            let done = self.runtime.block_on(probe.run(self.session));
            self.result("probes", done)?;
            if self.is_over() {
                break;
            }
        }
        Ok(())
    }

    fn races(&mut self) -> Result<(), Unreachable> {
        let plan = races::Plan::new(RACES, SEED);
        if let Some(found) = races::run(self.session, self.runtime, &plan)? {
            self.note("races", found.failure);
        }
        Ok(())
    }

    fn negatives(&mut self) -> Result<(), Unreachable> {
        let content = self.depth != Depth::Every;
        let bad = self.runtime.block_on(negative::bad_cases(self.session, content))?;
        for bad in bad.wrong {
            self.note("negatives", bad.failure);
        }
        Ok(())
    }

    fn cells(&mut self) -> Result<(), Unreachable> {
        for state in seeds() {
            for trigger in Trigger::all() {
                let done = self.runtime.block_on(cell(self.session, state, trigger));
                self.result("truth table", done)?;
                if self.is_over() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn random(&mut self) -> Result<(), Unreachable> {
        let plan = Plan { shrinking: Shrinking::None, ..Plan::new(CASES, SEED) };
        let outcome = run(self.session, self.runtime, plan)?;
        if let Some(Counterexample { failure, .. }) = outcome.found {
            self.note("state machine", failure);
        }
        Ok(())
    }
}

/// A line: the defect, and what it was caught by.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<36}", self.name)?;
        let caught: Vec<String> =
            self.caught.iter().map(|it| format!("{} × {}", it.rule, it.operation)).collect();
        match self.caught.first() {
            None => f.write_str("NOT CAUGHT")?,
            Some(first) => write!(f, "{} [{}]", caught.join(", "), first.part)?,
        }
        write!(f, ", {} requests, {:.1} s", self.requests, self.elapsed.as_secs_f64())?;
        match self.shrunk {
            None => Ok(()),
            Some((took, steps)) => {
                write!(f, ", {steps} steps after {:.1} s", took.as_secs_f64())
            }
        }
    }
}

/// Rules by classes of defects, then what was missed.
impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut classes: BTreeMap<Class, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
        for row in &self.rows {
            let (defects, rules) = classes.entry(row.class).or_default();
            *defects += 1;
            let caught: BTreeSet<&str> = row.caught.iter().map(|it| it.rule).collect();
            for rule in caught {
                *rules.entry(rule).or_default() += 1;
            }
        }
        for (class, (defects, rules)) in &classes {
            let rules: Vec<String> =
                rules.iter().map(|(rule, count)| format!("{rule} × {count}")).collect();
            writeln!(f, "{class:<32}{defects:>3}  {}", rules.join(", "))?;
        }
        let missed: Vec<&Row> = self.missed().collect();
        let caught = self.rows.len() - missed.len();
        writeln!(f, "\n{caught} of {} defects are caught.", self.rows.len())?;
        for row in missed {
            writeln!(f, "  not caught: {} ({})", row.name, row.about)?;
        }
        if let Some(slowest) = self.rows.iter().filter_map(|row| Some((row.shrunk?.0, row.name))).max() {
            let (took, name) = slowest;
            writeln!(f, "The slowest failure to shrink took {:.1} s ({name}).", took.as_secs_f64())?;
        }
        for alarm in &self.false_alarms {
            writeln!(f, "\nA false alarm, by the {}:\n{}", alarm.part, alarm.shown)?;
        }
        Ok(())
    }
}
