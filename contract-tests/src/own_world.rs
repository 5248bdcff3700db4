//! A world of the mock for one verification alone.
//!
//! A verification drops every order and moves the clock, so it does that in a world that nobody else
//! uses and leaves the others as they are. In it nbn acts only when told to. The world is dropped at
//! the end; one that is left behind by a run that was killed is dropped by hand.

use std::sync::Arc;

use octane_client::control;
use octane_client::control::Error;

use crate::caller::Accounts;
use crate::judge::Judge;
use crate::machine::calls::typed;
use crate::session::{OpenError, Session, Unreachable};
use crate::target::Target;
use serde_json::json;

/// More worlds of one name than a server holds.
const ATTEMPTS: usize = 300;

/// What a world is called; a number follows where there is one already.
const NAME: &str = "octane-contract";

/// A world that was made for this verification.
#[derive(Debug)]
pub struct OwnWorld {
    server: Target,
    name: String,
}

/// Why there is no world to verify in.
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
}

impl OwnWorld {
    /// Makes a world whose ids are drawn from this seed and where only the tester plays nbn.
    ///
    /// # Errors
    /// If the target does not answer, or has no room for another world.
    pub async fn make(
        server: &Target,
        judge: &Arc<Judge>,
        accounts: &Accounts,
        seed: u64,
    ) -> Result<OwnWorld, WorldError> {
        let session = Session::open(server, judge, accounts.clone())?;
        let mut refusal = String::new();
        for attempt in 1..=ATTEMPTS {
            let name = match attempt {
                1 => NAME.to_owned(),
                more => format!("{NAME}-{more}"),
            };
            let body: control::types::WorldRequest =
                typed(json!({ "name": name, "seed": seed_of_world(seed), "network": "Manual" }));
            let made = session.control().create_world().body(body).send().await;
            match made.map_err(Error::from) {
                Ok(_) => return Ok(OwnWorld { server: server.clone(), name }),
                Err(Error::Transport { source, .. }) => return Err(Unreachable(source).into()),
                Err(other) if exists(&session) => refusal = other.to_string(),
                Err(other) => return Err(WorldError::Refused(other.to_string())),
            }
        }
        Err(WorldError::Refused(refusal))
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
    /// If the target stops answering.
    pub async fn drop(self, judge: &Arc<Judge>, accounts: &Accounts) -> Result<(), WorldError> {
        let session = Session::open(&self.server, judge, accounts.clone())?;
        let dropped = session.control().drop_world().world(self.name.as_str()).send().await;
        match dropped.map_err(Error::from) {
            Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// The seed of a world is narrower than ours.
pub fn seed_of_world(seed: u64) -> u64 {
    seed & u64::from(u32::MAX)
}

/// Whether the last answer was that there is a world of this name.
fn exists(session: &Session) -> bool {
    let Some(last) = session.log().last() else { return false };
    let codes = session.judge().book(last.bare_path()).contract.error_codes();
    let known = codes.get("WorldExists").map(|code| code.error_code);
    known.is_some() && last.error_code() == known
}
