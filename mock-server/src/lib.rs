//! A stateful mock of the Octane order API that behaves as its contract says.
//!
//! The router, the validation and the lifecycle come from `openapi/octane-orders.yaml`; this crate
//! adds what a contract cannot hold: orders, a clock, timeslots, test data. [`MockServer`] is the way
//! in; the binary `octane-mock` is a thin layer over it.
//!
//! # In a test suite
//!
//! [`MockServer::start`] gives a test a server of its own on a free port, which it fills with orders,
//! spoils with faults, and asks afterwards what was called:
//!
//! ```
//! use octane_client::types::{OrderStatus, WithdrawalReason};
//! use octane_client::{Client, Error, WithdrawOutcome};
//! use octane_mock_server::{Effect, FaultRule, MockServer, SeedOrder, Stage};
//!
//! /// What is under test.
//! async fn give_up(client: &Client, order: i64) -> Result<bool, Error> {
//!     let outcome = client.withdraw(order, WithdrawalReason::CostDeclined).send().await?;
//!     Ok(matches!(outcome, WithdrawOutcome::Withdrawn { .. }))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start().await;
//! let order = server.seed_order(&SeedOrder::in_state(OrderStatus::Acknowledged)).id();
//!
//! // The answer to the withdrawal gets lost, though the order is withdrawn.
//! let lost = FaultRule {
//!     operations: vec!["cancelNbnOrder".to_owned()],
//!     times: Some(1),
//!     ..FaultRule::new(Effect::Reset(Stage::AfterHandling))
//! };
//! let _lost = server.fault(lost);
//!
//! assert!(give_up(&server.client("harbour"), order).await?);
//! server.expect_calls("cancelNbnOrder").order(order).exactly(1);
//! server.expect_any_calls().invalid().never();
//! # Ok(())
//! # }
//! ```
//!
//! Tests that share a server take a [world](RunningServer::world_named) each.
//!
//! # Without sockets
//!
//! [`MockServer::new`] with a [`Config`] gives a [router](MockServer::router) for a process of its
//! own, and [`World`] what can be done without HTTP:
//!
//! ```
//! use octane_mock_server::{Config, MockServer, SeedOrder};
//!
//! let server = MockServer::new(Config::default())?;
//! let order = server.world().seed_order(&SeedOrder::in_state("Scheduled")).expect("a way leads there");
//! assert!(order.booked_timeslot().is_some());
//! # Ok::<(), octane_mock_server::BuildError>(())
//! ```

mod agenda;
mod arrival;
mod auth;
mod clock;
mod console;
mod control_token;
mod coverage;
mod cursor;
#[cfg(feature = "defects")]
pub mod defects;
pub mod domain;
mod entrance;
mod faults;
mod foreign;
mod guard;
mod handlers;
mod http;
mod ids;
mod journal;
mod limits;
mod listener;
mod rate_limit;
mod scenario;
mod seeding;
mod server;
mod store;
mod test_data;
mod testing;
mod world;
mod worlds;

pub use clock::{Clock, ClockOutOfRange};
pub use control_token::{ControlToken, ControlTokenError};
pub use coverage::{CellCoverage, Coverage, OperationCoverage};
pub use faults::{Effect, FaultInForce, FaultMet, FaultRule, Pick, Stage};
pub use foreign::{ForeignConfig, ForeignServer};
pub use http::{ResponseCheck, StartError, Validation};
pub use journal::{
    CallCount, CallFilter, Exchange, JOURNAL_CAPACITY_DEFAULT, Journal, JournalPage, Message,
    Verification,
};
pub use rate_limit::{RateLimit, RateLimitError};
pub use scenario::{Scenario, ScenarioError};
pub use seeding::SeedOrder;
pub use server::{BuildError, Config, ControlPlane, MockServer};
pub use store::{MemoryStore, Store};
pub use test_data::{Customer, Location, Provider, ServiceArea, TestData, TestDataError};
pub use testing::{ExpectedCalls, FaultGuard, MockServerBuilder, RunningServer, TestWorld};
pub use world::{
    Carried, CreateOrder, FreeTimeslot, FreeTimeslots, Inspection, Network, OrderFilter, OrderPage,
    World,
};
pub use worlds::{DEFAULT_WORLD, Worlds};
