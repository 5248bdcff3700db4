//! One order, and the only function that changes it.

use chrono::{DateTime, NaiveDate, Utc};

use super::event::{Contact, Event, NewOrder, Recorded, WithdrawalOutcome};
use super::timeslot::Timeslot;

/// Number of an order, counted from 1001 in each run.
pub type OrderId = i64;

/// An order as its events have made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What was asked for, and by whom.
    pub request: NewOrder,
    /// Name of the lifecycle state the order is in.
    pub status: String,
    /// Every status the order has had, oldest first.
    pub status_history: Vec<StatusChange>,
    /// The appointment, once one was booked; it stays when its place is given back.
    pub appointment: Option<Appointment>,
    /// What the order has cost beside the service.
    pub charges: Vec<Charge>,
    /// The latest withdrawal asked for.
    pub withdrawal: Option<Withdrawal>,
    /// The day by which nbn plans to have remedied a shortfall.
    pub planned_remediation_date: Option<NaiveDate>,
    /// When the order was created.
    pub created_at: DateTime<Utc>,
    /// When the order last changed.
    pub updated_at: DateTime<Utc>,
}

/// One entry of an order's status history.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusChange {
    /// The state entered.
    pub status: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The operation or network event that brought it about.
    pub cause: String,
    /// nbn's own words about a network event.
    pub note: Option<String>,
}

/// The technician's visit of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Appointment {
    /// nbn's id of it.
    pub id: String,
    /// The timeslot booked last.
    pub timeslot: Timeslot,
    /// Whether the appointment holds a place in its timeslot.
    pub is_booked: bool,
    /// Whom the technician meets.
    pub contact: Option<Contact>,
    /// Everything that happened to it, oldest first.
    pub history: Vec<AppointmentChange>,
}

/// One entry of an appointment's history.
#[derive(Debug, Clone, PartialEq)]
pub struct AppointmentChange {
    /// What happened.
    pub action: AppointmentAction,
    /// To the place in which timeslot.
    pub timeslot_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What can happen to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentAction {
    /// A place was taken.
    Booked,
    /// The place was changed for one in another timeslot.
    Rescheduled,
    /// The place was given back.
    Released,
}

/// A cost of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// What for.
    pub kind: ChargeKind,
    /// How much, in Australian cents.
    pub amount_cents: u32,
    /// When it was charged.
    pub at: DateTime<Utc>,
}

/// What an order can be charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeKind {
    /// A withdrawal less than 24 hours before the booked visit.
    LateWithdrawal,
}

/// A withdrawal that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawal {
    /// Why, one of the contract's reasons.
    pub reason: String,
    /// In the provider's words.
    pub comment: Option<String>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The decision, so far.
    pub outcome: WithdrawalOutcome,
}

impl Order {
    /// The order that `new` starts, in `status`, by the operation `cause`.
    pub fn start(new: NewOrder, status: &str, cause: &str, at: DateTime<Utc>) -> Self {
        let first =
            StatusChange { status: status.to_owned(), at, cause: cause.to_owned(), note: None };
        Self {
            request: new,
            status: status.to_owned(),
            status_history: vec![first],
            appointment: None,
            charges: Vec::new(),
            withdrawal: None,
            planned_remediation_date: None,
            created_at: at,
            updated_at: at,
        }
    }

    /// The order's number.
    pub fn id(&self) -> OrderId {
        self.request.order_id
    }

    /// The timeslot in which the order holds a place.
    pub fn booked_timeslot(&self) -> Option<&Timeslot> {
        self.appointment.as_ref().filter(|it| it.is_booked).map(|it| &it.timeslot)
    }

    /// The state the order was in before the present one.
    pub fn previous_status(&self) -> Option<&str> {
        self.status_history.iter().rev().nth(1).map(|change| change.status.as_str())
    }

    /// Changes the order as `recorded` says. Total: an event was decided on this very order.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        self.updated_at = at;
        match &recorded.event {
            Event::Moved { to, cause, note } => {
                self.status.clone_from(to);
                self.status_history.push(StatusChange {
                    status: to.clone(),
                    at,
                    cause: cause.clone(),
                    note: note.clone(),
                });
            }
            Event::TimeslotBooked { timeslot, contact } => {
                self.book(timeslot, contact.as_ref(), at);
            }
            Event::TimeslotReleased => {
                if let Some(appointment) = &mut self.appointment {
                    appointment.is_booked = false;
                    appointment.record(AppointmentAction::Released, at);
                }
            }
            Event::WithdrawalRequested { reason, comment } => {
                self.withdrawal = Some(Withdrawal {
                    reason: reason.clone(),
                    comment: comment.clone(),
                    requested_at: at,
                    decided_at: None,
                    outcome: WithdrawalOutcome::Pending,
                });
            }
            Event::WithdrawalDecided(outcome) => {
                if let Some(withdrawal) = &mut self.withdrawal {
                    withdrawal.outcome = *outcome;
                    withdrawal.decided_at = Some(at);
                }
            }
            Event::Charged { kind, amount_cents } => {
                self.charges.push(Charge { kind: *kind, amount_cents: *amount_cents, at });
            }
            Event::RemediationPlanned { by } => self.planned_remediation_date = Some(*by),
            Event::RemediationEnded => self.planned_remediation_date = None,
            // Concerns the customer's service, which the store keeps; the order is as it was.
            Event::ServiceChanged => {}
        }
    }

    fn book(&mut self, timeslot: &Timeslot, contact: Option<&Contact>, at: DateTime<Utc>) {
        match &mut self.appointment {
            Some(appointment) => {
                let action = match appointment.is_booked {
                    true => AppointmentAction::Rescheduled,
                    false => AppointmentAction::Booked,
                };
                appointment.timeslot = timeslot.clone();
                appointment.is_booked = true;
                // A rescheduled visit meets the same person unless another is named.
                if let Some(contact) = contact {
                    appointment.contact = Some(contact.clone());
                }
                appointment.record(action, at);
            }
            None => {
                let mut appointment = Appointment {
                    // An order has one appointment in its life, so their numbers can be one.
                    id: format!("APT{:012}", self.request.order_id),
                    timeslot: timeslot.clone(),
                    is_booked: true,
                    contact: contact.cloned(),
                    history: Vec::new(),
                };
                appointment.record(AppointmentAction::Booked, at);
                self.appointment = Some(appointment);
            }
        }
    }
}

impl Appointment {
    fn record(&mut self, action: AppointmentAction, at: DateTime<Utc>) {
        let timeslot_id = self.timeslot.id.clone();
        self.history.push(AppointmentChange { action, timeslot_id, at });
    }
}
