//! `cargo xtask soak`: the correct mock, verified from a thousand seeds without one false alarm.
//!
//! Both run in one process and are built with optimisations: it is millions of requests.

use std::ffi::OsString;

use crate::cargo;

/// Verify the mock in one process from seed after seed; whatever is found is a false alarm.
///
/// `cargo xtask soak --help` shows the options of `octane-contract soak`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Soak {
    /// Arguments of `octane-contract soak`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: &Soak) -> anyhow::Result<u8> {
    let program = ["--package", "octane-contract-tests", "--bin", "octane-contract"];
    let mut command = cargo::cargo(["run", "--quiet", "--release"]);
    command.args(program).args(["--", "soak"]).args(&arguments.arguments);
    cargo::run(command)
}
