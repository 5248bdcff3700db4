//! What the client promises beside the generated operations. No test sleeps, and none leaves this
//! machine.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod answers;
mod building;
#[cfg(feature = "cli")]
mod cli;
mod control;
mod errors;
mod lost_connections;
mod pages;
mod requests;
mod retries;
mod support;
mod waiting;
mod withdrawing;
