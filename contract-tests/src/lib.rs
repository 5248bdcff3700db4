//! Contract tests of the Octane withdraw flow, against the mock or any URL with a control plane.
//!
//! Cases are data; a [`Target`] is where they are sent, and everything that is answered is held
//! against the contract on the way. What is right is written out in [`truth_table`] and worked out by
//! [`model`], and never asked of the code under test. From there, three ways to be wrong are looked
//! for, all of them by [`verify`]:
//!
//! - [`wire`]: every cell of the truth table, one order each;
//! - [`negative`]: requests that break one rule each, generated from the contract's schemas;
//! - [`machine`]: sequences of steps, known ones and random ones, each answer and each view of the
//!   service compared whole with the model.
//!
//! A check is a free function that gives a [`failure::Failure`] or nothing; a [`report`] is made of
//! those.

pub mod agreement;
pub mod caller;
pub mod cli;
pub mod coverage;
#[cfg(feature = "defects")]
pub mod defects;
pub mod difference;
pub mod exchange;
pub mod failure;
pub mod judge;
pub mod machine;
pub mod model;
pub mod negative;
pub mod probes;
pub mod races;
pub mod reach;
pub mod recorder;
pub mod report;
pub mod session;
pub mod step;
pub mod target;
pub mod truth_table;
pub mod verify;
pub mod wire;

pub use session::Session;
pub use target::Target;
