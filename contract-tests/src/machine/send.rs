//! Says a step to the service, through the typed clients.

use chrono::{DateTime, FixedOffset, Utc};
use octane_client::{control, types};
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::calls::{Control, Trouble, booking, checked, checked_raw, typed};
use super::runner::Runner;
use super::{requests, views};
use crate::caller::{Caller, Provider};
use crate::exchange::{Exchange, RawRequest};
use crate::model::facts::Area;
use crate::model::lifecycle::{NOTE, remediation_sent};
use crate::model::{World, facts};
use crate::session::Session;
use crate::step::{Place, Step};
use crate::truth_table::Event;

/// A timeslot id that no server hands out.
const NO_TIMESLOT: &str = "0";

/// Sends a step, as it is meant in the world before it.
pub(crate) async fn send(
    runner: &Runner<'_>,
    step: &Step,
    before: &World,
) -> Result<Exchange, Trouble> {
    let session = runner.session;
    let number = |order| runner.number(order);
    match *step {
        Step::Qualify { provider, place, ref details } => {
            requests::qualify(session, provider, location_id(place), details).await
        }
        Step::Activate { provider, qualification, customer, twist, ref details } => {
            let body = before.activation(provider, qualification, customer, twist, details);
            create(session, provider, &body).await
        }
        Step::Repeat { by, order } => {
            create(session, before.caller(by, order), &before.again(order)).await
        }
        Step::Change { provider, customer, change, ref details } => {
            let body = before.change(provider, customer, change, details);
            create(session, provider, &body).await
        }
        Step::Seed { provider, state } => requests::seed(session, provider, state).await,
        Step::Network { order, event, noted } => {
            let mut body = json!({ "event": event.name() });
            if noted {
                body["note"] = json!(NOTE);
            }
            if noted && event == Event::Hold {
                body["plannedRemediationDate"] = json!(remediation_sent().to_string());
            }
            let body: control::types::NetworkEventRequest = typed(body);
            let call = session.control().send_network_event().order_id(number(order));
            checked(session, Control(call.body(body).send().await))
        }
        Step::Get { by, order } => {
            let client = session.client(before.caller(by, order));
            checked(session, client.get_nbn_order().order_id(number(order)).send().await)
        }
        Step::Withdraw { by, order, ref details } => {
            let body: types::WithdrawRequest = typed(World::withdrawal(details));
            let client = session.client(before.caller(by, order));
            let call = client.cancel_nbn_order().order_id(number(order)).body(body);
            checked(session, call.send().await)
        }
        Step::Book { by, order, pick, ref details } => {
            let slot = before.resolve(order, pick);
            let id = slot.and_then(|slot| before.timeslots.id(slot)).unwrap_or(NO_TIMESLOT);
            let body = booking(number(order), id, World::contact(details));
            let client = session.client(before.caller(by, order));
            checked(session, client.book_appointment().body(body).send().await)
        }
        Step::List { provider, filter, limit } => {
            views::page(runner, provider, &filter, limit, None).await
        }
        Step::Timeslots { provider, place, during, ref details } => {
            let (from, to) = before.window(place, during);
            // By the clock of the place, as somebody who asks for a visit there would say it, and to
            // a moment by a clock on the other side of UTC.
            let zone = facts::location(place).map_or(Area::Sydney, |location| location.area).zone();
            let west = FixedOffset::west_opt(3 * 3600).expect("less than a day");
            let (from, to) = (from.with_timezone(&zone), to.with_timezone(&west));
            requests::timeslots(session, provider, location_id(place), (from, to), details).await
        }
        Step::Advance { span } => {
            let length = before.length(span);
            if length.subsec_nanos() == 0 {
                let body = control::types::AdvanceRequest { seconds: length.num_seconds() };
                let call = session.control().advance_clock().body(body);
                return checked(session, Control(call.send().await));
            }
            // The clock is advanced by whole seconds, and set to whatever lies between.
            let call = session.control().set_clock().body(standing_at(before.now + length));
            checked(session, Control(call.send().await))
        }
    }
}

/// Orders, through the typed client. What its types cannot hold is sent as it is: a body names what was
/// answered before, and an answer may have been wrong.
async fn create(session: &Session, provider: Provider, body: &Value) -> Result<Exchange, Trouble> {
    match types::OrderRequest::deserialize(body) {
        Ok(body) => {
            checked(session, session.client(provider).create_nbn_order().body(body).send().await)
        }
        Err(_) => {
            let request = RawRequest::new("POST", "/v1/order/nbn", Caller::Provider(provider));
            checked_raw(session, session.send(&request.json(body)).await?)
        }
    }
}

/// The clock stands still at a moment.
pub(super) fn standing_at(moment: DateTime<Utc>) -> control::types::ClockRequest {
    control::types::ClockRequest {
        mode: control::types::ClockMode::Fixed,
        now: Some(moment.fixed_offset()),
        scale: None,
    }
}

fn location_id(place: Place) -> &'static str {
    facts::location(place).map_or(facts::UNKNOWN_LOCATION, |location| location.id)
}
