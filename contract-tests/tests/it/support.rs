//! A mock to test against, in this process or on a loopback socket.

use std::sync::{Arc, OnceLock};

use octane_contract_tests::access::Remote;
use octane_contract_tests::caller::Accounts;
use octane_contract_tests::interrupt::Interrupt;
use octane_contract_tests::judge::Judge;
use octane_contract_tests::ledger::Ledger;
use octane_contract_tests::profile::Effort;
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::report::Report;
use octane_contract_tests::verify::{RequestLog, Run, VerifyError, verify};
use octane_contract_tests::{Session, Target};
use octane_mock_server::{Config, MockServer};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// The contracts, compiled once for all tests.
pub(crate) fn judge() -> Arc<Judge> {
    static JUDGE: OnceLock<Arc<Judge>> = OnceLock::new();
    Arc::clone(JUDGE.get_or_init(|| Arc::new(Judge::new().expect("the contracts are linted"))))
}

pub(crate) fn mock() -> MockServer {
    MockServer::new(Config::default()).expect("the built-in contract is served")
}

/// A session with the mock, without sockets.
pub(crate) fn in_process() -> Session {
    session(&Target::router(mock().router()))
}

pub(crate) fn session(target: &Target) -> Session {
    Session::open(target, &judge(), Accounts::published()).expect("the accounts can be used")
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A mock on a socket of its own, served by threads of its own until it is dropped.
pub(crate) struct Loopback {
    pub(crate) runtime: Runtime,
    pub(crate) target: Target,
}

impl Loopback {
    pub(crate) fn start() -> Self {
        Self::serving(mock())
    }

    /// A router, such as that of a mock that is wrong somewhere.
    pub(crate) fn routing(router: axum::Router) -> Self {
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("the listener is bound");
        runtime.spawn(async { axum::serve(listener, router).await });
        let target = Target::url(&format!("http://{address}")).expect("a base URL");
        Self { runtime, target }
    }

    pub(crate) fn serving(mock: MockServer) -> Self {
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("the listener is bound");
        runtime.spawn(mock.serve(listener, std::future::pending()));
        let target = Target::url(&format!("http://{address}")).expect("a base URL");
        Self { runtime, target }
    }
}

/// A text with the lines of the contract left out, which move whenever somebody edits it.
pub(crate) fn without_lines(text: &str) -> String {
    let mut parts = text.split(".yaml:");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(".yaml:LINE");
        rest.push_str(part.trim_start_matches(|it: char| it.is_ascii_digit()));
    }
    rest
}

/// Verifies a target on this machine.
pub(crate) fn try_verify(
    target: &Target,
    accounts: &Accounts,
    effort: &Effort,
    log: RequestLog,
) -> Result<Report, VerifyError> {
    let (ledger, remote) = (&Ledger::default(), Remote::Refused);
    let (progress, interrupt) = (&Quiet, &Interrupt::default());
    let accepted = &[];
    verify(&Run { target, accounts, effort, log, ledger, remote, accepted, progress, interrupt })
}

/// Verifies a target on this machine as the mock's own providers.
pub(crate) fn verified(target: &Target, effort: &Effort, log: RequestLog) -> Report {
    try_verify(target, &Accounts::published(), effort, log).expect("the mock can be verified")
}
