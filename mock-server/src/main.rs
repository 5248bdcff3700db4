//! The binary `octane-mock`: the mock server on a socket.

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

mod cli;

use anyhow::Context as _;
use clap::Parser as _;
use octane_mock_server::MockServer;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::cli::Cli;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    cli.start_log();
    run(cli).await
}

async fn run(cli: Cli) -> anyhow::Result<()> {
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
        () = stopped_twice(stop) => {
            tracing::warn!("stopped at once; what was running is not finished");
            Ok(())
        }
    }
}

/// Passes the first request to stop on, and is done with the second.
async fn stopped_twice(stop: oneshot::Sender<()>) {
    stopped().await;
    tracing::info!("stopping once running requests are answered; ask again to stop at once");
    // Whoever does not listen has stopped already.
    stop.send(()).ok();
    stopped().await;
}

/// Done when the process is asked to stop: by Ctrl-C, or by SIGTERM where there is one.
async fn stopped() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!(%error, "cannot hear Ctrl-C; stop the server otherwise");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "cannot hear SIGTERM; stop the server otherwise");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
