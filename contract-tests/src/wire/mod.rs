//! The truth table on the wire, cell by cell.
//!
//! For every state an order can be seeded into, with and without a visit, and for every operation and
//! event: the answer is the table's; the detail, the list, the control plane and the timeslots agree
//! on the new state; after a refusal nothing has changed.

use chrono::TimeDelta;
use octane_client::{control, types};
use serde_json::{Value, json};

use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Control, Trouble, booking, checked, typed};
use crate::machine::expectation::{
    described, differs_nowhere, has_response, has_status, is_refused,
};
use crate::machine::run::start;
use crate::machine::runner::Runner;
use crate::model::World;
use crate::reach::{Abstract, Outcome, Trigger, reachable};
use crate::session::{Session, Unreachable};
use crate::step::{Place, Why};
use crate::truth_table::{Answer, Effect, Event, Operation, Visit, answer, effect, legal_events};

mod seen;
use seen::Seen;

pub mod explore;

/// A cell that is not as the table says.
#[derive(Debug)]
pub struct BadCell {
    /// The state the order was seeded into.
    pub state: Abstract,
    /// What was tried there.
    pub trigger: Trigger,
    /// What is wrong.
    pub failure: Failure,
    /// What was sent and answered.
    pub exchanges: Vec<Exchange>,
}

/// What trying every cell came to.
#[derive(Debug, Default)]
pub struct Table {
    /// How many cells were tried.
    pub tried: usize,
    /// Those that are wrong.
    pub wrong: Vec<BadCell>,
}

/// The states an order can be seeded into: without a withdrawal that was refused or overtaken.
pub fn seeds() -> Vec<Abstract> {
    let plain = |state: &Abstract| !matches!(state.outcome, Outcome::Refused | Outcome::Overtaken);
    reachable().into_keys().filter(plain).collect()
}

/// Tries every cell. A wrong one does not keep the others from being tried.
///
/// # Errors
/// If the target stops answering.
pub async fn every_cell(session: &Session) -> Result<Table, Unreachable> {
    let mut table = Table::default();
    for state in seeds() {
        for trigger in Trigger::all() {
            table.tried += 1;
            match cell(session, state, trigger).await {
                Ok(()) => {}
                Err(Trouble::Unreachable(problem)) => return Err(problem),
                Err(Trouble::Broken(failure)) => {
                    let exchanges = session.log().take_exchanges();
                    table.wrong.push(BadCell { state, trigger, failure: *failure, exchanges });
                }
            }
        }
    }
    Ok(table)
}

/// Tries one cell on a fresh target.
///
/// # Errors
/// With what is wrong with it.
pub async fn cell(session: &Session, state: Abstract, trigger: Trigger) -> Result<(), Trouble> {
    Runner::begin(session, start()).await?;
    session.log().take_exchanges();
    let order = seed(session, Provider::A, state).await?;
    let free = free_timeslot(session, state.visit).await?;
    let before = Seen::look(session, order).await?;
    let exchange = pull(session, order, trigger, free.as_deref()).await?;
    let label = if exchange.status < 400 {
        exchange.status.to_string()
    } else {
        described(session.judge(), &exchange)
    };
    session.log().cover(|coverage| coverage.tried(state.state, trigger, &label));
    is_answered(session, state, trigger, order, &exchange)?;
    let after = Seen::look(session, order).await?;
    match state.after(trigger) {
        None => before.is_same_as(&after, &exchange)?,
        Some(next) => moved(&before, &after, next, trigger, &exchange)?,
    }
    Ok(())
}

/// Seeds an order of a provider into a state.
pub async fn seed(session: &Session, owner: Provider, state: Abstract) -> Result<i64, Trouble> {
    let mut body = json!({
        "state": state.state.name(),
        "provider": session.accounts().of(owner).credentials.username(),
        "locationId": location(state.visit),
    });
    if let Some(origin) = state.origin {
        body["through"] = json!([origin.name()]);
    }
    let body: control::types::SeedOrderRequest = typed(body);
    let exchange =
        checked(session, Control(session.control().seed_order().body(body).send().await))?;
    let order = exchange.response()["orderId"].as_i64().unwrap_or_default();
    has_response(Rule::Lifecycle, &exchange, 201, &order_state(order, state))?;
    Ok(order)
}

/// What the control plane must say of an order in this state.
fn order_state(order: i64, state: Abstract) -> Value {
    let legal = legal_events(state.state, state.visit);
    json!({
        "orderId": order,
        "status": state.state.name(),
        "isWithdrawable": matches!(answer(state.state, Operation::Withdraw), Answer::Moves(..)),
        "legalEvents": legal.iter().map(|event| event.name()).collect::<Vec<_>>(),
    })
}

/// How many days of timeslots are looked at: enough for the one that seeding books and another.
const DAYS: i64 = 4;

