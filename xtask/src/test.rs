//! `cargo xtask test`: every test of the workspace.
//!
//! A failure does not end the run: who mends one wants to know of the others.

use std::ffi::OsString;

use crate::cargo;

/// Run every test: with nextest if it is installed, and the examples in the documentation.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Test {
    /// Arguments of the test runner; with any, nextest is left to itself.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Every test, as a step of CI.
pub(crate) fn all() -> anyhow::Result<u8> {
    run(&Test { arguments: Vec::new() })
}

pub(crate) fn run(arguments: &Test) -> anyhow::Result<u8> {
    let everything = arguments.arguments.is_empty();
    let nextest = cargo::has("nextest");
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let mut command = cargo::cargo(runner);
    command.args(cargo::WORKSPACE);
    if everything {
        command.arg("--no-fail-fast");
    }
    command.args(&arguments.arguments);
    let code = cargo::run(command)?;
    // `cargo test` has run the documentation's examples by itself.
    if code != 0 || !nextest || !everything {
        return Ok(code);
    }
    let mut examples = cargo::cargo(["test", "--doc"]);
    examples.args(cargo::WORKSPACE);
    cargo::run(examples)
}
