//! Promises that no sequence of steps can show, each tried by itself.
//!
//! A step is one call, and a list is read page by page before the next step is made. What happens
//! between two pages, how an id is spelt, and what the wording of a refusal gives away, is looked at
//! here. What must be answered is still worked out by the [model](crate::model).

use std::fmt;

use crate::machine::Looks;
use crate::machine::calls::Trouble;
use crate::machine::runner::Runner;
use crate::session::Session;
use octane_client::BoxFuture;

mod numbers;
mod paging;
mod spelling;
mod strangers;

/// A promise to try.
#[derive(Clone, Copy)]
pub struct Probe {
    /// Its name, which does not change.
    pub id: &'static str,
    /// What is promised, in a sentence.
    pub about: &'static str,
    run: for<'a> fn(&'a Session) -> BoxFuture<'a, Result<(), Trouble>>,
}

/// Every probe.
pub fn all() -> [Probe; 4] {
    [
        Probe {
            id: "list-holds-still",
            about: "orders that come and go while pages are read push none out and repeat none",
            run: |session| Box::pin(paging::holds_still(session)),
        },
        Probe {
            id: "ids-have-no-case",
            about: "an id in capitals is the same id",
            run: |session| Box::pin(spelling::ids_in_capitals(session)),
        },
        Probe {
            id: "numbers-are-looked-for",
            about: "a number that nothing has is looked for, however large or small it is",
            run: |session| Box::pin(numbers::are_looked_for(session)),
        },
        Probe {
            id: "strangers-are-told-nothing",
            about: "another provider's order is refused in the words for one that does not exist",
            run: |session| Box::pin(strangers::are_told_nothing(session)),
        },
    ]
}

/// The probe of this id.
pub fn of_id(id: &str) -> Option<Probe> {
    all().into_iter().find(|probe| probe.id == id)
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Probe {
    /// Tries it on an empty target.
    ///
    /// # Errors
    /// If the promise is broken, or the target stops answering.
    pub async fn run(&self, session: &Session) -> Result<(), Trouble> {
        (self.run)(session).await
    }
}

/// An empty world, in which these steps are made.
async fn after<'a>(
    session: &'a Session,
    steps: &[crate::step::Step],
) -> Result<Runner<'a>, Trouble> {
    let mut runner = Runner::begin(session, crate::machine::run::start(), Looks::AtEnd).await?;
    for step in steps {
        runner.step(step).await?;
    }
    Ok(runner)
}
