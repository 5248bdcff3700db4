//! Tries a replay: in a world of its own, or where there is none, with orders among others'.
//!
//! Whatever comes of it, what was made is put away, also if it is asked to stop in the middle.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Replay, ReplayError};
use crate::budget::Budget;
use crate::caller::Accounts;
use crate::cleanup::cleanup;
use crate::deeds::{Again, Deed, Doer, NotReached, Undone, Waiting, again};
use crate::finding::Finding;
use crate::interrupt::{Interrupt, Signal};
use crate::judge::Judge;
use crate::known::Known;
use crate::ledger::{Entry, Ledger};
use crate::machine::calls::Trouble;
use crate::machine::follower::Follower;
use crate::own_world::{Nbn, OwnWorld};
use crate::session::Session;
use crate::steering::{Steering, steering};
use crate::step::Details;
use crate::target::Target;
use crate::trial::{Shown, Trial};

/// How a replay is tried.
#[derive(Debug, Clone, Copy)]
pub struct Retry<'a> {
    /// Without a control plane: how long nbn is waited for, each time.
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

impl Replay {
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
        let retry = Retry { ledger: &Ledger::default(), ..*retry };
        let outcome = self.tried(&here, judge, accounts.clone(), &retry, Waiting::ByTheClock).await;
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
        let waiting = Waiting::Patiently(retry.patience);
        let outcome = self.tried(&here, judge, accounts, retry, waiting).await;
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
        waiting: Waiting,
    ) -> Result<Outcome, ReplayError> {
        let known = Arc::new(Known::accepting(&self.known));
        let session = Session::open(here, judge, accounts)?.knowing(&known);
        let tried = async {
            match &self.trial {
                Trial::Followed { deeds, said } => {
                    let follower = Follower::new(&session, retry.consistency_window, self.seed);
                    let doer = Doer::new(follower, retry.ledger);
                    followed(doer, (deeds, said), waiting).await
                }
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
    mut doer: Doer<'_>,
    (deeds, said): (&[Deed], &[Vec<Details>]),
    waiting: Waiting,
) -> Result<Shows, ReplayError> {
    match again(&mut doer, deeds, said, waiting).await {
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
