//! One world of a running server, as a test handles it.

use std::sync::Arc;

use chrono::TimeDelta;
use octane_client::{Client, ClientBuilder, Credentials};

use super::expectation::ExpectedCalls;
use super::fault_guard::FaultGuard;
use crate::domain::decide::NetworkEvent;
use crate::domain::{Order, OrderId};
use crate::faults::FaultRule;
use crate::seeding::SeedOrder;
use crate::world::World;

/// A world of a running server: where it is, and how a test steers and asks it.
#[derive(Debug, Clone)]
pub struct TestWorld {
    base_url: String,
    world: Arc<World>,
}

impl TestWorld {
    pub(super) fn new(base_url: String, world: Arc<World>) -> Self {
        Self { base_url, world }
    }

    /// What a client of the order endpoints takes for its base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The world itself, whose methods answer errors instead of panicking.
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// A client of the order endpoints for one of the providers of the test data.
    ///
    /// # Panics
    /// If there is no such provider.
    #[track_caller]
    pub fn client(&self, provider: &str) -> Client {
        self.client_builder(provider).build().expect("the server's own address is one")
    }

    /// As [`client`](Self::client), with its settings still to be chosen: a test of what goes wrong
    /// may not want to wait for [`Retries`](octane_client::Retries).
    ///
    /// # Panics
    /// If there is no such provider.
    #[track_caller]
    pub fn client_builder(&self, provider: &str) -> ClientBuilder {
        let test_data = self.world.test_data();
        let Some(known) = test_data.provider(provider) else {
            let known: Vec<_> = test_data.providers().map(|it| it.username.as_str()).collect();
            panic!("there is no provider `{provider}`; known are `{}`", known.join("`, `"));
        };
        let credentials = Credentials::new(&*known.username, &known.password);
        Client::builder(&*self.base_url).credentials(credentials)
    }

    /// Makes an order that is as if it had come into a state by itself.
    ///
    /// # Panics
    /// If it cannot be made, with the reason.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_client::types::OrderStatus;
    /// use octane_mock_server::{MockServer, SeedOrder};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = MockServer::start().await;
    /// let wanted = SeedOrder::in_state(OrderStatus::PendingWithdrawal)
    ///     .through(OrderStatus::Scheduled)
    ///     .provider("outback");
    /// let order = server.seed_order(&wanted);
    /// assert!(order.booked_timeslot().is_some());
    /// # }
    /// ```
    #[track_caller]
    pub fn seed_order(&self, wanted: &SeedOrder) -> Order {
        let seeded = self.world.seed_order(wanted);
        seeded.unwrap_or_else(|refusal| panic!("no such order can be made: {}", refusal.message))
    }

    /// The order with this number, whoever's it is.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    pub fn order(&self, order_id: OrderId) -> Order {
        let inspected = self.world.inspect(order_id);
        inspected.unwrap_or_else(|refusal| panic!("{}", refusal.message)).order
    }

    /// Lets nbn act on an order.
    ///
    /// # Panics
    /// If there is no such order, or the event is not legal in its state; with those that are.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_mock_server::domain::decide::NetworkEvent;
    /// use octane_mock_server::{MockServer, SeedOrder};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let server = MockServer::start().await;
    /// let order = server.seed_order(&SeedOrder::in_state("Submitted")).id();
    /// let order = server.network_event(order, NetworkEvent::named("acknowledge"));
    /// assert_eq!(order.status, "Acknowledged");
    /// # }
    /// ```
    #[track_caller]
    pub fn network_event(&self, order_id: OrderId, event: NetworkEvent) -> Order {
        let happened = self.world.network_event(order_id, event);
        happened.unwrap_or_else(|refusal| panic!("{}", refusal.message))
    }

    /// Moves the world's clock forward.
    ///
    /// # Panics
    /// If it would leave the years 1970 to 9998.
    #[track_caller]
    pub fn advance_clock(&self, by: TimeDelta) {
        if let Err(error) = self.world.advance_clock(by) {
            panic!("the clock cannot be moved by {by}: {error}");
        }
    }

    /// Has calls go wrong for as long as the guard is kept.
    ///
    /// # Panics
    /// If the rule names an operation that the contract does not have, or there are 100 rules.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_client::{Error, Retries};
    /// use octane_mock_server::{Effect, FaultRule, MockServer, Stage};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = MockServer::start().await;
    /// let client = server.client_builder("harbour").retries(Retries::none()).build()?;
    /// let too_often = Effect::TooManyRequests { stage: Stage::BeforeHandling, retry_after_seconds: 7 };
    ///
    /// let fault = server.fault(FaultRule::new(too_often));
    /// let error = client.list_nbn_orders().send().await.map_err(Error::from).unwrap_err();
    /// assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    /// assert_eq!(fault.applied(), 1);
    ///
    /// drop(fault);
    /// client.list_nbn_orders().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn fault(&self, rule: FaultRule) -> FaultGuard {
        FaultGuard::put(&self.world, rule)
    }

    /// Begins to say how often an operation is to have been called.
    ///
    /// # Example
    ///
    /// ```should_panic
    /// use octane_mock_server::MockServer;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = MockServer::start().await;
    /// server.client("harbour").list_nbn_orders().send().await?;
    /// // Panics: "Exactly 1 listNbnOrders by outback was expected, and there was none; there was 1
    /// // listNbnOrders, by harbour." And lists the exchanges that there were.
    /// server.expect_calls("listNbnOrders").provider("outback").exactly(1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn expect_calls(&self, operation: &str) -> ExpectedCalls<'_> {
        ExpectedCalls::of(self.world.journal(), Some(operation))
    }

    /// As [`expect_calls`](Self::expect_calls), of any operation, and of requests that reached none.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_mock_server::MockServer;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = MockServer::start().await;
    /// server.client("harbour").list_nbn_orders().send().await?;
    /// server.expect_any_calls().invalid().never();
    /// # Ok(())
    /// # }
    /// ```
    pub fn expect_any_calls(&self) -> ExpectedCalls<'_> {
        ExpectedCalls::of(self.world.journal(), None)
    }
}
