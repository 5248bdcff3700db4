//! An order as the model has it, and the bodies it must be answered with.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::timeslots::{Timeslot, Timeslots};
use crate::caller::Provider;
use crate::reach::{Abstract, Outcome};
use crate::truth_table::{Answer, Operation, State, Visit, answer};

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its number, once the server has told it.
    pub id: Option<i64>,
    /// Whose it is.
    pub provider: Provider,
    /// What it was asked for with, as far as the order shows it.
    pub asked: Asked,
    /// The qualification an activation was made with, by its index.
    pub qualification: Option<usize>,
    /// Whether it needs a visit.
    pub visit: Visit,
    /// Its status.
    pub status: State,
    /// While `PendingWithdrawal`: the state the withdrawal was asked for in.
    pub origin: Option<State>,
    /// Every status it has had.
    pub history: Vec<StatusChange>,
    /// Its appointment, once one was booked.
    pub appointment: Option<Appointment>,
    /// When each late withdrawal was charged.
    pub charged_at: Vec<DateTime<Utc>>,
    /// The latest withdrawal that was asked for.
    pub withdrawal: Option<Withdrawal>,
    /// The day by which a shortfall is to be remedied.
    pub remediation: Option<NaiveDate>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What an order repeats of its request and of what the request referred to.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The request, as it was sent.
    pub request: Value,
    /// Where the service is.
    pub location: &'static str,
    /// The location's service class.
    pub service_class: &'static str,
    /// Whose service it is.
    pub customer: i64,
}

/// A status an order has had.
#[derive(Debug, Clone)]
pub struct StatusChange {
    /// The status.
    pub status: State,
    /// Since when.
    pub at: DateTime<Utc>,
    /// The operation or event that brought it about.
    pub cause: &'static str,
    /// nbn's words about it.
    pub note: Option<Cow<'static, str>>,
}

