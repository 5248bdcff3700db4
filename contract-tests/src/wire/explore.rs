//! Walks the service itself: which abstract states does it really reach, and from where?
//!
//! Nothing is predicted here. Orders are made through the API, every trigger is tried in every state
//! that shows up, and what the service then shows is noted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use octane_client::types;
use serde_json::json;

use super::seen::observed;
use super::{free_timeslot, location, pull};
use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked, typed};
use crate::machine::expectation::has_status;
use crate::machine::run::start;
use crate::machine::runner::Runner;
use crate::model::facts;
use crate::reach::{Abstract, Trigger};
use crate::session::Session;
use crate::truth_table::Visit;

/// Every abstract state the service showed, with what each trigger made of it.
pub type Explored = BTreeMap<Abstract, BTreeMap<Trigger, Option<Abstract>>>;

/// Walks from new orders, with and without a visit, to everything that can be reached.
///
/// # Errors
/// If an answer breaks the contract, or an order shows a state the table does not have.
pub async fn explore(session: &Session) -> Result<Explored, Trouble> {
    let mut explored = Explored::new();
    for visit in Visit::ALL {
        let mut seen = BTreeSet::new();
        let mut queue = VecDeque::from([Vec::new()]);
        while let Some(way) = queue.pop_front() {
            Runner::begin(session, start()).await?;
            let mut order = walk(session, visit, &way).await?;
            let state = state_of(session, order).await?;
            if !seen.insert(state) {
                continue;
            }
            let mut row = BTreeMap::new();
            for trigger in Trigger::all() {
                let timeslot = free_timeslot(session, visit).await?;
                let answer = pull(session, order, trigger, timeslot.as_deref()).await?;
                if answer.status >= 400 {
                    row.insert(trigger, None);
                    continue;
                }
                row.insert(trigger, Some(state_of(session, order).await?));
                queue.push_back(way.iter().copied().chain([trigger]).collect());
                order = walk(session, visit, &way).await?;
            }
            explored.insert(state, row);
        }
    }
    Ok(explored)
}

/// Makes an order and takes it along a way that is known to be open.
async fn walk(session: &Session, visit: Visit, way: &[Trigger]) -> Result<i64, Trouble> {
    let order = create(session, visit).await?;
    for trigger in way {
        let timeslot = free_timeslot(session, visit).await?;
        let answer = pull(session, order, *trigger, timeslot.as_deref()).await?;
        if answer.status >= 400 {
            let expected = "a success, as the time before";
            let received = answer.status.to_string();
            return Err(Failure::of(Rule::Lifecycle, &answer, expected, received).into());
        }
    }
    Ok(order)
}

async fn create(session: &Session, visit: Visit) -> Result<i64, Trouble> {
    let client = session.client(Provider::A);
    let body = json!({ "productSelection": "nbn", "locationId": location(visit) });
    let body: types::QualificationRequest = typed(body);
    let qualified = checked(session, client.check_service_qualification().body(body).send().await)?;
    has_status(&qualified, 200)?;
    let made = qualified.response();
    let body: types::OrderRequest = typed(json!({
        "orderType": "New",
        "subOrderType": "New",
        "serviceClass": made["location"]["serviceClass"],
        "remoteQualificationSearchId": made["remoteQualificationSearchId"],
        "qualificationSearchId": made["qualificationSearchId"],
        "remoteOrderId": made["remoteOrderId"],
        "service": { "custNo": facts::customer(Provider::A, 0), "csn": "nbn-tc4" },
    }));
    let created = checked(session, client.create_nbn_order().body(body).send().await)?;
    has_status(&created, 201)?;
    Ok(created.response()["orderId"].as_i64().unwrap_or_default())
}

async fn state_of(session: &Session, order: i64) -> Result<Abstract, Trouble> {
    let client = session.client(Provider::A);
    let exchange: Exchange = checked(session, client.get_nbn_order().order_id(order).send().await)?;
    has_status(&exchange, 200)?;
    observed(exchange.response()).ok_or_else(|| {
        let expected = "a state of the truth table";
        let received = exchange.response()["status"].to_string();
        Failure::of(Rule::Lifecycle, &exchange, expected, received).into()
    })
}
