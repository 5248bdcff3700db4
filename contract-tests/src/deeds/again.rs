//! Does deeds once more, with new orders, when nbn has brought those where they are to be.

use super::{Deed, Doer, Undone, Waiting};
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

/// Does them with the details that each had, waiting for nbn where a deed needs that.
///
/// When it was done first, nbn may have moved the order since it was seen, so that the answer was about
/// a later state than the deed names. So the last is done again whenever the order has moved.
///
/// # Errors
/// With the first promise that is not kept.
pub async fn again(
    doer: &mut Doer<'_>,
    deeds: &[Deed],
    said: &[Vec<Details>],
    waiting: Waiting,
) -> Result<Again, Undone> {
    for (nth, deed) in deeds.iter().enumerate() {
        doer.follower.say(said.get(nth).cloned().unwrap_or_default());
        if let (Some(order), Some(wanted)) = (deed.order(), deed.once())
            && !comes_to(doer, order, wanted, waiting).await?
        {
            let (number, seen) = (doer.follower.number(order), doer.follower.state(order));
            return Ok(Again::NotReached(NotReached { number, wanted, seen }));
        }
        doer.perform(deed).await?;
    }
    match deeds.last() {
        Some(look @ (Deed::Read { .. } | Deed::List)) => until_closed(doer, look, waiting).await?,
        Some(last) => {
            if let (Some(order), Some(_)) = (last.order(), last.once()) {
                whenever_it_moves(doer, last, order, waiting).await?;
            }
        }
        None => {}
    }
    Ok(Again::Done)
}

/// Reads an order until it is seen in a state, or no longer can be, or it was waited long enough.
async fn comes_to(
    doer: &mut Doer<'_>,
    order: usize,
    wanted: State,
    waiting: Waiting,
) -> Result<bool, Undone> {
    let mut wait = waiting.begin();
    loop {
        if doer.follower.state(order) == wanted {
            return Ok(true);
        }
        if doer.follower.is_closed(order) || !wait.goes_on(doer.follower.session()).await? {
            return Ok(false);
        }
        doer.follower.read(order).await?;
    }
}

/// Looks again and again, until nbn is done with every order or it was waited long enough.
async fn until_closed(doer: &mut Doer<'_>, look: &Deed, waiting: Waiting) -> Result<(), Undone> {
    let mut wait = waiting.begin();
    let orders = 0..doer.follower.orders().len();
    let settled = |doer: &Doer<'_>, order| {
        // Where an appointment is asked for, nbn waits for the provider.
        let asked = doer.follower.state(order) == State::AppointmentRequired;
        asked || doer.follower.is_closed(order)
    };
    while orders.clone().any(|order| !settled(doer, order))
        && wait.goes_on(doer.follower.session()).await?
    {
        doer.perform(look).await?;
    }
    Ok(())
}

/// Does a deed again in each state that its order comes to, until it is closed or it was waited long
/// enough.
async fn whenever_it_moves(
    doer: &mut Doer<'_>,
    deed: &Deed,
    order: usize,
    waiting: Waiting,
) -> Result<(), Undone> {
    let mut wait = waiting.begin();
    let mut seen = doer.follower.state(order);
    while !doer.follower.is_closed(order) && wait.goes_on(doer.follower.session()).await? {
        doer.follower.read(order).await?;
        if doer.follower.state(order) != seen {
            doer.perform(deed).await?;
            seen = doer.follower.state(order);
            wait = waiting.begin();
        }
    }
    Ok(())
}
