//! What was asked of a world and what was answered.
//!
//! A [`Journal`] is bounded: it holds so many exchanges, and so many bytes of them, and the oldest
//! make place for the newest. What it counts for the coverage is not bounded, since it only counts.
//!
//! Keeping an exchange is on the way of every answer, so it copies little and formats nothing:
//! headers are written into one block, bodies are shared with the answer that leaves, and texts are
//! made when somebody reads. What is cut and what is replaced is said in `exchange` and `redaction`.
//!
//! A journal has a lock of its own. It is taken after the world's, if both are, and for the time it
//! takes to append.

mod exchange;
mod filter;
mod following;
mod recording;
mod redaction;
mod verification;
mod words;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::exchange::{Exchange, Message};
pub use self::filter::CallFilter;
use self::following::Followers;
pub(crate) use self::following::{Change, Following};
pub(crate) use self::recording::{Recording, Remarks};
pub use self::verification::{CallCount, Verification};
use crate::coverage::Coverage;

/// How many exchanges a journal holds unless said otherwise.
pub const JOURNAL_CAPACITY_DEFAULT: usize = 1_000;

/// How many bytes of exchanges a journal holds. Said in the contract of the control plane.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// The exchanges of a world, and what they have covered.
pub struct Journal {
    world: String,
    capacity: usize,
    coverage: Coverage,
    /// A `std` mutex: it is held to append or to clone a few pointers, never across an `.await`.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Oldest first; their numbers follow each other without a gap.
    exchanges: VecDeque<Arc<Exchange>>,
    bytes: usize,
    /// The number of the last exchange, held or not.
    last_id: u64,
    /// How many have made place since the journal was last emptied.
    dropped: u64,
    /// Here, so that none who begins to follow misses an exchange or sees it twice.
    followers: Followers,
}

/// Exchanges of a journal, and how much of the whole they are.
#[derive(Debug, Clone)]
pub struct JournalPage {
    /// Newest first.
    pub exchanges: Vec<Arc<Exchange>>,
    /// How many exchanges have made place for newer ones since the journal was last emptied.
    pub dropped: u64,
    /// How many exchanges the journal holds at the most.
    pub capacity: usize,
}

impl Journal {
    /// The empty journal of the world with this name. With a capacity of 0 it keeps nothing, and
    /// counts all the same.
    pub(crate) fn new(world: &str, capacity: usize, coverage: Coverage) -> Self {
        Self { world: world.to_owned(), capacity, coverage, kept: Mutex::default() }
    }

    /// Up to `limit` exchanges that pass `filter`, newest first; those with numbers below `before`
    /// if there is one.
    pub fn page(&self, filter: &CallFilter, before: Option<u64>, limit: usize) -> JournalPage {
        let kept = self.kept();
        let before = before.unwrap_or(u64::MAX);
        let older = kept.exchanges.partition_point(|it| it.id < before);
        let matching = kept.exchanges.range(..older).rev().filter(|it| filter.admits(it));
        JournalPage {
            exchanges: matching.take(limit).cloned().collect(),
            dropped: kept.dropped,
            capacity: self.capacity,
        }
    }

    /// The exchange with this number, if it is held.
    pub fn exchange(&self, id: u64) -> Option<Arc<Exchange>> {
        let kept = self.kept();
        let first = kept.exchanges.front()?.id;
        kept.exchanges.get(usize::try_from(id.checked_sub(first)?).ok()?).cloned()
    }

    /// The numbers of the oldest and the newest exchange held.
    pub fn held(&self) -> Option<(u64, u64)> {
        let kept = self.kept();
        Some((kept.exchanges.front()?.id, kept.exchanges.back()?.id))
    }

    /// How many exchanges it holds at the most.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// What the exchanges have covered, and nbn's acts.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Forgets every exchange. Numbers go on, and so does the coverage.
    pub fn clear(&self) {
        let forgotten = {
            let mut kept = self.kept();
            (kept.bytes, kept.dropped) = (0, 0);
            std::mem::take(&mut kept.exchanges)
        };
        // Not under the lock: there may be many.
        drop(forgotten);
    }

    /// Follows the journal: what comes from now on, after what is held of the exchanges that follow
    /// number `after`, if there is one.
    pub(crate) fn follow(&self, after: Option<u64>) -> Following {
        let mut kept = self.kept();
        let mut held = VecDeque::new();
        if let Some(after) = after {
            // A number that was never given is one of an earlier run of the server.
            let after = if after > kept.last_id { 0 } else { after };
            let known = kept.exchanges.partition_point(|it| it.id <= after);
            let later = kept.exchanges.range(known..);
            let lost = kept.last_id - after - u64::try_from(later.len()).unwrap_or(u64::MAX);
            held.extend((lost > 0).then_some(Change::Lost(lost)));
            held.extend(later.cloned().map(Change::Exchange));
        }
        kept.followers.add(held)
    }

    /// Tells those who follow what has happened beside the exchanges.
    pub(crate) fn tell(&self, change: Change) {
        self.kept().followers.tell(|| change);
    }

    /// Lets those who follow go, because the world or the server comes to its end.
    pub(crate) fn end(&self) {
        self.kept().followers.end();
    }

    /// Whether it keeps exchanges at all.
    fn keeps(&self) -> bool {
        self.capacity > 0
    }

    /// Appends an exchange and gives it its number.
    fn record(&self, mut exchange: Exchange) {
        if let Some(operation) = &exchange.operation {
            self.coverage.count_answer(operation, exchange.status);
        }
        let mut out = Vec::new();
        let mut kept = self.kept();
        kept.last_id += 1;
        exchange.id = kept.last_id;
        if !self.keeps() {
            kept.dropped += 1;
            return;
        }
        kept.bytes += exchange.bytes();
        let exchange = Arc::new(exchange);
        kept.followers.tell(|| Change::Exchange(Arc::clone(&exchange)));
        kept.exchanges.push_back(exchange);
        while kept.exchanges.len() > self.capacity || kept.bytes > BYTES_MAX {
            let Some(oldest) = kept.exchanges.pop_front() else { break };
            kept.bytes -= oldest.bytes();
            kept.dropped += 1;
            out.push(oldest);
        }
        drop(kept);
        drop(out);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { world, capacity, .. } = self;
        let held = self.held();
        f.debug_struct("Journal")
            .field("world", world)
            .field("capacity", capacity)
            .field("held", &held)
            .finish_non_exhaustive()
    }
}
