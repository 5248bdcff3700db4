//! What the crate promises its callers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod contract;
#[cfg(feature = "foreign")]
mod foreign;
mod lifecycle;
#[cfg(feature = "tooling")]
mod lint;
#[cfg(feature = "foreign")]
mod sample;
#[cfg(feature = "validation")]
mod validation;
