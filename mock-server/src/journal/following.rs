//! Following a journal as it is written.
//!
//! Whoever follows has a queue of so many changes. Who is slower than that loses the oldest and is
//! told how many, so a reader that stands still costs a queue and holds nobody up.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::broadcast::{self, error::RecvError};

use super::Exchange;
use crate::domain::OrderId;

/// How many changes wait for a slow follower. Said in the contract of the control plane.
const QUEUE: usize = 256;

/// Something that has happened in a world.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// A request was answered.
    Exchange(Arc<Exchange>),
    /// nbn or a tester has brought an order into this state.
    Order {
        /// The order.
        order_id: OrderId,
        /// The state.
        status: String,
    },
    /// Something else about the world has changed: its clock, a setting, or all of it.
    World,
    /// So many changes were lost, because they were not taken in time or are not held any more.
    Lost(u64),
}

/// The way from a world to those who follow it.
#[derive(Debug, Default)]
pub(super) enum Followers {
    /// There are none.
    #[default]
    None,
    /// There have been some, and may be.
    Some(broadcast::Sender<Change>),
    /// There will be none any more.
    Ended,
}

impl Followers {
    /// Tells everybody.
    pub(super) fn tell(&mut self, change: impl FnOnce() -> Change) {
        if let Self::Some(sender) = self
            && sender.send(change()).is_err()
        {
            // All have gone, and the next one begins anew.
            *self = Self::None;
        }
    }

    /// Another one, who is told what happens from now on.
    pub(super) fn add(&mut self, held: VecDeque<Change>) -> Following {
        let receiver = match self {
            Self::None => {
                let (sender, receiver) = broadcast::channel(QUEUE);
                *self = Self::Some(sender);
                receiver
            }
            Self::Some(sender) => sender.subscribe(),
            // Without a sender, a receiver is at its end.
            Self::Ended => broadcast::channel(1).1,
        };
        Following { held, receiver }
    }

    /// Lets everybody go.
    pub(super) fn end(&mut self) {
        *self = Self::Ended;
    }
}

/// What a follower has yet to take.
pub(crate) struct Following {
    held: VecDeque<Change>,
    receiver: broadcast::Receiver<Change>,
}

impl Following {
    /// The next change, when there is one; none when the world or the server has come to its end.
    ///
    /// May be dropped while it waits: nothing is lost.
    pub(crate) async fn next(&mut self) -> Option<Change> {
        if let Some(change) = self.held.pop_front() {
            return Some(change);
        }
        match self.receiver.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(count)) => Some(Change::Lost(count)),
            Err(RecvError::Closed) => None,
        }
    }
}
