//! `octane`: the order API from a terminal, over the typed client.
//!
//! Parses, connects, runs one command, prints. What a command knows of the API it knows from the
//! client; what it came to is told twice, in words and as an exit code.

mod cli;
mod commands;
mod exit;
mod failure;
mod known;
mod output;
mod settings;
mod show;
mod table;
mod wait;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{cli::Cli, exit::Exit, failure::Failure};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let exit = run(&cli).unwrap_or_else(|failure| failure.report(cli.format()));
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|source| Failure::io("start the runtime", source))?;
    runtime.block_on(commands::run(cli))
}
