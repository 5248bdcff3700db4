//! Requests that more than one part of the verification makes, in the words of the contract.

use chrono::{DateTime, TimeZone};
use octane_client::{control, types};
use serde_json::{Value, json};

use super::calls::{Control, Trouble, checked, typed};
use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::model::{World, adopt};
use crate::reach::Abstract;
use crate::session::Session;
use crate::step::{Details, Said};

/// Qualifies a location.
///
/// # Errors
/// With the first promise that the answer breaks.
pub(crate) async fn qualify(
    session: &Session,
    provider: Provider,
    location: &str,
    details: &Details,
) -> Result<Exchange, Trouble> {
    let body: types::QualificationRequest = typed(World::qualification(location, details));
    let call = session.client(provider).check_service_qualification().body(body);
    checked(session, call.send().await)
}

/// Has the control plane make an order of a provider that is in a state already.
///
/// # Errors
/// With the first promise that the answer breaks.
pub(crate) async fn seed(
    session: &Session,
    owner: Provider,
    state: Abstract,
) -> Result<Exchange, Trouble> {
    let mut body = json!({
        "state": state.state.name(),
        "provider": session.accounts().of(owner).credentials.username(),
        "locationId": adopt::location(state.visit).id,
    });
    if let Some(origin) = state.origin {
        body["through"] = json!([origin.name()]);
    }
    let body: control::types::SeedOrderRequest = typed(body);
    checked(session, Control(session.control().seed_order().body(body).send().await))
}

/// Asks for the free timeslots of a location, from one moment to another.
///
/// # Errors
/// With the first promise that the answer breaks.
pub(crate) async fn timeslots(
    session: &Session,
    provider: Provider,
    location: &str,
    (from, to): (DateTime<impl TimeZone>, DateTime<impl TimeZone>),
    details: &Details,
) -> Result<Exchange, Trouble> {
    let plain = || types::DemandType::StandardInstall.to_string();
    let demand_type = details.get("demandType").map_or_else(plain, Said::text);
    let demand_type: types::DemandType = typed(Value::String(demand_type));
    let call = session
        .client(provider)
        .query_appointment_timeslots()
        .location_id(location)
        .start_date_time(from.fixed_offset())
        .end_date_time(to.fixed_offset())
        .demand_type(demand_type);
    checked(session, call.send().await)
}
