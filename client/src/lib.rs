//! Typed client of Telcoinabox's Octane order API.
//!
//! Operations, requests and answers are generated from the contract, `openapi/octane-orders.yaml`.
//! What is written by hand is what a client needs beside them: who the caller is, how a request
//! travels and when it is sent again, what a failure says, and the flows that take more than one
//! request.
//!
//! # From a location to a withdrawn order
//!
//! A client is built once, and is cheap to clone:
//!
//! ```no_run
//! use octane_client::{Client, Credentials};
//!
//! # fn main() -> Result<(), octane_client::BuildError> {
//! let client = Client::builder("https://octane.example/tiab/api")
//!     .credentials(Credentials::new("harbour", "a secret"))
//!     .build()?;
//! // Or from `OCTANE_BASE_URL`, `OCTANE_USERNAME` and `OCTANE_PASSWORD`:
//! let client = Client::from_env()?.build()?;
//! # Ok(())
//! # }
//! ```
//!
//! A location is **qualified**, and the ids of that answer are carried into one **activation**. They
//! make it safe to repeat: the client does so by itself when the connection breaks, and there is one
//! order all the same.
//!
//! ```no_run
//! use octane_client::{Client, Error, types};
//!
//! # async fn order(client: &Client) -> Result<types::NbnOrder, Error> {
//! let location: types::LocationId = "LOC000000000001".parse().expect("it is well-formed");
//! let request = types::QualificationRequest::builder().location_id(location);
//! let qualified = client.check_service_qualification().body(request).send().await?;
//! let qualified = qualified.into_inner().response;
//!
//! let service = types::ServiceRequest::builder()
//!     .cust_no(100_001)
//!     .csn(types::CarrierServiceName::NbnTc4);
//! let request = types::ActivationRequest::builder()
//!     .sub_order_type(types::ActivationRequestSubOrderType::New)
//!     .service_class(qualified.location.service_class)
//!     .remote_order_id(qualified.remote_order_id)
//!     .qualification_search_id(qualified.qualification_search_id)
//!     .remote_qualification_search_id(qualified.remote_qualification_search_id)
//!     .service(service);
//! let request: types::ActivationRequest = request.try_into().expect("every property is set");
//! let order = client.create_nbn_order().body(request).send().await?;
//! # Ok(order.into_inner().response)
//! # }
//! ```
//!
//! nbn then moves the order along, and the client can **wait** for it and **list** what is there:
//!
//! ```no_run
//! use std::time::Duration;
//! use octane_client::{Client, Error, Waited, types::OrderStatus};
//!
//! # async fn wait(client: &Client) -> Result<(), Error> {
//! let wait = client.wait_for(1001).timeout(Duration::from_secs(3600));
//! match wait.until(|order| order.status == OrderStatus::AppointmentRequired).await? {
//!     Waited::Reached(_) => println!("book an appointment"),
//!     Waited::DeadlinePassed(order) => println!("still {}", order.status),
//! }
//!
//! let mut held = client.list_nbn_orders().status(OrderStatus::Held).items();
//! while let Some(order) = held.next().await {
//!     println!("{} waits for nbn", order?.order_id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An activation can be **withdrawn** until work on it begins. Early on that takes effect at once;
//! once nbn has accepted the order, nbn decides, and close to a booked visit it costs. That is one
//! call, which is safe to make again whatever became of the first:
//!
//! ```no_run
//! use octane_client::{Client, Error, WithdrawOutcome, types::WithdrawalReason};
//!
//! # async fn withdraw(client: &Client) -> Result<(), Error> {
//! match client.withdraw(1001, WithdrawalReason::CustomerChangedMind).send().await? {
//!     WithdrawOutcome::Withdrawn { .. } => println!("withdrawn"),
//!     WithdrawOutcome::WithdrawnWithCharge { charges, .. } => println!("{} charged", charges.len()),
//!     WithdrawOutcome::Refused { why, .. } => println!("not withdrawn: {why}"),
//!     WithdrawOutcome::StillPending { .. } => println!("nbn has not decided yet"),
//!     _ => println!("look at the order"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `examples/withdraw.rs` is a whole program, and the command line `octane` (feature `cli`) another.
//!
//! # What to know
//!
//! - **Errors.** Operations answer progenitor's error; `?` makes an [`Error`] of it wherever the
//!   function returns one, and `map_err(Error::from)` does where the code goes on to match. Flows
//!   answer an [`Error`] at once. Neither its text nor its sources show credentials or bodies.
//! - **Retries.** Reads, and creates with a `remoteOrderId`, are sent up to three times: see
//!   [`Retries`]. Every other call is sent once, and when its answer is lost, the order tells.
//! - **Time.** A call takes up to 60 seconds, of which an attempt up to 20: see [`ClientBuilder`].
//!   Retries and waits need a tokio runtime with its time enabled, as `#[tokio::main]` has it.
//! - **Growth.** Enums of answers that may grow ([`types::OrderStatus`] and others) keep a value
//!   they do not know in `Unknown`; fields that are new to this version are skipped.
//! - **Moments** keep the offset they were sent with, since a timeslot is a matter of local time.
//!   Money is in Australian dollars, GST included.
//! - **TLS** is the feature `rustls`, on by default, or `native-tls`. The feature `control` adds the
//!   client of the mock server's control plane.
//! - **Tracing.** Every call is a span `octane_call`, and every attempt a span `octane_attempt`, with
//!   the operation, the status and the number, and nothing of the request or the answer.
//! - **Tests** need no sockets and no sleep: see [`Transport`] and [`Clock`].

mod answer;
mod attempts;
mod backoff;
mod build_error;
mod call;
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
mod generated;
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

pub use build_error::BuildError;
pub use client_builder::ClientBuilder;
pub use clock::Clock;
pub use credentials::Credentials;
pub use decode_error::DecodeError;
pub use envelope::Envelope;
pub use error::Error;
pub use generated::orders::{Client, builder, types};
pub use pages::{Items, Pages};
pub use progenitor_client::ResponseValue;
pub use reply::Reply;
pub use retries::Retries;
pub use retry_after::RetryAfter;
pub use transport::{BoxFuture, Transport};
pub use wait::{Wait, Waited};
pub use withdraw::Withdraw;
pub use withdraw_outcome::{WithdrawOutcome, WithdrawRefusal};

/// Its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
