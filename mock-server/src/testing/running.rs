//! A server that listens until it is dropped.

use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::builder::MockServerBuilder;
use super::test_world::TestWorld;
use crate::server::MockServer;

/// A mock server that listens on 127.0.0.1, for tests. It has the methods of the [`TestWorld`] that
/// requests without a world go to.
///
/// It runs in a thread of its own, so that it outlives the runtime of the test that started it and
/// may be shared by several. Dropped, it stops: no more connections are accepted, and what is
/// running is finished.
///
/// # Example
///
/// A test that withdraws an order, and checks that this was asked for once:
///
/// ```
/// use octane_client::types::{OrderStatus, WithdrawRequest, WithdrawalReason};
/// use octane_mock_server::{MockServer, SeedOrder};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = MockServer::start().await;
/// let order = server.seed_order(&SeedOrder::in_state(OrderStatus::Held)).id();
///
/// // What is under test, which would have a client of its own:
/// let client = server.client("harbour");
/// let body = WithdrawRequest::builder().reason(WithdrawalReason::ExcessiveDelay);
/// client.cancel_nbn_order().order_id(order).body(body).send().await?;
///
/// server.expect_calls("cancelNbnOrder").order(order).exactly(1);
/// assert_eq!(server.order(order).status, "PendingWithdrawal");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RunningServer {
    server: MockServer,
    address: SocketAddr,
    default: TestWorld,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MockServer {
    /// Starts a server on a free port of 127.0.0.1, with [defaults](crate::Config::default) for all
    /// else.
    ///
    /// # Panics
    /// If no port can be had.
    pub async fn start() -> RunningServer {
        Self::builder().start().await
    }

    /// A server that is to be different.
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::default()
    }
}

impl RunningServer {
    pub(super) fn launch(server: MockServer) -> Self {
        let (listener, address) =
            listen().unwrap_or_else(|error| panic!("cannot listen on 127.0.0.1: {error}"));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = server.clone();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime needs no more than the listener did");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener);
                let listener = listener.expect("the listener is one, and does not block");
                // Dropped without a word counts as asked to stop.
                let stopped = async { stopped.await.unwrap_or(()) };
                if let Err(error) = served.serve(listener, stopped).await {
                    tracing::error!(%error, "the mock stopped by itself");
                }
            });
        };
        let thread = std::thread::Builder::new().name("octane-mock".to_owned()).spawn(serve);
        let thread = thread.unwrap_or_else(|error| panic!("cannot start a thread: {error}"));
        let default = TestWorld::new(format!("http://{address}"), Arc::clone(server.world()));
        Self { server, address, default, stop: Some(stop), thread: Some(thread) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a world apart from all others, for a test that shares the server: it has a base URL,
    /// orders, a clock, faults and a journal of its own, and the default world's seed and settings.
    ///
    /// # Panics
    /// If there is a world of this name, or 256 of them.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::LazyLock;
    ///
    /// use octane_mock_server::{MockServer, RunningServer, SeedOrder};
    ///
    /// static MOCK: LazyLock<RunningServer> =
    ///     LazyLock::new(|| MockServer::builder().start_blocking());
    ///
    /// let (one, other) = (MOCK.world_named("one"), MOCK.world_named("other"));
    /// one.seed_order(&SeedOrder::in_state("Held"));
    /// assert_eq!(one.world().order_count(), 1);
    /// assert_eq!(other.world().order_count(), 0);
    /// ```
    #[track_caller]
    pub fn world_named(&self, name: &str) -> TestWorld {
        let (worlds, default) = (self.server.worlds(), self.server.world());
        let made = worlds.create(name, default.seed(), default.clock(), default.network());
        let world = made.unwrap_or_else(|refusal| panic!("{}", refusal.message));
        TestWorld::new(format!("{}/worlds/{name}", self.default.base_url()), world)
    }

    /// Stops the server and waits until running requests are finished, for ten seconds at the most.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let thread = self.thread.take().expect("taken here alone, and `self` is used up");
        let (tell, told) = oneshot::channel();
        std::thread::spawn(move || {
            let ended = thread.join();
            // Whoever does not wait any more need not be told.
            tell.send(ended).ok();
        });
        if let Ok(Err(panic)) = told.await {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Deref for RunningServer {
    type Target = TestWorld;

    fn deref(&self) -> &TestWorld {
        &self.default
    }
}

fn listen() -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