/// An appointment.
#[derive(Debug, Clone)]
pub struct Appointment {
    /// Its id, once the server has told it.
    pub id: Option<String>,
    /// The timeslot it is, or last was, booked for.
    pub timeslot: Timeslot,
    /// Whether it holds a place there.
    pub held: bool,
    /// Whom the technician meets.
    pub contact: Option<Value>,
    /// What happened to it: action, timeslot, moment.
    pub history: Vec<(&'static str, Timeslot, DateTime<Utc>)>,
}

/// A withdrawal.
#[derive(Debug, Clone)]
pub struct Withdrawal {
    /// The request, as it was sent.
    pub request: Value,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The outcome, by its name in the contract.
    pub outcome: &'static str,
}

impl Order {
    /// An order as it is submitted, before anything happened to it.
    pub(super) fn new(provider: Provider, asked: Asked, visit: Visit, now: DateTime<Utc>) -> Self {
        Self {
            id: None,
            provider,
            asked,
            qualification: None,
            visit,
            status: State::Submitted,
            origin: None,
            history: Vec::new(),
            appointment: None,
            charged_at: Vec::new(),
            withdrawal: None,
            remediation: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether this is an activation: the others cannot be withdrawn.
    pub fn is_activation(&self) -> bool {
        self.asked.request["orderType"] == "New"
    }

    /// Whether a withdrawal would be accepted now.
    pub fn is_withdrawable(&self) -> bool {
        self.is_activation()
            && matches!(answer(self.status, Operation::Withdraw), Answer::Moves(..))
    }

    /// Whether nothing can happen to it any more.
    pub fn is_closed(&self) -> bool {
        matches!(
            self.status,
            State::Completed | State::Rejected | State::Withdrawn | State::Cancelled
        )
    }

    /// The timeslot it holds a place in.
    pub fn held_timeslot(&self) -> Option<Timeslot> {
        self.appointment.as_ref().filter(|booked| booked.held).map(|booked| booked.timeslot)
    }

    /// What matters of it for what may happen next.
    pub fn abstracted(&self) -> Abstract {
        Abstract {
            state: self.status,
            origin: self.origin,
            visit: self.visit,
            timeslot_held: self.held_timeslot().is_some(),
            outcome: match self.withdrawal.as_ref().map(|withdrawal| withdrawal.outcome) {
                None => Outcome::NeverAsked,
                Some("Accepted") => Outcome::Accepted,
                Some("Refused") => Outcome::Refused,
                Some("Overtaken") => Outcome::Overtaken,
                Some(_) => Outcome::Pending,
            },
        }
    }

    /// The order in detail.
    pub fn detail(&self, timeslots: &Timeslots) -> Value {
        let request = &self.asked.request;
        let mut body = self.head();
        body.insert("visitRequired".to_owned(), json!(self.visit.is_required()));
        body.insert("locationId".to_owned(), json!(self.asked.location));
        body.insert("serviceClass".to_owned(), json!(self.asked.service_class));
        copy(request, "qualificationSearchId", &mut body);
        copy(request, "remoteQualificationSearchId", &mut body);
        if let Some(device) = request.pointer("/infrastructureOption/infrastructureId") {
            body.insert("infrastructureId".to_owned(), device.clone());
        }
        copy(request, "service", &mut body);
        copy(request, "custReqDate", &mut body);
        body.insert("createdAt".to_owned(), moment(self.created_at));
        body.insert("updatedAt".to_owned(), moment(self.updated_at));
        let history: Vec<Value> = self.history.iter().map(StatusChange::body).collect();
        body.insert("statusHistory".to_owned(), Value::Array(history));
        if let Some(appointment) = &self.appointment {
            body.insert("appointment".to_owned(), appointment.body(timeslots));
        }
        let charge = |at: &DateTime<Utc>| json!({ "type": "LATE_WITHDRAWAL_FEE", "chargeAmount": 90.0, "chargedAt": moment(*at) });
        body.insert("charges".to_owned(), self.charged_at.iter().map(charge).collect());
        if let Some(withdrawal) = &self.withdrawal {
            body.insert("withdrawal".to_owned(), withdrawal.body());
        }
        if let Some(day) = self.remediation {
            body.insert("plannedRemediationDate".to_owned(), json!(day.to_string()));
        }
        Value::Object(body)
    }

    /// The order as a line of the list.
    pub fn summary(&self) -> Value {
        let mut body = self.head();
        body.insert("custNo".to_owned(), json!(self.asked.customer));
        body.insert("createdAt".to_owned(), moment(self.created_at));
        body.insert("updatedAt".to_owned(), moment(self.updated_at));
        Value::Object(body)
    }

    /// How both the detail and the line of the list begin. Which of several differences is found first
    /// goes by this order.
    fn head(&self) -> Map<String, Value> {
        let request = &self.asked.request;
        let mut body = Map::new();
        body.insert("orderId".to_owned(), json!(self.id));
        copy(request, "remoteOrderId", &mut body);
        copy(request, "orderType", &mut body);
        copy(request, "subOrderType", &mut body);
        body.insert("status".to_owned(), json!(self.status.name()));
        body.insert("isWithdrawable".to_owned(), json!(self.is_withdrawable()));
        body
    }
}

impl StatusChange {
    fn body(&self) -> Value {
        let mut body =
            json!({ "status": self.status.name(), "at": moment(self.at), "cause": self.cause });
        if let Some(note) = &self.note {
            body["note"] = json!(note);
        }
        body
    }
}

impl Appointment {
    fn body(&self, timeslots: &Timeslots) -> Value {
        let history: Vec<Value> = self
            .history
            .iter()
            .map(|(action, slot, at)| {
                json!({ "action": action, "timeslotId": timeslots.id(*slot), "at": moment(*at) })
            })
            .collect();
        let mut body = json!({
            "appointmentId": self.id,
            "status": if self.held { "Booked" } else { "Released" },
            "timeslotId": timeslots.id(self.timeslot),
            "appointmentSlotType": self.timeslot.slot_type(),
            "validFor": self.timeslot.valid_for(),
            "history": history,
        });
        if let Some(contact) = &self.contact {
            body["contact"] = contact.clone();
        }
        body
    }
}

impl Withdrawal {
    fn body(&self) -> Value {
        let mut body = self.request.clone();
        body["requestedAt"] = moment(self.requested_at);
        if let Some(at) = self.decided_at {
            body["decidedAt"] = moment(at);
        }
        body["outcome"] = json!(self.outcome);
        body
    }
}

/// A moment the server recorded, which is in UTC on the wire.
fn moment(at: DateTime<Utc>) -> Value {
    Value::String(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

fn copy(from: &Value, name: &str, to: &mut Map<String, Value>) {
    if let Some(value) = from.get(name) {
        to.insert(name.to_owned(), value.clone());
    }
}
