//! Ids, counted: the same seed and the same requests give the same ids.

use uuid::Uuid;

use crate::domain::OrderId;

/// Where order numbers start, so that they are told from counts at a glance.
const FIRST_ORDER_ID: OrderId = 1001;

/// Hands out ids. A number may be drawn and not used, which leaves a gap and does no harm.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    namespace: Uuid,
    next_order_id: OrderId,
    uuids: u64,
}

impl Ids {
    /// The ids of a run with `seed`.
    pub(crate) fn new(seed: u32) -> Self {
        let name = format!("octane-mock ids {seed}");
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        Self { namespace, next_order_id: FIRST_ORDER_ID, uuids: 0 }
    }

    /// The number the next order will have.
    pub(crate) fn next_order_id(&self) -> OrderId {
        self.next_order_id
    }

    /// Takes the number [`next_order_id`](Self::next_order_id) told.
    pub(crate) fn take_order_id(&mut self) {
        self.next_order_id += 1;
    }

    /// Another UUID, of version 5 so that it follows from the seed.
    pub(crate) fn uuid(&mut self) -> Uuid {
        self.uuids += 1;
        Uuid::new_v5(&self.namespace, &self.uuids.to_be_bytes())
    }
}
