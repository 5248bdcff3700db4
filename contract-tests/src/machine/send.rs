//! Says a step to the service, through the typed clients.

use chrono::{DateTime, Utc};
use octane_client::{control, types};
use serde_json::json;

use super::calls::{Control, Trouble, booking, checked, typed};
use super::runner::Runner;
use super::views;
use crate::exchange::Exchange;
use crate::model::facts::Area;
use crate::model::lifecycle::{NOTE, remediation_sent};
use crate::model::{World, adopt, facts};
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
        Step::Qualify { provider, place } => {
            let body = json!({ "productSelection": "nbn", "locationId": location_id(place) });
            let body: types::QualificationRequest = typed(body);
            let call = session.client(provider).check_service_qualification().body(body);
            checked(session, call.send().await)
        }
        Step::Activate { provider, qualification, customer, twist } => {
            let body = before.activation(provider, qualification, customer, twist);
            let body: types::OrderRequest = typed(body);
            checked(session, session.client(provider).create_nbn_order().body(body).send().await)
        }
        Step::Change { provider, customer, change } => {
            let body: types::OrderRequest = typed(before.change(provider, customer, change));
            checked(session, session.client(provider).create_nbn_order().body(body).send().await)
        }
        Step::Seed { provider, state } => {
            let mut body = json!({
                "state": state.state.name(),
                "provider": session.accounts().of(provider).credentials.username(),
                "locationId": adopt::location(state.visit).id,
            });
            if let Some(origin) = state.origin {
                body["through"] = json!([origin.name()]);
            }
            let body: control::types::SeedOrderRequest = typed(body);
            checked(session, Control(session.control().seed_order().body(body).send().await))
        }
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
        Step::Withdraw { by, order, why } => {
            let body: types::WithdrawRequest = typed(World::withdrawal(why));
            let client = session.client(before.caller(by, order));
            let call = client.cancel_nbn_order().order_id(number(order)).body(body);
            checked(session, call.send().await)
        }
        Step::Book { by, order, pick, contact } => {
            let slot = before.resolve(order, pick);
            let id = slot.and_then(|slot| before.timeslots.id(slot)).unwrap_or(NO_TIMESLOT);
            let body = booking(number(order), id, contact.then(World::contact));
            let client = session.client(before.caller(by, order));
            checked(session, client.book_appointment().body(body).send().await)
        }
        Step::List { provider, filter, limit } => {
            views::page(runner, provider, &filter, limit, None).await
        }
        Step::Timeslots { provider, place, during } => {
            let (from, to) = before.window(place, during);
            // By the clock of the place, as somebody who asks for a visit there would say it.
            let zone = facts::location(place).map_or(Area::Sydney, |location| location.area).zone();
            let local = |at: DateTime<Utc>| at.with_timezone(&zone).fixed_offset();
            let call = session
                .client(provider)
                .query_appointment_timeslots()
                .location_id(location_id(place))
                .start_date_time(local(from))
                .end_date_time(local(to))
                .demand_type(types::DemandType::StandardInstall);
            checked(session, call.send().await)
        }
        Step::Advance { span } => {
            let seconds = before.length(span).num_seconds();
            let body = control::types::AdvanceRequest { seconds };
            checked(session, Control(session.control().advance_clock().body(body).send().await))
        }
    }
}

fn location_id(place: Place) -> &'static str {
    facts::location(place).map_or(facts::UNKNOWN_LOCATION, |location| location.id)
}
