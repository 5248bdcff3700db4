//! `cargo xtask ci`: everything that has to hold before a change is merged.
//!
//! The quick steps come first. Steps that look at code without building it share one set of metadata,
//! and so do those that build: tests, their documentation's examples and `verify` take the programs
//! and libraries of one workspace build.
//!
//! Features unify over a workspace, so a package may build here only because of what another one
//! asks for. That is why each is also checked alone, the way somebody who depends on it gets it.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::cargo::{self, cargo};
use crate::{defects, generate, lint, sdk, test, verify};

/// Run every check that CI runs.
#[derive(clap::Args)]
pub(crate) struct Ci {
    /// Go on after a step that fails; the run as a whole fails all the same.
    #[arg(long)]
    keep_going: bool,

    /// Run only the steps that have one of these texts in their names.
    steps: Vec<String>,
}

/// One step.
struct Step {
    name: &'static str,
    work: Work,
}

enum Work {
    /// A cargo command.
    Cargo(Vec<&'static str>),
    /// One of the other chores.
    Chore(fn() -> anyhow::Result<u8>),
    /// Something else to be run.
    Command(fn() -> Command),
    /// A cargo subcommand that not everybody has.
    Optional(&'static str, Vec<&'static str>),
    /// Installs what some tests can do without. Where it fails, they say that they are skipped.
    Install(fn() -> Command),
    /// A cargo command for machines that have what it takes.
    Where(fn() -> Result<(), &'static str>, Vec<&'static str>),
}

/// What came of a step.
enum Outcome {
    Passed,
    Failed(String),
    Skipped(&'static str),
}

fn steps() -> Vec<Step> {
    use Work::{Cargo, Chore, Optional};
    let step = |name, work| Step { name, work };
    vec![
        step("format", Cargo(vec!["fmt", "--all", "--check"])),
        step("lint of the contracts", Chore(lint::check)),
        step("derived files", Chore(generate::check)),
        step("clippy", clippy(&cargo::WORKSPACE)),
        // What the features of each package need of its own code, without what others switch on.
        step("openapi alone", clippy(&["-p", "octane-openapi"])),
        step("openapi with codegen", clippy(&["-p", "octane-openapi", "--features", "codegen"])),
        step(
            "openapi with validation",
            clippy(&["-p", "octane-openapi", "--features", "validation"]),
        ),
        step("openapi with foreign", clippy(&["-p", "octane-openapi", "--features", "foreign"])),
        step("openapi with tooling", clippy(&["-p", "octane-openapi", "--features", "tooling"])),
        step("client alone", clippy(&["-p", "octane-client"])),
        step("client without TLS", clippy(&["-p", "octane-client", "--no-default-features"])),
        step("client with control", clippy(&["-p", "octane-client", "--features", "control"])),
        step("client with native-tls", Work::Where(has_native_tls, NATIVE_TLS.to_vec())),
        step("client with cli", clippy(&["-p", "octane-client", "--features", "cli"])),
        step("mock server alone", clippy(&["-p", "octane-mock-server"])),
        step("contract tests alone", clippy(&["-p", "octane-contract-tests"])),
        step(
            "contract tests without the mock",
            clippy(&["-p", "octane-contract-tests", "--no-default-features"]),
        ),
        step(
            "contract tests with defects",
            clippy(&["-p", "octane-contract-tests", "--features", "defects"]),
        ),
        step("xtask alone", clippy(&["-p", "xtask"])),
        step("browser for the console", Work::Install(browser)),
        step("tests", Chore(test::all)),
        step("sdk alone", Chore(sdk::check)),
        step("documentation", Work::Command(documentation)),
        // Advisories are left to a scheduled run: one that is published overnight says nothing about
        // the change at hand.
        step(
            "dependencies",
            Optional("deny", vec!["deny", "check", "bans", "licenses", "sources"]),
        ),
        step("verify", Chore(verify::briefly)),
        // The verifier itself: only here is the feature that compiles the bugs in.
        step("defects", Chore(defects::all)),
    ]
}

/// The client with the system's own TLS, which on Linux is OpenSSL.
const NATIVE_TLS: [&str; 9] = [
    "clippy",
    "--quiet",
    "-p",
    "octane-client",
    "--no-default-features",
    "--features",
    "native-tls",
    "--",
    "--deny=warnings",
];

/// Whether the headers are there that native-tls is built with.
fn has_native_tls() -> Result<(), &'static str> {
    let elsewhere = !cfg!(target_os = "linux") || std::env::var_os("OPENSSL_DIR").is_some();
    let found = || Command::new("pkg-config").args(["--exists", "openssl"]).status();
    if elsewhere || found().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err("the headers of OpenSSL are not installed")
}

/// Clippy rather than `cargo check`: it says the same and more, at the same price.
fn clippy(selection: &[&'static str]) -> Work {
    let arguments = ["clippy", "--quiet", "--all-targets"].iter().chain(selection);
    Work::Cargo(arguments.chain(&["--", "--deny", "warnings"]).copied().collect())
}

fn documentation() -> Command {
    let mut command = cargo(["doc", "--quiet", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "--deny warnings");
    command
}

/// Into a folder of its own below the target folder, where the tests look for it.
fn browser() -> Command {
    let mut command = Command::new("bash");
    command.arg("mock-server/console/install-browser.sh").current_dir(cargo::root());
    command
}

pub(crate) fn run(arguments: &Ci) -> anyhow::Result<u8> {
    let mut results: Vec<(&str, Outcome, Duration)> = Vec::new();
    let mut failed = false;
    let chosen = |name: &str| {
        arguments.steps.is_empty() || arguments.steps.iter().any(|text| name.contains(text))
    };
    let steps: Vec<Step> = steps().into_iter().filter(|step| chosen(step.name)).collect();
    ensure!(!steps.is_empty(), "no step has `{}` in its name", arguments.steps.join("` or `"));
    for Step { name, work } in steps {
        if failed && !arguments.keep_going {
            results.push((name, Outcome::Skipped("not run"), Duration::ZERO));
            continue;
        }
        println!("\n=== {name}");
        let start = Instant::now();
        let outcome = perform(&work).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        failed |= matches!(outcome, Outcome::Failed(_));
        results.push((name, outcome, start.elapsed()));
    }

    println!("\n=== summary");
    for (name, outcome, duration) in &results {
        let seconds = duration.as_secs_f64();
        let words = match outcome {
            Outcome::Passed => "passed".to_owned(),
            Outcome::Failed(reason) => format!("FAILED: {reason}"),
            Outcome::Skipped(reason) => format!("skipped: {reason}"),
        };
        println!("{seconds:8.1} s  {name:<32} {words}");
    }
    let total: Duration = results.iter().map(|(.., duration)| *duration).sum();
    println!(
        "{:8.1} s  {}",
        total.as_secs_f64(),
        if failed { "in all; FAILED" } else { "in all; passed" }
    );
    Ok(u8::from(failed))
}

fn perform(work: &Work) -> anyhow::Result<Outcome> {
    let code = match work {
        Work::Cargo(arguments) => show_and_run(cargo(arguments))?,
        Work::Command(command) => show_and_run(command())?,
        Work::Chore(chore) => chore()?,
        Work::Where(condition, arguments) => match condition() {
            Ok(()) => show_and_run(cargo(arguments))?,
            Err(reason) => return Ok(Outcome::Skipped(reason)),
        },
        Work::Install(command) => match show_and_run(command())? {
            0 => 0,
            _ => return Ok(Outcome::Skipped("could not be installed")),
        },
        Work::Optional(subcommand, arguments) => {
            if !cargo::has(subcommand) {
                println!("`cargo {subcommand}` is not installed");
                return Ok(Outcome::Skipped("not installed"));
            }
            show_and_run(cargo(arguments))?
        }
    };
    Ok(if code == 0 { Outcome::Passed } else { Outcome::Failed(format!("exit code {code}")) })
}

fn show_and_run(command: Command) -> anyhow::Result<u8> {
    println!("$ {}", cargo::line(&command));
    cargo::run(command)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The strings in double quotes on the first line of `text` that begins with `key`.
    fn quoted(text: &str, key: &str) -> Vec<String> {
        let line =
            text.lines().find(|line| line.starts_with(key)).expect("the manifest has the key");
        line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_package_of_the_workspace_is_checked_alone() {
        let read = |path: &str| fs::read_to_string(cargo::root().join(path)).unwrap();
        let members = quoted(&read("Cargo.toml"), "members");
        assert!(!members.is_empty());
        for member in members {
            let package = quoted(&read(&format!("{member}/Cargo.toml")), "name").remove(0);
            let alone = steps().iter().any(|step| match &step.work {
                Work::Cargo(arguments) => arguments.contains(&package.as_str()),
                Work::Chore(_)
                | Work::Command(_)
                | Work::Install(_)
                | Work::Optional(..)
                | Work::Where(..) => false,
            });
            assert!(alone, "no step checks `{package}` alone");
        }
    }
}
