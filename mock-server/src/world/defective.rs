//! What the bugs of [`crate::defects`] do to a world.

use std::borrow::Cow;
use std::sync::{Mutex, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};

use super::{State, World};
use crate::arrival::RequestCounts;
use crate::defects::Defect;
use crate::domain::create::{ActivationView, Requested};
use crate::domain::decide::{Decision, TimeslotView};
use crate::domain::event::{NewOrder, OrderKind};
use crate::domain::{Event, Order, OrderId, Recorded, Refusal, Timeslot};
use crate::journal::Journal;

impl World {
    /// Gets a bug; the first one stays.
    pub(crate) fn get(&self, defect: Defect) {
        self.defect.get_or_init(|| defect);
    }

    /// Gets the bug of another world, if that has one.
    pub(crate) fn inherit(&self, other: &Self) {
        if let Some(defect) = other.defect() {
            self.get(defect);
        }
    }

    /// The bug this world has.
    pub(crate) fn defect(&self) -> Option<Defect> {
        self.defect.get().copied()
    }

    fn has(&self, defect: Defect) -> bool {
        self.defect() == Some(defect)
    }

    pub(super) fn pages_on_to(&self, state: &State, before: OrderId, order: &Order) -> bool {
        !self.has(Defect::PagesByMoment)
            || state.store.order(before).is_none_or(|last| order.created_at < last.created_at)
    }

