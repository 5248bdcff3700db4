//! Typed client of Telcoinabox's Octane order API.
//!
//! Operations, requests and answers are generated from `openapi/octane-orders.yaml` when this crate
//! is built, so they are the contract's. What is written by hand is how a client is put together,
//! who the caller is, how a request travels, and what a failure says.
//!
//! # Withdrawing an order
//!
//! An activation can be withdrawn until work on it begins. Early on that takes effect at once
//! (200); once nbn has accepted the order, nbn decides (202). The order itself says whether it is
//! still possible, but only the answer is sure: the order may move on in between.
//!
//! ```no_run
//! use octane_client::{Client, Credentials, Error, types};
//!
//! # async fn withdraw() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("http://127.0.0.1:4010")
//!     .credentials(Credentials::new("harbour", "a secret"))
//!     .build()?;
//!
//! let order = client.get_nbn_order().order_id(1001).send().await?.into_inner().response;
//! if !order.is_withdrawable {
//!     return Err(format!("order 1001 is {}", order.status).into());
//! }
//!
//! let request = types::WithdrawRequest {
//!     reason: types::WithdrawalReason::CustomerChangedMind,
//!     comment: None,
//! };
//! let answer = client.cancel_nbn_order().order_id(1001).body(request).send().await;
//! match answer.map_err(Error::from) {
//!     Ok(answer) if answer.status().as_u16() == 202 => println!("nbn will decide"),
//!     Ok(answer) => println!("the order is {}", answer.response.status),
//!     Err(error) if error.error_code() == Some(types::ErrorCode::PastPointOfNoReturn) => {
//!         println!("too late: a technician is at work");
//!     }
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `examples/withdraw.rs` is the whole program.
//!
//! # What to know
//!
//! - **Errors.** Operations answer progenitor's error; `?` makes an [`Error`] of it wherever the
//!   function returns one, and `map_err(Error::from)` does where the code goes on to match.
//! - **Growth.** Enums of answers that may grow ([`types::OrderStatus`] and others) keep a value
//!   they do not know in `Unknown`; fields that are new to this version are skipped.
//! - **Times** keep the offset they were sent with, since a timeslot is a matter of local time.
//! - **TLS** is the feature `rustls`, on by default. The feature `control` adds the client of the
//!   mock server's control plane.
//! - **Tests** need no sockets: see [`Transport`].

mod answer;
mod attempts;
mod backoff;
mod build_error;
mod client_builder;
mod clock;
#[cfg(feature = "control")]
pub mod control;
mod credentials;
mod decode_error;
mod duplicate;
mod envelope;
mod environment;
mod error;
mod exchange;
mod hooks;
mod link;
mod pages;
mod repeat;
mod reply;
mod retries;
mod retry_after;
mod spare;
mod telemetry;
mod transport;
mod wait;
mod withdraw;
mod withdraw_outcome;

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    unreachable_pub,
    unused_qualifications,
    rust_2018_idioms,
    reason = "generated: mended in `octane_openapi::codegen` or in the contract, not here"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/orders.rs"));
}

pub use build_error::BuildError;
pub use client_builder::ClientBuilder;
pub use clock::Clock;
pub use credentials::Credentials;
pub use decode_error::DecodeError;
pub use envelope::Envelope;
pub use error::Error;
pub use generated::{Client, builder, types};
pub use pages::{Items, Pages};
pub use progenitor_client::ResponseValue;
pub use reply::Reply;
pub use retries::Retries;
pub use retry_after::RetryAfter;
pub use transport::{BoxFuture, Transport};
pub use wait::{Wait, Waited};
pub use withdraw::Withdraw;
pub use withdraw_outcome::{WithdrawOutcome, WithdrawRefusal};
