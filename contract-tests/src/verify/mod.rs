//! The whole verification of one target.
//!
//! Where there is a control plane, nbn is played and the clock moved. What is to be tried is a list of
//! units, each of which begins with an empty world; they are shared out among workers that have a world
//! each, and put together again in the order of the list. So the number of workers changes nothing but
//! the time it takes. Where there is none, orders are followed as nbn moves them (`unsteered`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use octane_client::Error;
use reqwest::StatusCode;
use tokio::runtime::{Builder, Runtime};

use crate::access::{NotAllowed, Remote};
use crate::budget::Budget;
use crate::caller::{Accounts, Provider};
use crate::cleanup::CleanupError;
use crate::coverage::Coverage;
use crate::gaps::{self, Control};
use crate::interrupt::Interrupt;
use crate::judge::{Judge, JudgeError};
use crate::known::{Accepted, Known};
use crate::ledger::{Entry, Ledger, LedgerError, Left};
use crate::own_world::{Nbn, OwnWorld, WorldError};
use crate::profile::Effort;
use crate::progress::Progress;
#[cfg(feature = "in-process")]
use crate::progress::Quiet;
use crate::report::{End, Report, Tally};
use crate::rules::Evidence;
use crate::session::{OpenError, Session, Unreachable};
use crate::steering::{Steering, SteeringError, steering};
use crate::target::Target;

mod plans;
mod units;
mod unsteered;
mod worker;

use units::{Unit, Work};
use unsteered::Unsteered;
use worker::Worker;

/// Whether a line of every request is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestLog {
    /// It is.
    Kept,
    /// It is not.
    Off,
}

/// Why a target could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The contracts cannot be used.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The base URL or the credentials cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is no world to verify in.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// What was made cannot be written down.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Orders cannot be put away.
    #[error(transparent)]
    Cleanup(#[from] CleanupError),
    /// It is another machine, and nobody said that it may be written to.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// It cannot be steered though it could.
    #[error(transparent)]
    Steering(#[from] SteeringError),
    /// The target does not know a provider.
    #[error("log in as {provider}: the target refuses the credentials in `{variable}`")]
    Credentials {
        /// Which of the two.
        provider: Provider,
        /// Where the user name was taken from.
        variable: &'static str,
    },
    /// No runtime could be started.
    #[error("start the runtime")]
    Runtime(#[source] std::io::Error),
}

impl VerifyError {
    /// Whether it is that the target does not answer, or not as what it should be.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self,
            VerifyError::Unreachable(_)
                | VerifyError::Cleanup(CleanupError::Unreachable(_))
                | VerifyError::Steering(SteeringError::Unreachable(_))
                | VerifyError::World(WorldError::Unreachable(_) | WorldError::Refused(_))
        )
    }
}

/// What is verified, and how.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Where.
    pub target: &'a Target,
    /// As whom.
    pub accounts: &'a Accounts,
    /// How much is tried.
    pub effort: &'a Effort,
    /// Whether requests are kept.
    pub log: RequestLog,
    /// Where it is written down what is made.
    pub ledger: &'a Ledger,
    /// Whether the target may be another machine.
    pub remote: Remote,
    /// What may be wrong with it.
    pub accepted: &'a [Accepted],
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
    /// Who may ask to stop in the middle.
    pub interrupt: &'a Interrupt,
}

/// Verifies a target in this process, as the published test providers, and tells nobody meanwhile.
///
/// # Errors
/// If the target cannot be verified at all.
#[cfg(feature = "in-process")]
pub fn verified_here(target: &Target, effort: &Effort) -> Result<Report, VerifyError> {
    verify(&Run {
        target,
        accounts: &Accounts::published(),
        effort,
        log: RequestLog::Off,
        ledger: &Ledger::default(),
        remote: Remote::Refused,
        accepted: &[],
        progress: &Quiet,
        interrupt: &Interrupt::default(),
    })
}

