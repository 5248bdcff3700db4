//! Walks the service itself: which abstract states does it really reach, and from where?
//!
//! Nothing is predicted here. Orders are made through the API, every trigger is tried in every state
//! that shows up, and what the service then shows is noted.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::TimeDelta;
use octane_client::{control, types};
use serde_json::{Value, json};

use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::Looks;
use crate::machine::calls::{Control, Trouble, booking, checked, typed};
use crate::machine::expectation::has_status;
use crate::machine::requests;
use crate::machine::run::start;
use crate::machine::runner::Runner;
use crate::model::{World, adopt, facts};
use crate::reach::{Abstract, Outcome, Trigger};
use crate::session::Session;
use crate::step::Details;
use crate::truth_table::{Operation, State, Visit};

/// How many days of timeslots an order may be booked in.
const DAYS: i64 = 4;

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
            Runner::begin(session, start(), Looks::AtEnd).await?;
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
    let location = adopt::location(visit).id;
    let qualified = requests::qualify(session, Provider::A, location, &Details::default()).await?;
    has_status(Rule::AnswerFollows, session.judge(), &qualified, 200)?;
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
    has_status(Rule::AnswerFollows, session.judge(), &created, 201)?;
    Ok(created.response()["orderId"].as_i64().unwrap_or_default())
}

async fn state_of(session: &Session, order: i64) -> Result<Abstract, Trouble> {
    let client = session.client(Provider::A);
    let exchange: Exchange = checked(session, client.get_nbn_order().order_id(order).send().await)?;
    has_status(Rule::AnswerFollows, session.judge(), &exchange, 200)?;
    observed(exchange.response()).ok_or_else(|| {
        let expected = "a state of the truth table";
        let received = exchange.response()["status"].to_string();
        Failure::of(Rule::Lifecycle, &exchange, expected, received).into()
    })
}

/// A timeslot that is free at the order's location.
async fn free_timeslot(session: &Session, visit: Visit) -> Result<Option<String>, Trouble> {
    let from = start();
    let (location, to) = (adopt::location(visit).id, from + TimeDelta::days(DAYS));
    let exchange =
        requests::timeslots(session, Provider::A, location, (from, to), &Details::default())
            .await?;
    has_status(Rule::TimeslotsOffered, session.judge(), &exchange, 200)?;
    let offered = exchange.response()["timeslots"].as_array().cloned().unwrap_or_default();
    Ok(offered.iter().rev().find_map(|slot| Some(slot["timeslotId"].as_str()?.to_owned())))
}

/// Tries the trigger on the order.
async fn pull(
    session: &Session,
    order: i64,
    trigger: Trigger,
    timeslot: Option<&str>,
) -> Result<Exchange, Trouble> {
    let client = session.client(Provider::A);
    match trigger {
        Trigger::Operation(Operation::Withdraw) => {
            let body: types::WithdrawRequest = typed(World::withdrawal(&Details::default()));
            checked(session, client.cancel_nbn_order().order_id(order).body(body).send().await)
        }
        Trigger::Operation(Operation::Book) => {
            let body = booking(order, timeslot.unwrap_or("0"), None);
            checked(session, client.book_appointment().body(body).send().await)
        }
        Trigger::Event(event) => {
            let body: control::types::NetworkEventRequest = typed(json!({ "event": event.name() }));
            let call = session.control().send_network_event().order_id(order).body(body);
            checked(session, Control(call.send().await))
        }
    }
}

/// The abstract state that an order's detail shows.
pub fn observed(detail: &Value) -> Option<Abstract> {
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