    pub(super) fn taken_for_activation<'o>(&self, order: &'o Order) -> Cow<'o, Order> {
        let mut order = Cow::Borrowed(order);
        if self.has(Defect::WithdrawsAnything) {
            order.to_mut().request.kind = OrderKind::Activation;
        }
        order
    }

    pub(super) fn ahead_of_expiry(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::seconds(i64::from(self.has(Defect::ExpiresEarly)))
    }

    pub(super) fn forgetting_duplicates<'v>(&self, view: ActivationView<'v>) -> ActivationView<'v> {
        let duplicate = view.duplicate.filter(|_| !self.has(Defect::OrdersTwice));
        ActivationView { duplicate, ..view }
    }

    pub(super) fn miscounted(
        &self,
        state: &State,
        order: &Order,
        view: Option<TimeslotView>,
    ) -> Option<TimeslotView> {
        let mut view = view?;
        let (location_id, but) = (&order.request.location_id, Some(order.id()));
        view.places_free =
            self.places_at(state, location_id, &view.timeslot, view.places_free, but);
        if self.has(Defect::Overbooks) {
            view.places_free += 1;
        }
        let holders = state.store.timeslot_holders(&view.timeslot.id);
        if self.has(Defect::OwnPlaceIsTaken) && holders.contains(&order.id()) {
            view.places_free -= 1;
        }
        Some(view)
    }

    /// How many places of a timeslot are free at a location, to an order that may hold one.
    pub(super) fn places_at(
        &self,
        state: &State,
        location_id: &str,
        timeslot: &Timeslot,
        places_free: u32,
        but: Option<OrderId>,
    ) -> u32 {
        let location = self.test_data.location(location_id);
        let Some(location) = location.filter(|_| self.has(Defect::PlacesPerLocation)) else {
            return places_free;
        };
        let holders = state.store.timeslot_holders(&timeslot.id).iter();
        let others = holders.filter(|id| Some(**id) != but).filter_map(|id| state.store.order(*id));
        let here = others.filter(|it| it.request.location_id == location_id).count();
        let places = self.timeslot_book(location).places(timeslot);
        places.saturating_sub(u32::try_from(here).unwrap_or(u32::MAX))
    }

    /// Whether the service that this activation brought was suspended since.
    pub(super) fn is_ended_by_suspension(&self, state: &State, activation: OrderId) -> bool {
        let Some(activated) = state.store.order(activation) else { return false };
        let NewOrder { provider, customer_number, .. } = &activated.request;
        let changed_at = |id: OrderId| {
            let events = state.store.events(id).iter();
            events.filter(|it| it.event == Event::ServiceChanged).map(|it| it.at).next_back()
        };
        let suspends = |id: &&OrderId| {
            state.store.order(**id).is_some_and(|it| it.request.sub_order_type == "Suspend")
        };
        let orders = state.store.service_orders(provider, *customer_number).iter();
        self.has(Defect::SuspensionEndsService)
            && orders
                .filter(suspends)
                .filter_map(|id| changed_at(*id))
                .any(|at| changed_at(activation).is_some_and(|activated| activated <= at))
    }

    pub(super) fn goes_beside_another(&self, requested: &Requested) -> bool {
        self.has(Defect::ShapesBesideAnother) && requested.sub_order_type == "Shape"
    }

    pub(super) fn ending_no_service(
        &self,
        state: &State,
        order_id: OrderId,
        mut decision: Decision,
    ) -> Decision {
        let ports_out = |order: &Order| order.request.sub_order_type == "Port Out";
        if self.has(Defect::PortOutKeepsService)
            && state.store.order(order_id).is_some_and(ports_out)
        {
            decision.events.retain(|event| *event != Event::ServiceChanged);
        }
        decision
    }

    pub(super) fn let_go_of_the_old_place(
        &self,
        state: &mut State,
        order_id: OrderId,
        decision: &Result<Decision, Refusal>,
        now: DateTime<Utc>,
    ) {
        let holds = state.store.order(order_id).is_some_and(|it| it.booked_timeslot().is_some());
        if self.has(Defect::RefusedRescheduleLetsGo) && decision.is_err() && holds {
            state
                .store
                .append(order_id, vec![Recorded { at: now, event: Event::TimeslotReleased }]);
        }
    }

    /// A world of its own with the same contents, bug included.
    pub(crate) fn copied(&self) -> Self {
        Self {
            lifecycle: self.lifecycle.clone(),
            test_data: self.test_data.clone(),
            seed: self.seed,
            // What is asked of a copy was asked of the world it is a copy of, whose journal has it.
            journal: Journal::new("copy", 0, self.journal.coverage().afresh()),
            requests: RequestCounts::default(),
            state: Mutex::new(self.lock().clone()),
            snapshots: Mutex::default(),
            defect: OnceLock::from(self.defect.get().copied().expect("only a bug makes copies")),
        }
    }

    /// Becomes what the copy is.
    pub(crate) fn becomes(&self, copy: &Self) {
        let contents = copy.lock().clone();
        *self.lock() = contents;
    }

    /// The most events that happened to one order since `before`.
    pub(crate) fn longest_news(&self, before: &Self) -> usize {
        let news = self.news(before);
        news.iter().map(|(_, events)| events.len()).max().unwrap_or_default().max(1)
    }

    /// Has happen here what happened in `copy` since `before`: all of it, or only the event at the
    /// place `piece`.
    pub(crate) fn takes_over(&self, before: &Self, copy: &Self, piece: Option<usize>) {
        let news = copy.news(before);
        let made: Vec<Order> = {
            let (before, copy) = (before.lock(), copy.lock());
            let new =
                copy.store.order_ids().into_iter().filter(|id| before.store.order(*id).is_none());
            new.filter_map(|id| copy.store.order(id).cloned()).collect()
        };
        let mut state = self.lock();
        for mut order in made {
            // Two orders of one number would be one order.
            order.request.order_id = state.ids.next_order_id();
            state.ids.take_order_id();
            state.store.add_order(order);
        }
        for (order_id, events) in news {
            let events = match piece {
                None => events,
                Some(piece) => events.into_iter().skip(piece).take(1).collect(),
            };
            state.store.append(order_id, events);
        }
    }

    /// The orders that were there before, with what happened to them since.
    fn news(&self, before: &Self) -> Vec<(OrderId, Vec<Recorded>)> {
        let (before, state) = (before.lock(), self.lock());
        let known = before.store.order_ids().into_iter();
        known
            .map(|id| (id, state.store.events(id)[before.store.events(id).len()..].to_vec()))
            .filter(|(_, events)| !events.is_empty())
            .collect()
    }
}