/// Verifies a target. What is made there is put away at the end: a world is dropped, and where there
/// are no worlds every order is withdrawn that can be. So it is as well if it is asked to stop in the
/// middle; then the report is of what was tried until then.
///
/// # Errors
/// If the target cannot be verified at all; a broken contract is a finding of the report.
pub fn verify(run: &Run<'_>) -> Result<Report, VerifyError> {
    let began = Instant::now();
    let base_url = run.target.base_url().to_owned();
    run.remote.allows(run.target)?;
    let judge = Arc::new(Judge::new()?);
    run.ledger.add(Entry::Begun { target: base_url })?;
    let Steering { possible, accounts } =
        runtime()?.block_on(steering(run.target, &judge, run.accounts))?;
    let run = &Run { accounts: &accounts, ..*run };
    if !possible || !run.target.is_local() {
        run.ledger.needed()?;
    }
    match possible {
        true => steered(run, &judge, began),
        false => runtime()?.block_on(not_steered(run, &judge, began)),
    }
}

/// With a control plane: in worlds of its own.
fn steered(run: &Run<'_>, judge: &Arc<Judge>, began: Instant) -> Result<Report, VerifyError> {
    let units = units::all(run.effort, judge);
    let jobs = run.effort.jobs;
    let worker = |number: usize| -> Result<Work, VerifyError> {
        let share: Vec<(usize, &Unit)> =
            units.iter().enumerate().filter(|(index, _)| index % jobs == number).collect();
        runtime()?.block_on(work(run, judge, &share))
    };
    let works: Vec<Work> = if jobs == 1 {
        vec![worker(0)?]
    } else {
        thread::scope(|scope| {
            let started: Vec<_> =
                (0..jobs).map(|number| scope.spawn(move || worker(number))).collect();
            let ended = started.into_iter().map(|it| it.join().expect("a worker does not panic"));
            ended.collect::<Result<_, _>>()
        })?
    };
    let faults = works.iter().any(|work| work.faults);
    let left: Vec<String> = works.iter().filter_map(|work| work.left.clone()).collect();
    let control = Control { network: true, faults };
    let all = if left.is_empty() { Left::Nothing } else { Left::Something };
    let mut report = together(run, judge, began, control, works, all)?;
    report.left = left;
    Ok(report)
}

/// The requests that a worker sends beside those in its world: for its health, to make it, and to drop
/// it again.
const AROUND: u64 = 3;

/// One worker's share, in a world of its own.
async fn work(
    run: &Run<'_>,
    judge: &Arc<Judge>,
    share: &[(usize, &Unit)],
) -> Result<Work, VerifyError> {
    let accounts = run.accounts;
    let world = OwnWorld::named(&run.target.server());
    let name = world.name().to_owned();
    run.ledger.add(Entry::World { name: name.clone() })?;
    world.make(judge, accounts, run.effort.seed, Nbn::Played).await?;
    let budget = run.effort.budget.less(AROUND);
    let watched = world.target().until(run.interrupt, budget);
    let worked = in_world(run, judge, &watched, share).await;
    // Whatever came of it, the world goes; a target that is gone takes it along.
    let left = match world.drop(judge, accounts).await {
        Ok(()) => {
            run.ledger.add(Entry::Dropped { name })?;
            None
        }
        Err(problem) => Some(format!("world {name}: left: failed to {problem}")),
    };
    Ok(Work { left, ..worked? })
}

async fn in_world(
    run: &Run<'_>,
    judge: &Arc<Judge>,
    world: &Target,
    share: &[(usize, &Unit)],
) -> Result<Work, VerifyError> {
    let known = Arc::new(Known::accepting(run.accepted));
    let session = Session::open(world, judge, run.accounts.clone())?.knowing(&known);
    let mut worker = Worker::new(&session, run.effort, run.progress);
    let working = async {
        log_in(&session).await?;
        if run.log == RequestLog::Kept {
            session.log().keep_requests();
        }
        // What was found before the target was lost is found all the same.
        Ok::<_, VerifyError>(worker.run(share).await.err())
    };
    let lost = tokio::select! {
        biased;
        worked = working => worked?,
        () = world.shut() => None,
    };
    Ok(Work { lost, spent: world.is_spent(), ..worker.work() })
}

