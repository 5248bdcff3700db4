//! One world: its orders, clock and ids behind one lock, and what can be done in it.
//!
//! Every method takes the lock once, decides and applies under it, and lets go. Nothing is checked
//! outside, so two withdrawals of one order, or two bookings of a last place, cannot both pass.
//!
//! The seven operations of the contract are in `operations`, what only a tester can do in `steering`
//! and `acting`, and what goes wrong on purpose in `faults`.
//!
//! The lock is a `std` mutex: it is held for microseconds and never across an `.await`.

mod acting;
#[cfg(feature = "defects")]
mod defective;
mod faults;
mod operations;
mod steering;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use octane_client::types::ErrorCode;
use octane_openapi::Lifecycle;

pub use self::acting::Inspection;
pub use self::operations::{
    Carried, CreateOrder, FreeTimeslot, FreeTimeslots, OrderFilter, OrderPage,
};
use crate::agenda::Agenda;
use crate::arrival::RequestCounts;
use crate::clock::{Clock, PausedClock};
use crate::domain::decide;
use crate::domain::event::QualificationIds;
use crate::domain::{
    Decision, Order, OrderId, Qualification, Recorded, Refusal, Timeslot, TimeslotBook,
};
use crate::faults::FaultRules;
use crate::ids::Ids;
use crate::journal::{Change, Journal};
use crate::rate_limit::Limiter;
use crate::store::{MemoryStore, Store};
use crate::test_data::{Location, TestData};

/// A state of affairs that requests are answered from.
pub struct World {
    lifecycle: Arc<Lifecycle>,
    test_data: Arc<TestData>,
    seed: u32,
    /// Apart from the state: what was asked stays asked.
    journal: Journal,
    state: Mutex<State>,
    /// Apart from the state, which restoring replaces.
    snapshots: Mutex<BTreeMap<String, Snapshot>>,
    #[cfg(feature = "defects")]
    defect: std::sync::OnceLock<crate::defects::Defect>,
    /// Apart from the state: restoring takes no request back.
    requests: RequestCounts,
}

/// A state as it was. Its clock does not run on while nobody looks.
struct Snapshot {
    state: State,
    clock: PausedClock,
}

struct State {
    store: Box<dyn Store>,
    ids: Ids,
    clock: Clock,
    /// Counts the resets: what was handed out before the last one is stale.
    generation: u64,
    network: Network,
    agenda: Agenda,
    faults: FaultRules,
    /// Shared with the snapshots: it goes by real time, which is not brought back.
    limiter: Option<Arc<Limiter>>,
    /// How many answers were made of the contract rather than of orders.
    made_answers: u64,
}

impl Clone for State {
    fn clone(&self) -> Self {
        let (ids, agenda, faults) = (self.ids.clone(), self.agenda.clone(), self.faults.clone());
        let (store, limiter) = (self.store.duplicate(), self.limiter.clone());
        Self { store, ids, agenda, faults, limiter, ..*self }
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

impl World {
    /// An empty world that goes by `clock`.
    pub(crate) fn new(
        lifecycle: Arc<Lifecycle>,
        test_data: Arc<TestData>,
        seed: u32,
        clock: Clock,
        network: Network,
        journal: Journal,
    ) -> Self {
        let state = State {
            store: Box::new(MemoryStore::default()),
            ids: Ids::new(seed),
            clock,
            generation: 0,
            network,
            agenda: Agenda::default(),
            faults: FaultRules::new(seed),
            limiter: None,
            made_answers: 0,
        };
        let (state, snapshots) = (Mutex::new(state), Mutex::default());
        let requests = RequestCounts::default();
        Self {
            lifecycle,
            test_data,
            seed,
            journal,
            state,
            snapshots,
            requests,
            #[cfg(feature = "defects")]
            defect: std::sync::OnceLock::new(),
        }
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

    /// What was asked here and what was answered.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What the next answer follows from that is made of the contract rather than of orders: the
    /// seed, and how many such answers there were.
    pub(crate) fn next_seed(&self) -> u64 {
        let mut state = self.lock();
        state.made_answers += 1;
        u64::from(self.seed).wrapping_mul(1 << 32).wrapping_add(state.made_answers)
    }

    /// How often the world was reset.
    pub fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// How many orders there are.
    pub fn order_count(&self) -> usize {
        self.lock().store.order_count()
    }

    /// Forgets every qualification, order and booking, and the journal, which speaks of them, takes
    /// every fault rule back, and counts ids anew. The clock goes on, and so does the coverage.
    pub fn reset(&self) {
        let mut state = self.lock();
        self.journal.clear();
        state.store = Box::new(MemoryStore::default());
        state.ids = Ids::new(self.seed);
        state.agenda.clear();
        state.faults = FaultRules::new(self.seed);
        state.made_answers = 0;
        state.generation += 1;
        self.requests.reset();
        self.journal.tell(Change::World);
    }

    /// What requests without a name of their own are called by.
    pub(crate) fn request_counts(&self) -> &RequestCounts {
        &self.requests
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
        let status = |state: &State| state.store.order(order_id).map(|it| it.status.clone());
        let before = status(state).unwrap_or_default();
        #[cfg(feature = "defects")]
        let decision = self.ending_no_service(state, order_id, decision);
        state.store.append(order_id, decision.events.into_iter().map(recorded).collect());
        self.plan(state, order_id);
        let order = state.store.order(order_id).expect("the order that was decided on").clone();
        Carried { status: decision.status, before, order }
    }

    /// A decision on `order`, taken down: in the coverage if it is the lifecycle's, and in a refusal,
    /// which order it is about.
    fn judged(
        &self,
        order: &Order,
        trigger: &str,
        decision: Result<Decision, Refusal>,
    ) -> Result<Decision, Refusal> {
        let is_of_lifecycle = match &decision {
            Ok(_) => true,
            Err(refusal) => refusal.is_by_lifecycle(),
        };
        if is_of_lifecycle {
            self.journal.coverage().count_cell(&order.status, trigger);
        }
        decision.map_err(|refusal| refusal.about(order))
    }

    /// Tells those who follow that an order was changed by somebody else than its provider.
    fn tell_of(&self, order: &Order) {
        let (order_id, status) = (order.id(), order.status.clone());
        self.journal.tell(Change::Order { order_id, status });
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
                    let carried = self.carry_out(state, order_id, decision, at);
                    self.journal.coverage().count_cell(&carried.before, &name);
                    self.tell_of(&carried.order);
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

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("seed", &self.seed)
            .field("orders", &self.order_count())
            .field("journal", &self.journal)
            .finish_non_exhaustive()
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

fn not_found(order_id: OrderId) -> Refusal {
    Refusal::new(ErrorCode::OrderNotFound, format!("There is no order {order_id}."))
}
