//! The binary `octane-contract`: parses, runs, prints.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a binary speaks to its user")]

use std::process::ExitCode;

use clap::Parser;
use octane_contract_tests::cli::Cli;
use octane_contract_tests::commands::{Exit, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let exit = match run(&Cli::parse()) {
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
