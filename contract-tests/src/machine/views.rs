//! Looks at the service from every side: detail, list, filtered list, timeslots, other provider.
//!
//! After every write everything is looked at, changed or not: most faults do not show in the answer
//! of the call that does the damage.

use chrono::{FixedOffset, TimeDelta};
use octane_client::types;
use serde_json::{Value, json};

use super::calls::{Trouble, checked};
use super::expectation::{has_response, has_status, is_refused};
use super::runner::{Runner, UNFILTERED};
use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::facts::{self, Area};
use crate::model::timeslots::{Timeslot, Window};
use crate::step::Filter;

/// How many days of timeslots are looked at after a write.
const DAYS: i64 = 5;

/// Looks at everything; at the order that was touched more closely.
pub(crate) async fn look(runner: &mut Runner<'_>, touched: usize) -> Result<(), Trouble> {
    for order in 0..runner.world.orders.len() {
        let owner = runner.world.orders[order].provider;
        let exchange = read(runner, owner, order).await?;
        has_response(Rule::DetailAsModelled, &exchange, 200, &runner.detail(order))?;
    }
    for provider in Provider::ALL {
        list(runner, provider, &UNFILTERED).await?;
    }
    if let Some(order) = runner.world.orders.get(touched) {
        let (owner, status) = (order.provider, order.status);
        let slots: Vec<Timeslot> = order.appointment.iter().map(|booked| booked.timeslot).collect();
        let exchange = read(runner, owner.other(), touched).await?;
        let rule = Rule::OthersSeeNothing;
        is_refused(rule, runner.session.judge(), &exchange, "OrderNotFound", Default::default())?;
        list(runner, owner, &Filter { status: Some(status), ..UNFILTERED }).await?;
        for slot in slots {
            learn_anew(runner, slot).await?;
        }
    }
    let now = runner.world.now;
    for area in [Area::Sydney, Area::Perth] {
        ask(runner, Window { area, from: now, to: now + TimeDelta::days(DAYS) }).await?;
    }
    Ok(())
}

async fn read(
    runner: &Runner<'_>,
    as_provider: Provider,
    order: usize,
) -> Result<Exchange, Trouble> {
    let client = runner.session.client(as_provider);
    checked(runner.session, client.get_nbn_order().order_id(runner.number(order)).send().await)
}

async fn list(runner: &Runner<'_>, provider: Provider, filter: &Filter) -> Result<(), Trouble> {
    let orders = runner.world.listed(provider, filter);
    let first = page(runner, provider, filter, None, None).await?;
    pages(runner, &first, &orders, provider, filter, None).await
}

/// Asks for one page of the list.
pub(crate) async fn page(
    runner: &Runner<'_>,
    provider: Provider,
    filter: &Filter,
    limit: Option<u8>,
    cursor: Option<String>,
) -> Result<Exchange, Trouble> {
    let world = &runner.world;
    // The same moment by clocks on either side of UTC.
    let made = |order: usize, hours: i32| {
        let offset = FixedOffset::east_opt(hours * 3600).expect("less than a day");
        let made = world.orders.get(order).map_or(world.now, |order| order.created_at);
        made.with_timezone(&offset)
    };
    let mut call = runner.session.client(provider).list_nbn_orders();
    if let Some(status) = filter.status {
        call = call.status(types::OrderStatus::from(status.name()));
    }
    if let Some(order_type) = filter.order_type {
        call = call.order_type(types::OrderType::from(order_type));
    }
    if let Some(customer) = filter.customer {
        call = call.cust_no(facts::customer(provider, customer));
    }
    if let Some(order) = filter.created_from {
        call = call.created_from(made(order, 10));
    }
    if let Some(order) = filter.created_to {
        call = call.created_to(made(order, -3));
    }
    if let Some(limit) = limit {
        call = call.limit(i32::from(limit));
    }
    if let Some(cursor) = cursor {
        call = call.cursor(cursor);
    }
    checked(runner.session, call.send().await)
}

/// Follows the pages of a list whose first page has come, and compares each.
pub(super) async fn pages(
    runner: &Runner<'_>,
    first: &Exchange,
    orders: &[usize],
    provider: Provider,
    filter: &Filter,
    limit: Option<u8>,
) -> Result<(), Trouble> {
    let length = usize::from(limit.unwrap_or(20));
    let mut rest = orders;
    let mut exchange = first.clone();
    loop {
        let (on_page, after) = rest.split_at(length.min(rest.len()));
        let mut expected = json!({ "orders": runner.world.summaries(on_page) });
        let cursor = exchange.response().get("nextCursor").and_then(Value::as_str);
        let cursor = cursor.map(str::to_owned);
        match &cursor {
            Some(cursor) if !after.is_empty() => expected["nextCursor"] = json!(cursor),
            None if !after.is_empty() => {
                let expected = "a `nextCursor`, since more orders follow";
                return Err(Failure::of(Rule::ListAsModelled, &exchange, expected, "none").into());
            }
            _ => {}
        }
        has_response(Rule::ListAsModelled, &exchange, 200, &expected)?;
        if after.is_empty() {
            return Ok(());
        }
        rest = after;
        exchange = page(runner, provider, filter, limit, cursor).await?;
    }
}

/// Asks for a timeslot by itself if nothing is known of it yet.
pub(crate) async fn learn(runner: &mut Runner<'_>, slot: Timeslot) -> Result<(), Trouble> {
    if runner.world.timeslots.learned(slot).is_some() {
        return Ok(());
    }
    learn_anew(runner, slot).await
}

async fn learn_anew(runner: &mut Runner<'_>, slot: Timeslot) -> Result<(), Trouble> {
    let to = slot.start + TimeDelta::hours(1);
    ask(runner, Window { area: slot.area, from: slot.start, to }).await
}

async fn ask(runner: &mut Runner<'_>, window: Window) -> Result<(), Trouble> {
    // Timeslots are shared by all, so it must not matter who asks.
    let call = runner
        .session
        .client(Provider::B)
        .query_appointment_timeslots()
        .location_id(window.area.location())
        .start_date_time(window.from.fixed_offset())
        .end_date_time(window.to.fixed_offset())
        .demand_type(types::DemandType::StandardInstall);
    let exchange = checked(runner.session, call.send().await)?;
    has_status(&exchange, 200)?;
    runner.offered(window, &exchange)?;
    Ok(())
}
