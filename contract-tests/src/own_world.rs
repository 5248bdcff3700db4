//! A world of the mock for one verification alone.
//!
//! A verification drops every order and moves the clock, so it does that in a world that nobody else
//! uses and leaves the others as they are. The world is dropped at
//! the end; one that is left behind by a run that was killed, its ledger names.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use octane_client::control;
use octane_client::control::Error;

use crate::caller::Accounts;
use crate::judge::Judge;
use crate::machine::calls::typed;
use crate::machine::run::start;
use crate::session::{OpenError, Session, Unreachable};
use crate::target::Target;
use serde_json::json;

/// Who plays nbn in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nbn {
    /// The tester alone.
    Played,
    /// It acts by itself, as the clock is moved, which stands otherwise.
    ByItself,
}

/// A world that is made for this verification.
#[derive(Debug)]
pub struct OwnWorld {
    server: Target,
    name: String,
}

/// Why there is no world to verify in, or why there still is.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// No session can be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The control plane refuses.
    #[error(
        "make a world of its own on the target: {0}; drop one that nobody uses, with `DELETE /_mock/worlds/NAME`"
    )]
    Refused(String),
    /// The control plane refuses to drop it.
    #[error("drop the world `{name}` again: {why}; drop it with `DELETE /_mock/worlds/{name}`")]
    Kept {
        /// Its name.
        name: String,
        /// What the control plane says.
        why: String,
    },
}

impl OwnWorld {
    /// A world of a name that nobody else has, so that it can be written down before it is made.
    pub fn named(server: &Target) -> OwnWorld {
        // Every state of this kind hashes differently: keys of the operating system are in it.
        let drawn = RandomState::new().hash_one(std::process::id());
        OwnWorld { server: server.clone(), name: format!("octane-contract-{drawn:016x}") }
    }

    /// Makes it: its ids are drawn from this seed.
    ///
    /// # Errors
    /// If the target does not answer, or has no room for another world.
    pub async fn make(
        &self,
        judge: &Arc<Judge>,
        accounts: &Accounts,
        seed: u64,
        nbn: Nbn,
    ) -> Result<(), WorldError> {
        let network = match nbn {
            Nbn::Played => "Manual",
            Nbn::ByItself => "Auto",
        };
        let session = Session::open(&self.server, judge, accounts.clone())?;
        let body: control::types::WorldRequest =
            typed(json!({ "name": self.name, "seed": seed_of_world(seed), "network": network }));
        made(session.control().create_world().body(body).send().await)?;
        match nbn {
            Nbn::Played => Ok(()),
            Nbn::ByItself => {
                let session = Session::open(&self.target(), judge, accounts.clone())?;
                let clock: control::types::ClockRequest =
                    typed(json!({ "mode": "Fixed", "now": start() }));
                made(session.control().set_clock().body(clock).send().await)
            }
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is.
    pub fn target(&self) -> Target {
        self.server.world(&self.name)
    }

    /// Drops it. That it is gone already is no error.
    ///
    /// # Errors
    /// If the target stops answering, or keeps it.
    pub async fn drop(self, judge: &Arc<Judge>, accounts: &Accounts) -> Result<(), WorldError> {
        let session = Session::open(&self.server, judge, accounts.clone())?;
        dropped(&session, &self.name).await
    }
}

fn made<T, E: Into<Error>>(answer: Result<T, E>) -> Result<(), WorldError> {
    match answer.map_err(Into::into) {
        Ok(_) => Ok(()),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
        Err(other) => Err(WorldError::Refused(other.to_string())),
    }
}

/// Drops a world of a session's server. That it is gone already is no error.
///
/// # Errors
/// If the target stops answering, or keeps it.
pub(crate) async fn dropped(session: &Session, name: &str) -> Result<(), WorldError> {
    let dropped = session.control().drop_world().world(name).send().await;
    match dropped.map_err(Error::from) {
        Ok(_) => Ok(()),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
        Err(_) if is_unknown(session) => Ok(()),
        Err(other) => Err(WorldError::Kept { name: name.to_owned(), why: other.to_string() }),
    }
}

/// The seed of a world is narrower than ours.
pub fn seed_of_world(seed: u64) -> u64 {
    seed & u64::from(u32::MAX)
}

/// Whether the last answer was that there is no such world.
fn is_unknown(session: &Session) -> bool {
    let Some(last) = session.log().last() else { return false };
    let codes = session.judge().book(last.bare_path()).contract.error_codes();
    let unknown = codes.get("WorldNotFound").map(|code| code.error_code);
    unknown.is_some() && last.error_code() == unknown
}
