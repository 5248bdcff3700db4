//! What a ledger names that was not put away yet.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Left};
use crate::caller::Provider;

/// What a ledger names that was not put away yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outstanding {
    /// Worlds that were made, or were about to be.
    pub worlds: BTreeSet<String>,
    /// Orders whose number is known.
    pub orders: BTreeMap<i64, Provider>,
    /// Orders that may have been made, by the id that orders once.
    pub announced: BTreeSet<(Provider, String)>,
}

impl Outstanding {
    /// What these entries name.
    pub fn of(entries: &[Entry]) -> Self {
        let mut left = Outstanding::default();
        for entry in entries {
            match entry {
                Entry::Begun { .. } => {}
                Entry::World { name } => drop(left.worlds.insert(name.clone())),
                Entry::Dropped { name } => drop(left.worlds.remove(name)),
                Entry::Creating { provider, remote_order_id } => {
                    left.announced.insert((*provider, remote_order_id.clone()));
                }
                Entry::Created { provider, remote_order_id, order_id } => {
                    left.announced.remove(&(*provider, remote_order_id.clone()));
                    left.orders.insert(*order_id, *provider);
                }
                Entry::PutAway { order_id } => drop(left.orders.remove(order_id)),
            }
        }
        left
    }

    /// Whether there is anything.
    pub fn left(&self) -> Left {
        match self.worlds.is_empty() && self.orders.is_empty() && self.announced.is_empty() {
            true => Left::Nothing,
            false => Left::Something,
        }
    }
}
