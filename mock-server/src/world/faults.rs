//! What goes wrong on purpose: the world's fault rules.
//!
//! They are part of its state: a snapshot keeps them with their counts, and a reset takes them back,
//! so that what one test broke does not break the next.

use octane_client::control::types::ErrorCode;

use super::World;
use crate::domain::Refusal;
use crate::faults::{FAULTS_MAX, FaultInForce, FaultMet, FaultRule};
use crate::journal::Change;

impl World {
    /// Adds a fault rule behind the others, in force from now on.
    ///
    /// Whether the contract has the operations and responses it names is for the caller to know: a
    /// rule for what is not there applies to nothing.
    ///
    /// # Errors
    /// `TooManyFaults`: a world has at the most 100.
    pub fn add_fault(&self, rule: FaultRule) -> Result<FaultInForce, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let added = state.faults.add(rule, now).cloned().ok_or_else(|| {
            Refusal::named(
                ErrorCode::TooManyFaults.name(),
                format!("The world has {FAULTS_MAX} fault rules; take one back first."),
            )
        })?;
        self.journal.tell(Change::World);
        Ok(added)
    }

    /// The fault rules in force, in the order they are tried.
    pub fn faults(&self) -> Vec<FaultInForce> {
        let mut state = self.lock();
        let now = state.clock.now();
        state.faults.in_force(now).to_vec()
    }

    /// Takes a fault rule back.
    ///
    /// # Errors
    /// `FaultNotFound`, also when it has expired.
    pub fn remove_fault(&self, id: u64) -> Result<(), Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        match state.faults.remove(id, now) {
            true => {
                self.journal.tell(Change::World);
                Ok(())
            }
            false => Err(Refusal::named(
                ErrorCode::FaultNotFound.name(),
                format!("There is no fault rule {id}."),
            )),
        }
    }

    /// Takes all fault rules back.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
        self.journal.tell(Change::World);
    }

    /// Which fault a call of `operation` by `provider` meets. Every asking counts as a call.
    pub(crate) fn meet_fault(&self, operation: &str, provider: &str) -> Option<FaultMet> {
        let mut state = self.lock();
        let now = state.clock.now();
        state.faults.meet(operation, provider, now)
    }
}
