//! The mock server as a router, and as a router on a listener.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use octane_openapi::{Contract, ReadError};
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::control_token::ControlToken;
use crate::coverage::Coverable;
use crate::domain::{self, LifecycleError};
use crate::entrance::Entrance;
use crate::guard::Guard;
use crate::handlers::{About, control_handlers, orders_handlers};
use crate::http::{self, Api, ResponseCheck, StartError, Validation};
use crate::journal::JOURNAL_CAPACITY_DEFAULT;
use crate::listener::{self, Limits};
use crate::rate_limit::RateLimit;
use crate::scenario::ScenarioError;
use crate::test_data::TestData;
use crate::world::{Network, World};
use crate::worlds::Worlds;

/// The lifecycle that judges orders, by its name in the contract.
const LIFECYCLE: &str = "nbnOrder";

/// How a mock server is to be.
#[derive(Debug)]
pub struct Config {
    /// The contract of the order endpoints; the built-in one if there is none.
    pub contract: Option<Contract>,
    /// What ids and timeslot capacities are drawn from.
    pub seed: u32,
    /// The clock it starts with.
    pub clock: Clock,
    /// Who plays nbn.
    pub network: Network,
    /// How often each provider may call; as often as it likes without one.
    pub rate_limit: Option<RateLimit>,
    /// Who may call, and what is where.
    pub test_data: TestData,
    /// Whether answers are held against the contract.
    pub response_check: ResponseCheck,
    /// Whether the control plane is served.
    pub control_plane: ControlPlane,
    /// How many exchanges the journal of each world holds; 0 to keep none.
    pub journal_capacity: usize,
    /// What becomes of invalid requests to the order endpoints, as far as their handlers can cope.
    pub validation: Validation,
}

/// Whether testers can steer the server under `/_mock/`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ControlPlane {
    /// They can from this machine, without credentials: on loopback addresses only, and not from web
    /// pages of other origins.
    #[default]
    Served,
    /// They can from wherever the server is reached, with this token.
    Guarded(ControlToken),
    /// `/_mock/` is a path like any other that the contract does not have.
    Absent,
}

impl ControlPlane {
    /// What requests to the control plane have to pass, if there is one.
    pub(crate) fn guard(&self) -> Option<Guard> {
        match self {
            Self::Served => Some(Guard::default()),
            Self::Guarded(token) => Some(Guard { token: Some(token.clone()) }),
            Self::Absent => None,
        }
    }

    /// Whether it may be served on an address: without a token, only where nobody else is.
    pub(crate) fn may_listen_on(&self, address: SocketAddr) -> io::Result<()> {
        if *self != Self::Served || address.ip().is_loopback() {
            return Ok(());
        }
        let message = format!(
            "the control plane would be open to whoever reaches `{address}`; listen on a loopback \
             address, set a control token, or serve none"
        );
        Err(io::Error::new(io::ErrorKind::InvalidInput, message))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            contract: None,
            seed: 1,
            clock: Clock::default(),
            network: Network::default(),
            rate_limit: None,
            test_data: TestData::built_in(),
            response_check: ResponseCheck::default(),
            control_plane: ControlPlane::default(),
            journal_capacity: JOURNAL_CAPACITY_DEFAULT,
            validation: Validation::default(),
        }
    }
}

/// Why a mock server cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A contract that comes with the server cannot be read.
    #[error("failed to read the built-in contract")]
    Read(#[from] ReadError),
    /// A contract cannot be served.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The lifecycle asks for something the server cannot do.
    #[error(transparent)]
    Lifecycle(#[from] LifecycleError),
    /// A scenario of the test data has nbn do what the lifecycle does not allow.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The contract says nothing of the life of an order.
    #[error("contract `{contract}` has no lifecycle `{LIFECYCLE}` under `x-lifecycles`")]
    NoLifecycle {
        /// The contract's file.
        contract: String,
    },
}

/// A mock server, ready to answer.
///
/// For tests, [`start`](Self::start) puts one on a port.
#[derive(Clone)]
pub struct MockServer {
    worlds: Arc<Worlds>,
    entrance: Arc<Entrance>,
    control_plane: ControlPlane,
}

impl MockServer {
    /// Builds a server. Nothing listens yet.
    ///
    /// # Errors
    /// If a contract cannot be served, naming what is missing on which side.
    pub fn new(config: Config) -> Result<Self, BuildError> {
        let contract = match config.contract {
            Some(contract) => contract,
            None => Contract::orders()?,
        };
        let lifecycle = contract.lifecycle(LIFECYCLE).cloned().ok_or_else(|| {
            BuildError::NoLifecycle { contract: contract.document().name().to_owned() }
        })?;
        domain::check_lifecycle(&lifecycle)?;
        config.test_data.check(&lifecycle)?;
        let about = Arc::new(About {
            contract_title: contract.title().to_owned(),
            contract_version: contract.version().to_owned(),
            contract: contract.clone(),
        });
        let coverable = Coverable::new(&contract, Some(&lifecycle));
        let worlds = Arc::new(Worlds::new(
            lifecycle,
            config.test_data,
            coverable,
            config.journal_capacity,
            config.seed,
            config.clock,
            config.network,
        ));
        worlds.default_world().set_rate_limit(config.rate_limit);
        let orders = Api::new(contract, orders_handlers(), config.response_check)?;
        let orders = Arc::new(orders.validating(config.validation));
        let control = match &config.control_plane {
            ControlPlane::Absent => None,
            ControlPlane::Served | ControlPlane::Guarded(_) => {
                let contract = Contract::mock_control()?;
                Some(Arc::new(Api::new(contract, control_handlers(), config.response_check)?))
            }
        };
        let guard = config.control_plane.guard().unwrap_or_default();
        let entrance = Arc::new(Entrance::new(Arc::clone(&worlds), about, orders, control, guard));
        Ok(Self { worlds, entrance, control_plane: config.control_plane })
    }

    /// The server as a tower service, for tests without sockets.
    ///
    /// Where a fault rule breaks the connection, there is none to be broken: the body of the response
    /// fails instead, at once (a reset, with the status 502) or in its middle (a truncated answer).
    /// Fault rules that take time need a runtime of tokio's that has it enabled.
    pub fn router(&self) -> Router {
        let entrance = Arc::clone(&self.entrance);
        Router::new().fallback(move |request| {
            let entrance = Arc::clone(&entrance);
            async move { http::without_connection(entrance.answer(request).await).await }
        })
    }

    /// The worlds that requests are answered from.
    pub fn worlds(&self) -> &Worlds {
        &self.worlds
    }

    /// The world that requests without one are answered from.
    pub fn world(&self) -> &Arc<World> {
        self.worlds.default_world()
    }

    /// Serves connections until `shutdown` is done, then lets running requests finish for at the most
    /// ten seconds.
    ///
    /// # Errors
    /// If `listener` is not on a loopback address and the control plane is served without a token.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        self.control_plane.may_listen_on(listener.local_addr()?)?;
        let entrance = self.entrance;
        let answer = move |request| {
            let entrance = Arc::clone(&entrance);
            async move { entrance.answer(request).await }
        };
        listener::serve(listener, Limits::default(), answer, shutdown).await;
        Ok(())
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer").field("worlds", &self.worlds.names()).finish_non_exhaustive()
    }
}
