//! The reference model: a small world that must behave as the service does.
//!
//! It is plain structs and the [truth table](crate::truth_table), of another structure than the
//! mock, whose code it never calls; nor does it read the contract's lifecycle. What a server chooses
//! (numbers, ids, capacities) is learned the first time it is seen, and held fixed from then on. The
//! same model serves twice: while steps are generated nothing is learned, and every timeslot counts
//! as free; while they are run, it predicts every answer whole.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

pub mod adopt;
pub mod facts;
pub mod lifecycle;
pub mod order;
mod ordering;
pub mod timeslots;

use crate::caller::Provider;
use crate::step::{By, During, Filter, Pick, Place, Span, Step};
use crate::truth_table::{Event, State};
use facts::{Area, Location};
use order::Order;
use timeslots::{Timeslot, Timeslots, Window, timeslots};

/// Everything there is.
#[derive(Debug, Clone)]
pub struct World {
    /// The time.
    pub now: DateTime<Utc>,
    /// Every qualification, oldest first.
    pub qualifications: Vec<Qualification>,
    /// Every order, oldest first.
    pub orders: Vec<Order>,
    /// The orders that were completed, in that order.
    pub completed: Vec<usize>,
    /// What is known of timeslots.
    pub timeslots: Timeslots,
}

/// A qualification.
#[derive(Debug, Clone)]
pub struct Qualification {
    /// Whose it is.
    pub provider: Provider,
    /// What was qualified.
    pub location: Location,
    /// When.
    pub at: DateTime<Utc>,
    /// Its three ids, once the server has told them.
    pub ids: Option<Ids>,
}

/// The ids of a qualification, as the server writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the contract's, which describes them")]
pub struct Ids {
    pub remote_order_id: String,
    pub qualification_search_id: String,
    pub remote_qualification_search_id: String,
}

/// What a step must be answered.
#[derive(Debug, Clone)]
pub enum Expected {
    /// 200 with the qualification of this index.
    Qualified(usize),
    /// 201 with the order of this index.
    Created(usize),
    /// 201 with the state of the order of this index, by the control plane.
    Seeded(usize),
    /// This status with the order of this index.
    Order(u16, usize),
    /// 200 with the order's state, by the control plane.
    Moved(usize),
    /// The refusal of this name, with the order it names.
    Refused(&'static str, Option<usize>),
    /// The control plane's refusal of an event, with the legal ones.
    NotLegal(Vec<Event>),
    /// 400 with a violation at this pointer of this keyword.
    Invalid(&'static str, &'static str),
    /// 200 with the orders of these indices, in this order.
    Listed(Vec<usize>),
    /// 200 with the timeslots of a window.
    Offered(Window),
    /// The clock was moved.
    Advanced,
}

impl Expected {
    /// Whether the step is refused, and so changes nothing.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Expected::Refused(..) | Expected::NotLegal(_) | Expected::Invalid(..))
    }
}

