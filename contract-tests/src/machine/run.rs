//! Runs sequences of steps: known ones, and ones that are drawn.
//!
//! A drawn sequence depends on the seed and its own number alone, so that it can be run again by
//! itself, and so that several can run at once and still be the same ones. The first failure of each
//! kind is made small, holding on to the failure it began with: a shorter sequence that breaks
//! another promise counts as passed, so that the report is about one thing.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::ReferenceStateMachine;

use super::calls::Trouble;
use super::minimise::minimise;
use super::runner::Runner;
use super::{Looks, WithdrawFlow};
use crate::exchange::Exchange;
use crate::failure::{Failure, FailureClass};
use crate::session::{Session, Unreachable};
use crate::step::Step;

/// The fewest and the most steps of a drawn sequence.
const STEPS: std::ops::RangeInclusive<usize> = 20..=60;

/// When every case begins: a Monday morning in Sydney, daylight saving time, between two seconds.
pub fn start() -> DateTime<Utc> {
    let hour = Utc.with_ymd_and_hms(2026, 3, 1, 22, 0, 0).single();
    hour.expect("a moment that exists once") + TimeDelta::milliseconds(137)
}

/// What becomes of a sequence that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shrinking {
    /// It is made as small as can be.
    Full,
    /// It is kept as it was drawn, which is enough to know that it fails.
    None,
}

/// A failure and the steps that lead there.
#[derive(Debug, Clone)]
pub struct Counterexample {
    /// The promise that was broken.
    pub failure: Failure,
    /// The shortest sequence found that breaks it; the last step is the one that does, or the last
    /// look after it.
    pub steps: Vec<Step>,
    /// How closely the service was looked at when it was found.
    pub looks: Looks,
    /// What was sent and answered on the way: the fresh start, what each step sent, and the request
    /// that showed the failure; without the other looks between the steps.
    pub exchanges: Vec<Exchange>,
}

/// The sequence of this number that a seed gives.
pub fn drawn(seed: u64, number: u64) -> Vec<Step> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let drawn = WithdrawFlow::sequential_strategy(STEPS).new_tree(&mut runner);
    let (_, steps, _) = drawn.expect("the weights leave a step to try").current();
    steps
}

/// Runs one sequence of steps from an empty world.
///
/// # Errors
/// With the first promise that is not kept.
pub async fn sequence(session: &Session, steps: &[Step], looks: Looks) -> Result<(), Trouble> {
    let mut runner = Runner::begin(session, start(), looks).await?;
    for step in steps {
        runner.step(step).await?;
        session.log().take_exchanges();
    }
    runner.end().await?;
    session.log().take_exchanges();
    Ok(())
}

/// Runs one sequence, and makes what fails small, unless it fails as something did before.
///
/// # Errors
/// If the target stops answering.
pub async fn examined(
    session: &Session,
    steps: &[Step],
    looks: Looks,
    shrinking: Shrinking,
    known: &BTreeSet<FailureClass>,
) -> Result<Option<Counterexample>, Unreachable> {
    let Some(first) = first(session, steps, looks).await? else { return Ok(None) };
    if known.contains(&first.failure.class()) {
        return Ok(Some(first));
    }
    made_small(session, first, shrinking).await.map(Some)
}

/// Runs one sequence. What fails is told as it was, without exchanges.
///
/// # Errors
/// If the target stops answering.
pub(crate) async fn first(
    session: &Session,
    steps: &[Step],
    looks: Looks,
) -> Result<Option<Counterexample>, Unreachable> {
    let failure = broken(sequence(session, steps, looks).await)?;
    let (steps, exchanges) = (steps.to_vec(), Vec::new());
    Ok(failure.map(|failure| Counterexample { failure, steps, looks, exchanges }))
}