/// A timeslot that is free at the order's location: a late one, since seeding books an early one.
async fn free_timeslot(session: &Session, visit: Visit) -> Result<Option<String>, Trouble> {
    let from = start();
    let call = session
        .client(Provider::A)
        .query_appointment_timeslots()
        .location_id(location(visit))
        .start_date_time(from.fixed_offset())
        .end_date_time((from + TimeDelta::days(DAYS)).fixed_offset())
        .demand_type(types::DemandType::StandardInstall);
    let exchange = checked(session, call.send().await)?;
    has_status(&exchange, 200)?;
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
            let body: types::WithdrawRequest = typed(World::withdrawal(Why::Other));
            checked(session, client.cancel_nbn_order().order_id(order).body(body).send().await)
        }
        Trigger::Operation(Operation::Book) => {
            let body = booking(order, timeslot.unwrap_or("0"), None);
            checked(session, client.book_appointment().body(body).send().await)
        }
        Trigger::Event(event) => send_event(session, order, event).await,
    }
}

async fn send_event(session: &Session, order: i64, event: Event) -> Result<Exchange, Trouble> {
    let body: control::types::NetworkEventRequest = typed(json!({ "event": event.name() }));
    let call = session.control().send_network_event().order_id(order).body(body);
    checked(session, Control(call.send().await))
}

/// Holds the answer against the table.
fn is_answered(
    session: &Session,
    state: Abstract,
    trigger: Trigger,
    order: i64,
    exchange: &Exchange,
) -> Result<(), Failure> {
    let (rule, judge) = (Rule::Lifecycle, session.judge());
    match trigger {
        Trigger::Operation(operation) => match answer(state.state, operation) {
            Answer::Refused(name) => {
                is_refused(rule, judge, exchange, name, serde_json::Map::default())
            }
            Answer::Moves(status, entered) => {
                let expected = json!({ "status": entered.name(), "orderId": order });
                let response = exchange.response();
                let received =
                    json!({ "status": response["status"], "orderId": response["orderId"] });
                if exchange.status != status {
                    let expected = format!("{status} and {entered}");
                    let received = described(judge, exchange);
                    return Err(Failure::of(rule, exchange, expected, received));
                }
                differs_nowhere(rule, exchange, &expected, &received)
            }
        },
        Trigger::Event(event) => match effect(state.state, event, state.visit) {
            Effect::Illegal => {
                let legal = legal_events(state.state, state.visit);
                let names: Vec<&str> = legal.iter().map(|event| event.name()).collect();
                let mut details = serde_json::Map::new();
                if !names.is_empty() {
                    details.insert("legalEvents".to_owned(), json!(names));
                }
                is_refused(rule, judge, exchange, "EventNotLegal", details)
            }
            Effect::Enters(_) | Effect::Returns => {
                let next = state.after(trigger).expect("a legal event leads somewhere");
                has_response(rule, exchange, 200, &order_state(order, next))
            }
        },
    }
}

/// Compares what is seen of an order that was moved with what was seen before.
fn moved(
    before: &Seen,
    after: &Seen,
    next: Abstract,
    trigger: Trigger,
    exchange: &Exchange,
) -> Result<(), Failure> {
    let broken = |expected: String, received: String| {
        Err(Failure::of(Rule::Lifecycle, exchange, expected, received))
    };
    let last =
        json!({ "status": next.state.name(), "at": start().to_rfc3339(), "cause": trigger.name() });
    let mut history = before.detail["statusHistory"].as_array().cloned().unwrap_or_default();
    history.push(last);
    let expected = json!({
        "status": next.state.name(),
        "isWithdrawable": matches!(answer(next.state, Operation::Withdraw), Answer::Moves(..)),
        "statusHistory": history,
    });
    let detail = &after.detail;
    let received = json!({
        "status": detail["status"],
        "isWithdrawable": detail["isWithdrawable"],
        "statusHistory": detail["statusHistory"],
    });
    differs_nowhere(Rule::Lifecycle, exchange, &expected, &received)?;
    let observed = after.observed();
    if observed != Some(next) {
        let received = observed.map_or("no state of the table".to_owned(), |it| it.to_string());
        return broken(next.to_string(), received);
    }
    after.list_agrees(exchange)?;
    // A place is free again as soon as the order lets go of it, and not before.
    for slot in before.free.keys().chain(after.free.keys()) {
        let free = |seen: &Seen| seen.free.get(slot).copied().unwrap_or_default();
        let held = |seen: &Seen| usize::from(seen.holds(slot));
        let expected = (free(before) + held(before)).saturating_sub(held(after));
        if free(after) != expected {
            let expected = format!("{expected} free places in timeslot {slot}");
            return broken(expected, free(after).to_string());
        }
    }
    Ok(())
}

fn location(visit: Visit) -> &'static str {
    let place = match visit {
        Visit::Required => Place::Visit,
        Visit::NotRequired => Place::NoVisit,
    };
    crate::model::facts::location(place).map_or("", |location| location.id)
}
