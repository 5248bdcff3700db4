//! The generated halves of the clients, one module a contract.
//!
//! They are made when this crate is built, and mended in the contract or in `octane_openapi::codegen`,
//! not here. What is written by hand around them takes them from here and nowhere else, so that
//! `cargo xtask gen --sdk` can put files in the place of what a build script makes.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    rustdoc::bare_urls,
    rustdoc::invalid_html_tags,
    unreachable_pub,
    unused_qualifications,
    rust_2018_idioms,
    reason = "generated"
)]

pub(crate) mod orders {
    include!(concat!(env!("OUT_DIR"), "/orders.rs"));
}

#[cfg(feature = "control")]
pub(crate) mod control {
    include!(concat!(env!("OUT_DIR"), "/control.rs"));
}
