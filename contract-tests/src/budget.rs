//! How many requests a verification may send.
//!
//! It holds to the request. In a world of its own a verification is broken off when it is spent, since
//! the world goes whatever is in it. Where orders are made among others', what the next case may take
//! and what it takes to put the orders away is kept back.

use crate::session::Session;

/// A limit on requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    /// The most that are sent; without one, as many as it takes.
    pub requests_max: Option<u64>,
}

impl Budget {
    /// Whether a session may send so many more.
    pub fn has(&self, session: &Session, more: u64) -> bool {
        let sent = || session.log().coverage_of(|coverage| coverage.requests);
        self.requests_max.is_none_or(|most| sent() + more <= most)
    }

    /// The same, less what has to be left over.
    #[must_use]
    pub fn less(self, kept: u64) -> Budget {
        Budget { requests_max: self.requests_max.map(|most| most.saturating_sub(kept)) }
    }

    /// Whether a session has sent as many as it may.
    pub fn is_spent(&self, session: &Session) -> bool {
        !self.has(session, 1)
    }
}
