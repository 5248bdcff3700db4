//! A fault rule that lasts as long as somebody holds it.

use std::sync::Arc;

use crate::faults::{FaultInForce, FaultRule};
use crate::world::World;

/// A fault rule in force. Dropped, it is taken back.
#[derive(Debug)]
#[must_use = "the rule is taken back when this is dropped"]
pub struct FaultGuard {
    world: Arc<World>,
    id: u64,
}

impl FaultGuard {
    #[track_caller]
    pub(super) fn put(world: &Arc<World>, rule: FaultRule) -> Self {
        let coverage = world.journal().coverage();
        for operation in &rule.operations {
            assert!(
                coverage.has_operation(operation),
                "the contract has no operation `{operation}`"
            );
        }
        let added = world.add_fault(rule);
        let FaultInForce { id, .. } = added.unwrap_or_else(|it| panic!("{}", it.message));
        Self { world: Arc::clone(world), id }
    }

    /// The rule's number, by which the journal names it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// How many calls the rule has applied to. 0 once it has expired or was taken back otherwise, as
    /// by a reset; the journal tells then.
    pub fn applied(&self) -> u64 {
        let in_force = self.world.faults();
        in_force.iter().find(|it| it.id == self.id).map_or(0, |it| it.applied)
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        // It may have expired, or have been taken back by a reset.
        self.world.remove_fault(self.id).ok();
    }
}
