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
use crate::budget::Budget;
use crate::cleanup::{CleanupError, cleanup};
use crate::cli::{Cli, Command, Replayed, Verify};
use crate::interrupt::{Interrupt, Signal};
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::outputs::Outputs;
use crate::own_world::WorldError;
use crate::profile::Profile;
use crate::progress::Bar;
use crate::replay::{Outcome, Replay, ReplayError, Retry};
use crate::report::terminal::{Made, Terminal, Written};
use crate::report::{End, github};
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
    /// It was asked to stop before it was done.
    Interrupted(Signal),
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Kept => 0,
            Exit::Broken => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
            // As shells number what ends by a signal: 128 and the signal's number.
            Exit::Interrupted(Signal::Interrupt) => 130,
            Exit::Interrupted(Signal::Terminate) => 143,
        }
    }

    /// How a command ends that failed with this.
    pub fn of(error: &anyhow::Error) -> Exit {
        let of_replay = match error.downcast_ref() {
            Some(ReplayError::World(world)) => !matches!(world, WorldError::Open(_)),
            Some(ReplayError::Unreachable(_)) => true,
            Some(ReplayError::Cleanup(CleanupError::Unreachable(_))) => true,
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

/// Does what was asked, and gives what to print. Where something is made on a target, it is put away if
/// this is asked to stop in the middle.
///
/// # Errors
/// If it cannot be done; a broken contract is no error.
pub fn run(cli: &Cli, interrupt: &Interrupt) -> anyhow::Result<(String, Exit)> {
    match &cli.command {
        Command::Verify(asked) => verified(asked, interrupt),
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
        Command::Replay(asked) => replayed(asked, interrupt),
        Command::Cleanup { ledger, access, max_requests } => cleaned(ledger, access, *max_requests),
        #[cfg(feature = "in-process")]
        Command::Soak(asked) => soaked(asked),
        #[cfg(feature = "defects")]
        Command::Defects(asked) => match &asked.serve {
            Some(name) => served(name, asked.listen),
            None => Ok(defects(asked)),
        },
    }
}

fn verified(asked: &Verify, interrupt: &Interrupt) -> anyhow::Result<(String, Exit)> {
    anyhow::ensure!(
        !(asked.ci && asked.profile == Profile::Smoke),
        "verify with --ci and the profile `smoke`, which leaves out what --ci wants to see; \
         use the profile `default`"
    );
    let outputs = Outputs::open(asked)?;
    let (target, accounts) = asked.access.open()?;
    let ledger = match &asked.ledger {
        Some(path) => Ledger::append_to(path)?,
        None => Ledger::temporary(Path::new("")),
    };
    let bar = Bar::on_terminal();
    let report = verify(&Run {
        target: &target,
        accounts: &accounts,
        effort: &asked.effort(),
        log: asked.log(),
        ledger: &ledger,
        remote: asked.access.remote(),
        accepted: &asked.accept,
        progress: &bar,
        interrupt,
    });
    drop(bar);
    let report = report.map_err(|problem| with_ledger(problem.into(), &ledger))?;
    let strictness = asked.strictness();
    let exit = match &report.end {
        End::Interrupted(signal) => Exit::Interrupted(*signal),
        End::Lost(_) if report.findings.is_empty() => Exit::Unreachable,
        _ if report.passed(strictness) => Exit::Kept,
        _ => Exit::Broken,
    };
    let replays = asked.replays.as_deref();
    let mut text = Terminal { report: &report, strictness, replays }.to_string();
    if asked.github || std::env::var("GITHUB_ACTIONS").is_ok_and(|it| it == "true") {
        text.push_str(&github::annotations(&report, strictness));
    }
    let exit = match outputs.write(&report, strictness) {
        Ok(()) => exit,
        Err(problem) => {
            // What was seen is told all the same.
            text.push_str(&format!("\nA file could not be written: failed to {problem:#}\n"));
            if exit == Exit::Kept { Exit::Usage } else { exit }
        }
    };
    Ok((text, exit))
}

fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("start the runtime")
}

fn cleaned(
    path: &Path,
    access: &Access,
    max_requests: Option<u64>,
) -> anyhow::Result<(String, Exit)> {
    let (target, accounts) = access.open()?;
    let ledger = Ledger::load(path)?;
    let judge = Arc::new(Judge::new()?);
    let cleaned = runtime()?.block_on(async {
        let Steering { accounts, .. } = steering(&target, &judge, &accounts).await?;
        let session = Session::open(&target, &judge, accounts)?;
        let budget = Budget { requests_max: max_requests };
        anyhow::Ok(cleanup(&session, &ledger, &budget).await?)
    })?;
    let exit = if cleaned.is_clean() { Exit::Kept } else { Exit::Broken };
    Ok((cleaned.to_string(), exit))
}

fn replayed(asked: &Replayed, interrupt: &Interrupt) -> anyhow::Result<(String, Exit)> {
    let file = &asked.file;
    let text = fs::read_to_string(file)
        .with_context(|| format!("read the replay `{}`", file.display()))?;
    let replay = Replay::parse(&text)?;
    let (target, accounts) = asked.access.open()?;
    let notes = replay.fits(&Judge::new()?, &accounts)?;
    let notes: String = notes.iter().map(|note| format!("Note: {note}\n")).collect();
    let ledger = Ledger::temporary(Path::new(""));
    let Replayed { patience, consistency_window, .. } = *asked;
    let retry = Retry { patience, consistency_window, ledger: &ledger, interrupt };
    let replayed = runtime()?.block_on(replay.run(&target, &accounts, &retry));
    let replayed = replayed.map_err(|problem| with_ledger(problem.into(), &ledger))?;
    let Replay { rule, operation, expected, .. } = &replay;
    let (text, exit) = match replayed.outcome {
        Outcome::Kept => {
            (format!("The promise is kept: {expected} [{rule}] by {operation}\n"), Exit::Kept)
        }
        Outcome::Broken(finding) => {
            let (now, by) = finding.failure.class();
            let other = match now.id() == rule && by == *operation {
                true => String::new(),
                false => {
                    format!("Note: it was [{rule}] by {operation} when the replay was written.\n")
                }
            };
            (format!("{other}{}\n", Written { finding: &finding }), Exit::Broken)
        }
        Outcome::NotReached(why) => {
            (format!("It could not be tried: failed to {why}\n"), Exit::Unreachable)
        }
        Outcome::Interrupted(signal) => {
            ("Interrupted before it was known.\n".to_owned(), Exit::Interrupted(signal))
        }
    };
    let made = Made {
        lines: &replayed.made,
        ledger: replayed.ledger.as_deref(),
        target: target.base_url(),
    };
    Ok((format!("{notes}{text}{made}"), exit))
}

/// What went wrong, and where it stands what may be left behind.
fn with_ledger(problem: anyhow::Error, ledger: &Ledger) -> anyhow::Error {
    match ledger.close(ledger.outstanding().left()) {
        Ok(None) => problem,
        Ok(Some(path)) => problem.context(format!(
            "come to an end; what may be left is in `{}`, for `octane-contract cleanup`",
            path.display()
        )),
        Err(other) => problem.context(other.to_string()),
    }
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
    let matrix = Matrix::of(&defects, depth, asked.seed, threads, &bar);
    drop(bar);
    let exit = if matrix.passed() { Exit::Kept } else { Exit::Broken };
    (matrix.to_string(), exit)
}

/// Serves a defect, and says where as soon as it does.
#[cfg(feature = "defects")]
#[expect(clippy::print_stdout, reason = "it never comes to an end that could be printed")]
fn served(name: &str, listen: std::net::SocketAddr) -> anyhow::Result<(String, Exit)> {
    let all = crate::defects::all();
    let defect = all.iter().find(|defect| defect.name == name).with_context(|| {
        let likeness = |other: &str| strsim::jaro_winkler(name, other);
        let near = all.iter().max_by(|a, b| likeness(a.name).total_cmp(&likeness(b.name)));
        let near = near.map_or("", |near| near.name);
        format!("find the defect `{name}`; did you mean {near}? `octane-contract defects` lists them all")
    })?;
    // Several threads, since some defects are about calls at once.
    let runtime = Builder::new_multi_thread().enable_all().build().context("start the runtime")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen)
            .await
            .with_context(|| format!("listen on `{listen}`"))?;
        println!("http://{} has the defect {name}: {}", listener.local_addr()?, defect.about);
        defect.serve(listener).await.context("serve the defect")
    })?;
    Ok((String::new(), Exit::Kept))
}

fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}
