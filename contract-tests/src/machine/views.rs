//! Looks at the service from every side: detail, list, filtered list, timeslots, other provider.
//!
//! After every write everything is looked at, changed or not: most faults do not show in the answer
//! of the call that does the damage.

use std::collections::BTreeSet;

use chrono::{FixedOffset, TimeDelta};
use octane_client::types;
use serde_json::{Value, json};

use super::calls::{Trouble, checked};
use super::expectation::{differs_nowhere, has_response, has_status, is_refused};
use super::requests;
use super::runner::{Runner, UNFILTERED};
use crate::caller::Provider;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::model::World;
use crate::model::facts::{self, Area};
use crate::model::timeslots::{Timeslot, Window, timeslots};
use crate::rules::naming::View;
use crate::step::{Details, Filter};
use crate::truth_table::State;

/// How many days of timeslots are looked at after a write.
const DAYS: i64 = 5;

/// How many days of timeslots are asked for at once at the end, of which most have ten timeslots a
/// week: as many as an answer holds, if none is full.
const DAYS_HELD: i64 = 16;

/// How many days of timeslots are asked for before orders are seeded that hold a place.
const DAYS_SEEDED: i64 = 14;

/// What is looked at of an order that was touched, beside what is always looked at.
#[derive(Debug, Default)]
pub(crate) struct Closer {
    statuses: BTreeSet<State>,
    slots: BTreeSet<Timeslot>,
}

impl Closer {
    /// The statuses that the order has in these worlds, and the timeslots that it has a place in.
    pub(crate) fn of<'a>(touched: usize, worlds: impl IntoIterator<Item = &'a World>) -> Self {
        let mut closer = Self::default();
        for order in worlds.into_iter().filter_map(|world| world.orders.get(touched)) {
            closer.statuses.insert(order.status);
            closer.slots.extend(order.appointment.iter().map(|booked| booked.timeslot));
        }
        closer
    }
}

/// Looks at everything; at the order that was touched more closely, or where none was, at lists by the
/// statuses that there are and at all places that are held.
pub(crate) async fn look(runner: &mut Runner<'_>, touched: usize) -> Result<(), Trouble> {
    let closer = Closer::of(touched, [&runner.world]);
    look_closer(runner, touched, closer).await
}

/// The same, with what else there is to look at of the order that was touched.
pub(crate) async fn look_closer(
    runner: &mut Runner<'_>,
    touched: usize,
    closer: Closer,
) -> Result<(), Trouble> {
    for order in 0..runner.world.orders.len() {
        detail(runner, order).await?;
    }
    for provider in Provider::ALL {
        list(runner, provider, &UNFILTERED).await?;
    }
    match runner.world.orders.get(touched) {
        Some(order) => {
            let owner = order.provider;
            unseen(runner, touched).await?;
            for status in closer.statuses {
                list(runner, owner, &Filter { status: Some(status), ..UNFILTERED }).await?;
            }
            for slot in closer.slots {
                learn_anew(runner, slot).await?;
            }
        }
        None => {
            let owned = runner.world.orders.iter().map(|order| (order.status, order.provider));
            let owned: BTreeSet<_> = owned.collect();
            let statuses: BTreeSet<_> = owned.iter().map(|(status, _)| *status).collect();
            // There are many ends. Where few statuses are left it is every second that is asked about,
            // and who has none of it every second time.
            let turn = runner.turn + runner.world.orders.len();
            let few = 2 * statuses.len() < State::ALL.len();
            let (first, every) = if few { (turn % 2, 2) } else { (0, 1) };
            for (nth, status) in statuses.into_iter().enumerate().skip(first).step_by(every) {
                let asks = |it: &Provider| {
                    owned.contains(&(status, *it)) || (turn + nth / every).is_multiple_of(2)
                };
                for provider in Provider::ALL.into_iter().filter(asks) {
                    list(runner, provider, &Filter { status: Some(status), ..UNFILTERED }).await?;
                }
            }
            return every_timeslot_held(runner).await;
        }
    }
    for area in [Area::Sydney, Area::Perth] {
        coming(runner, area).await?;
    }
    Ok(())
}

/// Asks for the coming timeslots of every area, and for all that an order ever held a place in.
async fn every_timeslot_held(runner: &mut Runner<'_>) -> Result<(), Trouble> {
    for window in windows_held(&runner.world) {
        ask_at(runner, window, window.area.other_location()).await?;
    }
    Ok(())
}

/// Windows with every timeslot to come that an order ever held a place in.
fn windows_held(world: &World) -> Vec<Window> {
    let mut held = BTreeSet::new();
    for appointment in world.orders.iter().filter_map(|order| order.appointment.as_ref()) {
        held.extend(appointment.history.iter().map(|(_, slot, _)| *slot));
    }
    let mut windows = Vec::new();
    for area in [Area::Sydney, Area::Perth] {
        let mut to = world.now + TimeDelta::days(DAYS_HELD);
        windows.push(Window { area, from: world.now, to });
        for slot in held.iter().filter(|slot| slot.area == area) {
            if slot.start >= to {
                to = slot.start + TimeDelta::days(DAYS_HELD);
                windows.push(Window { area, from: slot.start, to });
            }
        }
    }
    windows
}

/// Whether an answer showed the order that it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Whole, as its detail does.
    Whole,
    /// Not, or not all of it.
    Not,
}

