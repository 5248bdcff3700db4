//! What trying the cases came to.

use super::names::Named;
use crate::exchange::Exchange;
use crate::failure::Failure;
use crate::machine::calls::Trouble;
use crate::session::Unreachable;

/// Cases that were not answered as they must be.
#[derive(Debug)]
pub struct BadCase {
    /// Their ids: one, unless they are wrong only together.
    pub cases: Vec<String>,
    /// What they are, a sentence each.
    pub about: Vec<String>,
    /// What is wrong with the answer.
    pub failure: Failure,
    /// What was sent to see it, and answered.
    pub exchanges: Vec<Exchange>,
}

/// What trying the cases came to.
#[derive(Debug, Default)]
pub struct Negatives {
    /// How many cases were tried.
    pub tried: usize,
    /// How many there are.
    pub known: usize,
    /// Those that are wrong.
    pub wrong: Vec<BadCase>,
}

impl Negatives {
    /// Keeps what came of some cases, with what was sent, and says whether they are wrong.
    pub(super) fn note(
        &mut self,
        cases: &[Named],
        result: Result<(), Trouble>,
        sent: impl FnOnce() -> Vec<Exchange>,
    ) -> Result<bool, Unreachable> {
        match result {
            Ok(()) => Ok(false),
            Err(Trouble::Unreachable(problem)) => Err(problem),
            Err(Trouble::Broken(failure)) => {
                let (cases, about) =
                    cases.iter().map(|it| (it.id.clone(), it.about.clone())).unzip();
                self.wrong.push(BadCase { cases, about, failure: *failure, exchanges: sent() });
                Ok(true)
            }
        }
    }
}
