//! What a tester sets: the clock, who plays nbn, how often may be called, and snapshots.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use octane_client::control::types::ErrorCode;

use super::{Network, Snapshot, State, World};
use crate::clock::{Clock, ClockOutOfRange};
use crate::domain::Refusal;
use crate::journal::Change;
use crate::rate_limit::{Limiter, RateLimit};

/// How many snapshots a world keeps.
const SNAPSHOTS_MAX: usize = 64;

impl World {
    /// The clock as it stands.
    pub fn clock(&self) -> Clock {
        self.lock().clock
    }

    /// Puts another clock in place.
    pub fn set_clock(&self, clock: Clock) {
        self.lock().clock = clock;
        self.journal.tell(Change::World);
    }

    /// Moves the clock forward.
    ///
    /// # Errors
    /// If it would leave the years a clock shows. It stays as it is then.
    pub fn advance_clock(&self, by: TimeDelta) -> Result<Clock, ClockOutOfRange> {
        let mut state = self.lock();
        state.clock = state.clock.advanced(by)?;
        self.journal.tell(Change::World);
        Ok(state.clock)
    }

    /// The present moment.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock().now()
    }

    /// Who plays nbn.
    pub fn network(&self) -> Network {
        self.lock().network
    }

    /// Lets somebody else play nbn. What a scenario would have done by now happens at once.
    pub fn set_network(&self, network: Network) {
        let mut state = self.lock();
        state.network = network;
        self.journal.tell(Change::World);
        match network {
            Network::Manual => state.agenda.clear(),
            Network::Auto => {
                for order_id in state.store.order_ids() {
                    self.plan(&mut state, order_id);
                }
            }
        }
    }

    /// How often each provider may call; as often as it likes without one.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.lock().limiter.as_ref().map(|it| it.limit())
    }

    /// Lets each provider call so often from now on, by real time.
    pub fn set_rate_limit(&self, limit: Option<RateLimit>) {
        self.lock().limiter = limit.map(|limit| Arc::new(Limiter::new(limit)));
        self.journal.tell(Change::World);
    }

    /// Counts a call, and tells in how many seconds the provider may call again if it may not now.
    pub(crate) fn wait(&self, provider: &str) -> Option<u64> {
        let limiter = self.lock().limiter.clone()?;
        limiter.wait(provider)
    }

    /// Keeps the world as it is, clock included, under a name. A snapshot of that name is replaced.
    ///
    /// # Errors
    /// `TooManySnapshots`: a world keeps 64.
    pub fn take_snapshot(&self, name: &str) -> Result<(), Refusal> {
        let mut snapshots = self.snapshots();
        if snapshots.len() >= SNAPSHOTS_MAX && !snapshots.contains_key(name) {
            return Err(Refusal::named(
                ErrorCode::TooManySnapshots.name(),
                format!("The world has {SNAPSHOTS_MAX} snapshots; drop one first."),
            ));
        }
        let state = self.lock().clone();
        let clock = state.clock.paused();
        snapshots.insert(name.to_owned(), Snapshot { state, clock });
        Ok(())
    }

    /// Puts the world back to a snapshot, which stays. Cursors issued since then are stale, and the
    /// journal is emptied, since it speaks of orders that are no more.
    ///
    /// # Errors
    /// `SnapshotNotFound`.
    pub fn restore_snapshot(&self, name: &str) -> Result<(), Refusal> {
        let snapshots = self.snapshots();
        let Snapshot { state: kept, clock } =
            snapshots.get(name).ok_or_else(|| no_snapshot(name))?;
        let mut state = self.lock();
        let generation = state.generation + 1;
        self.journal.clear();
        *state = State { generation, clock: clock.resumed(), ..kept.clone() };
        self.journal.tell(Change::World);
        Ok(())
    }

    /// Drops a snapshot.
    ///
    /// # Errors
    /// `SnapshotNotFound`.
    pub fn drop_snapshot(&self, name: &str) -> Result<(), Refusal> {
        self.snapshots().remove(name).map(drop).ok_or_else(|| no_snapshot(name))
    }

    /// The names of the snapshots.
    pub fn snapshot_names(&self) -> Vec<String> {
        self.snapshots().keys().cloned().collect()
    }

    fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, Snapshot>> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_snapshot(name: &str) -> Refusal {
    let message = format!("The world has no snapshot `{name}`.");
    Refusal::named(ErrorCode::SnapshotNotFound.name(), message)
}
