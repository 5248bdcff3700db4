//! What a test wants of its server.

use chrono::{DateTime, FixedOffset};
use octane_openapi::Contract;

use super::running::RunningServer;
use crate::clock::Clock;
use crate::http::ResponseCheck;
use crate::rate_limit::RateLimit;
use crate::server::{BuildError, Config, MockServer};
use crate::test_data::TestData;
use crate::world::Network;

/// A server to be. What is not said is as in [`Config::default`].
///
/// # Example
///
/// ```
/// use octane_mock_server::{MockServer, Network};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let server = MockServer::builder()
///     .seed(7)
///     .fixed_time("2026-03-02T09:00:00+11:00")
///     .network(Network::Auto)
///     .start()
///     .await;
/// assert!(server.base_url().starts_with("http://127.0.0.1:"));
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder does nothing before `start` or `build`"]
pub struct MockServerBuilder(Config);

impl MockServerBuilder {
    /// Draws ids and the places of timeslots from this seed.
    pub fn seed(mut self, seed: u32) -> Self {
        self.0.seed = seed;
        self
    }

    /// Goes by this clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.0.clock = clock;
        self
    }

    /// Goes by a clock that stands at this moment, written as in RFC 3339, until it is moved.
    ///
    /// # Panics
    /// If it is no such moment, or lies outside the years 1970 to 9998.
    #[track_caller]
    pub fn fixed_time(self, moment: &str) -> Self {
        let now: DateTime<FixedOffset> = moment.parse().unwrap_or_else(|error| {
            panic!("`{moment}` is no moment as in `2026-03-02T09:00:00+11:00`: {error}")
        });
        let clock = Clock::fixed(now.to_utc());
        self.clock(clock.unwrap_or_else(|error| panic!("`{moment}`: {error}")))
    }

    /// Has nbn played by whom.
    pub fn network(mut self, network: Network) -> Self {
        self.0.network = network;
        self
    }

    /// Lets each provider call so often.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.0.rate_limit = Some(limit);
        self
    }

    /// Knows these providers and locations.
    pub fn test_data(mut self, test_data: TestData) -> Self {
        self.0.test_data = test_data;
        self
    }

    /// Serves this contract of the order endpoints.
    pub fn contract(mut self, contract: Contract) -> Self {
        self.0.contract = Some(contract);
        self
    }

    /// Holds answers against the contract, or not.
    pub fn response_check(mut self, response_check: ResponseCheck) -> Self {
        self.0.response_check = response_check;
        self
    }

    /// Keeps so many exchanges in the journal of each world.
    pub fn journal_capacity(mut self, exchanges: usize) -> Self {
        self.0.journal_capacity = exchanges;
        self
    }

    /// The server, which does not listen yet.
    ///
    /// # Errors
    /// As [`MockServer::new`].
    pub fn build(self) -> Result<MockServer, BuildError> {
        MockServer::new(self.0)
    }

    /// Starts the server on a free port of 127.0.0.1, in a thread of its own.
    ///
    /// # Panics
    /// If the contract cannot be served, or no port can be had.
    pub async fn start(self) -> RunningServer {
        self.start_blocking()
    }

    /// As [`start`](Self::start), where nothing can be awaited: in a `LazyLock` that the tests of a
    /// program share, each in a [world of its own](RunningServer::world_named).
    ///
    /// # Panics
    /// As `start`.
    pub fn start_blocking(self) -> RunningServer {
        let server = self.build().unwrap_or_else(|error| panic!("the mock cannot start: {error}"));
        RunningServer::launch(server)
    }
}
