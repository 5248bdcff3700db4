//! The command line.

use std::collections::BTreeMap;
#[cfg(feature = "defects")]
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::budget::Budget;
use crate::caller::{Account, Accounts, Provider};
use crate::profile::{Effort, Profile};
use crate::report::Strictness;
use crate::verify::{Remote, RequestLog};

/// Tests whether a service keeps the Octane order contract.
#[derive(Debug, Parser)]
#[command(name = "octane-contract", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Verify the service at a URL.
    ///
    /// The truth table is tried cell by cell, then requests that break one rule each, then sequences
    /// of steps whose every answer is compared with a model of the service.
    ///
    /// On octane-mock, a world of its own is made by the control plane under /_mock/, and dropped at the
    /// end; what is in other worlds stays as it is. Where there is no control plane, a few orders are
    /// made among whatever else is there, followed as nbn moves them, and withdrawn at the end.
    ///
    /// The credentials of two providers are read from `OCTANE_USERNAME` and `OCTANE_PASSWORD`, and
    /// from `OCTANE_OTHER_USERNAME` and `OCTANE_OTHER_PASSWORD`, in the file of --credentials or else in
    /// the environment. Without them the mock's published test providers are used.
    ///
    /// Exit codes: 0 the contract is kept, 1 it is broken, 2 wrong usage or credentials, 3 the target
    /// cannot be reached.
    Verify(Box<Verify>),

    /// List the rules: every promise that is checked.
    Rules {
        /// As JSON
        #[arg(long)]
        json: bool,
    },

    /// Explain one rule: what it promises, why, and where the contract says so.
    Explain {
        /// The rule's id, as `rules` lists it
        rule: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },

    /// Try a finding again, exactly, and judge anew.
    ///
    /// The steps are done again in a world of their own on the target, and every answer is judged by
    /// this program's contract. Credentials and exit codes are those of `verify`.
    Replay {
        /// A file that `verify --replays` wrote
        file: PathBuf,
        /// Where the service is
        #[arg(long, value_name = "URL")]
        base_url: String,
        /// Read credentials from a file of lines NAME=VALUE, before the environment
        #[arg(long, value_name = "FILE")]
        credentials: Option<PathBuf>,
    },

    /// Put away what a verification left behind.
    ///
    /// Drops the worlds and withdraws the orders that a ledger names, tells what could not be
    /// withdrawn, and adds to the ledger what was put away. Nothing else is touched.
    ///
    /// Exit codes: 0 nothing is left, 1 somebody has to look after what is left, 2 wrong usage or
    /// credentials, 3 the target cannot be reached.
    Cleanup {
        /// The file of `verify --ledger`
        ledger: PathBuf,
        /// Where the service is
        #[arg(long, value_name = "URL")]
        base_url: String,
        /// Allow a target that is not this machine
        #[arg(long)]
        allow_remote: bool,
        /// Read credentials from a file of lines NAME=VALUE, before the environment
        #[arg(long, value_name = "FILE")]
        credentials: Option<PathBuf>,
    },

    /// Verify the mock in this process again and again, each time from another seed.
    ///
    /// It is correct, so whatever is found is a mistake of the verifier, or of the mock. Exit codes: 0
    /// nothing is found, 1 something is.
    #[cfg(feature = "in-process")]
    Soak(Soak),

    /// Test the verifier itself: have it look for every defect that a server is known to have.
    ///
    /// A row tells the promises that a defect breaks, as rule × operation. Exit codes: 0 every defect
    /// is caught and the correct server has none, 1 one is not.
    #[cfg(feature = "defects")]
    Defects(Defects),
}

/// What `soak` is told.
#[cfg(feature = "in-process")]
#[derive(Debug, Args)]
pub struct Soak {
    /// How many seeds
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub seeds: u64,

    /// The first of them
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub from: u64,

    /// Stop after so many seconds, and say how far it went
    #[arg(long, value_name = "SECONDS", default_value_t = 1_800)]
    pub seconds: u64,
}

/// What `defects` is told.
#[cfg(feature = "defects")]
#[derive(Debug, Args)]
pub struct Defects {
    /// Look only for defects with this in their name
    #[arg(default_value = "", value_name = "NAME")]
    pub wanted: String,

    /// What the verification draws is drawn from this
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// Note every rule that a defect breaks, and not only the first that is noticed
    #[arg(long)]
    pub every_rule: bool,

    /// Make each failure as small as can be, and tell how long that took
    #[arg(long)]
    pub shrink: bool,

    /// Look for nothing, and serve the defect of this name instead, to try reports and commands on
    #[arg(long, value_name = "NAME", conflicts_with_all = ["wanted", "every_rule", "shrink"])]
    pub serve: Option<String>,

    /// Where to serve it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", requires = "serve")]
    pub listen: SocketAddr,
}

/// What `verify` is told.
#[derive(Debug, Args)]
pub struct Verify {
    /// Where the service is
    #[arg(long, value_name = "URL")]
    pub base_url: String,

