//! One world: its orders, clock and ids behind one lock, and what can be done in it.
//!
//! Every method takes the lock once, decides and applies under it, and lets go. Nothing is checked
//! outside, so two withdrawals of one order, or two bookings of a last place, cannot both pass.
//!
//! The lock is a `std` mutex: it is held for microseconds and never across an `.await`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use octane_client::control::types::ErrorCode as ControlErrorCode;
use octane_client::types::ErrorCode;
use octane_openapi::Lifecycle;

use crate::agenda::Agenda;
use crate::clock::{Clock, ClockOutOfRange};
use crate::domain::create::{self, Activation, ActivationView, Orderer, Requested, ServiceView};
use crate::domain::decide::{self, NetworkEvent, TimeslotView, Withdraw};
use crate::domain::event::{Contact, NewOrder, OrderKind, QualificationIds};
use crate::domain::{
    Decision, Order, OrderId, Qualification, Recorded, Refusal, Timeslot, TimeslotBook, timeslot,
};
use crate::ids::Ids;
use crate::seeding::SeedOrder;
use crate::store::{MemoryStore, Store};
use crate::test_data::{Location, TestData};

/// The operation that creates orders: the cause of an order's first status.
const CREATE: &str = "createNbnOrder";

/// A state of affairs that requests are answered from.
pub struct World {
    lifecycle: Arc<Lifecycle>,
    test_data: Arc<TestData>,
    seed: u32,
    state: Mutex<State>,
    /// Apart from the state, which restoring replaces.
    snapshots: Mutex<BTreeMap<String, State>>,
}

struct State {
    store: Box<dyn Store>,
    ids: Ids,
    clock: Clock,
    /// Counts the resets: what was handed out before the last one is stale.
    generation: u64,
    network: Network,
    agenda: Agenda,
}

impl Clone for State {
    fn clone(&self) -> Self {
        let (ids, agenda) = (self.ids.clone(), self.agenda.clone());
        Self { store: self.store.duplicate(), ids, agenda, ..*self }
    }
}

/// Who plays nbn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Network {
    /// Whoever sends network events. Nothing happens by itself.
    #[default]
    Manual,
    /// The scenario of each order's location, as the world's clock passes.
    Auto,
}

