//! The whole verification of one target.
//!
//! Where there is a control plane, nbn is played and the clock moved. What is to be tried is a list of units, each of which begins with an empty world; they are shared
//! out among workers that have a world each, and put together again in the order of the list. So the
//! number of workers changes nothing but the time it takes. Where there is none, orders are followed as
//! nbn moves them (`unsteered`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use octane_client::{Error, control};
use reqwest::StatusCode;
use tokio::runtime::{Builder, Runtime};

use crate::caller::{Accounts, Provider};
use crate::cleanup::CleanupError;
use crate::coverage::Coverage;
use crate::gaps::{self, Control};
use crate::judge::{Judge, JudgeError};
use crate::ledger::{Entry, Ledger, LedgerError};
use crate::own_world::{OwnWorld, WorldError};
use crate::profile::Effort;
use crate::progress::Progress;
#[cfg(feature = "in-process")]
use crate::progress::Quiet;
use crate::report::{Report, Tally};
use crate::rules::Evidence;
use crate::session::{OpenError, Session, Unreachable};
use crate::target::Target;

mod plans;
mod units;
mod unsteered;

use units::{Unit, Work, Worker};
use unsteered::Unsteered;

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
    #[error(
        "verify `{base_url}`, which is not this machine: orders are made there; \
         pass --allow-remote if they may be"
    )]
    Remote {
        /// The target.
        base_url: String,
    },
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
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// Whether another machine may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remote {
    /// It may.
    Allowed,
    /// Only this one may.
    Refused,
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
        progress: &Quiet,
    })
}

/// Verifies a target. What is made there is put away at the end: a world is dropped, and where there
/// are no worlds every order is withdrawn that can be.
///
/// # Errors
/// If the target cannot be verified at all; a broken contract is a finding of the report.
pub fn verify(run: &Run<'_>) -> Result<Report, VerifyError> {
    let began = Instant::now();
    let base_url = run.target.base_url().to_owned();
    if run.remote == Remote::Refused && !run.target.is_local() {
        return Err(VerifyError::Remote { base_url });
    }
    let judge = Arc::new(Judge::new()?);
    run.ledger.add(Entry::Begun { target: base_url })?;
    match runtime()?.block_on(has_control_plane(run, &judge))? {
        true => steered(run, &judge, began),
        false => runtime()?.block_on(not_steered(run, &judge, began)),
    }
}

/// With a control plane: in worlds of its own.
fn steered(run: &Run<'_>, judge: &Arc<Judge>, began: Instant) -> Result<Report, VerifyError> {
    let units = units::all(run.effort);
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
    let control = Control { network: true, faults };
    Ok(together(run, judge, began, control, works))
}

/// One worker's share, in a world of its own.
async fn work(
    run: &Run<'_>,
    judge: &Arc<Judge>,
    share: &[(usize, &Unit)],
) -> Result<Work, VerifyError> {
    let (server, accounts) = (run.target.server(), run.accounts);
    let world = OwnWorld::make(&server, judge, accounts, run.effort.seed).await?;
    let name = world.name().to_owned();
    run.ledger.add(Entry::World { name: name.clone() })?;
    let session = Session::open(&world.target(), judge, accounts.clone())?;
    let worked = match log_in(&session).await {
        Err(problem) => Err(problem),
        Ok(()) => {
            if run.log == RequestLog::Kept {
                session.log().keep_requests();
            }
            let worker = Worker::new(&session, run.effort, run.progress);
            worker.run(share).await.map_err(VerifyError::from)
        }
    };
    // Whatever came of it, the world goes; a target that is gone takes it along.
    let dropped = world.drop(judge, accounts).await;
    let work = worked?;
    dropped?;
    run.ledger.add(Entry::Dropped { name })?;
    Ok(work)
}

/// Without one: among whatever else is on the target.
async fn not_steered(
    run: &Run<'_>,
    judge: &Arc<Judge>,
    began: Instant,
) -> Result<Report, VerifyError> {
    let session = Session::open(run.target, judge, run.accounts.clone())?;
    log_in(&session).await?;
    if run.log == RequestLog::Kept {
        session.log().keep_requests();
    }
    let Unsteered { work, left } = unsteered::verify(run, &session, run.ledger).await?;
    let control = Control { network: false, faults: false };
    let mut report = together(run, judge, began, control, vec![work]);
    report.left = left;
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
) -> Report {
    let mut coverage = Coverage::default();
    let mut tallies: BTreeMap<Evidence, Tally> = BTreeMap::new();
    let (mut findings, mut requests) = (Vec::new(), Vec::new());
    for work in works {
        coverage.add(&work.coverage);
        findings.extend(work.findings);
        requests.extend(work.requests);
        for (part, tally) in work.tallies {
            tallies.entry(part).or_default().add(tally);
        }
    }
    findings.sort_by_key(|(unit, _)| *unit);
    requests.sort_by_key(|(unit, _)| *unit);
    let contract = &judge.orders().contract;
    Report {
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
        findings: findings
            .into_iter()
            .map(|(_, finding)| finding.redacted(run.accounts.redaction()))
            .collect(),
        requests: requests.into_iter().flat_map(|(_, lines)| lines).collect(),
    }
}

fn runtime() -> Result<Runtime, VerifyError> {
    Builder::new_current_thread().enable_all().build().map_err(VerifyError::Runtime)
}

/// Whether the target can be steered; anything but an answer of health says that it cannot.
async fn has_control_plane(run: &Run<'_>, judge: &Arc<Judge>) -> Result<bool, VerifyError> {
    let session = Session::open(&run.target.server(), judge, run.accounts.clone())?;
    let answer = session.control().get_health().send().await;
    match answer.map_err(control::Error::from) {
        Ok(_) => Ok(true),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
        Err(_) => Ok(false),
    }
}

async fn log_in(session: &Session) -> Result<(), VerifyError> {
    for provider in Provider::ALL {
        let answer = session.client(provider).list_nbn_orders().limit(1).send().await;
        match answer.map_err(Error::from) {
            Err(Error::Transport { source, .. }) => return Err(Unreachable(source).into()),
            Err(other) if other.status() == Some(StatusCode::UNAUTHORIZED) => {
                let variable = match provider {
                    Provider::A => "OCTANE_USERNAME",
                    Provider::B => "OCTANE_OTHER_USERNAME",
                };
                return Err(VerifyError::Credentials { provider, variable });
            }
            // Anything else that is wrong will be found, and reported, on the way.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
