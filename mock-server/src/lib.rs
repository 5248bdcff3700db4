//! A stateful mock of the Octane order API that behaves as its contract says.
//!
//! The router, the validation and the lifecycle come from `openapi/octane-orders.yaml`; this crate
//! adds what a contract cannot hold: orders, a clock, timeslots, test data. [`MockServer`] is the way
//! in; the binary `octane-mock` is a thin layer over it.
//!
//! # Example
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
mod auth;
mod clock;
mod cursor;
#[cfg(feature = "defects")]
pub mod defects;
pub mod domain;
mod entrance;
mod handlers;
mod http;
mod ids;
mod scenario;
mod seeding;
mod server;
mod store;
mod test_data;
mod world;
mod worlds;

pub use clock::{Clock, ClockOutOfRange};
pub use http::{ResponseCheck, StartError};
pub use scenario::{Scenario, ScenarioError};
pub use seeding::SeedOrder;
pub use server::{BuildError, Config, ControlPlane, MockServer};
pub use store::{MemoryStore, Store};
pub use test_data::{Customer, Location, Provider, ServiceArea, TestData, TestDataError};
pub use world::{
    Carried, CreateOrder, FreeTimeslot, FreeTimeslots, Network, OrderFilter, OrderPage, World,
};
pub use worlds::{DEFAULT_WORLD, Worlds};