impl World {
    /// An empty world at this time.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            now,
            qualifications: Vec::new(),
            orders: Vec::new(),
            completed: Vec::new(),
            timeslots: Timeslots::default(),
        }
    }

    /// Does a step, and tells what it must be answered.
    pub fn perform(&mut self, step: &Step) -> Expected {
        match *step {
            Step::Qualify { provider, place, .. } => self.qualify(provider, place),
            Step::Activate { provider, qualification, customer, twist, ref details } => {
                self.activate(provider, qualification, customer, twist, details)
            }
            Step::Repeat { by, order } => self.repeat(by, order),
            Step::Change { provider, customer, change, ref details } => {
                self.change_service(provider, customer, change, details)
            }
            Step::Seed { provider, state } => self.seed(provider, state),
            Step::Network { order, event, noted } => self.network(order, event, noted),
            Step::Get { by, order } => match self.order_of(by, order) {
                Some(_) => Expected::Order(200, order),
                None => Expected::Refused("OrderNotFound", None),
            },
            Step::Withdraw { by, order, ref details } => self.withdraw(by, order, details),
            Step::Book { by, order, pick, ref details } => self.book(by, order, pick, details),
            Step::List { provider, filter, .. } => Expected::Listed(self.listed(provider, &filter)),
            Step::Timeslots { place, during, .. } => {
                let (from, to) = self.window(place, during);
                match facts::location(place) {
                    None => Expected::Refused("LocationNotFound", None),
                    Some(_) if to <= from => Expected::Refused("TimeslotWindowInvalid", None),
                    Some(location) => Expected::Offered(Window { area: location.area, from, to }),
                }
            }
            Step::Advance { span } => {
                self.now += self.length(span);
                Expected::Advanced
            }
        }
    }

    /// How long a span is. The clock does not go back: a moment that has passed is no time away.
    pub fn length(&self, span: Span) -> TimeDelta {
        let until = |moment: Option<DateTime<Utc>>, after: i64| {
            let moment = moment.map_or(self.now, |moment| moment + TimeDelta::seconds(after));
            (moment - self.now).max(TimeDelta::zero())
        };
        let start = |order: usize| {
            let booked = self.orders.get(order).and_then(|order| order.appointment.as_ref());
            booked.map(|booked| booked.timeslot.start)
        };
        match span {
            Span::Minutes(minutes) => TimeDelta::minutes(i64::from(minutes)),
            Span::Days(days) => TimeDelta::days(i64::from(days)),
            Span::Milliseconds(milliseconds) => TimeDelta::milliseconds(i64::from(milliseconds)),
            Span::Until(moment) => until(Some(moment), 0),
            Span::FeeBoundary(order, after) => {
                until(start(order).map(|at| at - TimeDelta::hours(24)), after)
            }
            Span::TimeslotStart(order, after) => until(start(order), after),
            Span::Expiry(qualification, after) => {
                let made = self.qualifications.get(qualification);
                until(made.map(|made| made.at + TimeDelta::days(30)), after)
            }
        }
    }

    /// The start and the end of a window.
    pub fn window(&self, place: Place, during: During) -> (DateTime<Utc>, DateTime<Utc>) {
        match during {
            During::Days(from, days) => {
                let from = self.now + TimeDelta::days(from);
                (from, from + TimeDelta::days(days))
            }
            During::Around(index, from, to) => {
                let area = facts::location(place).map_or(Area::Sydney, |location| location.area);
                let start = self.nth(area, index).map_or(self.now, |slot| slot.start);
                (start + TimeDelta::milliseconds(from), start + TimeDelta::milliseconds(to))
            }
        }
    }

    /// The timeslot at this place among those of an area that have not started.
    fn nth(&self, area: Area, index: usize) -> Option<Timeslot> {
        let window = Window { area, from: self.now, to: self.now + TimeDelta::days(90) };
        timeslots(window, self.now).nth(index)
    }

    /// Who makes a call about an order.
    pub fn caller(&self, by: By, order: usize) -> Provider {
        let owner = self.orders.get(order).map_or(Provider::A, |order| order.provider);
        match by {
            By::Owner => owner,
            By::Stranger => owner.other(),
        }
    }

    /// The order, if it exists for the caller.
    fn order_of(&self, by: By, order: usize) -> Option<&Order> {
        self.orders.get(order).filter(|_| by == By::Owner)
    }

    /// The order's state, if there is such an order.
    pub fn state(&self, order: usize) -> Option<State> {
        self.orders.get(order).map(|order| order.status)
    }

    /// The indices of a provider's orders that the filter leaves, newest first.
    pub fn listed(&self, provider: Provider, filter: &Filter) -> Vec<usize> {
        let made = |order: usize| self.orders.get(order).map_or(self.now, |order| order.created_at);
        let (from, to) = (filter.created_from.map(made), filter.created_to.map(made));
        let customer = filter.customer.map(|index| facts::customer(provider, index));
        let wanted = |order: &Order| {
            order.provider == provider
                && filter.status.is_none_or(|status| order.status == status)
                && filter
                    .order_type
                    .is_none_or(|kind| order.asked.request["orderType"] == kind.name())
                && customer.is_none_or(|customer| order.asked.customer == customer)
                && from.is_none_or(|from| order.created_at >= from)
                && to.is_none_or(|to| order.created_at < to)
        };
        (0..self.orders.len()).rev().filter(|index| wanted(&self.orders[*index])).collect()
    }

    /// How many places of a timeslot are booked.
    pub fn taken(&self, slot: Timeslot) -> usize {
        self.orders.iter().filter(|order| order.held_timeslot() == Some(slot)).count()
    }

    /// The timeslot that a pick means for an order; none if there is no such thing to name.
    pub fn resolve(&self, order: usize, pick: Pick) -> Option<Timeslot> {
        let location = self.orders.get(order)?.asked.location;
        let area = Area::of(location)?;
        match pick {
            Pick::Nth(index) => self.nth(area, index),
            Pick::At(start) => Some(Timeslot { area, start }),
            Pick::Same => match &self.orders[order].appointment {
                Some(booked) => Some(booked.timeslot),
                None => self.nth(area, 0),
            },
            Pick::Elsewhere => self.nth(area.another(), 0),
            Pick::Passed => self.timeslots.passed(area, self.now),
            Pick::Invented => None,
        }
    }

    /// The list that must be answered with these orders on a page.
    pub fn summaries(&self, orders: &[usize]) -> Value {
        orders.iter().map(|order| self.orders[*order].summary()).collect()
    }
}
