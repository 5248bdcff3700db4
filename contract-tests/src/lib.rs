//! Contract tests of the Octane withdraw flow, against the mock or any URL.
//!
//! What is tried is data: a [`trial::Trial`] is steps or invalid requests, and a [`Target`] is where
//! they are sent. Everything that is answered is held against the contract on the way. What is right
//! is written out in [`truth_table`] and worked out by [`model`], and never asked of the code under
//! test. From there, these ways to be wrong are looked for, all of them by [`verify`]:
//!
//! - [`cells`]: every cell of the truth table, as an order seeded into a state and one step;
//! - [`negative`]: requests that break one rule each, generated from the contract's schemas;
//! - [`machine`]: sequences of steps, known ones and drawn ones, each answer and each view of the
//!   service compared whole with the model;
//! - [`probes`]: what no sequence of steps can show, each promise by itself;
//! - [`races`]: steps at once, which some order of them must explain;
//! - [`faulted`]: calls that are made to fail, where the target can be told to.
//!
//! Where nbn cannot be played, orders are followed instead: see [`machine::follower`] and [`oracle`].
//!
//! A check is a free function that gives a [`failure::Failure`] or nothing. What it breaks is one of
//! the [`rules`]; with what is needed to see it again it is a [`finding::Finding`] of a
//! [`report::Report`], and a [`replay::Replay`] tries it once more.

pub mod access;
pub mod agreement;
pub mod budget;
pub mod caller;
pub mod cells;
pub mod cleanup;
pub mod cli;
pub mod commands;
pub mod coverage;
pub mod credentials;
pub mod deeds;
#[cfg(feature = "defects")]
pub mod defects;
pub mod difference;
pub mod exchange;
pub mod explore;
pub mod failure;
pub mod faulted;
pub mod finding;
pub mod fits;
pub mod forms;
pub mod gaps;
pub mod interrupt;
pub mod judge;
pub mod known;
pub mod ledger;
pub mod machine;
pub mod model;
pub mod negative;
pub mod oracle;
mod outputs;
pub mod own_world;
pub mod pace;
pub mod probes;
pub mod profile;
pub mod progress;
pub mod races;
pub mod reach;
pub mod recorder;
pub mod redact;
pub mod replay;
pub mod report;
pub mod reproduce;
mod request_lines;
pub mod rules;
pub mod session;
pub mod shell;
pub mod skew;
#[cfg(feature = "in-process")]
pub mod soak;
pub mod steering;
pub mod step;
pub mod target;
pub mod trial;
pub mod trust;
pub mod truth_table;
pub mod verify;

pub use session::Session;
pub use target::Target;
