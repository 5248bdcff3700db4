//! How many requests a verification may send.
//!
//! The budget is looked at between cases, never within one: a case that is broken off would leave
//! half of what it was to show. So a verification may end a few requests over it, by one case.

use crate::session::Session;

/// A limit on requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// The most that are sent; without one, as many as it takes.
    pub requests_max: Option<u64>,
}

impl Budget {
    /// Whether a session has sent as many as it may.
    pub fn is_spent(&self, session: &Session) -> bool {
        let sent = || session.log().coverage_of(|coverage| coverage.requests);
        self.requests_max.is_some_and(|most| sent() >= most)
    }
}
