//! What the client promises beside the generated operations. No test opens a socket.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod answers;
mod building;
mod control;
mod errors;
mod requests;
mod support;
