//! What can be seen of one order, and of the timeslots around it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use octane_client::types;
use serde_json::{Value, json};

use crate::caller::Provider;
use crate::difference::difference;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked};
use crate::machine::expectation::{has_status, is_refused};
use crate::machine::run::start;
use crate::reach::{Abstract, Outcome};
use crate::session::Session;
use crate::truth_table::{State, Visit};

/// Everything that is seen of an order at one moment.
#[derive(Debug)]
pub(super) struct Seen {
    /// The order in detail.
    pub(super) detail: Value,
    /// The orders of the whole list.
    list: Value,
    /// The orders of the list narrowed to the order's own status.
    of_status: Value,
    /// Free places by timeslot, of the next days.
    pub(super) free: BTreeMap<String, usize>,
}

impl Seen {
    pub(super) async fn look(session: &Session, order: i64) -> Result<Seen, Trouble> {
        let client = session.client(Provider::A);
        let detail = checked(session, client.get_nbn_order().order_id(order).send().await)?;
        has_status(&detail, 200)?;
        let stranger = session.client(Provider::B);
        let exchange = checked(session, stranger.get_nbn_order().order_id(order).send().await)?;
        let nothing = serde_json::Map::default();
        is_refused(Rule::OthersSeeNothing, session.judge(), &exchange, "OrderNotFound", nothing)?;
        let list = checked(session, client.list_nbn_orders().limit(100).send().await)?;
        has_status(&list, 200)?;
        let status = detail.response()["status"].as_str().unwrap_or_default();
        let status = types::OrderStatus::from(status);
        let of_status = checked(session, client.list_nbn_orders().status(status).send().await)?;
        has_status(&of_status, 200)?;
        let location = detail.response()["locationId"].as_str().unwrap_or_default().to_owned();
        let call = client
            .query_appointment_timeslots()
            .location_id(location)
            .start_date_time(start().fixed_offset())
            .end_date_time((start() + TimeDelta::days(super::DAYS)).fixed_offset())
            .demand_type(types::DemandType::StandardInstall);
        let timeslots = checked(session, call.send().await)?;
        has_status(&timeslots, 200)?;
        let offered = timeslots.response()["timeslots"].as_array().cloned().unwrap_or_default();
        let free = offered.iter().filter_map(|slot| {
            let free = usize::try_from(slot["placesFree"].as_u64()?).ok()?;
            Some((slot["timeslotId"].as_str()?.to_owned(), free))
        });
        Ok(Seen {
            detail: detail.response().clone(),
            list: list.response().clone(),
            of_status: of_status.response().clone(),
            free: free.collect(),
        })
    }

    /// Whether the order holds a place in this timeslot.
    pub(super) fn holds(&self, timeslot: &str) -> bool {
        let appointment = &self.detail["appointment"];
        appointment["status"] == "Booked" && appointment["timeslotId"] == timeslot
    }

    /// Nothing is different from what was seen later.
    pub(super) fn is_same_as(&self, later: &Seen, exchange: &Exchange) -> Result<(), Failure> {
        let whole = |seen: &Seen| json!({ "order": seen.detail, "list": seen.list, "ofStatus": seen.of_status, "free": seen.free });
        match difference(&whole(self), &whole(later)) {
            None => Ok(()),
            Some(found) => Err(Failure::of(
                Rule::RefusalChangesNothing,
                exchange,
                format!("{} at `{}`, as before", found.expected, found.pointer),
                found.received,
            )),
        }
    }

    /// Both lists show the order as its detail does.
    pub(super) fn list_agrees(&self, exchange: &Exchange) -> Result<(), Failure> {
        let detail = &self.detail;
        let expected = json!({
            "orderId": detail["orderId"],
            "remoteOrderId": detail["remoteOrderId"],
            "orderType": detail["orderType"],
            "subOrderType": detail["subOrderType"],
            "status": detail["status"],
            "isWithdrawable": detail["isWithdrawable"],
            "custNo": detail["service"]["custNo"],
            "createdAt": detail["createdAt"],
            "updatedAt": detail["updatedAt"],
        });
        for list in [&self.list, &self.of_status] {
            if let Some(found) = difference(&json!({ "orders": [expected] }), list) {
                return Err(Failure::of(
                    Rule::ListAsModelled,
                    exchange,
                    format!("{} at `{}` of the list afterwards", found.expected, found.pointer),
                    found.received,
                ));
            }
        }
        Ok(())
    }

    /// The abstract state the order is in, as far as it shows.
    pub(super) fn observed(&self) -> Option<Abstract> {
        observed(&self.detail)
    }
}

/// The abstract state that an order's detail shows.
pub(super) fn observed(detail: &Value) -> Option<Abstract> {
    let state_of = |value: &Value| State::of_name(value.as_str()?);
    let state = state_of(&detail["status"])?;
    let history = detail["statusHistory"].as_array()?;
    let before = history.len().checked_sub(2).and_then(|index| state_of(&history[index]["status"]));
    let outcome = match detail.get("withdrawal").map(|withdrawal| &withdrawal["outcome"]) {
        None => Outcome::NeverAsked,
        Some(outcome) => match outcome.as_str()? {
            "Pending" => Outcome::Pending,
            "Accepted" => Outcome::Accepted,
            "Refused" => Outcome::Refused,
            "Overtaken" => Outcome::Overtaken,
            _ => return None,
        },
    };
    Some(Abstract {
        state,
        origin: before.filter(|_| state == State::PendingWithdrawal),
        visit: match detail["visitRequired"].as_bool()? {
            true => Visit::Required,
            false => Visit::NotRequired,
        },
        timeslot_held: detail["appointment"]["status"] == "Booked",
        outcome,
    })
}
