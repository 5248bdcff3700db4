//! The operations: from a valid call to the world and back.
//!
//! A handler turns wire types into a command and an order into wire types, and decides nothing.

mod control;
mod orders;
mod wire;

pub(crate) use control::{ControlCaller, Controlled, control_handlers};
pub(crate) use orders::{OrdersCaller, orders_handlers};
