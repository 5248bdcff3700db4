//! What moves an order: nbn's events, withdrawals and bookings.

use std::borrow::Cow;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::order::{Appointment, Order, StatusChange, Withdrawal};
use super::{Expected, World, facts};
use crate::step::{By, Details, Pick};
use crate::truth_table::{Answer, Effect, Event, Operation, State, answer, effect, legal_events};

/// The note that noted events carry.
pub const NOTE: &str = " Cable “cut”  in the <street> & \"pit\" at 'Ærøskøbing' \\ 𝄞.\r\n\tNobody knows when \
    it can be mended: those who dug there are gone, those who could say who they were are on leave, and \
    the pit is full of water, which is to be pumped out before anybody may go down. ";

impl World {
    /// The body of a withdrawal.
    pub fn withdrawal(details: &Details) -> Value {
        let mut body = json!({ "reason": "CustomerChangedMind" });
        details.fill(&mut body);
        body
    }

    /// Whether a withdrawal has the comment that it needs.
    pub fn is_explained(details: &Details) -> bool {
        let body = World::withdrawal(details);
        body["reason"] != "Other" || body.get("comment").is_some()
    }

    /// The contact of a booking, if it has one.
    pub fn contact(details: &Details) -> Option<Value> {
        let mut body = json!({});
        details.fill(&mut body);
        body.get("contact").cloned()
    }

    pub(super) fn network(&mut self, index: usize, event: Event, noted: bool) -> Expected {
        let now = self.now;
        let Some(order) = self.orders.get_mut(index) else {
            return Expected::Refused("OrderNotFound", None);
        };
        let entered = match effect(order.status, event, order.visit) {
            Effect::Enters(state) => state,
            Effect::Returns => order.origin.expect("an order is PendingWithdrawal out of a state"),
            Effect::Illegal => return Expected::NotLegal(legal_events(order.status, order.visit)),
        };
        match event {
            Event::Hold => {
                let day = facts::today(order.asked.location, now);
                order.remediation = remediation_day(day, noted);
            }
            Event::Resume => order.remediation = None,
            Event::ConfirmWithdrawal => {
                order.decide("Accepted", now);
                order.charge_late_withdrawal(now);
                order.remediation = None;
            }
            Event::RefuseWithdrawal => order.decide("Refused", now),
            Event::CancelByNetwork => {
                if order.status == State::PendingWithdrawal {
                    order.decide("Overtaken", now);
                }
                order.remediation = None;
            }
            Event::Acknowledge
            | Event::Reject
            | Event::Accept
            | Event::RequireAppointment
            | Event::RequireReschedule
            | Event::Start => {}
            Event::Complete => self.completed.push(index),
        }
        order.enter(entered, event.name(), noted.then_some(NOTE), now);
        Expected::Moved(index)
    }

    pub(super) fn withdraw(&mut self, by: By, index: usize, details: &Details) -> Expected {
        if !World::is_explained(details) {
            return Expected::Invalid("/comment", "x-required-when");
        }
        let now = self.now;
        if self.order_of(by, index).is_none() {
            return Expected::Refused("OrderNotFound", None);
        }
        let order = &mut self.orders[index];
        if !order.is_activation() {
            return Expected::Refused("OrderNotActivation", None);
        }
        let (status, entered) = match answer(order.status, Operation::Withdraw) {
            Answer::Moves(status, entered) => (status, entered),
            Answer::Refused(name) => return Expected::Refused(name, None),
        };
        order.withdrawal = Some(Withdrawal {
            request: World::withdrawal(details),
            requested_at: now,
            decided_at: None,
            outcome: "Pending",
        });
        if entered == State::Withdrawn {
            order.decide("Accepted", now);
        }
        order.enter(entered, Operation::Withdraw.name(), None, now);
        Expected::Order(status, index)
    }

    pub(super) fn book(&mut self, by: By, index: usize, pick: Pick, details: &Details) -> Expected {
        if self.order_of(by, index).is_none() {
            return Expected::Refused("OrderNotFound", None);
        }
        let (status, entered) = match answer(self.orders[index].status, Operation::Book) {
            Answer::Moves(status, entered) => (status, entered),
            Answer::Refused(name) => return Expected::Refused(name, None),
        };
        let location = self.orders[index].asked.location;
        let slot = match self.resolve(index, pick) {
            Some(slot) if slot.area.holds(location) => slot,
            _ => return Expected::Refused("TimeslotNotFound", None),
        };
        if slot.start <= self.now {
            return Expected::Refused("TimeslotPassed", None);
        }
        let own = usize::from(self.orders[index].held_timeslot() == Some(slot));
        let full = |capacity| self.taken(slot) - own >= capacity;
        if self.timeslots.learned(slot).is_some_and(|learned| full(learned.capacity)) {
            return Expected::Refused("TimeslotFull", None);
        }
        let now = self.now;
        let order = &mut self.orders[index];
        let contact = World::contact(details);
        match &mut order.appointment {
            Some(appointment) => {
                let action = if appointment.held { "Rescheduled" } else { "Booked" };
                appointment.timeslot = slot;
                appointment.held = true;
                appointment.contact = contact.or(appointment.contact.take());
                appointment.history.push((action, slot, now));
            }
            None => {
                let history = vec![("Booked", slot, now)];
                order.appointment =
                    Some(Appointment { id: None, timeslot: slot, held: true, contact, history });
            }
        }
        order.enter(entered, Operation::Book.name(), None, now);
        Expected::Order(status, index)
    }
}

impl Order {
    fn enter(
        &mut self,
        state: State,
        cause: &'static str,
        note: Option<&'static str>,
        now: DateTime<Utc>,
    ) {
        self.origin = (state == State::PendingWithdrawal).then_some(self.status);
        self.status = state;
        self.updated_at = now;
        self.history.push(StatusChange {
            status: state,
            at: now,
            cause,
            note: note.map(Cow::Borrowed),
        });
        if let Some(appointment) = &mut self.appointment
            && appointment.held
            && !state.holds_timeslot()
        {
            appointment.held = false;
            appointment.history.push(("Released", appointment.timeslot, now));
        }
    }

    fn decide(&mut self, outcome: &'static str, now: DateTime<Utc>) {
        if let Some(withdrawal) = &mut self.withdrawal {
            withdrawal.outcome = outcome;
            withdrawal.decided_at = Some(now);
        }
    }

    /// The fee counts from the moment the withdrawal was asked for, and falls due when it is agreed.
    fn charge_late_withdrawal(&mut self, now: DateTime<Utc>) {
        let Some(asked) = self.withdrawal.as_ref().map(|withdrawal| withdrawal.requested_at) else {
            return;
        };
        if self.held_timeslot().is_some_and(|slot| slot.start - asked < TimeDelta::hours(24)) {
            self.charged_at.push(now);
        }
    }
}

/// The planned day: the one that noted events carry, else ten days from today.
fn remediation_day(today: NaiveDate, noted: bool) -> Option<NaiveDate> {
    if noted { Some(remediation_sent()) } else { today.checked_add_days(Days::new(10)) }
}

/// The day that a noted `hold` carries.
pub fn remediation_sent() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 4, 12).expect("a day of the calendar")
}
