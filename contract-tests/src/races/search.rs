//! Is there an order of the calls that explains everything?
//!
//! The search of Wing and Gong: a call may come next if no other call was over before it began. It
//! is written out here because the testers there are (stateright's is the best of them) compare
//! answers with predicted ones for equality, while this model learns numbers and ids from the answers
//! and tells why one does not fit; and because stateright brings a web server along.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::machine::calls::Trouble;
use crate::machine::runner::Runner;
use crate::machine::views::{self, Closer};
use crate::model::World;
use crate::session::Session;
use crate::step::Step;

/// A call that was made and answered.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) column: usize,
    pub(super) step: Step,
    /// The moment before it was sent.
    pub(super) invoked: u64,
    /// The moment after it was answered.
    pub(super) returned: u64,
    pub(super) exchange: Exchange,
}

/// A beginning of an order that explains the calls in it.
struct Prefix {
    world: World,
    /// Which calls are in it, a bit each.
    made: u32,
}

/// Why calls cannot come next: of the longest beginning, the first reason.
struct Stuck {
    length: u32,
    failure: Failure,
}

/// The order of a race that is looked at more closely: what all of it is about, or the first.
const TOUCHED: usize = 0;

/// Some order of the calls explains every answer, and what is seen afterwards.
///
/// What is looked at does not depend on who came first: over sockets that is chance, and the same seed
/// is to send the same requests.
///
/// # Errors
/// With the failure that the order which gets furthest runs into.
pub(super) async fn explain(
    session: &Session,
    world: &World,
    calls: &[Call],
) -> Result<(), Trouble> {
    let mut stuck: Option<Stuck> = None;
    let mut seen: Vec<Value> = Vec::new();
    let on_the_way = each_by_itself(world, calls);
    let mut open = vec![Prefix { world: world.clone(), made: 0 }];
    while let Some(prefix) = open.pop() {
        let length = prefix.made.count_ones();
        let mut hinders = |failure: Failure| {
            if stuck.as_ref().is_none_or(|stuck| stuck.length < length) {
                stuck = Some(Stuck { length, failure });
            }
        };
        let left = || calls.iter().enumerate().filter(|(at, _)| prefix.made & (1 << at) == 0);
        let Some(first_over) = left().map(|(_, call)| call.returned).min() else {
            // Several orders often lead to one world, which is looked at once.
            let ends = shown(&prefix.world);
            if seen.contains(&ends) {
                continue;
            }
            seen.push(ends);
            let mut runner = Runner::resume(session, prefix.world);
            let closer = Closer::of(TOUCHED, &on_the_way);
            match views::look_closer(&mut runner, TOUCHED, closer).await {
                Ok(()) => return Ok(()),
                Err(Trouble::Broken(failure)) => hinders(*failure),
                Err(unreachable) => return Err(unreachable),
            }
            continue;
        };
        for (at, call) in left().filter(|(_, call)| call.invoked <= first_over) {
            let mut runner = Runner::resume(session, prefix.world.clone());
            let expected = runner.world.perform(&call.step);
            let checked = runner.check(&call.step, &prefix.world, &expected, &call.exchange).await;
            match runner.passing(checked) {
                Ok(()) => open.push(Prefix { world: runner.world, made: prefix.made | (1 << at) }),
                Err(Trouble::Broken(failure)) => hinders(*failure),
                Err(unreachable) => return Err(unreachable),
            }
        }
    }
    match stuck {
        None => Ok(()),
        Some(Stuck { failure, .. }) => {
            let rule = Rule::Linearizable;
            let expected = format!("in the order that explains most: {}", failure.expected);
            Err(Failure { rule, expected, ..failure }.into())
        }
    }
}

/// The world before, and after each call if only its column had been made.
fn each_by_itself(world: &World, calls: &[Call]) -> Vec<World> {
    let mut worlds = vec![world.clone()];
    let columns: BTreeSet<usize> = calls.iter().map(|call| call.column).collect();
    for column in columns {
        let mut own = world.clone();
        for call in calls.iter().filter(|call| call.column == column) {
            own.perform(&call.step);
            worlds.push(own.clone());
        }
    }
    worlds
}

/// What can be seen of a world, to tell worlds apart by.
fn shown(world: &World) -> Value {
    world.orders.iter().map(|order| order.detail(&world.timeslots)).collect()
}
