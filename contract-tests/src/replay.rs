//! A file that tries one finding again, and judges anew.
//!
//! The file holds what was done, and for its reader what came of it then. It holds no credentials and
//! no base URL: where it is run, and as whom, is said when it is run.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::budget::Budget;
use crate::caller::Accounts;
use crate::cleanup::{CleanupError, cleanup};
use crate::deeds::{Again, Deed, Doer, NotReached, Undone, again};
use crate::finding::Finding;
use crate::fits::Misfit;
use crate::interrupt::{Interrupt, Signal};
use crate::judge::{Judge, JudgeError};
use crate::ledger::{Entry, Ledger, LedgerError};
use crate::machine::calls::Trouble;
use crate::machine::follower::Follower;
use crate::own_world::{Nbn, OwnWorld, WorldError};
use crate::session::{OpenError, Session, Unreachable};
use crate::steering::{Steering, SteeringError, steering};
use crate::target::Target;
use crate::trial::{Shown, Trial};

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

/// How a replay is tried.
#[derive(Debug, Clone, Copy)]
pub struct Retry<'a> {
    /// Where nbn acts by itself: how long it is waited for, each time.
    pub patience: Duration,
    /// Where nbn acts by itself: how long a read may take to show what was written.
    pub consistency_window: Duration,
    /// Where it is written down what is made.
    pub ledger: &'a Ledger,
    /// Who may ask to stop in the middle.
    pub interrupt: &'a Interrupt,
}

/// What a replay came to.
#[derive(Debug)]
pub struct Replayed {
    /// Whether the promise is still broken.
    pub outcome: Outcome,
    /// What became of what was made, a line each.
    pub made: Vec<String>,
    /// The ledger of it, if there is one and somebody has to look after something.
    pub ledger: Option<PathBuf>,
}

/// Whether a promise is still broken.
#[derive(Debug)]
pub enum Outcome {
    /// It is kept.
    Kept,
    /// It is, or another is.
    Broken(Box<Finding>),
    /// Nobody knows: nbn did not bring an order to where the finding begins.
    NotReached(NotReached),
    /// Nobody knows: it was asked to stop.
    Interrupted(Signal),
}

/// How long nbn is waited for, if nobody says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(20);

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
    /// What is made cannot be written down.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What was made cannot be put away.
    #[error(transparent)]
    Cleanup(#[from] CleanupError),
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

    /// Tries it as [`Retry`] says, and judges anew. What is made is put away, whatever came of it.
    ///
    /// # Errors
    /// If it cannot be tried.
    pub async fn run(
        &self,
        target: &Target,
        accounts: &Accounts,
        retry: &Retry<'_>,
    ) -> Result<Replayed, ReplayError> {
        let judge = Arc::new(Judge::new()?);
        self.fits(&judge, accounts)?;
        let Steering { possible, accounts } = steering(target, &judge, accounts).await?;
        match (possible, &self.trial) {
            (true, _) => self.in_own_world(target, &judge, accounts, retry).await,
            (false, Trial::Followed { .. }) => {
                self.among_others(target, &judge, accounts, retry).await
            }
            (false, _) => {
                let base_url = target.base_url().to_owned();
                Err(ReplayError::NoControlPlane { base_url })
            }
        }
    }

    async fn in_own_world(
        &self,
        target: &Target,
        judge: &Arc<Judge>,
        accounts: Accounts,
        retry: &Retry<'_>,
    ) -> Result<Replayed, ReplayError> {
        let ledger = retry.ledger;
        if !target.is_local() {
            ledger.needed()?;
        }
        let nbn = match self.trial {
            Trial::Followed { .. } => Nbn::ByItself,
            _ => Nbn::Played,
        };
        let world = OwnWorld::named(&target.server());
        let name = world.name().to_owned();
        ledger.add(Entry::World { name: name.clone() })?;
        world.make(judge, &accounts, self.seed, nbn).await?;
        let here = world.target().until(retry.interrupt, Budget::default());
        // The orders go with the world.
        let outcome = self.tried(&here, judge, accounts.clone(), retry, &Ledger::default()).await;
        let mut made = Vec::new();
        match world.drop(judge, &accounts).await {
            Ok(()) => ledger.add(Entry::Dropped { name })?,
            Err(problem) => made.push(format!("world {name}: left: failed to {problem}")),
        }
        let ledger = ledger.close(ledger.outstanding().left())?;
        Ok(Replayed { outcome: outcome?, made, ledger })
    }

    async fn among_others(
        &self,
        target: &Target,
        judge: &Arc<Judge>,
        accounts: Accounts,
        retry: &Retry<'_>,
    ) -> Result<Replayed, ReplayError> {
        retry.ledger.needed()?;
        let closing = Session::open(target, judge, accounts.clone())?;
        let here = target.clone().until(retry.interrupt, Budget::default());
        let outcome = self.tried(&here, judge, accounts, retry, retry.ledger).await;
        let cleaned = cleanup(&closing, retry.ledger, &Budget::default()).await?;
        let ledger = retry.ledger.close(cleaned.left())?;
        Ok(Replayed { outcome: outcome?, made: cleaned.lines(), ledger })
    }

    /// Tries it, unless it is asked to stop.
    async fn tried(
        &self,
        here: &Target,
        judge: &Arc<Judge>,
        accounts: Accounts,
        retry: &Retry<'_>,
        ledger: &Ledger,
    ) -> Result<Outcome, ReplayError> {
        let session = Session::open(here, judge, accounts)?;
        let tried = async {
            match &self.trial {
                Trial::Followed { deeds } => followed(&session, deeds, retry, ledger).await,
                trial => Ok(Shows::of(trial.run(&session).await?)),
            }
        };
        let shows = tokio::select! {
            biased;
            shows = tried => shows?,
            () = here.shut() => {
                let signal = retry.interrupt.asked().unwrap_or(Signal::Interrupt);
                return Ok(Outcome::Interrupted(signal));
            }
        };
        let (part, about) = (self.trial.part(), "a replay".to_owned());
        let trial = self.trial.clone();
        Ok(match shows {
            Shows::Nothing => Outcome::Kept,
            Shows::NotReached(it) => Outcome::NotReached(it),
            Shows::Broken(shown) => {
                let finding = Finding::of_trial(part, about, self.seed, trial, shown, &session);
                let redaction = session.accounts().redaction();
                Outcome::Broken(Box::new(finding.redacted(redaction)))
            }
        })
    }
}