/// Looks at the order that was touched, unless the answer just showed it, and after every second of
/// those looks and every such answer at one of the other views, another each time.
pub(super) async fn glance(
    runner: &mut Runner<'_>,
    touched: usize,
    shown: Shown,
) -> Result<(), Trouble> {
    let turn = runner.turn;
    runner.turn += 1;
    let Some(order) = runner.world.orders.get(touched) else {
        // What touches no order shows in no view, unless something is badly wrong.
        return match turn % 4 {
            0 => list(runner, Provider::A, &UNFILTERED).await,
            2 => list(runner, Provider::B, &UNFILTERED).await,
            _ => Ok(()),
        };
    };
    let (owner, status) = (order.provider, order.status);
    let location = order.asked.location;
    if shown == Shown::Not {
        detail(runner, touched).await?;
        runner.details += 1;
        if runner.details.is_multiple_of(2) {
            return Ok(());
        }
    }
    match turn % 7 {
        0 => list(runner, owner, &UNFILTERED).await,
        1 => list(runner, owner, &Filter { status: Some(status), ..UNFILTERED }).await,
        2 => coming(runner, Area::of(location).unwrap_or(Area::Sydney)).await,
        3 => unseen(runner, touched).await,
        4 => detail(runner, turn % runner.world.orders.len()).await,
        5 => detail(runner, touched).await,
        _ => list(runner, owner.other(), &UNFILTERED).await,
    }
}

/// Learns the way that a seeded order came, by its detail, which must then be as modelled.
pub(super) async fn adopt(runner: &mut Runner<'_>, order: usize) -> Result<(), Trouble> {
    let (owner, location) = {
        let order = &runner.world.orders[order];
        (order.provider, order.asked.location)
    };
    let (exchange, known) = runner.sent(read(runner, owner, order).await)?;
    has_status(Rule::AnswerFollows, runner.session.judge(), &exchange, 200)?;
    runner.world.adopt(order, exchange.response());
    if let Some(slot) = World::timeslot_of(exchange.response(), location) {
        learn(runner, slot).await?;
    }
    if let Some(known) = known {
        return Err(known.into());
    }
    let detail = runner.detail(order);
    Ok(differs_nowhere(View::Order, &exchange, &detail, exchange.response())?)
}

/// Asks for the coming timeslots of the area of seeded orders, unless a place is known to be free in
/// the one that seeding will book.
pub(super) async fn learn_free(runner: &mut Runner<'_>) -> Result<(), Trouble> {
    let now = runner.world.now;
    let window = Window { area: Area::Sydney, from: now, to: now + TimeDelta::days(DAYS_SEEDED) };
    let is_full = |slot: &Timeslot| {
        let learned = runner.world.timeslots.learned(*slot);
        learned.is_some_and(|known| runner.world.taken(*slot) >= known.capacity)
    };
    let next = timeslots(window, now).find(|slot| !is_full(slot));
    match next {
        Some(slot) if runner.world.timeslots.learned(slot).is_none() => ask(runner, window).await,
        _ => Ok(()),
    }
}

async fn detail(runner: &Runner<'_>, order: usize) -> Result<(), Trouble> {
    let owner = runner.world.orders[order].provider;
    let seen = async {
        let exchange = read(runner, owner, order).await?;
        let (judge, expected) = (runner.session.judge(), runner.detail(order));
        Ok(has_response(Rule::AnswerFollows, View::Order, judge, &exchange, 200, &expected)?)
    };
    runner.passing(seen.await)
}

/// The order does not exist for the other provider.
async fn unseen(runner: &Runner<'_>, order: usize) -> Result<(), Trouble> {
    let stranger = runner.world.orders[order].provider.other();
    let seen = async {
        let exchange = read(runner, stranger, order).await?;
        let (rule, judge) = (Rule::OthersSeeNothing, runner.session.judge());
        Ok(is_refused(rule, judge, &exchange, "OrderNotFound", Default::default())?)
    };
    runner.passing(seen.await)
}

/// The timeslots of the coming days.
async fn coming(runner: &mut Runner<'_>, area: Area) -> Result<(), Trouble> {
    let now = runner.world.now;
    ask(runner, Window { area, from: now, to: now + TimeDelta::days(DAYS) }).await
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
    let seen = async {
        let first = page(runner, provider, filter, None, None).await?;
        pages(runner, &first, &orders, provider, filter, None).await
    };
    runner.passing(seen.await)
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
        call = call.order_type(types::OrderType::from(order_type.name()));
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
                return Err(Failure::of(Rule::ListPaged, &exchange, expected, "none").into());
            }
            _ => {}
        }
        let (rule, judge) = (Rule::ListComplete, runner.session.judge());
        has_response(rule, View::List, judge, &exchange, 200, &expected)?;
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
    ask_at(runner, window, window.area.location()).await
}

async fn ask_at(
    runner: &mut Runner<'_>,
    window: Window,
    location: &'static str,
) -> Result<(), Trouble> {
    // Timeslots are shared by all, so it must not matter who asks.
    let session = runner.session;
    let (between, plain) = ((window.from, window.to), Details::default());
    let asked = requests::timeslots(session, Provider::B, location, between, &plain);
    let exchange = asked.await?;
    has_status(Rule::TimeslotsOffered, runner.session.judge(), &exchange, 200)?;
    let seen = runner.offered(window, &exchange).map_err(Trouble::from);
    runner.passing(seen)
}
