//! `cargo xtask verify`: the contract tests against the mock, over real HTTP.
//!
//! The mock is started on a free port for this run alone, with a fixed seed, so that a run can be
//! repeated. It is stopped whatever happens: by dropping [`MockServer`].

use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

use crate::cargo;

/// Verify the mock server against the contract, over HTTP.
///
/// `cargo xtask verify --help` shows the options of `octane-contract verify`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Verify {
    /// Arguments of `octane-contract verify`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(arguments: &Verify) -> anyhow::Result<u8> {
    let [mock, contract] = cargo::build(["octane-mock", "octane-contract"])?;
    let mock = MockServer::start(&mock)?;
    eprintln!("verifying octane-mock at {}", mock.base_url);
    let mut command = Command::new(contract);
    command.args(["verify", "--base-url", &mock.base_url]).args(&arguments.arguments);
    cargo::run(command)
}

/// A short run, as a step of CI: the tests have done the long ones in-process.
pub(crate) fn briefly() -> anyhow::Result<u8> {
    run(&Verify { arguments: vec!["--ci".into()] })
}

/// A mock server that stops with this value.
struct MockServer {
    process: Child,
    base_url: String,
}

impl MockServer {
    fn start(program: &Path) -> anyhow::Result<MockServer> {
        // Tens of thousands of requests are no news; what the mock warns of is.
        let log = env::var_os("RUST_LOG").unwrap_or_else(|| "warn".into());
        let process = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--seed", "1"])
            .env("RUST_LOG", log)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to run `{}`", program.display()))?;
        // From here on the process is stopped on every way out.
        let mut mock = MockServer { process, base_url: String::new() };
        let output = mock.process.stdout.as_mut().expect("its output was asked for");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("failed to read from the mock")?;
        match base_url(&line) {
            Some(base_url) => base_url.clone_into(&mut mock.base_url),
            None if line.is_empty() => bail!("the mock ended before it listened"),
            None => bail!("the mock said {:?} instead of where it listens", line.trim_end()),
        }
        Ok(mock)
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // Either may fail only because it has already ended. Nothing it holds outlives it.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The address in the one line that the mock prints once it listens.
fn base_url(line: &str) -> Option<&str> {
    let url = line.trim_end().strip_prefix("octane-mock listens on ")?;
    url.starts_with("http://").then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line_of_the_mock() {
        let line = "octane-mock listens on http://127.0.0.1:4010\n";
        assert_eq!(base_url(line), Some("http://127.0.0.1:4010"));
        assert_eq!(base_url("error: address in use\n"), None);
    }
}
