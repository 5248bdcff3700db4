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
    let asked = match &cli.command {
        Command::Verify(asked) => asked,
        #[cfg(feature = "defects")]
        Command::Defects(asked) => return Ok(defects(asked)),
    };
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

#[cfg(feature = "defects")]
fn defects(asked: &octane_contract_tests::cli::Defects) -> ExitCode {
    use octane_contract_tests::defects::{Depth, Matrix};

    let depth = match (asked.every_rule, asked.shrink) {
        (true, _) => Depth::Every,
        (false, true) => Depth::Shrunk,
        (false, false) => Depth::First,
    };
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let matrix = Matrix::of(&asked.wanted, depth, threads, |row| println!("{row}"));
    print!("\n{matrix}");
    if matrix.passed() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) }
}
