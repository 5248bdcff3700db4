//! Orders that the control plane makes in the middle of their lives.
//!
//! How an order got where it is seeded is the server's choice, so it is learned from the order's
//! detail, once, and held fixed from then on like everything else the server chooses. What the state
//! itself says is not learned but compared. What is not understood here is left out of the model's
//! order, and shows as a difference when the two are compared whole.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::facts::{self, Area, Location};
use super::order::{Appointment, Asked, Order, StatusChange, Withdrawal};
use super::timeslots::Timeslot;
use super::{Expected, World};
use crate::caller::Provider;
use crate::reach::{Abstract, Trigger};
use crate::step::Place;
use crate::truth_table::{State, Visit};

/// Where seeded orders are.
pub fn location(visit: Visit) -> Location {
    let place = match visit {
        Visit::Required => Place::Visit,
        Visit::NotRequired => Place::NoVisit,
    };
    facts::location(place).expect("both are known locations")
}

impl World {
    /// A new order of which only the state is known yet.
    pub(super) fn seed(&mut self, provider: Provider, state: Abstract) -> Expected {
        let location = location(state.visit);
        let index = self.orders.len();
        let asked = Asked {
            request: Value::Object(Map::from_iter([("orderType".to_owned(), "New".into())])),
            location: location.id,
            service_class: location.service_class,
            customer: facts::customer(provider, 0),
        };
        self.orders.push(Order {
            status: state.state,
            origin: state.origin,
            ..Order::new(provider, asked, state.visit, self.now)
        });
        if state.state == State::Completed {
            self.completed.push(index);
        }
        Expected::Seeded(index)
    }

    /// The timeslot that an order's detail names, with the id it is named by.
    pub fn timeslot_of(detail: &Value, location: &str) -> Option<Timeslot> {
        let start = moment(detail.pointer("/appointment/validFor/startDateTime")?)?;
        let area = Area::of(location)?;
        Some(Timeslot { area, start })
    }

    /// Takes the way an order came out of its detail.
    pub fn adopt(&mut self, index: usize, detail: &Value) {
        let order = &mut self.orders[index];
        let names =
            ["remoteOrderId", "orderType", "subOrderType", "qualificationSearchId", "service"];
        let more = ["remoteQualificationSearchId", "custReqDate"];
        let repeated = names.iter().chain(&more).filter_map(|name| {
            let value = detail.get(*name)?;
            Some(((*name).to_owned(), value.clone()))
        });
        order.asked.request = Value::Object(repeated.collect());
        order.created_at = detail.get("createdAt").and_then(moment).unwrap_or(order.created_at);
        order.updated_at = detail.get("updatedAt").and_then(moment).unwrap_or(order.updated_at);
        let history = detail["statusHistory"].as_array().into_iter().flatten();
        order.history = history.filter_map(status_change).collect();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let slot = World::timeslot_of(detail, order.asked.location);
        order.appointment = slot.map(|timeslot| {
            let appointment = &detail["appointment"];
            let changes = appointment["history"].as_array().into_iter().flatten();
            let change = |change: &Value| {
                let action = known(&["Booked", "Rescheduled", "Released"], &change["action"])?;
                Some((action, timeslot, moment(&change["at"])?))
            };
            Appointment {
                id: text(&appointment["appointmentId"]),
                timeslot,
                held: order.status.holds_timeslot(),
                contact: appointment.get("contact").cloned(),
                history: changes.filter_map(change).collect(),
            }
        });
        let day = |value: &Value| value.as_str()?.parse::<NaiveDate>().ok();
        order.remediation = detail.get("plannedRemediationDate").and_then(day);
        order.withdrawal = detail.get("withdrawal").and_then(|withdrawal| {
            let mut request = withdrawal.as_object()?.clone();
            for of_server in ["requestedAt", "decidedAt", "outcome"] {
                request.remove(of_server);
            }
            let outcomes = ["Pending", "Accepted", "Refused", "Overtaken"];
            Some(Withdrawal {
                request: Value::Object(request),
                requested_at: moment(&withdrawal["requestedAt"])?,
                decided_at: moment(&withdrawal["decidedAt"]),
                outcome: known(&outcomes, &withdrawal["outcome"])?,
            })
        });
    }
}

fn status_change(change: &Value) -> Option<StatusChange> {
    let causes: Vec<&'static str> =
        Trigger::all().map(Trigger::name).chain(["createNbnOrder"]).collect();
    Some(StatusChange {
        status: State::of_name(change["status"].as_str()?)?,
        at: moment(&change["at"])?,
        cause: known(&causes, &change["cause"])?,
        note: None,
    })
}

/// A moment as it is on the wire.
pub fn moment(value: &Value) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(value.as_str()?).ok()?.to_utc())
}

/// The one of these names that a text is.
fn known(names: &[&'static str], text: &Value) -> Option<&'static str> {
    let text = text.as_str()?;
    names.iter().find(|name| **name == text).copied()
}
