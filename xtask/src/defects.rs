//! `cargo xtask defects`: is the verifier itself any good?
//!
//! It is let loose on servers with one bug each and must notice every one; on the correct server it
//! must notice nothing. The bugs are compiled in only here, with the feature `defects`.

use std::ffi::OsString;

use crate::cargo;

/// Have the verifier look for every defect there is a server with, and print which rule catches which.
///
/// `cargo xtask defects --help` shows the options of `octane-contract defects`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Defects {
    /// Arguments of `octane-contract defects`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: &Defects) -> anyhow::Result<u8> {
    let program = ["--package", "octane-contract-tests", "--bin", "octane-contract"];
    let mut command = cargo::cargo(["run", "--quiet"]);
    command.args(program).args(["--features", "defects", "--", "defects"]);
    command.args(&arguments.arguments);
    cargo::run(command)
}

/// Every defect, as a step of CI.
pub(crate) fn all() -> anyhow::Result<u8> {
    run(&Defects { arguments: Vec::new() })
}
