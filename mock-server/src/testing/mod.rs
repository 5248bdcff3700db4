//! The mock as part of a test suite: a server that a test starts, fills, spoils and asks.
//!
//! What can go wrong here is a mistake in the test, so it panics where the test stands, and says what
//! is wrong and what would be right. Whoever wants an error instead takes [`World`](crate::World).

mod builder;
mod expectation;
mod fault_guard;
mod running;
mod test_world;

pub use builder::MockServerBuilder;
pub use expectation::ExpectedCalls;
pub use fault_guard::FaultGuard;
pub use running::RunningServer;
pub use test_world::TestWorld;
