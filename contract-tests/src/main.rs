//! The binary `octane-contract`: parses, runs, prints.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a binary speaks to its user")]

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use octane_contract_tests::Target;
use octane_contract_tests::cli::{Cli, Command, accounts};
use octane_contract_tests::verify::{VerifyError, verify};

const BROKEN: u8 = 1;
const USAGE: u8 = 2;
const UNREACHABLE: u8 = 3;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("octane-contract: failed to {error:#}");
            ExitCode::from(match error.downcast_ref::<VerifyError>() {
                Some(VerifyError::Unreachable(_) | VerifyError::NoControlPlane { .. }) => {
                    UNREACHABLE
                }
                _ => USAGE,
            })
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let Command::Verify(asked) = &cli.command;
    let target = Target::url(&asked.base_url)?;
    let accounts = accounts(|name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("start the runtime")?;
    let report = verify(&target, accounts, asked.effort(), &runtime)?;
    print!("{report}");
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}
