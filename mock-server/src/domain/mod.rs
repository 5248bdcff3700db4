//! What an order is and how it changes: pure functions over plain values.
//!
//! [`decide`](mod@decide) answers a command with events or a [`Refusal`], [`Order::apply`] is the only thing that
//! changes an order. Which state permits what stands in the contract's lifecycle and is read from
//! there; what this module adds is the effects and conditions the lifecycle names.
//!
//! **Invariant:** nothing here knows of HTTP, clocks, locks or async. The present moment is an
//! argument.

pub mod create;
pub mod decide;
mod effect;
pub mod event;
pub mod moves;
pub mod order;
pub mod qualification;
pub mod refusal;
pub mod timeslot;
pub mod touched;

pub use decide::Decision;
pub use effect::LifecycleError;
pub use event::{Event, Recorded};
pub use order::{Order, OrderId};
pub use qualification::Qualification;
pub use refusal::{Refusal, Wording};
pub use timeslot::{Timeslot, TimeslotBook};
pub use touched::Touched;

pub(crate) use effect::{check_lifecycle, holds};
