//! What trying the cases came to.

use crate::failure::Failure;
use crate::machine::calls::Trouble;
use crate::session::Unreachable;

/// Cases that were not answered as they must be.
#[derive(Debug)]
pub struct BadCase {
    /// The sentences that name them: one, unless they are wrong only together.
    pub cases: Vec<String>,
    /// What is wrong with the answer.
    pub failure: Failure,
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
    /// Keeps what came of some cases, and says whether they are wrong.
    pub(super) fn note(
        &mut self,
        cases: Vec<String>,
        result: Result<(), Trouble>,
    ) -> Result<bool, Unreachable> {
        match result {
            Ok(()) => Ok(false),
            Err(Trouble::Unreachable(problem)) => Err(problem),
            Err(Trouble::Broken(failure)) => {
                self.wrong.push(BadCase { cases, failure: *failure });
                Ok(true)
            }
        }
    }
}