/// How many snapshots a world keeps.
const SNAPSHOTS_MAX: usize = 64;

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
    /// The order after it.
    pub order: Order,
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
    /// An empty world that goes by `clock`.
    pub fn new(
        lifecycle: Arc<Lifecycle>,
        test_data: Arc<TestData>,
        seed: u32,
        clock: Clock,
        network: Network,
    ) -> Self {
        let state = State {
            store: Box::new(MemoryStore::default()),
            ids: Ids::new(seed),
            clock,
            generation: 0,
            network,
            agenda: Agenda::default(),
        };
        let (state, snapshots) = (Mutex::new(state), Mutex::default());
        Self { lifecycle, test_data, seed, state, snapshots }
    }

    /// The lifecycle that judges orders here.
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// Who may call, and what is where.
    pub fn test_data(&self) -> &TestData {
        &self.test_data
    }

    /// What ids and places are drawn from.
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// The clock as it stands.
    pub fn clock(&self) -> Clock {
        self.lock().clock
    }

    /// Puts another clock in place.
    pub fn set_clock(&self, clock: Clock) {
        self.lock().clock = clock;
    }

    /// Moves the clock forward.
    ///
    /// # Errors
    /// If it would leave the years a clock shows. It stays as it is then.
    pub fn advance_clock(&self, by: TimeDelta) -> Result<Clock, ClockOutOfRange> {
        let mut state = self.lock();
        state.clock = state.clock.advanced(by)?;
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
        match network {
            Network::Manual => state.agenda.clear(),
            Network::Auto => {
                for order_id in state.store.order_ids() {
                    self.plan(&mut state, order_id);
                }
            }
        }
    }

    /// How often the world was reset.
    pub fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// How many orders there are.
    pub fn order_count(&self) -> usize {
        self.lock().store.order_count()
    }

    /// Forgets every qualification, order and booking and counts ids anew. The clock goes on.
    pub fn reset(&self) {
        let mut state = self.lock();
        state.store = Box::new(MemoryStore::default());
        state.ids = Ids::new(self.seed);
        state.agenda.clear();
        state.generation += 1;
    }

    /// Keeps the world as it is, clock included, under a name. A snapshot of that name is replaced.
    ///
    /// # Errors
    /// `TooManySnapshots`: a world keeps 64.
    pub fn take_snapshot(&self, name: &str) -> Result<(), Refusal> {
        let mut snapshots = self.snapshots();
        if snapshots.len() >= SNAPSHOTS_MAX && !snapshots.contains_key(name) {
            return Err(Refusal::named(
                ControlErrorCode::TooManySnapshots.name(),
                format!("The world has {SNAPSHOTS_MAX} snapshots; drop one first."),
            ));
        }
        let state = self.lock().clone();
        snapshots.insert(name.to_owned(), state);
        Ok(())
    }

    /// Puts the world back to a snapshot, which stays. Cursors issued since then are stale.
    ///
    /// # Errors
    /// `SnapshotNotFound`.
    pub fn restore_snapshot(&self, name: &str) -> Result<(), Refusal> {
        let snapshots = self.snapshots();
        let kept = snapshots.get(name).ok_or_else(|| no_snapshot(name))?.clone();
        let mut state = self.lock();
        let generation = state.generation + 1;
        *state = State { generation, ..kept };
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
        let mut matching =
            state.store.orders_before(provider, before).filter(|order| filter.admits(order));
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
        let decision = decide::withdraw(&self.lifecycle, order, command, now)?;
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
        state.order_of(provider, order_id)?;
        self.book_in(&mut state, order_id, timeslot_id, contact)
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
                FreeTimeslot { timeslot, places_free }
            })
            .filter(|it| it.places_free > 0)
            .take(timeslot::ANSWERED_MAX)
            .collect();
        Ok(FreeTimeslots { timeslots, location, now })
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
        self.network_event_in(&mut self.lock(), order_id, command)
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
                ControlErrorCode::TimeslotsExhausted.name(),
                format!("Service area {area} has no free timeslot in the next 90 days."),
            ));
        }
        let qualification = state.qualify(&plan.provider.username, plan.location);
        let command = plan.create(qualification.ids);
        let created = self.create_in(&mut state, &plan.provider.username, command)?;
        let order_id = created.id();
        for trigger in &plan.triggers {
            match *trigger {
                decide::BOOK => {
                    let timeslot = free(&state).map(|it| it.id).unwrap_or_default();
                    self.book_in(&mut state, order_id, &timeslot, None)?;
                }
                decide::WITHDRAW => {
                    let order = state.order_by_number(order_id)?;
                    let decision =
                        decide::withdraw(&self.lifecycle, order, plan.withdrawal(), now)?;
                    self.carry_out(&mut state, order_id, decision, now);
                }
                event => {
                    let name = event.to_owned();
                    let event = NetworkEvent { name, note: None, planned_remediation_date: None };
                    self.network_event_in(&mut state, order_id, event)?;
                }
            }
        }
        state.order_by_number(order_id).cloned()
    }

    fn create_in(
        &self,
        state: &mut State,
        provider: &str,
        command: CreateOrder,
    ) -> Result<Order, Refusal> {
        let now = state.clock.now();
        let new = self.decide_create(state, provider, command, now)?;
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
                return create::activation(orderer(&requested), view, requested, activation, now);
            }
            CreateOrder::Modification(requested) => (OrderKind::Modification, requested),
            CreateOrder::Disconnection(requested) => (OrderKind::Disconnection, requested),
        };
        let customer = requested.customer_number;
        let active_at = state
            .store
            .active_service(provider, customer)
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
        let view = ServiceView { active_at: active_at.as_ref(), open_order };
        create::service_order(orderer(&requested), view, kind, requested)
    }

    fn book_in(
        &self,
        state: &mut State,
        order_id: OrderId,
        timeslot_id: &str,
        contact: Option<Contact>,
    ) -> Result<Carried, Refusal> {
        let now = state.clock.now();
        let order = state.order_by_number(order_id)?;
        let view = self
            .test_data
            .location(&order.request.location_id)
            .map(|location| self.timeslot_book(location))
            .and_then(|book| Some((book, book.by_id(timeslot_id)?)))
            .map(|(book, timeslot)| TimeslotView {
                places_free: state.places_free(book, &timeslot, Some(order_id)),
                timeslot,
            });
        let decision = decide::book(&self.lifecycle, order, view, contact, now)?;
        Ok(self.carry_out(state, order_id, decision, now))
    }

    fn network_event_in(
        &self,
        state: &mut State,
        order_id: OrderId,
        command: NetworkEvent,
    ) -> Result<Order, Refusal> {
        let now = state.clock.now();
        let order = state.order_by_number(order_id)?;
        let decision = decide::network_event(&self.lifecycle, order, command, now)?;
        Ok(self.carry_out(state, order_id, decision, now).order)
    }

    fn location(&self, location_id: &str) -> Result<&Location, Refusal> {
        self.test_data.location(location_id).ok_or_else(|| {
            Refusal::new(
                ErrorCode::LocationNotFound,
                format!("nbn knows no location `{location_id}`."),
            )
        })
    }

    fn timeslot_book(&self, location: &Location) -> TimeslotBook {
        TimeslotBook::new(self.seed, &location.service_area.id, location.time_zone)
    }

    fn snapshots(&self) -> MutexGuard<'_, BTreeMap<String, State>> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the order as decided, and plans what nbn will do with it next.
    fn carry_out(
        &self,
        state: &mut State,
        order_id: OrderId,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Carried {
        let recorded = |event| Recorded { at: now, event };
        state.store.append(order_id, decision.events.into_iter().map(recorded).collect());
        self.plan(state, order_id);
        let order = state.store.order(order_id).expect("the order that was decided on").clone();
        Carried { status: decision.status, order }
    }

    fn plan(&self, state: &mut State, order_id: OrderId) {
        if state.network == Network::Manual {
            return;
        }
        let planned = state
            .store
            .order(order_id)
            .and_then(|order| self.test_data.scenario_at(&order.request.location_id)?.next(order));
        state.agenda.plan(order_id, planned);
    }

    /// Lets happen what nbn has done by now, each at its own moment.
    ///
    /// Nothing runs in the background: whoever looks at a world first brings it up to date, so a
    /// world that nobody looks at costs nothing and one with a stopped clock is at rest.
    fn settle(&self, state: &mut State) {
        let now = state.clock.now();
        while let Some((at, order_id, event)) = state.agenda.take_due(now) {
            let name = event.name.clone();
            let decision = state
                .order_by_number(order_id)
                .and_then(|order| decide::network_event(&self.lifecycle, order, event, at));
            match decision {
                Ok(decision) => {
                    self.carry_out(state, order_id, decision, at);
                }
                // The scenario was checked for one kind of order; this is another, such as a
                // disconnection at a location where activations need a visit.
                Err(refusal) => tracing::debug!(order_id, name, refusal.message, "nbn waits"),
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in a handler is a bug, but it leaves the state whole: a decision is applied only
        // after it was made, and applying is total. So the other requests go on.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.settle(&mut state);
        state
    }
}

impl State {
    fn qualify(&mut self, provider: &str, location: &Location) -> Qualification {
        let qualification = Qualification {
            provider: provider.to_owned(),
            ids: QualificationIds {
                remote_order_id: self.ids.uuid(),
                qualification_search_id: self.ids.uuid(),
                remote_qualification_search_id: self.ids.uuid(),
            },
            location_id: location.id.clone(),
            at: self.clock.now(),
        };
        self.store.add_qualification(qualification.clone());
        qualification
    }

    fn order_of(&self, provider: &str, order_id: OrderId) -> Result<&Order, Refusal> {
        self.store
            .order(order_id)
            .filter(|order| order.request.provider == provider)
            .ok_or_else(|| not_found(order_id))
    }

    fn order_by_number(&self, order_id: OrderId) -> Result<&Order, Refusal> {
        self.store.order(order_id).ok_or_else(|| not_found(order_id))
    }

    fn places_free(&self, book: TimeslotBook, timeslot: &Timeslot, but: Option<OrderId>) -> u32 {
        let holders = self.store.timeslot_holders(&timeslot.id);
        let taken = holders.iter().filter(|holder| Some(**holder) != but).count();
        book.places(timeslot).saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX))
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

fn not_found(order_id: OrderId) -> Refusal {
    Refusal::new(ErrorCode::OrderNotFound, format!("There is no order {order_id}."))
}

fn no_snapshot(name: &str) -> Refusal {
    let message = format!("The world has no snapshot `{name}`.");
    Refusal::named(ControlErrorCode::SnapshotNotFound.name(), message)
}
