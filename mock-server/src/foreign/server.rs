//! A foreign contract as a router, and as a router on a listener.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use axum::Router;
use octane_openapi::Warning;
use octane_openapi::foreign::ForeignContract;
use tokio::net::TcpListener;

use super::exchange::Foreign;
use super::routes::Routes;
use crate::arrival::RequestCounts;
use crate::clock::Clock;
use crate::http::{ResponseCheck, Validation};
use crate::listener::{self, Limits};
use crate::server::ControlPlane;

/// How a foreign contract is to be served.
#[derive(Debug)]
pub struct ForeignConfig {
    /// The contract.
    pub contract: ForeignContract,
    /// What made answers follow from. Same seed, same requests: same answers.
    pub seed: u32,
    /// Where the `Date` header comes from.
    pub clock: Clock,
    /// What becomes of invalid requests.
    pub validation: Validation,
    /// Whether examples that break their schema are left out.
    pub response_check: ResponseCheck,
    /// Whether `/_mock/health` and `/_mock/reset` are served.
    pub control_plane: ControlPlane,
}

impl ForeignConfig {
    /// The contract with everything else as it usually is.
    pub fn new(contract: ForeignContract) -> Self {
        Self {
            contract,
            seed: 1,
            clock: Clock::default(),
            validation: Validation::default(),
            response_check: ResponseCheck::default(),
            control_plane: ControlPlane::default(),
        }
    }
}

/// A mock of a contract that is not ours: it answers examples and made data, and keeps no state.
///
/// # Example
///
/// ```
/// use octane_mock_server::{ForeignConfig, ForeignServer};
/// use octane_openapi::foreign::ForeignContract;
///
/// let contract = "
/// openapi: 3.0.3
/// info: { title: Greetings, version: '1' }
/// paths:
///   /hello:
///     get:
///       responses:
///         '200': { description: OK, content: { text/plain: { example: Hello. } } }
/// ";
/// let contract = ForeignContract::parse("greetings.yaml", contract)?;
/// let server = ForeignServer::new(ForeignConfig::new(contract));
/// assert!(server.warnings().is_empty());
/// let router = server.router();
/// # Ok::<(), octane_openapi::ReadError>(())
/// ```
#[derive(Clone)]
pub struct ForeignServer {
    foreign: Arc<Foreign>,
    control_plane: ControlPlane,
}

impl ForeignServer {
    /// A server that answers as its contract says.
    pub fn new(config: ForeignConfig) -> Self {
        let routes = Routes::new(config.contract.endpoints());
        let foreign = Foreign {
            routes,
            contract: config.contract,
            seed: config.seed,
            clock: config.clock,
            validation: config.validation,
            response_check: config.response_check,
            guard: config.control_plane.guard(),
            made: Mutex::new(HashMap::new()),
            requests: RequestCounts::default(),
        };
        Self { foreign: Arc::new(foreign), control_plane: config.control_plane }
    }

    /// What is served otherwise than the contract says, by line.
    pub fn warnings(&self) -> &[Warning] {
        self.foreign.contract.warnings()
    }

    /// What would go wrong with the documented answers, by line. Makes every one of them once, which
    /// on a big contract takes longer than starting does.
    pub fn rehearse(&self) -> Vec<Warning> {
        self.foreign.contract.rehearse()
    }

    /// The contract's title and version.
    pub fn about(&self) -> (&str, &str) {
        (self.foreign.contract.title(), self.foreign.contract.version())
    }

    /// The base paths of the operations, each once; an empty one is the root.
    pub fn bases(&self) -> Vec<&str> {
        let mut bases: Vec<&str> = Vec::new();
        for base in self.foreign.contract.endpoints().iter().flat_map(|it| &it.bases) {
            if !bases.contains(&base.as_str()) {
                bases.push(base);
            }
        }
        bases
    }

    /// The server as a tower service, for tests without sockets.
    pub fn router(&self) -> Router {
        let foreign = Arc::clone(&self.foreign);
        Router::new().fallback(move |request| {
            let foreign = Arc::clone(&foreign);
            async move { foreign.respond(request).await }
        })
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
        let answer = move |request| {
            let foreign = Arc::clone(&self.foreign);
            async move { foreign.respond(request).await }
        };
        listener::serve(listener, Limits::default(), answer, shutdown).await;
        Ok(())
    }
}
