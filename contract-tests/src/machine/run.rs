//! Runs many cases, and shrinks the first that fails.
//!
//! Shrinking holds on to the failure it began with: a shorter sequence that breaks another promise
//! counts as passed, so that the report is about one thing.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeZone, Utc};
use proptest::test_runner::{
    Config, FailurePersistence, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError,
    TestRng, TestRunner,
};
use proptest_state_machine::ReferenceStateMachine;
use tokio::runtime::Runtime;

use super::WithdrawFlow;
use super::calls::Trouble;
use super::minimise::minimise;
use super::runner::Runner;
use crate::exchange::Exchange;
use crate::failure::{Failure, FailureClass};
use crate::session::{Session, Unreachable};
use crate::step::Step;

/// When every case begins: a Monday morning in Sydney, daylight saving time.
pub fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 1, 22, 0, 0).single().expect("a moment that exists once")
}

/// How much to try.
#[derive(Debug)]
pub struct Plan {
    /// How many cases.
    pub cases: u32,
    /// What they are drawn from.
    pub seed: u64,
    /// The fewest and the most steps of a case.
    pub steps: std::ops::RangeInclusive<usize>,
    /// Whether the first failure is made small.
    pub shrinking: Shrinking,
    /// Where seeds of failed cases are kept and replayed from.
    pub persistence: Option<Box<dyn FailurePersistence>>,
}

/// What becomes of a sequence that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shrinking {
    /// It is made as small as can be.
    Full,
    /// It is kept as it was drawn, which is enough to know that it fails.
    None,
}

/// Seeds of failed cases in a file, which is to be committed.
pub fn persisted_in(path: &'static str) -> Box<dyn FailurePersistence> {
    Box::new(FileFailurePersistence::Direct(path))
}

/// What a run came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many cases were run, without those of shrinking.
    pub cases: u32,
    /// How many steps they had.
    pub steps: u64,
    /// The first failure, made small.
    pub found: Option<Counterexample>,
}

/// A failure and the steps that lead there.
#[derive(Debug)]
pub struct Counterexample {
    /// The promise that was broken.
    pub failure: Failure,
    /// The shortest sequence found that breaks it; the last step is the one that does.
    pub steps: Vec<Step>,
    /// What was sent and answered on the way: the fresh start, what each step sent, and the request
    /// that showed the failure; without the other looks between the steps.
    pub exchanges: Vec<Exchange>,
}

impl Plan {
    /// So many cases drawn from this seed, of the usual length, without persistence.
    pub fn new(cases: u32, seed: u64) -> Self {
        Self { cases, seed, steps: 20..=60, shrinking: Shrinking::Full, persistence: None }
    }
}

/// Runs the plan on a runtime that nothing else is running on: the sequences are made by code that
/// is not async, and only `Runtime::block_on` drives the sockets of a runtime of one thread.
///
/// # Errors
/// If the target stops answering.
pub fn run(session: &Session, runtime: &Runtime, plan: Plan) -> Result<Outcome, Unreachable> {
    let shrinking = plan.shrinking;
    let config = Config {
        cases: plan.cases,
        failure_persistence: plan.persistence,
        source_file: Some(file!()),
        max_shrink_iters: match shrinking {
            Shrinking::Full => 512,
            Shrinking::None => 0,
        },
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng(plan.seed));
    let strategy = WithdrawFlow::sequential_strategy(plan.steps);
    let (cases, steps) = (Cell::new(0), Cell::new(0_u64));
    let class: RefCell<Option<FailureClass>> = RefCell::default();
    let last: RefCell<Option<Failure>> = RefCell::default();
    let unreachable: RefCell<Option<Unreachable>> = RefCell::default();
    let result = runner.run(&strategy, |(_, drawn, seen)| {
        if unreachable.borrow().is_some() {
            return Ok(());
        }
        let found = class.borrow().is_some();
        if !found {
            cases.set(cases.get() + 1);
        }
        let done = || {
            // The counter is for shrinking alone, and the crate panics if it is set and nothing shrinks.
            if let (Some(seen), Shrinking::Full) = (&seen, shrinking) {
                seen.fetch_add(1, Ordering::SeqCst);
            }
            steps.set(steps.get() + u64::from(!found));
        };
        match runtime.block_on(case(session, &drawn, done)) {
            Ok(()) => Ok(()),
            Err(Trouble::Unreachable(problem)) => {
                unreachable.replace(Some(problem));
                Err(TestCaseError::fail("the target stopped answering"))
            }
            Err(Trouble::Broken(failure)) => {
                let same = class.borrow().as_ref().is_none_or(|class| *class == failure.class());
                class.borrow_mut().get_or_insert_with(|| failure.class());
                if !same {
                    return Ok(());
                }
                let reason = failure.to_string();
                last.replace(Some(*failure));
                Err(TestCaseError::fail(reason))
            }
        }
    });
    if let Some(problem) = unreachable.into_inner() {
        return Err(problem);
    }
    let found = match result {
        Ok(()) => None,
        Err(TestError::Fail(_, (_, drawn, _))) => {
            let class = class.into_inner();
            let fails = |steps: &[Step]| match runtime.block_on(sequence(session, steps)) {
                Ok(()) => Ok(false),
                Err(Trouble::Broken(failure)) => Ok(class == Some(failure.class())),
                Err(Trouble::Unreachable(problem)) => Err(problem),
            };
            let small = match shrinking {
                Shrinking::Full => minimise(drawn, fails)?,
                Shrinking::None => drawn,
            };
            let again = replay(session, runtime, &small)?;
            // A failure that does not come back is reported all the same, without exchanges.
            let once = last.into_inner().map(|failure| Counterexample {
                failure,
                steps: small,
                exchanges: Vec::new(),
            });
            again.or(once)
        }
        Err(TestError::Abort(reason)) => panic!("the weights leave no step to try: {reason}"),
    };
    Ok(Outcome { cases: cases.get(), steps: steps.get(), found })
}

