//! Does deeds once more, with new orders, when nbn has brought those where they are to be.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Deed, Doer, Undone};
use crate::step::Details;
use crate::truth_table::State;

/// nbn did not bring an order to where a deed begins.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "see order {number} as {wanted}: nbn brought it to {seen} instead; try once more, wait longer \
     with --patience, or send the curl lines of the report when it is there"
)]
pub struct NotReached {
    /// The order's number on the target.
    pub number: i64,
    /// The state that was waited for.
    pub wanted: State,
    /// The one it was in at last.
    pub seen: State,
}

/// What became of the deeds that were to be done again.
#[derive(Debug)]
pub enum Again {
    /// They were done, and nothing is wrong.
    Done,
    /// One of them could not be.
    NotReached(NotReached),
}

/// Does them with the details that each had, waiting so long at the most for each that needs it.
///
/// # Errors
/// With the first promise that is not kept.
pub async fn again(
    doer: &mut Doer<'_>,
    deeds: &[Deed],
    said: &[Vec<Details>],
    patience: Duration,
) -> Result<Again, Undone> {
    for (nth, deed) in deeds.iter().enumerate() {
        doer.follower.say(said.get(nth).cloned().unwrap_or_default());
        if let (Some(order), Some(wanted)) = (deed.order(), deed.once())
            && !comes_to(doer, order, wanted, patience).await?
        {
            let (number, seen) = (doer.follower.number(order), doer.follower.state(order));
            return Ok(Again::NotReached(NotReached { number, wanted, seen }));
        }
        doer.perform(deed).await?;
        if let Deed::Read { .. } | Deed::List = deed {
            until_closed(doer, deed, patience).await?;
        }
    }
    Ok(Again::Done)
}

/// Looks again and again, until every order is closed or patience ends.
async fn until_closed(doer: &mut Doer<'_>, look: &Deed, patience: Duration) -> Result<(), Undone> {
    let began = Instant::now();
    let orders = 0..doer.follower.orders().len();
    while began.elapsed() < patience && orders.clone().any(|order| !doer.follower.is_closed(order))
    {
        sleep(pause(patience)).await;
        doer.perform(look).await?;
    }
    Ok(())
}

/// Reads an order until it is seen in a state, or no longer can be, or patience ends.
async fn comes_to(
    doer: &mut Doer<'_>,
    order: usize,
    wanted: State,
    patience: Duration,
) -> Result<bool, Undone> {
    let began = Instant::now();
    loop {
        let seen = doer.follower.state(order);
        if seen == wanted {
            return Ok(true);
        }
        if doer.follower.is_closed(order) || began.elapsed() >= patience {
            return Ok(false);
        }
        // A state that is waited for may be a short one.
        sleep(pause(patience) / 4).await;
        doer.follower.read(order).await?;
    }
}

/// How long nbn is left to itself between two looks.
pub(crate) fn pause(patience: Duration) -> Duration {
    /// How often an order is looked at, at the most.
    const LOOKS: u32 = 24;
    (patience / LOOKS).clamp(Duration::from_millis(10), Duration::from_secs(30))
}