/// Without one: among whatever else is on the target.
async fn not_steered(
    run: &Run<'_>,
    judge: &Arc<Judge>,
    began: Instant,
) -> Result<Report, VerifyError> {
    let watched = run.target.clone().until(run.interrupt, Budget::default());
    let known = Arc::new(Known::accepting(run.accepted));
    let session = Session::open(&watched, judge, run.accounts.clone())?.knowing(&known);
    tokio::select! {
        biased;
        logged_in = log_in(&session) => logged_in?,
        () = watched.shut() => {}
    }
    if run.log == RequestLog::Kept {
        session.log().keep_requests();
    }
    let Unsteered { work, cleaned } = unsteered::verify(run, &watched, &session).await?;
    let control = Control { network: false, faults: false };
    let mut report = together(run, judge, began, control, vec![work], cleaned.left())?;
    report.left = cleaned.lines();
    report.skew = session.log().skew();
    Ok(report)
}

/// The report of what all workers did.
fn together(
    run: &Run<'_>,
    judge: &Judge,
    began: Instant,
    control: Control,
    works: Vec<Work>,
    left: Left,
) -> Result<Report, VerifyError> {
    let mut coverage = Coverage::default();
    let mut tallies: BTreeMap<Evidence, Tally> = BTreeMap::new();
    let mut accepted: BTreeMap<Accepted, u64> = BTreeMap::new();
    let (mut findings, mut requests) = (Vec::new(), Vec::new());
    let mut end = run.interrupt.asked().map_or(End::Whole, End::Interrupted);
    for work in works {
        end = match (end, work.lost) {
            (End::Whole | End::Spent, Some(problem)) => End::Lost(problem.why()),
            (End::Whole, None) if work.spent => End::Spent,
            (end, _) => end,
        };
        coverage.add(&work.coverage);
        for (it, met) in work.accepted {
            *accepted.entry(it).or_default() += met;
        }
        findings.extend(work.findings);
        requests.extend(work.requests);
        for (part, tally) in work.tallies {
            tallies.entry(part).or_default().add(tally);
        }
    }
    findings.sort_by_key(|(unit, _)| *unit);
    requests.sort_by_key(|(unit, _)| *unit);
    let contract = &judge.orders().contract;
    Ok(Report {
        end,
        ledger: run.ledger.close(left)?,
        target: run.target.base_url().to_owned(),
        control,
        contract: format!("{} {}", contract.title(), contract.version()),
        effort: *run.effort,
        tallies,
        elapsed: began.elapsed(),
        gaps: gaps::gaps(judge, &coverage, control),
        coverage,
        left: Vec::new(),
        skew: None,
        accepted,
        findings: findings
            .into_iter()
            .map(|(_, finding)| finding.redacted(run.accounts.redaction()))
            .collect(),
        requests: requests.into_iter().flat_map(|(_, lines)| lines).collect(),
    })
}

fn runtime() -> Result<Runtime, VerifyError> {
    Builder::new_current_thread().enable_all().build().map_err(VerifyError::Runtime)
}

async fn log_in(session: &Session) -> Result<(), VerifyError> {
    for provider in Provider::ALL {
        let answer = session.client(provider).list_nbn_orders().limit(1).send().await;
        match answer.map_err(Error::from) {
            Err(Error::Transport { source, .. }) => return Err(Unreachable(source).into()),
            Err(other) if other.status() == Some(StatusCode::UNAUTHORIZED) => {
                let (variable, _) = provider.variables();
                return Err(VerifyError::Credentials { provider, variable });
            }
            // Anything else that is wrong will be found, and reported, on the way.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
