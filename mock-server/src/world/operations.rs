//! The operations of the contract, as a world carries them out.

use chrono::{DateTime, FixedOffset, Utc};
use octane_client::types::ErrorCode;

use super::{State, World};
use crate::domain::create::{self, Activation, ActivationView, Orderer, Requested, ServiceView};
use crate::domain::decide::{self, TimeslotView, Withdraw};
use crate::domain::event::{Contact, NewOrder, OrderKind, QualificationIds};
use crate::domain::{
    Decision, Order, OrderId, Qualification, Refusal, Timeslot, TimeslotBook, Touched, timeslot,
};
use crate::test_data::Location;

/// The operation that creates orders: the cause of an order's first status.
const CREATE: &str = "createNbnOrder";

/// An order that may follow from a request to create one.
#[derive(Debug, Clone)]
pub enum CreateOrder {
    /// `orderType` New.
    Activation(Requested, Activation),
    /// `orderType` Change.
    Modification(Requested),
    /// `orderType` Terminate.
    Disconnection(Requested),
}

/// Which orders a list is about. Each filter narrows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrderFilter {
    /// Only orders in this state.
    pub status: Option<String>,
    /// Only orders of this kind.
    pub kind: Option<OrderKind>,
    /// Only orders of this customer.
    pub customer_number: Option<i64>,
    /// Only orders created at this moment or later.
    pub created_from: Option<DateTime<FixedOffset>>,
    /// Only orders created before this moment.
    pub created_to: Option<DateTime<FixedOffset>>,
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct OrderPage {
    /// The orders, newest first.
    pub orders: Vec<Order>,
    /// The last order of the page, if more follow.
    pub more_before: Option<OrderId>,
}

/// What a command has led to.
#[derive(Debug, Clone)]
pub struct Carried {
    /// The HTTP status the contract gives it; none for a network event.
    pub status: Option<u16>,
    /// The state the order was in before.
    pub before: String,
    /// The order after it.
    pub order: Order,
}

impl Carried {
    /// Which order it was, and what became of it.
    pub fn touched(&self) -> Touched {
        Touched {
            order_id: self.order.id(),
            before: Some(self.before.clone()),
            after: self.order.status.clone(),
        }
    }
}

/// A timeslot with the places that can still be booked.
#[derive(Debug, Clone)]
pub struct FreeTimeslot {
    /// The timeslot.
    pub timeslot: Timeslot,
    /// At least 1.
    pub places_free: u32,
}

/// The free timeslots of a location.
#[derive(Debug, Clone)]
pub struct FreeTimeslots<'w> {
    /// The timeslots, earliest first.
    pub timeslots: Vec<FreeTimeslot>,
    /// Where.
    pub location: &'w Location,
    /// The moment they were free.
    pub now: DateTime<Utc>,
}

impl World {
    /// Qualifies a location.
    ///
    /// # Errors
    /// `LocationNotFound`.
    pub fn qualify(
        &self,
        provider: &str,
        location_id: &str,
    ) -> Result<(Qualification, &Location), Refusal> {
        let location = self.location(location_id)?;
        Ok((self.lock().qualify(provider, location), location))
    }

    /// Makes an order.
    ///
    /// # Errors
    /// The refusals of the operation `createNbnOrder`.
    pub fn create(&self, provider: &str, command: CreateOrder) -> Result<Order, Refusal> {
        self.create_in(&mut self.lock(), provider, command)
    }

    /// The provider's order with this number.
    ///
    /// # Errors
    /// `OrderNotFound`, also if the order is another provider's.
    pub fn order(&self, provider: &str, order_id: OrderId) -> Result<Order, Refusal> {
        self.lock().order_of(provider, order_id).cloned()
    }

    /// Up to `limit` of the provider's orders with numbers below `before`, newest first.
    pub fn list(
        &self,
        provider: &str,
        filter: &OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> OrderPage {
        let state = self.lock();
        let before = before.unwrap_or(OrderId::MAX);
        let older = state.store.orders_before(provider, before);
        #[cfg(feature = "defects")]
        let older = older.filter(|order| self.pages_on_to(&state, before, order));
        let mut matching = older.filter(|order| filter.admits(order));
        let orders: Vec<Order> = matching.by_ref().take(limit).cloned().collect();
        let is_more = matching.next().is_some();
        let more_before = orders.last().filter(|_| is_more).map(Order::id);
        OrderPage { orders, more_before }
    }

    /// Withdraws an order.
    ///
    /// # Errors
    /// The refusals of the operation `cancelNbnOrder`.
    pub fn withdraw(
        &self,
        provider: &str,
        order_id: OrderId,
        command: Withdraw,
    ) -> Result<Carried, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let order = state.order_of(provider, order_id)?;
        #[cfg(feature = "defects")]
        let order = &self.taken_for_activation(order);
        let decision = decide::withdraw(&self.lifecycle, order, command, now);
        let decision = self.judged(order, decide::WITHDRAW, decision)?;
        Ok(self.carry_out(&mut state, order_id, decision, now))
    }

