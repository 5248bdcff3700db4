//! Contract tests of the Octane withdraw flow, against the mock or any URL with a control plane.
//!
//! Cases are data; a [`Target`] is where they are sent. What is right is written out in
//! [`truth_table`] and worked out by [`model`], and never asked of the code under test.

pub mod agreement;
pub mod caller;
pub mod cli;
pub mod coverage;
pub mod difference;
pub mod exchange;
pub mod failure;
pub mod judge;
pub mod machine;
pub mod model;
pub mod negative;
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
