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

use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::forms::Rotation;
use crate::machine::Looks;
use crate::machine::calls::Trouble;
use crate::machine::run::{Counterexample, Shrinking, replay, start};
use crate::machine::runner::Runner;
use crate::machine::{send::send, views};
use crate::session::{Session, Unreachable};
use crate::step::Step;

mod draw;
mod schedule;
mod search;
mod shrink;

use search::{Call, explain};

/// How often a failure is tried again.
pub const TRIES: u32 = 10;

/// Steps, some of them at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What was sent before that, without mere looks.
    pub before: Vec<Exchange>,
}

/// A failure with the calls that were made at once.
struct Unexplained {
    trouble: Trouble,
    calls: Vec<Call>,
    before: Vec<Exchange>,
}

impl From<Trouble> for Unexplained {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, calls: Vec::new(), before: Vec::new() }
    }
}

/// Runs the race of this number that a seed gives; if it is lost, it is made small.
///
/// # Errors
/// If the target stops answering.
pub async fn drawn(
    session: &Session,
    seed: u64,
    number: u64,
    shrinking: Shrinking,
) -> Result<Option<Lost>, Unreachable> {
    match first(session, seed, number).await? {
        Some((race, failure)) => made_small(session, race, failure, shrinking).await.map(Some),
        None => Ok(None),
    }
}

/// Runs the race of this number that a seed gives, once.
///
/// # Errors
/// If the target stops answering.
pub(crate) async fn first(
    session: &Session,
    seed: u64,
    number: u64,
) -> Result<Option<(Race, Failure)>, Unreachable> {
    let mut race = draw::race(number, seed);
    race.dress(Rotation::new(session.judge().forms(), seed.wrapping_add(number)));
    // The first of each shape are as much at once as can be; the others take turns as it comes.
    let schedule = if number < draw::SHAPES.len() as u64 { 0 } else { seed.wrapping_add(number) };
    let failure = failure(race.run(session, schedule).await)?;
    Ok(failure.map(|failure| (race, failure)))
}

/// Runs a race [`TRIES`] times.
///
/// # Errors
/// If the target stops answering.
pub async fn again(session: &Session, race: &Race) -> Result<Option<Lost>, Unreachable> {
    for schedule in 0..u64::from(TRIES) {
        if let Some(first) = failure(race.run(session, schedule).await)? {
            return made_small(session, race.clone(), first, Shrinking::None).await.map(Some);
        }
    }
    Ok(None)
}

