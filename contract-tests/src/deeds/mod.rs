//! What is done with orders that nbn moves by itself, as data.
//!
//! Where there is a control plane, a [step](crate::step) means the same whenever it is done. Here it
//! does not: what a withdrawal is answered, the state decides that nbn has brought the order to. So a
//! deed says in which state it is done, and whoever does it again waits for that state. nbn may bring
//! an order elsewhere; then the deed cannot be done again, and that is said.
//!
//! A deed names orders and qualifications by the order in which they are made, as steps do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::reach::Trigger;
use crate::step::{Details, Place, Step};
use crate::truth_table::{Operation, State};

mod again;
mod doer;
mod fewer;
mod sound;
mod waiting;

pub use again::{Again, NotReached, again};
pub use doer::{Doer, Undone};
pub use fewer::fewer;
pub(crate) use sound::first_unsound;
pub use waiting::Waiting;
pub(crate) use waiting::pause;

use crate::exchange::Exchange;

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Deed {
    /// Qualifies a location.
    Qualify {
        /// Which.
        place: Place,
    },
    /// Orders with the last qualification.
    Create,
    /// Orders once more with the qualification of an order.
    CreateAgain {
        /// Which.
        order: usize,
    },
    /// The other provider reads and withdraws an order.
    Stranger {
        /// Which.
        order: usize,
    },
    /// Lists the orders; done again, until nothing more happens to them.
    List,
    /// Lists the orders in every way that the contract can narrow a list.
    Narrowed,
    /// Does what is refused whatever nbn does.
    Refused {
        /// What.
        step: Step,
    },
    /// Reads an order; done again, until nothing more happens to it.
    Read {
        /// Which.
        order: usize,
    },
    /// Withdraws an order.
    Withdraw {
        /// Which.
        order: usize,
        /// Once it is seen in this state.
        once: State,
    },
    /// Books a timeslot.
    Book {
        /// For which order.
        order: usize,
        /// Once it is seen in this state.
        once: State,
        /// The timeslot's place among those that are offered.
        nth: usize,
    },
    /// Books a timeslot that does not exist.
    BookInvented {
        /// For which order.
        order: usize,
        /// Once it is seen in this state.
        once: State,
    },
    /// Qualifies a location, and sends invalid requests about an order, with its ids.
    Invalid {
        /// Which order.
        order: usize,
        /// The requests, by [their ids](crate::negative::known).
        cases: Vec<String>,
    },
}

/// A deed that was done, and what was sent and answered.
#[derive(Debug, Clone)]
pub struct Done {
    /// The deed.
    pub deed: Deed,
    /// The details of its requests, beyond what the deed says.
    pub said: Vec<Details>,
    /// The requests with their answers, without the reads that follow a write.
    pub exchanges: Vec<Exchange>,
    /// Whether a write among them was accepted.
    pub accepted: bool,
}

impl Deed {
    /// The order it is about.
    pub fn order(&self) -> Option<usize> {
        match self {
            Deed::CreateAgain { order }
            | Deed::Stranger { order }
            | Deed::Read { order }
            | Deed::Withdraw { order, .. }
            | Deed::Book { order, .. }
            | Deed::BookInvented { order, .. }
            | Deed::Invalid { order, .. } => Some(*order),
            Deed::Refused { step: Step::Book { order, .. } } => Some(*order),
            Deed::Refused { .. } | Deed::Qualify { .. } | Deed::Create => None,
            Deed::List | Deed::Narrowed => None,
        }
    }

    /// The state that it is done in.
    pub fn once(&self) -> Option<State> {
        self.cell().map(|(once, _)| once)
    }

    /// The cell of the lifecycle that it tries.
    pub fn cell(&self) -> Option<(State, Trigger)> {
        let (once, operation) = match self {
            Deed::Withdraw { once, .. } => (once, Operation::Withdraw),
            Deed::Book { once, .. } | Deed::BookInvented { once, .. } => (once, Operation::Book),
            Deed::Qualify { .. }
            | Deed::Create
            | Deed::CreateAgain { .. }
            | Deed::Stranger { .. }
            | Deed::List
            | Deed::Narrowed
            | Deed::Refused { .. }
            | Deed::Read { .. }
            | Deed::Invalid { .. } => return None,
        };
        Some((*once, Trigger::Operation(operation)))
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Deed::Qualify { place } => write!(f, "provider A qualifies {place}"),
            Deed::Create => f.write_str("provider A orders with that qualification"),
            Deed::CreateAgain { order } => {
                write!(f, "provider A orders again with the qualification of order {order}")
            }
            Deed::Stranger { order } => {
                write!(f, "the other provider reads and withdraws order {order}")
            }
            Deed::List => f.write_str(
                "as long as anything happens, provider A lists the orders and reads each",
            ),
            Deed::Narrowed => f.write_str("provider A lists the orders, narrowed in every way"),
            Deed::Refused { step } => step.fmt(f),
            Deed::Read { order } => {
                write!(f, "as long as anything happens to order {order}, the owner reads it")
            }
            Deed::Withdraw { order, once } => {
                write!(f, "once order {order} is {once}, the owner withdraws it")
            }
            Deed::Book { order, once, nth } => {
                write!(f, "once order {order} is {once}, the owner books timeslot {nth} for it")
            }
            Deed::BookInvented { order, once } => write!(
                f,
                "once order {order} is {once}, the owner books a timeslot that does not exist"
            ),
            Deed::Invalid { order, cases } => {
                write!(f, "invalid requests about order {order}: {}", cases.join("; "))
            }
        }
    }
}
