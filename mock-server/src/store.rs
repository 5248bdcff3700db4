//! Where a world keeps what happened: events, and the orders they have made.
//!
//! [`Store`] is the seam for a durable or shared store. It knows nothing of rules: whatever it is
//! given was decided, and whoever decides holds the world's lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::domain::event::{NewOrder, OrderKind};
use crate::domain::{Event, Order, OrderId, Qualification, Recorded};

/// What a world needs to keep and to find again.
pub trait Store: Send {
    /// The same contents as a store of its own. Cheap: it is taken under a world's lock.
    fn duplicate(&self) -> Box<dyn Store>;

    /// Keeps a qualification.
    fn add_qualification(&mut self, qualification: Qualification);

    /// The qualification with this `qualificationSearchId`.
    fn qualification(&self, qualification_search_id: Uuid) -> Option<&Qualification>;

    /// Keeps a new order.
    fn add_order(&mut self, order: Order);

    /// Keeps what happened to an order, and changes it so.
    fn append(&mut self, order_id: OrderId, events: Vec<Recorded>);

    /// The order with this number.
    fn order(&self, order_id: OrderId) -> Option<&Order>;

    /// What has happened to an order since its creation, oldest first.
    fn events(&self, order_id: OrderId) -> &[Recorded];

    /// A provider's orders with numbers below `before`, newest first.
    fn orders_before(
        &self,
        provider: &str,
        before: OrderId,
    ) -> Box<dyn Iterator<Item = &Order> + '_>;

    /// Every provider's orders with numbers below `before`, newest first.
    fn all_orders_before(&self, before: OrderId) -> Box<dyn Iterator<Item = &Order> + '_>;

    /// The numbers of all orders, oldest first.
    fn order_ids(&self) -> Vec<OrderId>;

    /// How many orders there are.
    fn order_count(&self) -> usize;

    /// The provider's order with this `remoteOrderId`.
    fn order_by_remote_id(&self, provider: &str, remote_order_id: Uuid) -> Option<OrderId>;

    /// The orders that hold a place in this timeslot.
    fn timeslot_holders(&self, timeslot_id: &str) -> &[OrderId];

    /// The order by which the customer's active service came to its location.
    fn active_service(&self, provider: &str, customer_number: i64) -> Option<OrderId>;

    /// The customer's modifications and disconnections, oldest first.
    fn service_orders(&self, provider: &str, customer_number: i64) -> &[OrderId];
}

/// Keeps everything in memory.
///
/// Orders are shared between duplicates until one of them changes, so a duplicate of a thousand
/// orders costs a thousand counts.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    qualifications: HashMap<Uuid, Qualification>,
    orders: BTreeMap<OrderId, Arc<Kept>>,
    by_provider: HashMap<String, ProviderIndex>,
    by_timeslot: HashMap<String, Vec<OrderId>>,
}

/// An order and what has happened to it.
#[derive(Debug, Clone)]
struct Kept {
    order: Order,
    events: Vec<Recorded>,
}

/// What is looked up by provider. Derived from the events, never the other way round.
#[derive(Debug, Clone, Default)]
struct ProviderIndex {
    orders: Vec<OrderId>,
    by_remote_id: HashMap<Uuid, OrderId>,
    active_services: HashMap<i64, OrderId>,
    service_orders: HashMap<i64, Vec<OrderId>>,
}

impl Store for MemoryStore {
    fn duplicate(&self) -> Box<dyn Store> {
        Box::new(self.clone())
    }

    fn add_qualification(&mut self, qualification: Qualification) {
        self.qualifications.insert(qualification.ids.qualification_search_id, qualification);
    }

    fn qualification(&self, qualification_search_id: Uuid) -> Option<&Qualification> {
        self.qualifications.get(&qualification_search_id)
    }

    fn add_order(&mut self, order: Order) {
        let NewOrder { order_id, provider, kind, customer_number, qualification, .. } =
            &order.request;
        let index = self.by_provider.entry(provider.clone()).or_default();
        index.orders.push(*order_id);
        if let Some(ids) = qualification {
            index.by_remote_id.insert(ids.remote_order_id, *order_id);
        }
        match kind {
            OrderKind::Activation => {}
            OrderKind::Modification | OrderKind::Disconnection => {
                index.service_orders.entry(*customer_number).or_default().push(*order_id);
            }
        }
        let order_id = *order_id;
        self.orders.insert(order_id, Arc::new(Kept { order, events: Vec::new() }));
    }

    fn append(&mut self, order_id: OrderId, events: Vec<Recorded>) {
        let kept =
            self.orders.get_mut(&order_id).expect("events were decided on an order of this store");
        let Kept { order, events: history } = Arc::make_mut(kept);
        let held = |order: &Order| order.booked_timeslot().map(|it| it.id.clone());
        for recorded in events {
            let before = held(order);
            order.apply(&recorded);
            let after = held(order);
            if before != after {
                if let Some(holders) = before.and_then(|id| self.by_timeslot.get_mut(&id)) {
                    holders.retain(|it| *it != order_id);
                }
                if let Some(id) = after {
                    self.by_timeslot.entry(id).or_default().push(order_id);
                }
            }
            if recorded.event == Event::ServiceChanged {
                let NewOrder { provider, kind, customer_number, .. } = &order.request;
                let index = self.by_provider.entry(provider.clone()).or_default();
                match kind {
                    OrderKind::Activation => {
                        index.active_services.insert(*customer_number, order_id);
                    }
                    OrderKind::Modification => {}
                    OrderKind::Disconnection => {
                        index.active_services.remove(customer_number);
                    }
                }
            }
            history.push(recorded);
        }
    }

    fn order(&self, order_id: OrderId) -> Option<&Order> {
        self.orders.get(&order_id).map(|kept| &kept.order)
    }

    fn events(&self, order_id: OrderId) -> &[Recorded] {
        self.orders.get(&order_id).map_or(&[], |kept| &kept.events)
    }

    fn orders_before(
        &self,
        provider: &str,
        before: OrderId,
    ) -> Box<dyn Iterator<Item = &Order> + '_> {
        let ids = self.by_provider.get(provider).map_or(&[][..], |index| &index.orders);
        let older = ids.partition_point(|id| *id < before);
        Box::new(ids[..older].iter().rev().filter_map(|id| self.order(*id)))
    }

    fn all_orders_before(&self, before: OrderId) -> Box<dyn Iterator<Item = &Order> + '_> {
        Box::new(self.orders.range(..before).rev().map(|(_, kept)| &kept.order))
    }

    fn order_ids(&self) -> Vec<OrderId> {
        self.orders.keys().copied().collect()
    }

    fn order_count(&self) -> usize {
        self.orders.len()
    }

    fn order_by_remote_id(&self, provider: &str, remote_order_id: Uuid) -> Option<OrderId> {
        self.by_provider.get(provider)?.by_remote_id.get(&remote_order_id).copied()
    }

    fn timeslot_holders(&self, timeslot_id: &str) -> &[OrderId] {
        self.by_timeslot.get(timeslot_id).map_or(&[], Vec::as_slice)
    }

    fn active_service(&self, provider: &str, customer_number: i64) -> Option<OrderId> {
        self.by_provider.get(provider)?.active_services.get(&customer_number).copied()
    }

    fn service_orders(&self, provider: &str, customer_number: i64) -> &[OrderId] {
        self.by_provider
            .get(provider)
            .and_then(|index| index.service_orders.get(&customer_number))
            .map_or(&[], Vec::as_slice)
    }
}
