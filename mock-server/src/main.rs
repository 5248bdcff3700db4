//! The binary `octane-mock`: the mock server on a socket.

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

mod cli;

use anyhow::Context as _;
use clap::Parser as _;
use octane_mock_server::{ForeignServer, MockServer};
use tokio::net::TcpListener;

use crate::cli::Cli;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    cli.start_log();
    run(cli).await
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    if let Some(config) = cli.foreign_config()? {
        return run_foreign(&cli, ForeignServer::new(config)).await;
    }
    let server = MockServer::new(cli.config()?)?;
    let listener = listen(&cli).await?;
    if let Some(notice) = cli.control_plane_notice() {
        tracing::info!("{notice}");
    }
    server.serve(listener, stopped()).await.context("failed to serve")
}

/// Serves a contract that is not of orders, and says what is unusual about it.
async fn run_foreign(cli: &Cli, server: ForeignServer) -> anyhow::Result<()> {
    let listener = listen(cli).await?;
    let ((title, version), bases) = (server.about(), server.bases().join("`, `"));
    tracing::info!("{title} {version} is served under `{bases}/`");
    for warning in server.warnings() {
        tracing::warn!("{warning}");
    }
    // Beside serving: on a big contract it takes seconds, and nobody has to wait for it.
    let rehearsed = server.clone();
    std::thread::spawn(move || {
        for warning in rehearsed.rehearse() {
            tracing::warn!("{warning}");
        }
    });
    server.serve(listener, stopped()).await.context("failed to serve")
}

/// Listens where the arguments say, and says so.
async fn listen(cli: &Cli) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(cli.listen).await.with_context(|| {
        format!("failed to listen on `{}`; choose another --listen", cli.listen)
    })?;
    let address = listener.local_addr().context("failed to read the address listened on")?;
    println!("octane-mock listens on http://{address}");
    Ok(listener)
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
    tracing::info!("stopping once running requests are answered");
}
