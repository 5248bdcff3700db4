//! A file that tries one finding again, and judges anew.
//!
//! The file holds what was done, and for its reader what came of it then. It holds no credentials and
//! no base URL: where it is run, and as whom, is said when it is run.

use serde::{Deserialize, Serialize};

use crate::cleanup::CleanupError;
use crate::deeds::first_unsound;
use crate::fits::Misfit;
use crate::judge::JudgeError;
use crate::known::Accepted;
use crate::ledger::LedgerError;
use crate::own_world::WorldError;
use crate::session::{OpenError, Unreachable};
use crate::steering::SteeringError;
use crate::trial::Trial;

#[cfg(feature = "in-process")]
mod pasted;
mod retry;

#[cfg(feature = "in-process")]
pub use pasted::check;
pub use retry::{Outcome, PATIENCE, Replayed, Retry};

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
    /// What was known to be wrong with the target then, and is passed over again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Accepted>,
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
    /// A deed in it cannot be done.
    #[error("read the replay: its deed {0} cannot be done after those before it")]
    Deed(usize),
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
    /// If it is no replay, or of another format, or holds what cannot be done.
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
        let replay: Replay = serde_json::from_str(text).map_err(ReplayError::Malformed)?;
        match &replay.trial {
            Trial::Followed { deeds, .. } => match first_unsound(deeds) {
                Some(index) => Err(ReplayError::Deed(index + 1)),
                None => Ok(replay),
            },
            // What a step names that is not there is a number that does not exist.
            _ => Ok(replay),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("a replay has string keys only")
    }
}
