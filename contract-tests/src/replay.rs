//! A file that tries one finding again, and judges anew.
//!
//! The file holds what was done, and for its reader what came of it then. It holds no credentials and
//! no base URL: where it is run, and as whom, is said when it is run.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Accounts;
use crate::finding::Finding;
use crate::fits::Misfit;
use crate::judge::{Judge, JudgeError};
use crate::own_world::{OwnWorld, WorldError};
use crate::session::{OpenError, Session, Unreachable};
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
    #[error(
        "read the replay: its format is {0}, and this program reads {known}; verify anew to have one",
        known = Replay::FORMAT
    )]
    Format(u32),
    /// It does not fit this program or its contract.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The contracts cannot be used.
    #[error(transparent)]
    Judge(#[from] JudgeError),
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
    pub const FORMAT: u32 = 2;

    /// Reads a file's text.
    ///
    /// # Errors
    /// If it is no replay, or of another format.
    pub fn parse(text: &str) -> Result<Replay, ReplayError> {
        /// What every format has.
        #[derive(Deserialize)]
        struct Format {
            replay: u32,
        }
        let Format { replay } = serde_json::from_str(text).map_err(ReplayError::Malformed)?;
        if replay != Self::FORMAT {
            return Err(ReplayError::Format(replay));
        }
        serde_json::from_str(text).map_err(ReplayError::Malformed)
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
        self.fits(&judge, accounts)?;
        let world = OwnWorld::make(&target.server(), &judge, accounts, self.seed).await?;
        let session = Session::open(&world.target(), &judge, accounts.clone())?;
        let shown = self.trial.run(&session).await;
        world.drop(&judge, accounts).await?;
        let (part, about) = (self.trial.part(), "a replay".to_owned());
        let trial = self.trial.clone();
        let finding = |it| Finding::of_trial(part, about, self.seed, trial, it, &judge);
        Ok(shown?.map(finding).map(|it| it.redacted(accounts.redaction())))
    }
}

/// Tries a replay, for a test that was pasted from a report: against the URL in `OCTANE_URL`, or the
/// mock in this process. Which of them it is, is printed; `cargo test` shows it of a test that fails, and
/// with `-- --nocapture` of every one.
///
/// # Panics
/// If the promise is still broken, with the finding; or if the replay cannot be run.
#[cfg(feature = "in-process")]
#[track_caller]
#[expect(clippy::print_stderr, reason = "a test speaks to who runs it")]
pub fn check(text: &str) {
    let (target, place) = match std::env::var("OCTANE_URL") {
        Ok(url) => {
            let target = Target::url(&url).unwrap_or_else(|error| panic!("failed to {error}"));
            (target, format!("{url}, which OCTANE_URL names"))
        }
        Err(_) => {
            let mock = octane_mock_server::MockServer::new(octane_mock_server::Config::default())
                .expect("the built-in contract is served");
            let place = "the mock in this process; set OCTANE_URL to try it elsewhere";
            (Target::router(mock.router()), place.to_owned())
        }
    };
    let accounts = crate::cli::accounts(|name| std::env::var(name).ok())
        .unwrap_or_else(|error| panic!("failed to {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs no more than memory");
    let replay = Replay::parse(text).unwrap_or_else(|error| panic!("failed to {error}"));
    let judge = Judge::new().unwrap_or_else(|error| panic!("failed to {error}"));
    let notes = replay.fits(&judge, &accounts).unwrap_or_else(|error| panic!("failed to {error}"));
    eprintln!("tried against {place}");
    for note in notes {
        eprintln!("{note}");
    }
    match runtime.block_on(replay.run(&target, &accounts)) {
        Ok(None) => {}
        Ok(Some(finding)) => panic!("against {place}:\n{}", finding.failure),
        Err(error) => panic!("failed to {error}"),
    }
}
