//! The chores from outside: what they print, what they write, and what they end with.
//!
//! Whatever a chore writes, it writes to a copy of the repository.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod generate;
mod new_operation;
mod sdk;
mod support;
mod walk_throughs;
