//! nbn's side: every provider's orders, network events, and orders brought into a state by replaying
//! what leads there.

use octane_client::control::types::ErrorCode;

use super::{State, World};
use crate::domain::decide::{self, NetworkEvent};
use crate::domain::{Order, OrderId, Recorded, Refusal, timeslot};
use crate::seeding::SeedOrder;

/// An order and everything that has happened to it.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The order as it is.
    pub order: Order,
    /// What has happened since its creation, oldest first.
    pub events: Vec<Recorded>,
}

impl World {
    /// Up to `limit` orders of all providers with numbers below `before`, newest first.
    pub fn all_orders(&self, before: Option<OrderId>, limit: usize) -> Vec<Order> {
        let state = self.lock();
        let before = before.unwrap_or(OrderId::MAX);
        state.store.all_orders_before(before).take(limit).cloned().collect()
    }

    /// An order with its past, whoever's it is.
    ///
    /// # Errors
    /// `OrderNotFound`.
    pub fn inspect(&self, order_id: OrderId) -> Result<Inspection, Refusal> {
        let state = self.lock();
        let order = state.order_by_number(order_id)?.clone();
        Ok(Inspection { order, events: state.store.events(order_id).to_vec() })
    }

    /// Lets nbn act on an order, whoever's it is.
    ///
    /// # Errors
    /// `OrderNotFound` and `EventNotLegal` of the control plane's contract.
    pub fn network_event(
        &self,
        order_id: OrderId,
        command: NetworkEvent,
    ) -> Result<Order, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let order = state.order_by_number(order_id)?;
        let name = command.name.clone();
        let decision = decide::network_event(&self.lifecycle, order, command, now);
        let decision = self.judged(order, &name, decision)?;
        let order = self.carry_out(&mut state, order_id, decision, now).order;
        self.tell_of(&order);
        Ok(order)
    }

    /// Makes an order and brings it into a state, by replaying what leads there.
    ///
    /// # Errors
    /// The refusals of the operation `seedOrder` of the control plane's contract. Nothing is
    /// changed then.
    pub fn seed_order(&self, wanted: &SeedOrder) -> Result<Order, Refusal> {
        let plan = wanted.plan(&self.test_data, &self.lifecycle)?;
        let mut state = self.lock();
        let book = self.timeslot_book(plan.location);
        let now = state.clock.now();
        let free = |state: &State| {
            let mut ahead = book.between(now, now + timeslot::HORIZON, now);
            ahead.find(|it| state.places_free(book, it, None) > 0)
        };
        if plan.books() && free(&state).is_none() {
            let area = &plan.location.service_area.id;
            return Err(Refusal::named(
                ErrorCode::TimeslotsExhausted.name(),
                format!("Service area {area} has no free timeslot in the next 90 days."),
            ));
        }
        let qualification = state.qualify(&plan.provider.username, plan.location);
        let command = plan.create(qualification.ids);
        let created = self.create_in(&mut state, &plan.provider.username, command)?;
        let order_id = created.id();
        for trigger in &plan.triggers {
            let order = state.order_by_number(order_id)?;
            let decision = match *trigger {
                decide::BOOK => {
                    let timeslot = free(&state).map(|it| it.id).unwrap_or_default();
                    self.decide_booking(&state, order, &timeslot, None, now)?
                }
                decide::WITHDRAW => {
                    decide::withdraw(&self.lifecycle, order, plan.withdrawal(), now)?
                }
                event => {
                    decide::network_event(&self.lifecycle, order, NetworkEvent::named(event), now)?
                }
            };
            self.carry_out(&mut state, order_id, decision, now);
        }
        let order = state.order_by_number(order_id)?.clone();
        self.tell_of(&order);
        Ok(order)
    }
}
