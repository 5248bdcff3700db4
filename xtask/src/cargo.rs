//! Running programs of and through cargo.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::LazyLock;
use std::{env, io};

use anyhow::{Context as _, bail};

use crate::FAILURE;

/// What is built and tested: all packages, and the command line that no other package asks for.
/// Everybody builds with the same features, so that nothing is built twice.
pub(crate) const WORKSPACE: [&str; 3] = ["--workspace", "--features", "octane-client/cli"];

/// The folder of the workspace.
///
/// Cargo says at run time where the package is that it runs. Only without cargo is it where this was
/// built, which is another place once the workspace is copied or moved.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let package = package.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        package.parent().expect("this package is a folder of the workspace").to_owned()
    });
    &ROOT
}

/// The cargo that runs this program, in the folder of the workspace.
pub(crate) fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    // Cargo has told this program about its own package. Passed on, that would be told to compilers
    // and tests of other packages, which may then be built again for nothing.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// Builds programs of the workspace and tells where they are, in the order of their names.
///
/// They are built as part of the whole workspace, with the features it unifies, so that the tests and
/// these programs share what they depend on.
pub(crate) fn build<const N: usize>(programs: [&str; N]) -> anyhow::Result<[PathBuf; N]> {
    let selected = programs.iter().flat_map(|program| ["--bin", program]);
    if run(cargo(["build"].into_iter().chain(WORKSPACE).chain(selected)))? != 0 {
        bail!("failed to build {}", programs.map(|program| format!("`{program}`")).join(" and "));
    }
    // This program was built with the same profile, and stands beside them.
    let here = env::current_exe().context("failed to find this program")?;
    let file = |program| here.with_file_name(format!("{program}{}", env::consts::EXE_SUFFIX));
    Ok(programs.map(file))
}

/// Runs a command to its end and tells its exit code.
pub(crate) fn run(mut command: Command) -> anyhow::Result<u8> {
    let status = command.status();
    let status = status.with_context(|| format!("failed to run `{}`", line(&command)))?;
    Ok(code(status))
}

/// Hands this process over to a program, so that whoever stops the chore stops the program.
#[cfg(unix)]
pub(crate) fn become_it(mut command: Command) -> anyhow::Result<u8> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("failed to run `{}`", line(&command)))
}

#[cfg(not(unix))]
pub(crate) fn become_it(command: Command) -> anyhow::Result<u8> {
    run(command)
}

/// Is there a `cargo` subcommand of this name, beyond those of every toolchain?
pub(crate) fn has(subcommand: &str) -> bool {
    let answer: io::Result<_> = cargo([subcommand, "--version"]).output();
    answer.is_ok_and(|output| output.status.success())
}

/// The code to pass on for how a program ended.
pub(crate) fn code(status: ExitStatus) -> u8 {
    // One that was killed by a signal has no code of its own.
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(FAILURE)
}

/// A command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        assert_eq!(line(&cargo(["check", "-p", "xtask"])), "cargo check -p xtask");
    }

    #[test]
    fn the_root_is_where_the_contracts_are() {
        assert!(root().join("openapi/octane-orders.yaml").is_file());
    }
}
