//! What the commands do: everything of the binary but printing.

use std::fs;
use std::path::Path;
use std::sync::Arc;
#[cfg(feature = "in-process")]
use std::time::Duration;

use anyhow::Context as _;
use octane_openapi::Contract;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::access::Access;
use crate::cleanup::{CleanupError, cleanup};
use crate::cli::{Cli, Command, Verify};
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::own_world::WorldError;
use crate::profile::Profile;
use crate::progress::Bar;
use crate::replay::{Replay, ReplayError};
use crate::report::terminal::{Terminal, Written};
use crate::report::{Report, html, json, junit};
use crate::rules::{Rule, pages};
use crate::session::Session;
use crate::steering::{Steering, SteeringError, steering};
use crate::verify::{Run, VerifyError, verify};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The contract is kept, or what was asked for was done.
    Kept,
    /// The contract is broken.
    Broken,
    /// It was asked wrongly.
    Usage,
    /// The target cannot be reached, or is not what it must be.
    Unreachable,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Kept => 0,
            Exit::Broken => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
        }
    }

    /// How a command ends that failed with this.
    pub fn of(error: &anyhow::Error) -> Exit {
        let of_replay = match error.downcast_ref() {
            Some(ReplayError::World(world)) => !matches!(world, WorldError::Open(_)),
            Some(ReplayError::Unreachable(_)) => true,
            Some(ReplayError::Steering(SteeringError::Unreachable(_))) => true,
            _ => false,
        };
        let of_steering = matches!(error.downcast_ref(), Some(SteeringError::Unreachable(_)));
        let of_verify = error.downcast_ref().is_some_and(VerifyError::is_unreachable);
        let of_cleanup = matches!(error.downcast_ref(), Some(CleanupError::Unreachable(_)));
        if of_replay || of_verify || of_cleanup || of_steering {
            Exit::Unreachable
        } else {
            Exit::Usage
        }
    }
}

/// Does what was asked, and gives what to print.
///
/// # Errors
/// If it cannot be done; a broken contract is no error.
pub fn run(cli: &Cli) -> anyhow::Result<(String, Exit)> {
    match &cli.command {
        Command::Verify(asked) => verified(asked),
        Command::Rules { json } => {
            let contract = Contract::orders().context("read the contract")?;
            let text = match json {
                true => lines(&Rule::all().map(|rule| pages::json(rule, &contract)).collect()),
                false => pages::table(&contract),
            };
            Ok((text, Exit::Kept))
        }
        Command::Explain { rule, json } => {
            let rule = Rule::of_id(rule)?;
            let contract = Contract::orders().context("read the contract")?;
            let text = match json {
                true => lines(&pages::json(rule, &contract)),
                false => pages::explained(rule, &contract),
            };
            Ok((text, Exit::Kept))
        }
        Command::Replay { file, access } => replayed(file, access),
        Command::Cleanup { ledger, access } => cleaned(ledger, access),
        #[cfg(feature = "in-process")]
        Command::Soak(asked) => soaked(asked),
        #[cfg(feature = "defects")]
        Command::Defects(asked) => Ok(defects(asked)),
    }
}

fn verified(asked: &Verify) -> anyhow::Result<(String, Exit)> {
    anyhow::ensure!(
        !(asked.ci && asked.profile == Profile::Smoke),
        "verify with --ci and the profile `smoke`, which leaves out what --ci wants to see; \
         use the profile `default`"
    );
    let (target, accounts) = asked.access.open()?;
    let ledger = match &asked.ledger {
        Some(path) => Ledger::append_to(path)?,
        None => Ledger::default(),
    };
    let bar = Bar::on_terminal();
    let report = verify(&Run {
        target: &target,
        accounts: &accounts,
        effort: &asked.effort(),
        log: asked.log(),
        ledger: &ledger,
        remote: asked.access.remote(),
        progress: &bar,
    })?;
    drop(bar);
    let strictness = asked.strictness();
    write_files(asked, &report)?;
    let exit = if report.passed(strictness) { Exit::Kept } else { Exit::Broken };
    Ok((Terminal { report: &report, strictness }.to_string(), exit))
}

