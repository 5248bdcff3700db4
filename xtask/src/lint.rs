//! `cargo xtask lint`: what is wrong with a contract.

use std::path::PathBuf;

use octane_openapi::{Contract, ReadError};

use crate::contracts;

/// What ends with a contract that has findings, or is none.
const FINDINGS: u8 = 1;

/// Print everything wrong with the contracts, as `file:line: error[rule]: problem; remedy`.
#[derive(clap::Args)]
pub(crate) struct Lint {
    /// Contracts to look at; those of the repository by default.
    files: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Lint) -> anyhow::Result<u8> {
    let read = if arguments.files.is_empty() {
        vec![contracts::read(contracts::ORDERS), contracts::read(contracts::CONTROL)]
    } else {
        arguments.files.iter().map(|file| Contract::read(file).map_err(Into::into)).collect()
    };
    let files = read.len();
    let mut findings = 0;
    for contract in read {
        match contract {
            Ok(contract) => findings += contracts::report(&contract),
            // A file that cannot be read as a contract has that as its only finding.
            Err(error) => {
                findings += 1;
                println!("{}", unreadable(&error));
            }
        }
    }
    println!("{} in {}", counted(findings, "finding"), counted(files, "contract"));
    Ok(if findings == 0 { 0 } else { FINDINGS })
}

/// The contracts of the repository, as a step of CI.
pub(crate) fn check() -> anyhow::Result<u8> {
    run(&Lint { files: Vec::new() })
}

/// A reason why a file is no contract, in the form of a finding.
fn unreadable(error: &anyhow::Error) -> String {
    match error.downcast_ref() {
        Some(ReadError::Malformed { place, problem, remedy }) => {
            format!("{place}: error[unreadable]: {problem}; {remedy}")
        }
        _ => format!("error[unreadable]: {error:#}"),
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