/// Makes a sequence that fails small.
///
/// # Errors
/// If the target stops answering.
pub(crate) async fn made_small(
    session: &Session,
    first: Counterexample,
    shrinking: Shrinking,
) -> Result<Counterexample, Unreachable> {
    let Counterexample { failure, steps, looks, .. } = first;
    let small = match shrinking {
        Shrinking::None => steps,
        Shrinking::Full => {
            let fails = async |candidate: &[Step]| {
                fails_alike(session, candidate, looks, &failure.class()).await
            };
            minimise(steps, fails).await?
        }
    };
    // Looked at more closely, the small sequence often fails a step earlier, and says more plainly
    // what is wrong. A long one takes too long to be looked at so.
    let closer = (shrinking == Shrinking::Full).then_some(Looks::Everything);
    for looks in closer.into_iter().chain([looks]) {
        if let Some(found) = replay(session, &small, looks).await? {
            return Ok(found);
        }
    }
    // A failure that does not come back is reported all the same, without exchanges.
    Ok(Counterexample { failure, steps: small, looks, exchanges: Vec::new() })
}

/// Whether a sequence breaks the same promise.
async fn fails_alike(
    session: &Session,
    steps: &[Step],
    looks: Looks,
    class: &FailureClass,
) -> Result<bool, Unreachable> {
    let failure = broken(sequence(session, steps, looks).await)?;
    Ok(failure.is_some_and(|failure| failure.class() == *class))
}

/// Runs a sequence once more, to have its failure and its exchanges.
///
/// # Errors
/// If the target stops answering.
pub async fn replay(
    session: &Session,
    steps: &[Step],
    looks: Looks,
) -> Result<Option<Counterexample>, Unreachable> {
    let mut exchanges = Vec::new();
    // What was passed over on longer ways is not on this one.
    session.known().take_passed();
    let mut runner = match Runner::begin(session, start(), looks).await {
        Ok(runner) => runner,
        Err(trouble) => return found(trouble, Vec::new(), looks, exchanges),
    };
    exchanges.extend(session.log().take_exchanges());
    for (index, step) in steps.iter().enumerate() {
        let result = runner.step(step).await;
        exchanges.extend(of_step(step, session.log().take_exchanges()));
        if let Err(trouble) = result {
            return found(trouble, steps[..=index].to_vec(), looks, exchanges);
        }
    }
    match runner.end().await {
        Ok(()) => Ok(None),
        Err(trouble) => found(trouble, steps.to_vec(), looks, exchanges),
    }
}

/// What a step itself sent, without the looks before and after it.
fn of_step(step: &Step, sent: Vec<Exchange>) -> Option<Exchange> {
    let looked_first = matches!(step, Step::Book { .. } | Step::Seed { .. });
    let asked = |exchange: &Exchange| !looked_first || exchange.method == "POST";
    sent.into_iter().find(asked)
}

fn found(
    trouble: Trouble,
    steps: Vec<Step>,
    looks: Looks,
    mut exchanges: Vec<Exchange>,
) -> Result<Option<Counterexample>, Unreachable> {
    match trouble {
        Trouble::Broken(failure) => {
            let shown = failure.exchange.as_deref().cloned();
            let same = |a: &Exchange, b: &Exchange| (&a.method, &a.path) == (&b.method, &b.path);
            let last = exchanges.last().cloned();
            exchanges.extend(shown.filter(|shown| !last.is_some_and(|last| same(&last, shown))));
            Ok(Some(Counterexample { failure: *failure, steps, looks, exchanges }))
        }
        Trouble::Unreachable(problem) => Err(problem),
    }
}

/// The failure, if there is one and the target still answers.
fn broken(result: Result<(), Trouble>) -> Result<Option<Failure>, Unreachable> {
    match result {
        Ok(()) => Ok(None),
        Err(Trouble::Broken(failure)) => Ok(Some(*failure)),
        Err(Trouble::Unreachable(problem)) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_sequence_depends_on_seed_and_number_alone() {
        assert_eq!(drawn(7, 3), drawn(7, 3));
        assert_ne!(drawn(7, 3), drawn(7, 4));
        assert_ne!(drawn(7, 3), drawn(8, 3));
        assert!(STEPS.contains(&drawn(7, 3).len()));
    }
}
