//! What the commands do: everything of the binary but printing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
#[cfg(feature = "in-process")]
use std::time::Duration;

use anyhow::Context as _;
use octane_openapi::Contract;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::caller::Accounts;
use crate::cleanup::{CleanupError, cleanup};
use crate::cli::{Cli, Command, Verify, accounts, variables};
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::own_world::WorldError;
use crate::profile::Profile;
use crate::progress::Bar;
use crate::replay::{Replay, ReplayError};
use crate::report::terminal::{Terminal, Written};
use crate::report::{Report, github, html, json, junit};
use crate::reproduce;
use crate::rules::{Rule, pages};
use crate::session::Session;
use crate::target::Target;
use crate::verify::{Remote, Run, VerifyError, verify};

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
            _ => false,
        };
        let of_verify = error.downcast_ref().is_some_and(VerifyError::is_unreachable);
        let of_cleanup = matches!(error.downcast_ref(), Some(CleanupError::Unreachable(_)));
        if of_replay || of_verify || of_cleanup { Exit::Unreachable } else { Exit::Usage }
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
        Command::Replay { file, base_url, credentials } => {
            replayed(file, base_url, credentials.as_deref())
        }
        Command::Cleanup { ledger, base_url, allow_remote, credentials } => {
            let remote = if *allow_remote { Remote::Allowed } else { Remote::Refused };
            cleaned(ledger, base_url, remote, credentials.as_deref())
        }
        #[cfg(feature = "in-process")]
        Command::Soak(asked) => soaked(asked),
        #[cfg(feature = "defects")]
        Command::Defects(asked) => match &asked.serve {
            Some(name) => served(name, asked.listen),
            None => Ok(defects(asked)),
        },
    }
}

fn verified(asked: &Verify) -> anyhow::Result<(String, Exit)> {
    anyhow::ensure!(
        !(asked.ci && asked.profile == Profile::Smoke),
        "verify with --ci and the profile `smoke`, which leaves out what --ci wants to see; \
         use the profile `default`"
    );
    let mut target = Target::url(&asked.base_url)?;
    if let Some(rate) = asked.max_rate {
        target = target.paced(rate);
    }
    let accounts = accounts_of(asked.credentials.as_deref())?;
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
        remote: asked.remote(),
        progress: &bar,
    })?;
    drop(bar);
    let strictness = asked.strictness();
    write_files(asked, &report)?;
    let exit = if report.passed(strictness) { Exit::Kept } else { Exit::Broken };
    let replays = asked.replays.as_deref();
    let mut text = Terminal { report: &report, strictness, replays }.to_string();
    if asked.github || std::env::var("GITHUB_ACTIONS").is_ok_and(|it| it == "true") {
        text.push_str(&github::annotations(&report, strictness));
    }
    Ok((text, exit))
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
            if let Some(test) = reproduce::test(finding, &report.contract) {
                write(&folder.join(format!("{}.rs", finding.name())), &test)?;
            }
        }
    }
    Ok(())
}

/// The accounts in a file of credentials, or else in the environment.
fn accounts_of(file: Option<&Path>) -> anyhow::Result<Accounts> {
    let told = match file {
        None => BTreeMap::new(),
        Some(path) => {
            let text = fs::read_to_string(path)
                .with_context(|| format!("read the credentials in `{}`", path.display()))?;
            variables(&text).with_context(|| format!("use `{}`", path.display()))?
        }
    };
    let read = |name: &str| told.get(name).cloned().or_else(|| std::env::var(name).ok());
    Ok(accounts(read)?)
}

fn runtime() -> anyhow::Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("start the runtime")
}

fn cleaned(
    path: &Path,
    base_url: &str,
    remote: Remote,
    credentials: Option<&Path>,
) -> anyhow::Result<(String, Exit)> {
    let target = Target::url(base_url)?;
    if remote == Remote::Refused && !target.is_local() {
        let base_url = base_url.to_owned();
        return Err(VerifyError::Remote { base_url }.into());
    }
    let accounts = accounts_of(credentials)?;
    let ledger = Ledger::load(path)?;
    let session = Session::open(&target, &Arc::new(Judge::new()?), accounts)?;
    let cleaned = runtime()?.block_on(cleanup(&session, &ledger))?;
    let exit = if cleaned.is_clean() { Exit::Kept } else { Exit::Broken };
    Ok((cleaned.to_string(), exit))
}

fn replayed(
    file: &Path,
    base_url: &str,
    credentials: Option<&Path>,
) -> anyhow::Result<(String, Exit)> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("read the replay `{}`", file.display()))?;
    let replay = Replay::parse(&text)?;
    let target = Target::url(base_url)?;
    let accounts = accounts_of(credentials)?;
    let notes = replay.fits(&Judge::new()?, &accounts)?;
    let notes: String = notes.iter().map(|note| format!("Note: {note}\n")).collect();
    let found = runtime()?.block_on(replay.run(&target, &accounts))?;
    let Replay { rule, operation, expected, .. } = &replay;
    let Some(finding) = found else {
        let text = format!("{notes}The promise is kept: {expected} [{rule}] by {operation}\n");
        return Ok((text, Exit::Kept));
    };
    let (now, by) = finding.failure.class();
    let other = match now.id() == rule && by == *operation {
        true => String::new(),
        false => format!("Note: it was [{rule}] by {operation} when the replay was written.\n"),
    };
    Ok((format!("{notes}{other}{}\n", Written { finding: &finding }), Exit::Broken))
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

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("write `{}`", path.display()))
}

fn lines(value: &Value) -> String {
    format!("{value:#}\n")
}
