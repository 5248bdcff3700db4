//! The binary `octane-mock`: the mock server on a socket.

#![expect(clippy::print_stdout, reason = "the address is this program's output")]

mod cli;
mod signals;

use anyhow::Context as _;
use clap::Parser as _;
use octane_mock_server::{ForeignServer, MockServer};
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
    let (stop, asked) = oneshot::channel();
    let asked = async { asked.await.unwrap_or(()) };
    tokio::select! {
        served = serve(&cli, asked) => served,
        () = stopped_twice(signals, stop) => {
            tracing::warn!("stopped at once; what was running is not finished");
            Ok(())
        }
    }
}

/// Serves the contract the arguments name until `asked` to stop.
async fn serve(cli: &Cli, asked: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
    if let Some(config) = cli.foreign_config()? {
        return serve_foreign(cli, ForeignServer::new(config), asked).await;
    }
    let config = cli.config()?;
    let notice = Cli::notice(&config);
    let server = MockServer::new(config)?;
    let listener = listen(cli).await?;
    if let Some(notice) = notice {
        tracing::info!("{notice}");
    }
    server.serve(listener, asked).await.context("failed to serve")
}

/// Serves a contract that is not of orders, and says what is unusual about it.
async fn serve_foreign(
    cli: &Cli,
    server: ForeignServer,
    asked: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
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
    server.serve(listener, asked).await.context("failed to serve")
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

/// Passes the first request to stop on, and is done with the second.
async fn stopped_twice(mut signals: Signals, stop: oneshot::Sender<()>) {
    signals.next().await;
    tracing::info!("stopping once running requests are answered; ask again to stop at once");
    // Whoever does not listen has stopped already.
    stop.send(()).ok();
    signals.next().await;
}