/// What trying something shows.
enum Shows {
    Nothing,
    Broken(Shown),
    NotReached(NotReached),
}

impl Shows {
    fn of(shown: Option<Shown>) -> Self {
        shown.map_or(Shows::Nothing, Shows::Broken)
    }
}

/// Does deeds again with new orders.
async fn followed(
    session: &Session,
    deeds: &[Deed],
    retry: &Retry<'_>,
    ledger: &Ledger,
) -> Result<Shows, ReplayError> {
    let mut doer = Doer::new(Follower::new(session, retry.consistency_window), ledger);
    match again(&mut doer, deeds, retry.patience).await {
        Ok(Again::Done) => Ok(Shows::Nothing),
        Ok(Again::NotReached(it)) => Ok(Shows::NotReached(it)),
        Err(Undone::Ledger(problem)) => Err(problem.into()),
        Err(Undone::Trouble(Trouble::Unreachable(problem))) => Err(problem.into()),
        Err(Undone::Trouble(Trouble::Broken(failure))) => {
            let exchanges = doer.done.into_iter().flat_map(|it| it.exchanges).collect();
            Ok(Shows::Broken(Shown { failure: *failure, exchanges }))
        }
    }
}

/// Tries a replay, for a test that was pasted from a report: against the URL in `OCTANE_URL`, or the
/// mock in this process. A URL of another machine needs `OCTANE_ALLOW_REMOTE` to be set as well. Which
/// of them it is, is printed; `cargo test` shows it of a test that fails, and with `-- --nocapture` of
/// every one.
///
/// # Panics
/// If the promise is still broken, with the finding; or if the replay cannot be run.
#[cfg(feature = "in-process")]
#[track_caller]
#[expect(clippy::print_stderr, reason = "a test speaks to who runs it")]
pub fn check(text: &str) {
    let (target, accounts, place) = pasted().unwrap_or_else(|error| panic!("failed to {error:#}"));
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
    let (ledger, interrupt) = (Ledger::temporary(Path::new("")), Interrupt::default());
    let (patience, consistency_window) = (PATIENCE, Duration::ZERO);
    let retry = Retry { patience, consistency_window, ledger: &ledger, interrupt: &interrupt };
    let replayed = runtime.block_on(replay.run(&target, &accounts, &retry));
    match replayed.unwrap_or_else(|error| panic!("failed to {error}")).outcome {
        Outcome::Kept => {}
        Outcome::Broken(finding) => panic!("against {place}:\n{}", finding.failure),
        Outcome::NotReached(why) => panic!("failed to {why}"),
        Outcome::Interrupted(_) => unreachable!("nobody can ask to"),
    }
}

/// What a test that was pasted is run against, by the environment alone.
#[cfg(feature = "in-process")]
fn pasted() -> anyhow::Result<(Target, Accounts, String)> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let target = match set("OCTANE_URL") {
        Some(url) => {
            let place = format!("{url}, which OCTANE_URL names");
            let access = crate::access::Access {
                base_url: url,
                allow_remote: set("OCTANE_ALLOW_REMOTE").is_some(),
                ca_certificate: set(crate::trust::VARIABLE).map(Into::into),
                credentials: None,
                max_rate: None,
            };
            let (target, accounts) = access.open()?;
            return Ok((target, accounts, place));
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
    let place = "the mock in this process; set OCTANE_URL to try it elsewhere";
    Ok((target, accounts, place.to_owned()))
}
