//! The mock server from outside: requests in, answers out.

#![expect(clippy::unwrap_used, reason = "in a test, to panic is to fail")]

mod binary;
mod contract;
mod coverage;
mod faults;
mod inspection;
mod journal;
mod judgement;
mod network;
mod rate_limit;
mod requests;
mod support;
mod world;
mod worlds;
