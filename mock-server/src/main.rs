//! The binary `octane-mock`: the mock server on a socket.

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

mod cli;
mod signals;

use anyhow::Context as _;
use clap::Parser as _;
use octane_mock_server::MockServer;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::cli::Cli;
use crate::signals::Signals;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    cli.start_log();
    run(cli).await
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let signals = Signals::listen().context("failed to listen for requests to stop")?;
    let server = MockServer::new(cli.config()?)?;
    let listener = TcpListener::bind(cli.listen).await.with_context(|| {
        format!("failed to listen on `{}`; choose another --listen", cli.listen)
    })?;
    let address = listener.local_addr().context("failed to read the address listened on")?;
    println!("octane-mock listens on http://{address}");
    if let Some(notice) = cli.control_plane_notice() {
        tracing::info!("{notice}");
    }
    let (stop, asked) = oneshot::channel();
    let served = server.serve(listener, async { asked.await.unwrap_or(()) });
    tokio::select! {
        served = served => served.context("failed to serve"),
        () = stopped_twice(signals, stop) => {
            tracing::warn!("stopped at once; what was running is not finished");
            Ok(())
        }
    }
}

/// Passes the first request to stop on, and is done with the second.
async fn stopped_twice(mut signals: Signals, stop: oneshot::Sender<()>) {
    signals.next().await;
    tracing::info!("stopping once running requests are answered; ask again to stop at once");
    // Whoever does not listen has stopped already.
    stop.send(()).ok();
    signals.next().await;
}