fn write_files(asked: &Verify, report: &Report) -> anyhow::Result<()> {
    let strictness = asked.strictness();
    if let Some(path) = &asked.junit {
        write(path, &junit::junit(report, strictness).context("write the report as JUnit XML")?)?;
    }
    if let Some(path) = &asked.json {
        write(path, &lines(&json::json(report, strictness)))?;
    }
    if let Some(path) = &asked.html {
        let judge = Judge::new()?;
        write(path, &html::html(report, strictness, &judge))?;
    }
    if let Some(path) = &asked.request_log {
        let lines: String = report.requests.iter().map(|line| format!("{line}\n")).collect();
        write(path, &lines)?;
    }
    if let Some(folder) = &asked.replays {
        fs::create_dir_all(folder)
            .with_context(|| format!("make the folder `{}`", folder.display()))?;
        for (finding, _) in report.grouped() {
            if let Some(replay) = finding.replay(&report.contract) {
                let path = folder.join(format!("{}.json", finding.name()));
                write(&path, &replay.text())?;
            }
        }
    }
    Ok(())
}

fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("start the runtime")
}

fn cleaned(path: &Path, access: &Access) -> anyhow::Result<(String, Exit)> {
    let (target, accounts) = access.open()?;
    let ledger = Ledger::load(path)?;
    let judge = Arc::new(Judge::new()?);
    let cleaned = runtime()?.block_on(async {
        let Steering { accounts, .. } = steering(&target, &judge, &accounts).await?;
        let session = Session::open(&target, &judge, accounts)?;
        anyhow::Ok(cleanup(&session, &ledger).await?)
    })?;
    let exit = if cleaned.is_clean() { Exit::Kept } else { Exit::Broken };
    Ok((cleaned.to_string(), exit))
}

fn replayed(file: &Path, access: &Access) -> anyhow::Result<(String, Exit)> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("read the replay `{}`", file.display()))?;
    let replay = Replay::parse(&text)?;
    let (target, accounts) = access.open()?;
    let found = runtime()?.block_on(replay.run(&target, &accounts))?;
    Ok(match found {
        None => (
            format!(
                "The promise is kept: {} [{}] by {}\n",
                replay.expected, replay.rule, replay.operation
            ),
            Exit::Kept,
        ),
        Some(finding) => {
            let contract = replay.contract.as_str();
            (format!("{}\n", Written { finding: &finding, contract }), Exit::Broken)
        }
    })
}

#[cfg(feature = "in-process")]
fn soaked(asked: &crate::cli::Soak) -> anyhow::Result<(String, Exit)> {
    let bar = Bar::on_terminal();
    let soaked =
        crate::soak::soak(asked.from, asked.seeds, Duration::from_secs(asked.seconds), &bar)?;
    drop(bar);
    let exit = if soaked.passed() { Exit::Kept } else { Exit::Broken };
    Ok((soaked.to_string(), exit))
}

#[cfg(feature = "defects")]
fn defects(asked: &crate::cli::Defects) -> (String, Exit) {
    use crate::defects::{Depth, Matrix};

    let depth = match (asked.every_rule, asked.shrink) {
        (true, _) => Depth::Every,
        (false, true) => Depth::Shrunk,
        (false, false) => Depth::First,
    };
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let all = crate::defects::all().into_iter();
    let defects: Vec<_> = all.filter(|it| it.name.contains(&asked.wanted)).collect();
    let bar = Bar::on_terminal();
    let matrix = Matrix::of(&defects, depth, threads, &bar);
    drop(bar);
    let exit = if matrix.passed() { Exit::Kept } else { Exit::Broken };
    (matrix.to_string(), exit)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("write `{}`", path.display()))
}

fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}
