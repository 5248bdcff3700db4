//! Every chore of this repository: `cargo xtask --help`.
//!
//! CI calls these commands and nothing else, so a laptop runs what CI runs. One file holds one
//! command; each answers with an exit code of its own making or passes on that of the program it ran.
//!
//! Of the workspace this uses `octane-openapi` alone. The other crates' programs are run through
//! cargo, so that `cargo xtask gen` on a fresh clone compiles neither a server nor a test framework.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to its user")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod callers;
mod cargo;
mod ci;
mod contracts;
mod defects;
mod derived;
mod generate;
mod lint;
mod mock;
mod octane;
mod sdk;
mod soak;
mod store;
mod test;
#[cfg(test)]
mod tests;
mod verify;

/// A chore failed for a reason of its own; a program it ran says so with that program's code.
const FAILURE: u8 = 100;

/// Chores of the Octane contract toolkit.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    Gen(generate::Generate),
    Lint(lint::Lint),
    Mock(mock::Mock),
    Octane(octane::Octane),
    Verify(verify::Verify),
    Defects(defects::Defects),
    Soak(soak::Soak),
    Test(test::Test),
    Ci(ci::Ci),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Gen(arguments) => generate::run(&arguments),
        Chore::Lint(arguments) => lint::run(&arguments),
        Chore::Mock(arguments) => mock::run(&arguments),
        Chore::Octane(arguments) => octane::run(&arguments),
        Chore::Verify(arguments) => verify::run(&arguments),
        Chore::Defects(arguments) => defects::run(&arguments),
        Chore::Soak(arguments) => soak::run(&arguments),
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Ci(arguments) => ci::run(&arguments),
    };
    done.map_or_else(
        |error| {
            eprintln!("error: {error:#}");
            ExitCode::from(FAILURE)
        },
        ExitCode::from,
    )
}
