//! The whole verification of one target.
//!
//! What is to be tried is a list of units, each of which begins with an empty world; they are shared
//! out among workers that have a world each, and put together again in the order of the list. So the
//! number of workers changes nothing but the time it takes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use octane_client::{Error, control};
use reqwest::StatusCode;
use tokio::runtime::{Builder, Runtime};

use crate::caller::{Accounts, Provider};
use crate::coverage::Coverage;
use crate::gaps::{self, Control};
use crate::judge::{Judge, JudgeError};
use crate::own_world::{OwnWorld, WorldError};
use crate::profile::Effort;
use crate::progress::Progress;
use crate::report::{Report, Tally};
use crate::rules::Evidence;
use crate::session::{OpenError, Session, Unreachable};
use crate::target::Target;

mod units;
use units::{Unit, Work, Worker};

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
    /// The target cannot be steered.
    #[error(
        "find the control plane: `GET {base_url}/_mock/health` answered {status}; \
         verification plays nbn and moves the clock, so the target must be octane-mock with its control plane on"
    )]
    NoControlPlane {
        /// The target.
        base_url: String,
        /// What was answered.
        status: StatusCode,
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
                | VerifyError::NoControlPlane { .. }
                | VerifyError::World(WorldError::Unreachable(_) | WorldError::Refused(_))
        )
    }
}

/// Verifies a target, in worlds of its own, which are dropped at the end.
///
/// # Errors
/// If the target cannot be verified at all; a broken contract is a finding of the report.
pub fn verify(
    target: &Target,
    accounts: &Accounts,
    effort: &Effort,
    log: RequestLog,
    progress: &dyn Progress,
) -> Result<Report, VerifyError> {
    let began = Instant::now();
    let judge = Arc::new(Judge::new()?);
    let server = target.server();
    runtime()?.block_on(find_control_plane(&server, &judge, accounts))?;
    let units = units::all(effort);
    let worker = |number: usize| -> Result<Work, VerifyError> {
        let share: Vec<(usize, &Unit)> =
            units.iter().enumerate().filter(|(index, _)| index % effort.jobs == number).collect();
        runtime()?.block_on(work(&server, &judge, accounts, effort, log, progress, &share))
    };
    let works: Vec<Work> = if effort.jobs == 1 {
        vec![worker(0)?]
    } else {
        thread::scope(|scope| {
            let started: Vec<_> =
                (0..effort.jobs).map(|number| scope.spawn(move || worker(number))).collect();
            let ended = started.into_iter().map(|it| it.join().expect("a worker does not panic"));
            ended.collect::<Result<_, _>>()
        })?
    };
    Ok(together(target, &judge, effort, began, works))
}

/// One worker's share, in a world of its own.
async fn work(
    server: &Target,
    judge: &Arc<Judge>,
    accounts: &Accounts,
    effort: &Effort,
    log: RequestLog,
    progress: &dyn Progress,
    share: &[(usize, &Unit)],
) -> Result<Work, VerifyError> {
    let world = OwnWorld::make(server, judge, accounts, effort.seed).await?;
    let session = Session::open(&world.target(), judge, accounts.clone())?;
    let worked = match log_in(&session).await {
        Err(problem) => Err(problem),
        Ok(()) => {
            if log == RequestLog::Kept {
                session.log().keep_requests();
            }
            let worker = Worker::new(&session, effort, progress);
            worker.run(share).await.map_err(VerifyError::from)
        }
    };
    // Whatever came of it, the world goes; a target that is gone takes it along.
    let dropped = world.drop(judge, accounts).await;
    let work = worked?;
    dropped?;
    Ok(work)
}

/// The report of what all workers did.
fn together(
    target: &Target,
    judge: &Judge,
    effort: &Effort,
    began: Instant,
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
    let control = Control { network: true, faults: false };
    let contract = &judge.orders().contract;
    Report {
        target: target.base_url().to_owned(),
        contract: format!("{} {}", contract.title(), contract.version()),
        effort: *effort,
        tallies,
        elapsed: began.elapsed(),
        gaps: gaps::gaps(judge, &coverage, control),
        coverage,
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        requests: requests.into_iter().flat_map(|(_, lines)| lines).collect(),
    }
}

fn runtime() -> Result<Runtime, VerifyError> {
    Builder::new_current_thread().enable_all().build().map_err(VerifyError::Runtime)
}

async fn find_control_plane(
    server: &Target,
    judge: &Arc<Judge>,
    accounts: &Accounts,
) -> Result<(), VerifyError> {
    let session = Session::open(server, judge, accounts.clone())?;
    let answer = session.control().get_health().send().await;
    match answer.map_err(control::Error::from) {
        Ok(_) => Ok(()),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
        Err(other) => Err(VerifyError::NoControlPlane {
            base_url: server.base_url().to_owned(),
            status: other.status().unwrap_or(StatusCode::OK),
        }),
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
