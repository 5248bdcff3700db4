//! `cargo xtask mock`: the mock server, built and run.

use std::ffi::OsString;
use std::process::Command;

#[cfg(unix)]
use anyhow::Context as _;

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
    become_it(command)
}

/// Hands this process over to the mock, so that whoever stops the chore stops the mock.
#[cfg(unix)]
fn become_it(mut command: Command) -> anyhow::Result<u8> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("failed to run `{}`", cargo::line(&command)))
}

#[cfg(not(unix))]
fn become_it(command: Command) -> anyhow::Result<u8> {
    cargo::run(command)
}
