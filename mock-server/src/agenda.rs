//! What nbn will do, and when: one planned event an order at the most.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use crate::domain::OrderId;
use crate::domain::decide::NetworkEvent;
use crate::scenario::Planned;

/// Planned events by their moment, and by order number where moments are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agenda {
    planned: BTreeMap<(DateTime<Utc>, OrderId), NetworkEvent>,
    moments: HashMap<OrderId, DateTime<Utc>>,
}

impl Agenda {
    /// Puts `planned` in place of what was planned for the order; nothing if there is none.
    pub(crate) fn plan(&mut self, order_id: OrderId, planned: Option<Planned>) {
        if let Some(moment) = self.moments.remove(&order_id) {
            self.planned.remove(&(moment, order_id));
        }
        if let Some(Planned { at, event }) = planned {
            self.moments.insert(order_id, at);
            self.planned.insert((at, order_id), event);
        }
    }

    /// Takes the first event that is due at `now`, with its moment.
    pub(crate) fn take_due(
        &mut self,
        now: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, OrderId, NetworkEvent)> {
        let entry = self.planned.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, order_id), event) = entry.remove_entry();
        self.moments.remove(&order_id);
        Some((at, order_id, event))
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.planned.clear();
        self.moments.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str) -> NetworkEvent {
        NetworkEvent { name: name.to_owned(), note: None, planned_remediation_date: None }
    }

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-03-02T09:{minute:02}:00Z").parse().unwrap()
    }

    #[test]
    fn events_come_when_they_are_due_earliest_first_and_one_an_order() {
        let mut agenda = Agenda::default();
        let mut plan = |order, minute, name| {
            agenda.plan(order, Some(Planned { at: at(minute), event: event(name) }));
        };
        plan(1, 30, "replaced");
        plan(2, 10, "first");
        plan(3, 20, "cancelled");
        plan(1, 20, "second");
        agenda.plan(3, None);
        assert_eq!(agenda.take_due(at(9)), None);
        assert_eq!(agenda.take_due(at(59)), Some((at(10), 2, event("first"))));
        assert_eq!(agenda.take_due(at(20)), Some((at(20), 1, event("second"))));
        assert_eq!(agenda.take_due(at(59)), None);
    }
}
