//! How much a verification tries.
//!
//! `smoke` is for a service that others use at the same time, `default` for every commit, `thorough`
//! for the night. Each leaves nothing out for good: what `default` leaves out of one run for being
//! like something else, another seed tries.

use std::time::Duration;

use clap::ValueEnum;

use crate::budget::Budget;
use crate::cells::{self, Batch, Beside, Cell};
use crate::machine::Looks;
use crate::machine::run::Shrinking;
use crate::negative::Choice;
use crate::reach::Trigger;
use crate::truth_table::Visit;

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// Under 300 requests: what the provider may do in each state, an invalid request of each kind.
    Smoke,
    /// Under 2,000 requests: every cell of the lifecycle, every keyword at every place, every known
    /// sequence, and a few that are drawn.
    Default,
    /// As much as it is asked for: every variant of everything by itself, and many drawn sequences.
    Thorough,
}

/// What a verification tries, exactly.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// The profile it began with.
    pub profile: Profile,
    /// What is drawn is drawn from this; the same seed tries the same.
    pub seed: u64,
    /// How many sequences are drawn.
    pub cases: u64,
    /// The most steps of a drawn sequence that are run.
    pub steps_max: usize,
    /// How many of the known sequences are run.
    pub scenarios: usize,
    /// Which invalid requests are sent.
    pub negatives: Choice,
    /// How many of the promises are tried that need a way of their own.
    pub probes: usize,
    /// How many races are run.
    pub races: u64,
    /// Whether one thing that is wrong is enough.
    pub stop: Stop,
    /// How closely the service is looked at.
    pub looks: Looks,
    /// How many sequences run at once, each in a world of its own.
    pub jobs: usize,
    /// The most requests that are sent.
    pub budget: Budget,
    /// What becomes of a sequence that fails.
    pub shrinking: Shrinking,
    /// Where nbn acts by itself: how many orders are followed.
    pub orders: usize,
    /// Where nbn acts by itself: how long it is waited for.
    pub patience: Duration,
    /// How long a read may take to show what was written.
    pub consistency_window: Duration,
}

/// When a verification is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// When everything was tried.
    AtEnd,
    /// When something is wrong.
    AtFirst,
}

impl Profile {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Smoke => "smoke",
            Profile::Default => "default",
            Profile::Thorough => "thorough",
        }
    }

    /// What the profile tries with a seed.
    pub fn effort(self, seed: u64) -> Effort {
        let effort = Effort {
            profile: self,
            seed,
            cases: 1,
            // With 2,000 requests in all, longer ones would not leave room for races.
            steps_max: 12,
            scenarios: usize::MAX,
            probes: usize::MAX,
            races: 6,
            stop: Stop::AtEnd,
            negatives: Choice::Together,
            looks: Looks::InTurn,
            jobs: 1,
            budget: Budget::default(),
            shrinking: Shrinking::Full,
            orders: 6,
            patience: Duration::from_secs(20),
            consistency_window: Duration::ZERO,
        };
        match self {
            Profile::Smoke => {
                let (negatives, patience) = (Choice::OfEachKeyword, Duration::from_secs(5));
                let effort = Effort { negatives, patience, ..effort };
                Effort { cases: 0, scenarios: 1, probes: 0, races: 0, orders: 3, ..effort }
            }
            Profile::Default => effort,
            Profile::Thorough => Effort {
                cases: 1_000,
                races: 300,
                steps_max: usize::MAX,
                negatives: Choice::Every,
                looks: Looks::Everything,
                jobs: std::thread::available_parallelism().map_or(1, usize::from),
                ..effort
            },
        }
    }
}

impl Effort {
    /// The cells of the lifecycle that are tried, in the worlds they are tried in.
    pub(crate) fn cells(&self) -> Vec<Batch> {
        /// As many orders as fit on few pages of the list.
        const ORDERS_MAX: usize = 60;
        match self.profile {
            Profile::Smoke => {
                let cells = calls_once(self.seed);
                cells::together(&cells, ORDERS_MAX, self.seed, Beside::Nothing)
            }
            Profile::Default => {
                let cells = cells::sampled(self.seed);
                cells::together(&cells, ORDERS_MAX, self.seed, Beside::Wrongs)
            }
            Profile::Thorough => cells::every().into_iter().map(Batch::of).collect(),
        }
    }
}

/// The calls of the provider in every state, with orders that need a visit or do not, in turn by seed.
fn calls_once(seed: u64) -> Vec<Cell> {
    let visit = if seed.is_multiple_of(2) { Visit::NotRequired } else { Visit::Required };
    let mut chosen: Vec<Cell> = Vec::new();
    for (state, trigger) in cells::every() {
        let known =
            chosen.iter_mut().find(|(other, it)| (other.state, *it) == (state.state, trigger));
        match (trigger, known) {
            (Trigger::Event(_), _) => {}
            (Trigger::Operation(_), None) => chosen.push((state, trigger)),
            (Trigger::Operation(_), Some(known)) if state.visit == visit => {
                *known = (state, trigger);
            }
            (Trigger::Operation(_), Some(_)) => {}
        }
    }
    chosen
}
