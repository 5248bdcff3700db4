//! What happens between two pages of a list.

use serde_json::{Value, json};

use super::after;
use crate::caller::Provider::A;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::calls::Trouble;
use crate::machine::expectation::has_response;
use crate::machine::runner::Runner;
use crate::machine::views::page;
use crate::rules::naming::View;
use crate::session::Session;
use crate::step::{Details, Filter, Place, Step, Twist};
use crate::truth_table::{Event, State};

/// How many orders a page has.
const LIMIT: u8 = 2;

fn order(index: usize) -> [Step; 2] {
    let twist = Twist::None;
    [
        Step::Qualify { provider: A, place: Place::NoVisit, details: Details::default() },
        Step::Activate {
            provider: A,
            qualification: index,
            customer: 0,
            twist,
            details: Details::default(),
        },
    ]
}

/// Orders come in between the pages of the whole list, then orders leave a filtered one.
pub(super) async fn holds_still(session: &Session) -> Result<(), Trouble> {
    let steps: Vec<Step> = (0..5).flat_map(order).collect();
    let mut runner = after(session, &steps).await?;
    new_orders_come_in(&mut runner).await?;
    orders_leave(&mut runner).await
}

/// Reads one page, makes two orders, and reads on: the rest is that of the list as it was.
async fn new_orders_come_in(runner: &mut Runner<'_>) -> Result<(), Trouble> {
    let filter = Filter::default();
    let listed = runner.world.listed(A, &filter);
    let first = page(runner, A, &filter, Some(LIMIT), None).await?;
    let cursor = follow(runner, &first, &listed[..2])?;
    for step in order(5).into_iter().chain(order(6)) {
        runner.step(&step).await?;
    }
    let second = page(runner, A, &filter, Some(LIMIT), Some(cursor)).await?;
    let cursor = follow(runner, &second, &listed[2..4])?;
    let last = page(runner, A, &filter, Some(LIMIT), Some(cursor)).await?;
    let expected = json!({ "orders": runner.world.summaries(&listed[4..]) });
    Ok(has_response(Rule::ListPaged, View::List, runner.session.judge(), &last, 200, &expected)?)
}

/// Reads one page of the submitted orders, has nbn acknowledge those on it, and reads on.
async fn orders_leave(runner: &mut Runner<'_>) -> Result<(), Trouble> {
    let filter = Filter { status: Some(State::Submitted), ..Filter::default() };
    let listed = runner.world.listed(A, &filter);
    let first = page(runner, A, &filter, Some(LIMIT), None).await?;
    let cursor = follow(runner, &first, &listed[..2])?;
    // The cursor may stand for the order that leaves, or for its place.
    for gone in [listed[0], listed[1]] {
        let event = Event::Acknowledge;
        runner.step(&Step::Network { order: gone, event, noted: false }).await?;
    }
    let second = page(runner, A, &filter, Some(LIMIT), Some(cursor)).await?;
    follow(runner, &second, &listed[2..4]).map(drop)
}

/// Where the list goes on after a page of just these orders.
fn follow(runner: &Runner<'_>, exchange: &Exchange, orders: &[usize]) -> Result<String, Trouble> {
    let cursor = exchange.response().get("nextCursor").and_then(Value::as_str);
    let Some(cursor) = cursor else {
        let expected = "a `nextCursor`, since more orders follow";
        return Err(Failure::of(Rule::ListPaged, exchange, expected, "none").into());
    };
    let expected = json!({ "orders": runner.world.summaries(orders), "nextCursor": cursor });
    has_response(Rule::ListPaged, View::List, runner.session.judge(), exchange, 200, &expected)?;
    Ok(cursor.to_owned())
}
