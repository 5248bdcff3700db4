//! The client held against the contract it is made from, as `octane-openapi` reads it.
//!
//! Apart from the other tests, because a published client comes without the contract: what is in
//! `tests/it` needs nothing but the client.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod examples;
mod round_trip;
mod schema;
#[path = "../it/support/mod.rs"]
#[expect(dead_code, reason = "most of it is for the tests without a contract")]
mod support;
