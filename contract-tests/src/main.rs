//! The binary `octane-contract`: parses, runs, prints.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a binary speaks to its user")]

use std::process::ExitCode;

use clap::Parser;
use octane_contract_tests::cli::Cli;
use octane_contract_tests::commands::{Exit, run};

mod signals;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let interrupt = match signals::listen(&cli.command) {
        Ok(interrupt) => interrupt,
        Err(error) => {
            eprintln!("octane-contract: failed to listen for requests to stop: {error}");
            return ExitCode::from(Exit::Usage.code());
        }
    };
    let exit = match run(&cli, &interrupt) {
        Ok((text, exit)) => {
            print!("{text}");
            exit
        }
        Err(error) => {
            eprintln!("octane-contract: failed to {error:#}");
            Exit::of(&error)
        }
    };
    ExitCode::from(exit.code())
}
