//! What goes wrong on purpose, and when: the fault rules of a world.
//!
//! A [`FaultRule`] says which calls it is for, which of those it picks, and what becomes of them.
//! [`FaultRules`] keeps the rules of a world in their order and tells for each call which one applies:
//! the first that is for the call and picks it. Nothing is left to chance: a probability is drawn from
//! the world's seed, the rule and the count of its calls, so the same calls meet the same faults.
//!
//! Nothing here knows of HTTP, of contracts or of time: the moment is an argument, a status is a
//! number, and whether a response is documented is asked elsewhere. How a fault is carried out is the
//! business of `http`, and of `listener` where it takes a connection.

mod draw;
mod rule;
mod rules;

pub use rule::{Effect, FaultRule, Pick, Stage};
pub(crate) use rules::{FAULTS_MAX, FaultRules};
pub use rules::{FaultInForce, FaultMet};
