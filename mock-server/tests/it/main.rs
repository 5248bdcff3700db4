//! The mock server from outside: requests in, answers out.

#![expect(clippy::unwrap_used, reason = "in a test, to panic is to fail")]

mod binary;
mod console;
mod contract;
mod control_plane;
mod coverage;
mod faults;
mod foreign;
mod inspection;
mod journal;
mod judgement;
mod library;
mod network;
mod preferences;
mod rate_limit;
mod requests;
mod stream;
mod support;
mod verify;
mod world;
mod worlds;
