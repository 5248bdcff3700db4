//! What a verification came to: the facts, and in the files beside this one the forms they take.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::coverage::Coverage;
use crate::finding::{Finding, grouped};
use crate::gaps::{Because, Control, Gap};
use crate::interrupt::Signal;
use crate::known::Accepted;
use crate::profile::Effort;
use crate::rules::Evidence;
use crate::skew::Skew;

pub mod broken;
pub mod drawing;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod matrix;
pub mod not_checked;
pub mod terminal;
pub mod verdict;

/// Everything a verification came to.
#[derive(Debug)]
pub struct Report {
    /// The target's base URL.
    pub target: String,
    /// Title and version of the contract.
    pub contract: String,
    /// What could be done to the target beside calling it.
    pub control: Control,
    /// What was tried.
    pub effort: Effort,
    /// How much of it there was, by part.
    pub tallies: BTreeMap<Evidence, Tally>,
    /// How long it all took.
    pub elapsed: Duration,
    /// What was exercised.
    pub coverage: Coverage,
    /// What could not be shown.
    pub gaps: Vec<Gap>,
    /// What became of the orders that were made among others', a line each.
    pub left: Vec<String>,
    /// The ledger of it, if there is one and somebody has to look after something.
    pub ledger: Option<PathBuf>,
    /// Whether everything was tried that was to be.
    pub end: End,
    /// How far the target's clock is from ours, where it is not ours to set.
    pub skew: Option<Skew>,
    /// What may be wrong for now, and how often it was.
    pub accepted: BTreeMap<Accepted, u64>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// A line of every request, in the order of the units, if it was kept.
    pub requests: Vec<String>,
}

/// How much a part of the verification tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cells, invalid requests or sequences.
    pub tried: u64,
    /// The steps of the sequences.
    pub steps: u64,
    /// The requests that were sent.
    pub requests: u64,
}

impl Tally {
    /// Adds what another worker tried.
    pub fn add(&mut self, other: Tally) {
        self.tried += other.tried;
        self.steps += other.steps;
        self.requests += other.requests;
    }
}

/// How a verification came to its end. Unless it was whole, the report is of what was tried until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Everything was tried.
    Whole,
    /// The budget of requests was spent.
    Spent,
    /// It was asked to stop.
    Interrupted(Signal),
    /// The target could not be reached any more, for this reason.
    Lost(String),
}

impl End {
    /// Its name in reports that programs read.
    pub fn name(&self) -> &'static str {
        match self {
            End::Whole => "whole",
            End::Spent => "budgetSpent",
            End::Interrupted(_) => "interrupted",
            End::Lost(_) => "targetLost",
        }
    }
}

/// A sentence, if there is something to say.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Whole => Ok(()),
            End::Spent => {
                f.write_str("The budget of requests was spent before everything was tried.")
            }
            End::Interrupted(_) => f.write_str("Interrupted before everything was tried."),
            End::Lost(why) => write!(f, "The target stopped answering: {why}."),
        }
    }
}

/// How strictly a report is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// What was not seen is listed.
    Lenient,
    /// What was not seen, and could have been, is a failure.
    Ci,
}

impl Report {
    /// Whether nothing is wrong. Of a verification that was broken off nobody knows; who sets a budget
    /// is content with what was seen.
    pub fn passed(&self, strictness: Strictness) -> bool {
        let unseen = strictness == Strictness::Ci && self.unseen().next().is_some();
        self.findings.is_empty() && !unseen && matches!(self.end, End::Whole | End::Spent)
    }

    /// One finding of each rule and operation, with how many more there are like it.
    pub fn grouped(&self) -> Vec<(&Finding, usize)> {
        grouped(&self.findings)
    }

    /// What this target could have been made to show and did not.
    pub fn unseen(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.because == Because::NotTried)
    }

    /// What could not be shown, by reason.
    pub fn gaps_by_reason(&self) -> BTreeMap<Because, Vec<&str>> {
        let mut reasons: BTreeMap<Because, Vec<&str>> = BTreeMap::new();
        for gap in &self.gaps {
            reasons.entry(gap.because).or_default().push(&gap.what);
        }
        reasons
    }
}

/// A number of things, with the word for one or for several.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many if what.ends_with('s') => format!("{many} {what}es"),
        many => format!("{many} {what}s"),
    }
}
