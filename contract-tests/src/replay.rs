//! A file that tries one finding again, and judges anew.
//!
//! The file holds what was done, and for its reader what came of it then. It holds no credentials and
//! no base URL: where it is run, and as whom, is said when it is run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Accounts;
use crate::finding::Finding;
use crate::judge::{Judge, JudgeError};
use crate::own_world::{OwnWorld, WorldError};
use crate::session::{OpenError, Session, Unreachable};
use crate::steering::{Steering, SteeringError, steering};
use crate::target::Target;
use crate::trial::Trial;

/// One finding, as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replay {
    /// The format of the file: [`Replay::FORMAT`].
    pub replay: u32,
    /// Title and version of the contract it was found with.
    pub contract: String,
    /// The rule that was broken.
    pub rule: String,
    /// By which operation.
    pub operation: String,
    /// The line of the contract that promises otherwise.
    pub place: String,
    /// What was expected then.
    pub expected: String,
    /// What came then.
    pub received: String,
    /// What ids and places were drawn from.
    pub seed: u64,
    /// What is done.
    pub trial: Trial,
}

/// Why a replay cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file is none.
    #[error("read the replay; it must be a file that `octane-contract verify --replays` wrote")]
    Malformed(#[source] serde_json::Error),
    /// The file is of another format.
    #[error("read the replay: its format is {0}, and this program reads {known}", known = Replay::FORMAT)]
    Format(u32),
    /// The contracts cannot be used.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// It cannot be steered though it could.
    #[error(transparent)]
    Steering(#[from] SteeringError),
    /// What is tried needs nbn played and the clock set.
    #[error(
        "try this again on `{base_url}`, which has no control plane: it needs a world of its own, in \
         which nbn is played; use the mock, or send the curl lines of the report one by one"
    )]
    NoControlPlane {
        /// The target.
        base_url: String,
    },
    /// No world can be had.
    #[error(transparent)]
    World(#[from] WorldError),
    /// No session can be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

impl Replay {
    /// The format that is written and read.
    pub const FORMAT: u32 = 1;

    /// Reads a file's text.
    ///
    /// # Errors
    /// If it is no replay, or of another format.
    pub fn parse(text: &str) -> Result<Replay, ReplayError> {
        let replay: Replay = serde_json::from_str(text).map_err(ReplayError::Malformed)?;
        if replay.replay != Self::FORMAT {
            return Err(ReplayError::Format(replay.replay));
        }
        Ok(replay)
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("a replay has string keys only")
    }

    /// Tries it in a world of its own, and judges anew: a finding, or nothing if the promise is kept.
    ///
    /// # Errors
    /// If it cannot be tried.
    pub async fn run(
        &self,
        target: &Target,
        accounts: &Accounts,
    ) -> Result<Option<Finding>, ReplayError> {
        let judge = Arc::new(Judge::new()?);
        let Steering { possible, accounts } = steering(target, &judge, accounts).await?;
        if !possible {
            return Err(ReplayError::NoControlPlane { base_url: target.base_url().to_owned() });
        }
        let world = OwnWorld::make(&target.server(), &judge, &accounts, self.seed).await?;
        let session = Session::open(&world.target(), &judge, accounts.clone())?;
        let shown = self.trial.run(&session).await;
        world.drop(&judge, &accounts).await?;
        let (part, about) = (self.trial.part(), "a replay".to_owned());
        let trial = self.trial.clone();
        Ok(shown?.map(|it| Finding::of_trial(part, about, self.seed, trial, it, &session)))
    }
}

/// Tries a replay, for a test that was pasted from a report: against the URL in `OCTANE_URL`, or the
/// mock in this process. A URL of another machine needs `OCTANE_ALLOW_REMOTE` to be set as well.
///
/// # Panics
/// If the promise is still broken, with the finding; or if the replay cannot be run.
#[cfg(feature = "in-process")]
#[track_caller]
pub fn check(text: &str) {
    let (target, accounts) = pasted().unwrap_or_else(|error| panic!("failed to {error:#}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs no more than memory");
    let replay = Replay::parse(text).unwrap_or_else(|error| panic!("failed to {error}"));
    match runtime.block_on(replay.run(&target, &accounts)) {
        Ok(None) => {}
        Ok(Some(finding)) => panic!("{}", finding.failure),
        Err(error) => panic!("failed to {error}"),
    }
}

/// What a test that was pasted is run against, by the environment alone.
#[cfg(feature = "in-process")]
fn pasted() -> anyhow::Result<(Target, Accounts)> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let target = match set("OCTANE_URL") {
        Some(url) => {
            let access = crate::access::Access {
                base_url: url,
                allow_remote: set("OCTANE_ALLOW_REMOTE").is_some(),
                ca_certificate: set(crate::trust::VARIABLE).map(Into::into),
                credentials: None,
                max_rate: None,
            };
            return Ok(access.open()?);
        }
        None => {
            let config = octane_mock_server::Config::default();
            let mock = octane_mock_server::MockServer::new(config)
                .expect("the built-in contract is served");
            Target::router(mock.router())
        }
    };
    let accounts =
        crate::credentials::accounts(set, &crate::credentials::Unset::for_target(&target))?;
    Ok((target, accounts))
}
