//! `cargo xtask octane`: the client's command line, built and run.

use std::ffi::OsString;
use std::process::Command;

use crate::cargo;

/// Run the client's command line; `cargo xtask octane --help` shows its commands.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Octane {
    /// Arguments of `octane`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: &Octane) -> anyhow::Result<u8> {
    let [octane] = cargo::build(["octane"])?;
    let mut command = Command::new(octane);
    command.args(&arguments.arguments);
    cargo::become_it(command)
}
