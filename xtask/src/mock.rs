//! `cargo xtask mock`: the mock server, built and run.

use std::ffi::OsString;
use std::process::Command;

use crate::cargo;

/// Run the mock server; `cargo xtask mock --help` shows its options.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Mock {
    /// Arguments of `octane-mock`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: &Mock) -> anyhow::Result<u8> {
    let [mock] = cargo::build(["octane-mock"])?;
    let mut command = Command::new(mock);
    command.args(&arguments.arguments);
    cargo::become_it(command)
}