/// Runs a sequence that is known beforehand.
///
/// # Errors
/// If the target stops answering.
pub fn known(
    session: &Session,
    runtime: &Runtime,
    steps: &[Step],
) -> Result<Option<Counterexample>, Unreachable> {
    match runtime.block_on(sequence(session, steps)) {
        Ok(()) => Ok(None),
        Err(Trouble::Unreachable(problem)) => Err(problem),
        Err(Trouble::Broken(failure)) => {
            let steps = steps.to_vec();
            let once = Counterexample { failure: *failure, steps, exchanges: Vec::new() };
            Ok(replay(session, runtime, &once.steps)?.or(Some(once)))
        }
    }
}

/// Runs one sequence of steps from an empty world.
///
/// # Errors
/// With the first promise that is not kept.
pub async fn sequence(session: &Session, steps: &[Step]) -> Result<(), Trouble> {
    case(session, steps, || {}).await
}

async fn case(session: &Session, steps: &[Step], done: impl Fn()) -> Result<(), Trouble> {
    let mut runner = Runner::begin(session, start()).await?;
    for step in steps {
        done();
        runner.step(step).await?;
        session.log().take_exchanges();
    }
    Ok(())
}

/// Runs the shrunk sequence once more, to have its failure and its exchanges.
fn replay(
    session: &Session,
    runtime: &Runtime,
    steps: &[Step],
) -> Result<Option<Counterexample>, Unreachable> {
    runtime.block_on(async {
        let mut exchanges = Vec::new();
        let mut runner = match Runner::begin(session, start()).await {
            Ok(runner) => runner,
            Err(trouble) => return found(trouble, steps.to_vec(), exchanges),
        };
        exchanges.extend(session.log().take_exchanges());
        for (index, step) in steps.iter().enumerate() {
            let result = runner.step(step).await;
            exchanges.extend(session.log().take_exchanges().into_iter().next());
            if let Err(trouble) = result {
                return found(trouble, steps[..=index].to_vec(), exchanges);
            }
        }
        Ok(None)
    })
}

fn found(
    trouble: Trouble,
    steps: Vec<Step>,
    mut exchanges: Vec<Exchange>,
) -> Result<Option<Counterexample>, Unreachable> {
    match trouble {
        Trouble::Broken(failure) => {
            let shown = failure.exchange.as_deref().cloned();
            let same = |a: &Exchange, b: &Exchange| (&a.method, &a.path) == (&b.method, &b.path);
            let last = exchanges.last().cloned();
            exchanges.extend(shown.filter(|shown| !last.is_some_and(|last| same(&last, shown))));
            Ok(Some(Counterexample { failure: *failure, steps, exchanges }))
        }
        Trouble::Unreachable(problem) => Err(problem),
    }
}

fn rng(seed: u64) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}