    /// How much to try
    #[arg(long, value_enum, default_value_t = Profile::Default)]
    pub profile: Profile,

    /// What is drawn is drawn from this; the same seed sends the same requests
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// How many sequences to draw [default: the profile's]
    #[arg(long, value_name = "N")]
    pub cases: Option<u64>,

    /// Send at the most so many requests; what is left out for it is listed
    #[arg(long, value_name = "N")]
    pub max_requests: Option<u64>,

    /// Send no more than so many requests a second
    #[arg(long, value_name = "N")]
    pub max_rate: Option<NonZeroU32>,

    /// Allow a target that is not this machine: orders are made there
    #[arg(long)]
    pub allow_remote: bool,

    /// Read credentials from a file of lines NAME=VALUE, before the environment
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,

    /// Add to a file what is made on the target, before it is made; `cleanup` puts away what it names
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,

    /// Without a control plane: wait so long for nbn to move the orders [default: 20s, smoke: 5s]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub patience: Option<Duration>,

    /// Without a control plane: repeat a read that is not as expected for so long. Writes are never
    /// repeated
    #[arg(long, value_name = "DURATION", default_value = "0s",
          value_parser = humantime::parse_duration)]
    pub consistency_window: Duration,

    /// How many sequences to run at once [default: 1, thorough: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,

    /// Fail as well if something was not seen that this target could have been made to show: a
    /// documented status, a refusal or a cell of the lifecycle
    #[arg(long)]
    pub ci: bool,

    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,

    /// Write the report as one page of HTML
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Write a file per finding that `replay` tries again, and a Rust test to paste beside it
    #[arg(long, value_name = "FOLDER")]
    pub replays: Option<PathBuf>,

    /// Print the findings as annotations of GitHub Actions too, at their lines of the contract. Where
    /// `GITHUB_ACTIONS` is true they are printed anyway
    #[arg(long)]
    pub github: bool,

    /// Write every request, a line of JSON each, without credentials
    #[arg(long, value_name = "FILE")]
    pub request_log: Option<PathBuf>,
}

impl Verify {
    /// How much to try.
    pub fn effort(&self) -> Effort {
        let effort = self.profile.effort(self.seed);
        let jobs = match self.max_requests {
            // A budget is one worker's.
            Some(_) => 1,
            None => self.jobs.map_or(effort.jobs, usize::from),
        };
        Effort {
            cases: self.cases.unwrap_or(effort.cases),
            budget: Budget { requests_max: self.max_requests },
            jobs,
            patience: self.patience.unwrap_or(effort.patience),
            consistency_window: self.consistency_window,
            ..effort
        }
    }

    /// How strictly the report is read.
    pub fn strictness(&self) -> Strictness {
        if self.ci { Strictness::Ci } else { Strictness::Lenient }
    }

    /// Whether the target may be another machine.
    pub fn remote(&self) -> Remote {
        if self.allow_remote { Remote::Allowed } else { Remote::Refused }
    }

    /// Whether requests are kept.
    pub fn log(&self) -> RequestLog {
        if self.request_log.is_some() { RequestLog::Kept } else { RequestLog::Off }
    }
}

/// Half of a provider's credentials is set.
#[derive(Debug, thiserror::Error)]
#[error(
    "log in: `{set}` is set and `{missing}` is not; set both, or neither for the mock's test provider"
)]
pub struct HalfAnAccount {
    /// The variable that is set.
    pub set: &'static str,
    /// The one that is missing.
    pub missing: &'static str,
}

/// A line of a file of credentials is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "read line {line} of the credentials; it must be NAME=VALUE, such as OCTANE_USERNAME=harbour"
)]
pub struct NoCredentials {
    /// The line, from 1. What is in it is not told.
    pub line: usize,
}

/// The variables in the text of a file of credentials: a line each, with comments after `#` at the
/// start of a line.
///
/// # Errors
/// If a line is none.
pub fn variables(text: &str) -> Result<BTreeMap<String, String>, NoCredentials> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let told = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    told.map(|(line, text)| match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(NoCredentials { line }),
    })
    .collect()
}

/// The accounts of the two providers, out of the environment. A provider without any is one of the
/// mock's published test data. There are no flags for them: a command line is for all to see.
///
/// # Errors
/// If a provider has a user name and no password, or the other way round.
pub fn accounts(read: impl Fn(&str) -> Option<String>) -> Result<Accounts, HalfAnAccount> {
    let published = Accounts::published();
    let account = |name, secret, provider| match (read(name), read(secret)) {
        (Some(username), Some(password)) => Ok(Account::new(&username, &password)),
        (None, None) => Ok(published.of(provider).clone()),
        (Some(_), None) => Err(HalfAnAccount { set: name, missing: secret }),
        (None, Some(_)) => Err(HalfAnAccount { set: secret, missing: name }),
    };
    Ok(Accounts::new(
        account("OCTANE_USERNAME", "OCTANE_PASSWORD", Provider::A)?,
        account("OCTANE_OTHER_USERNAME", "OCTANE_OTHER_PASSWORD", Provider::B)?,
    ))
}
