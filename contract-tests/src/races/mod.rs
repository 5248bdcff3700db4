//! Calls made at once, which must be answered as if one came after the other.
//!
//! A race is a sequence of steps that prepares it, and then two to four columns of steps that are
//! made at the same time. Afterwards some order of the calls, which keeps to what was over before
//! what began, must explain every answer, and what is then seen from every view
//! ([linearizability](https://doi.org/10.1145/78969.78972)). The model that explains is the one that
//! steps in sequence are compared with.
//!
//! In this process calls take turns by a schedule drawn from the seed, wherever the server waits;
//! over sockets they take turns as they like. So a failure may not come back at once: it is tried
//! ten times, and the report says how often it did.

use std::fmt;

use tokio::runtime::Runtime;

use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::machine::calls::Trouble;
use crate::machine::runner::Runner;
use crate::machine::{run::start, send::send, views};
use crate::session::{Session, Unreachable};
use crate::step::Step;

mod draw;
mod schedule;
mod search;
mod shrink;

use search::{Call, explain};

/// How often a failure is tried again.
pub const TRIES: u32 = 10;

/// How much to try.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many races.
    pub races: u32,
    /// What they and their schedules are drawn from.
    pub seed: u64,
}

/// Steps, some of them at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Race {
    /// What is done before, one after the other.
    pub before: Vec<Step>,
    /// What is done at once: each column in its order.
    pub columns: Vec<Vec<Step>>,
}

/// A race that no order of its calls explains.
#[derive(Debug)]
pub struct Lost {
    /// The race, made small.
    pub race: Race,
    /// The promise that was broken.
    pub failure: Failure,
    /// How often it was broken, of [`TRIES`].
    pub failed: u32,
    /// What was sent and answered at once, by column.
    pub exchanges: Vec<Vec<Exchange>>,
}

/// A failure with the calls that were made at once.
struct Unexplained {
    trouble: Trouble,
    calls: Vec<Call>,
}

impl From<Trouble> for Unexplained {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, calls: Vec::new() }
    }
}

impl Plan {
    /// So many races drawn from this seed.
    pub fn new(races: u32, seed: u64) -> Self {
        Self { races, seed }
    }
}

/// Runs races, and makes the first that is lost small.
///
/// # Errors
/// If the target stops answering.
pub fn run(session: &Session, runtime: &Runtime, plan: &Plan) -> Result<Option<Lost>, Unreachable> {
    for number in 0..plan.races {
        let race = draw::race(number, plan.seed);
        let schedule = plan.seed.wrapping_add(u64::from(number));
        if let Some(failure) = failure(runtime.block_on(race.run(session, schedule)))? {
            return lost(session, runtime, race, failure).map(Some);
        }
    }
    Ok(None)
}

/// Makes a lost race small, and tells how often it is lost.
fn lost(
    session: &Session,
    runtime: &Runtime,
    race: Race,
    first: Failure,
) -> Result<Lost, Unreachable> {
    let is_lost = |race: &Race| {
        for schedule in 0..TRIES {
            let tried = runtime.block_on(race.run(session, schedule.into()));
            let again = failure(tried)?;
            if again.is_some_and(|again| again.rule == first.rule) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let race = shrink::smallest(race, is_lost)?;
    let mut lost = Lost { race, failure: first, failed: 0, exchanges: Vec::new() };
    for schedule in 0..TRIES {
        match runtime.block_on(lost.race.run(session, schedule.into())) {
            Ok(()) => {}
            Err(Unexplained { trouble: Trouble::Unreachable(problem), .. }) => return Err(problem),
            Err(Unexplained { trouble: Trouble::Broken(failure), calls }) => {
                if failure.rule == lost.failure.rule {
                    lost.failed += 1;
                    lost.failure = *failure;
                    let column = |at| calls.iter().filter(move |call| call.column == at);
                    lost.exchanges = (0..lost.race.columns.len())
                        .map(|at| column(at).map(|call| call.exchange.clone()).collect())
                        .collect();
                }
            }
        }
    }
    Ok(lost)
}

fn failure(result: Result<(), Unexplained>) -> Result<Option<Failure>, Unreachable> {
    match result {
        Ok(()) => Ok(None),
        Err(Unexplained { trouble: Trouble::Broken(failure), .. }) => Ok(Some(*failure)),
        Err(Unexplained { trouble: Trouble::Unreachable(problem), .. }) => Err(problem),
    }
}

impl Race {
    /// Runs the race from an empty world, its columns taking turns by this schedule.
    async fn run(&self, session: &Session, schedule: u64) -> Result<(), Unexplained> {
        let mut runner = Runner::begin(session, start()).await?;
        for step in &self.before {
            runner.step_unseen(step).await?;
        }
        // What a booking names must be known before it is made.
        for step in self.columns.iter().flatten() {
            if let Step::Book { order, pick, .. } = *step
                && let Some(slot) = runner.world.resolve(order, pick)
            {
                views::learn(&mut runner, slot).await?;
            }
        }
        session.log().take_exchanges();
        let clock = schedule::Moments::default();
        let mut callers = Vec::new();
        for _ in &self.columns {
            callers.push(session.another());
        }
        let columns = self.columns.iter().zip(&callers).enumerate();
        let making = columns.map(|(at, (steps, caller))| {
            let (world, clock) = (runner.world.clone(), &clock);
            let calls = async move {
                let caller = Runner::resume(caller, world);
                let mut calls = Vec::new();
                for step in steps {
                    let invoked = clock.next();
                    let exchange = send(&caller, step, &caller.world).await?;
                    let returned = clock.next();
                    let step = step.clone();
                    calls.push(Call { column: at, step, invoked, returned, exchange });
                }
                Ok::<_, Trouble>(calls)
            };
            Box::pin(calls) as schedule::Turn<'_, Result<Vec<Call>, Trouble>>
        });
        let made = schedule::in_turns(making.collect(), schedule).await;
        for caller in &callers {
            let coverage = caller.log().coverage();
            session.log().cover(|all| all.add(&coverage));
        }
        let mut calls = Vec::new();
        for column in made {
            calls.extend(column?);
        }
        let explained = explain(session, &runner.world, &calls).await;
        explained.map_err(|trouble| Unexplained { trouble, calls })
    }
}

impl Lost {
    /// The steps, with those that were made at once side by side.
    pub fn steps(&self) -> Vec<String> {
        let mut steps: Vec<String> = self.race.before.iter().map(ToString::to_string).collect();
        let rows = self.race.columns.iter().map(Vec::len).max().unwrap_or_default();
        for row in 0..rows {
            let cell = |at: usize| {
                let step = self.race.columns[at].get(row)?;
                let answer = self.exchanges.get(at).and_then(|it| it.get(row));
                let status = answer.map_or("?".to_owned(), |it| it.status.to_string());
                Some(format!("{step} → {status}"))
            };
            let cells: Vec<String> =
                (0..self.race.columns.len()).map(|at| cell(at).unwrap_or_default()).collect();
            steps.push(format!("at once: {}", cells.join("  ‖  ")));
        }
        steps
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  failed {} of {TRIES}", self.failure, self.failed)?;
        for (number, step) in self.steps().iter().enumerate() {
            write!(f, "\n  {}. {step}", number + 1)?;
        }
        Ok(())
    }
}