/// Makes a lost race small, and tells how often it is lost.
///
/// # Errors
/// If the target stops answering.
pub(crate) async fn made_small(
    session: &Session,
    mut race: Race,
    first: Failure,
    shrinking: Shrinking,
) -> Result<Lost, Unreachable> {
    if let Some(found) = in_sequence(session, &race).await? {
        let (failure, before) = (found.failure, found.exchanges);
        return Ok(Lost { race, failure, failed: TRIES, exchanges: Vec::new(), before });
    }
    if shrinking == Shrinking::Full {
        race = smallest(session, race, &first).await?;
    }
    let (exchanges, before) = (Vec::new(), Vec::new());
    let mut lost = Lost { race, failure: first, failed: 0, exchanges, before };
    for schedule in 0..u64::from(TRIES) {
        match lost.race.run(session, schedule).await {
            Ok(()) => {}
            Err(Unexplained { trouble: Trouble::Unreachable(problem), .. }) => return Err(problem),
            Err(Unexplained { trouble: Trouble::Broken(failure), calls, before }) => {
                if failure.rule == lost.failure.rule {
                    lost.failed += 1;
                    lost.failure = *failure;
                    lost.before = before;
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

/// What is wrong if the columns come one after the other: then it is not about what is at once, and
/// breaks another promise.
async fn in_sequence(
    session: &Session,
    race: &Race,
) -> Result<Option<Counterexample>, Unreachable> {
    let steps = race.before.iter().chain(race.columns.iter().flatten());
    let steps: Vec<Step> = steps.cloned().collect();
    replay(session, &steps, Looks::Everything).await
}

/// The smallest race that is still lost, deleting until nothing can be deleted.
async fn smallest(session: &Session, mut race: Race, first: &Failure) -> Result<Race, Unreachable> {
    'smaller: loop {
        for fewer in shrink::smaller(&race) {
            if is_lost(session, &fewer, first).await? {
                race = fewer;
                continue 'smaller;
            }
        }
        return Ok(race);
    }
}

/// Whether a race breaks the same promise, in one of [`TRIES`] schedules.
async fn is_lost(session: &Session, race: &Race, first: &Failure) -> Result<bool, Unreachable> {
    for schedule in 0..u64::from(TRIES) {
        let again = failure(race.run(session, schedule).await)?;
        if again.is_some_and(|again| again.rule == first.rule) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn failure(result: Result<(), Unexplained>) -> Result<Option<Failure>, Unreachable> {
    match result {
        Ok(()) => Ok(None),
        Err(Unexplained { trouble: Trouble::Broken(failure), .. }) => Ok(Some(*failure)),
        Err(Unexplained { trouble: Trouble::Unreachable(problem), .. }) => Err(problem),
    }
}

impl Race {
    /// Gives the steps their details.
    fn dress(&mut self, mut rotation: Rotation<'_>) {
        let before = rotation.dress_all(&mut self.before);
        for step in self.columns.iter_mut().flatten() {
            // Who comes first is not known yet, so each is looked at as if it were the first.
            let accepted = !before.clone().perform(step).is_refusal();
            rotation.dress(step, accepted);
        }
    }

    /// Runs the race from an empty world, its columns taking turns by this schedule.
    async fn run(&self, session: &Session, schedule: u64) -> Result<(), Unexplained> {
        let mut runner = Runner::begin(session, start(), Looks::AtEnd).await?;
        for step in &self.before {
            runner.step(step).await?;
        }
        // What a booking names must be known before it is made.
        for step in self.columns.iter().flatten() {
            if let Step::Book { order, pick, .. } = *step
                && let Some(slot) = runner.world.resolve(order, pick)
            {
                views::learn(&mut runner, slot).await?;
            }
        }
        let mut before = session.log().take_exchanges();
        before.retain(|exchange| exchange.method != "GET");
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
            session.log().absorb(caller.log());
        }
        let mut calls = Vec::new();
        for column in made {
            calls.extend(column?);
        }
        let explained = explain(session, &runner.world, &calls).await;
        explained.map_err(|trouble| Unexplained { trouble, calls, before })
    }
}

impl Race {
    /// The steps, a sentence each; those that are made at once side by side.
    pub fn sentences(&self) -> Vec<String> {
        self.told(&|_, _| String::new())
    }

    fn told(&self, answer: &dyn Fn(usize, usize) -> String) -> Vec<String> {
        let mut steps: Vec<String> = self.before.iter().map(ToString::to_string).collect();
        for row in 0..self.columns.iter().map(Vec::len).max().unwrap_or_default() {
            let cell = |(at, column): (usize, &Vec<Step>)| match column.get(row) {
                Some(step) => format!("{step}{}", answer(at, row)),
                None => "–".to_owned(),
            };
            let cells: Vec<String> = self.columns.iter().enumerate().map(cell).collect();
            steps.push(format!("at once: {}", cells.join("  ‖  ")));
        }
        steps
    }
}

impl Lost {
    /// The steps, with those that were made at once side by side, and what each was answered.
    pub fn steps(&self) -> Vec<String> {
        self.race.told(&|column, row| {
            let answer = self.exchanges.get(column).and_then(|it| it.get(row));
            answer.map_or(String::new(), |answer| format!(" → {}", answer.status))
        })
    }

    /// What was sent: before, then at once, column by column, and then the look that shows what came of
    /// it, if it takes one.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let columns = self.exchanges.iter().enumerate().flat_map(|(column, calls)| {
            let of_column =
                move |call: &Exchange| Exchange { column: Some(column), ..call.clone() };
            calls.iter().map(of_column)
        });
        let mut sent: Vec<Exchange> = self.before.iter().cloned().chain(columns).collect();
        let look = self.failure.exchange.as_deref().filter(|it| it.method == "GET");
        let is_there = |look: &Exchange| {
            let mut calls = self.exchanges.iter().flatten();
            self.exchanges.is_empty() || calls.any(|it| it.path == look.path && it.method == "GET")
        };
        sent.extend(look.filter(|look| !is_there(look)).cloned());
        sent
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

#[cfg(all(test, feature = "in-process"))]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use octane_mock_server::{Config, MockServer};

    use super::*;
    use crate::caller::Accounts;
    use crate::judge::Judge;
    use crate::target::Target;

    #[tokio::test]
    async fn whoever_comes_first_the_same_is_sent() {
        let mock = MockServer::new(Config::default()).expect("the built-in contract is served");
        let judge = Arc::new(Judge::new().expect("the contracts are linted"));
        let (target, accounts) = (Target::router(mock.router()), Accounts::published());
        let session = Session::open(&target, &judge, accounts).expect("the router is there");
        session.log().keep_requests();
        let mut ends = 0;
        for number in 0..12 {
            let (mut sent, mut answered) = (BTreeSet::new(), BTreeSet::new());
            for schedule in 0..5 {
                let race = draw::race(number, 1);
                assert!(race.run(&session, schedule).await.is_ok(), "race {number}");
                sent.insert(session.log().take_requests());
                let answers = session.log().take_exchanges();
                answered.insert(answers.into_iter().map(|it| it.body).collect::<Vec<_>>());
            }
            assert_eq!(sent.len(), 1, "race {number}");
            ends += answered.len();
        }
        assert!(ends > 12, "it never mattered who came first");
    }
}
