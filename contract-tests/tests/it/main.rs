//! The contract tests, against the mock in this process and over loopback.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod accepting;
mod command_line;
mod control_token;
mod credentials;
mod curl;
#[cfg(feature = "defects")]
mod defects;
mod faults;
mod hanging_up;
mod held;
mod https;
mod interrupted;
mod misfits;
mod negatives;
mod program;
mod races;
mod replaying;
mod reports;
mod state_machine;
mod support;
mod truth_table;
mod unsteered;
mod verifying;
mod withdrawal;