    /// Books or reschedules an order's appointment.
    ///
    /// # Errors
    /// The refusals of the operation `bookAppointment`.
    pub fn book(
        &self,
        provider: &str,
        order_id: OrderId,
        timeslot_id: &str,
        contact: Option<Contact>,
    ) -> Result<Carried, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let order = state.order_of(provider, order_id)?;
        let decision = self.decide_booking(&state, order, timeslot_id, contact, now);
        let decision = self.judged(order, decide::BOOK, decision);
        #[cfg(feature = "defects")]
        self.let_go_of_the_old_place(&mut state, order_id, &decision, now);
        Ok(self.carry_out(&mut state, order_id, decision?, now))
    }

    /// The free timeslots of a location in a window, earliest first, as many as one query answers.
    ///
    /// # Errors
    /// `LocationNotFound`, `TimeslotWindowInvalid`.
    pub fn timeslots(
        &self,
        location_id: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<FreeTimeslots<'_>, Refusal> {
        let location = self.location(location_id)?;
        if to <= from {
            return Err(Refusal::new(
                ErrorCode::TimeslotWindowInvalid,
                "The window ends at or before its start.",
            ));
        }
        let state = self.lock();
        let book = self.timeslot_book(location);
        let now = state.clock.now();
        let timeslots = book
            .between(from, to, now)
            .map(|timeslot| {
                let places_free = state.places_free(book, &timeslot, None);
                #[cfg(feature = "defects")]
                let places_free = self.places_at(&state, location_id, &timeslot, places_free, None);
                FreeTimeslot { timeslot, places_free }
            })
            .filter(|it| it.places_free > 0)
            .take(timeslot::ANSWERED_MAX)
            .collect();
        Ok(FreeTimeslots { timeslots, location, now })
    }

    pub(super) fn create_in(
        &self,
        state: &mut State,
        provider: &str,
        command: CreateOrder,
    ) -> Result<Order, Refusal> {
        let now = state.clock.now();
        let about = |refusal: Refusal| match refusal
            .order_id
            .and_then(|order_id| state.store.order(order_id))
        {
            Some(order) => refusal.about(order),
            None => refusal,
        };
        let new = self.decide_create(state, provider, command, now).map_err(about)?;
        state.ids.take_order_id();
        let order = Order::start(new, self.lifecycle.initial(), CREATE, now);
        state.store.add_order(order.clone());
        self.plan(state, order.id());
        Ok(order)
    }

    fn decide_create(
        &self,
        state: &State,
        provider: &str,
        command: CreateOrder,
        now: DateTime<Utc>,
    ) -> Result<NewOrder, Refusal> {
        #[cfg(feature = "defects")]
        let now = self.ahead_of_expiry(now);
        let orderer = |requested: &Requested| Orderer {
            provider,
            order_id: state.ids.next_order_id(),
            has_customer: self
                .test_data
                .provider(provider)
                .is_some_and(|it| it.has_customer(requested.customer_number)),
        };
        let (kind, requested) = match command {
            CreateOrder::Activation(requested, activation) => {
                let QualificationIds { remote_order_id, qualification_search_id, .. } =
                    activation.ids;
                let qualification = state
                    .store
                    .qualification(qualification_search_id)
                    .filter(|it| it.provider == provider);
                let location = qualification
                    .and_then(|it| self.test_data.location(&it.location_id))
                    .map(Location::view);
                let view = ActivationView {
                    duplicate: state.store.order_by_remote_id(provider, remote_order_id),
                    qualified: qualification.zip(location.as_ref()),
                };
                #[cfg(feature = "defects")]
                let view = self.forgetting_duplicates(view);
                return create::activation(orderer(&requested), view, requested, activation, now);
            }
            CreateOrder::Modification(requested) => (OrderKind::Modification, requested),
            CreateOrder::Disconnection(requested) => (OrderKind::Disconnection, requested),
        };
        let customer = requested.customer_number;
        let active = state.store.active_service(provider, customer);
        #[cfg(feature = "defects")]
        let active = active.filter(|it| !self.is_ended_by_suspension(state, *it));
        let active_at = active
            .and_then(|order_id| state.store.order(order_id))
            .and_then(|order| self.test_data.location(&order.request.location_id))
            .map(Location::view);
        let is_open = |order: &&Order| {
            self.lifecycle.states.get(&order.status).is_some_and(|it| !it.terminal)
        };
        let open_order = state
            .store
            .service_orders(provider, customer)
            .iter()
            .filter_map(|order_id| state.store.order(*order_id))
            .find(is_open)
            .map(Order::id);
        #[cfg(feature = "defects")]
        let open_order = open_order.filter(|_| !self.goes_beside_another(&requested));
        let view = ServiceView { active_at: active_at.as_ref(), open_order };
        create::service_order(orderer(&requested), view, kind, requested)
    }

    pub(super) fn decide_booking(
        &self,
        state: &State,
        order: &Order,
        timeslot_id: &str,
        contact: Option<Contact>,
        now: DateTime<Utc>,
    ) -> Result<Decision, Refusal> {
        let view = self
            .test_data
            .location(&order.request.location_id)
            .map(|location| self.timeslot_book(location))
            .and_then(|book| Some((book, book.by_id(timeslot_id)?)))
            .map(|(book, timeslot)| TimeslotView {
                places_free: state.places_free(book, &timeslot, Some(order.id())),
                timeslot,
            });
        #[cfg(feature = "defects")]
        let view = self.miscounted(state, order, view);
        decide::book(&self.lifecycle, order, view, contact, now)
    }

    fn location(&self, location_id: &str) -> Result<&Location, Refusal> {
        self.test_data.location(location_id).ok_or_else(|| {
            Refusal::new(
                ErrorCode::LocationNotFound,
                format!("nbn knows no location `{location_id}`."),
            )
        })
    }

    pub(super) fn timeslot_book(&self, location: &Location) -> TimeslotBook {
        TimeslotBook::new(self.seed, &location.service_area.id, location.time_zone)
    }
}

impl OrderFilter {
    fn admits(&self, order: &Order) -> bool {
        let Self { status, kind, customer_number, created_from, created_to } = self;
        status.as_ref().is_none_or(|it| *it == order.status)
            && kind.is_none_or(|it| it == order.request.kind)
            && customer_number.is_none_or(|it| it == order.request.customer_number)
            && created_from.is_none_or(|it| it <= order.created_at)
            && created_to.is_none_or(|it| it > order.created_at)
    }
}
