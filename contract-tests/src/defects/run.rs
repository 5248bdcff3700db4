//! Has the verifier look for every defect, and notes what it finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Class, Defect};
use crate::machine::run::Shrinking;
use crate::profile::{Effort, Profile, Stop};
use crate::progress::Progress;
use crate::report::Report;
use crate::target::Target;
use crate::verify::{VerifyError, verified_here};

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
    /// Looks for these defects, on as many threads, with what is drawn from a seed.
    ///
    /// # Panics
    /// If a target in this process cannot be verified, which nothing keeps it from.
    pub fn of(
        defects: &[Defect],
        depth: Depth,
        seed: u64,
        threads: usize,
        progress: &dyn Progress,
    ) -> Self {
        let examined =
            |target: &Target| examine(target, depth, seed).expect("a router can be verified");
        progress.part("defects");
        progress.expect(defects.len() as u64);
        let next = AtomicUsize::new(0);
        let rows = Mutex::new(Vec::new());
        let false_alarms = std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(defect) = defects.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let Examined { caught, requests, elapsed, shrunk } =
                            examined(&defect.target());
                        progress.done(1);
                        let Defect { name, class, about, .. } = *defect;
                        let row = Row { name, class, about, caught, requests, elapsed, shrunk };
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

/// What the verifier noticed of a target.
#[derive(Debug)]
pub struct Examined {
    /// What is wrong with it; of each rule and operation once.
    pub caught: Vec<Caught>,
    /// How many requests that took.
    pub requests: u64,
    /// How long.
    pub elapsed: Duration,
    /// How long it took to make the failure small, and of how many steps it is then.
    pub shrunk: Option<(Duration, usize)>,
}

/// Has the verifier examine a target, by the profile `default` with a seed.
///
/// # Errors
/// If the target cannot be verified at all.
pub fn examine(target: &Target, depth: Depth, seed: u64) -> Result<Examined, VerifyError> {
    let stop = if depth == Depth::Every { Stop::AtEnd } else { Stop::AtFirst };
    let effort = Effort { stop, shrinking: Shrinking::None, ..Profile::Default.effort(seed) };
    let run = |effort: &Effort| -> Result<Report, VerifyError> { verified_here(target, effort) };
    let report = run(&effort)?;
    let mut shrunk = None;
    if depth == Depth::Shrunk {
        let small = run(&Effort { shrinking: Shrinking::Full, ..effort })?;
        let took = small.elapsed.saturating_sub(report.elapsed);
        let least = small.findings.first().map(|finding| finding.steps.len());
        shrunk = least.map(|steps| (took, steps));
    }
    let caught = report.grouped().into_iter().map(|(finding, _)| Caught {
        part: finding.part.name(),
        rule: finding.failure.rule.id(),
        operation: finding.failure.subject.clone(),
        shown: finding.failure.to_string(),
    });
    Ok(Examined {
        caught: caught.collect(),
        requests: report.coverage.requests,
        elapsed: report.elapsed,
        shrunk,
    })
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

/// A line for each defect, rules by classes of defects, then what was missed.
impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        writeln!(f)?;
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
        if let Some(slowest) =
            self.rows.iter().filter_map(|row| Some((row.shrunk?.0, row.name))).max()
        {
            let (took, name) = slowest;
            writeln!(
                f,
                "The slowest failure to shrink took {:.1} s ({name}).",
                took.as_secs_f64()
            )?;
        }
        for alarm in &self.false_alarms {
            writeln!(f, "\nA false alarm, by the {}:\n{}", alarm.part, alarm.shown)?;
        }
        Ok(())
    }
}
