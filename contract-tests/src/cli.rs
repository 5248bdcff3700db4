//! The command line.

#[cfg(feature = "defects")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::access::Access;
use crate::budget::Budget;
use crate::known::Accepted;
use crate::profile::{Effort, Profile};
use crate::report::Strictness;
use crate::verify::RequestLog;

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
    /// the environment. Without them the mock's published test providers are used, on this machine.
    /// A mock that was started with `OCTANE_MOCK_CONTROL_TOKEN` wants it set here too.
    ///
    /// Ctrl-C stops it: what was made is put away, and the report is of what was tried until then. A
    /// second Ctrl-C ends it at once. What a run that is killed leaves behind its ledger tells: the file
    /// of --ledger, or else `octane-contract-ledger-….jsonl` in the folder it was started in. That file
    /// is made for a target that is not this machine or has no control plane, and removed once nothing
    /// is left.
    ///
    /// Exit codes: 0 the contract is kept, 1 it is broken, 2 wrong usage or credentials, 3 the target
    /// cannot be reached, 130 it was stopped by Ctrl-C, 143 by SIGTERM.
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

    /// Try a finding again, and judge anew.
    ///
    /// The steps are done again in a world of their own on the target, exactly, and every answer is
    /// judged by this program's contract.
    ///
    /// What was found where nbn acts by itself is tried with new orders, each step once nbn has brought
    /// its order to the state in which it was done, and the last whenever the order moves after that; if
    /// nbn brings it elsewhere, that is said, and nothing is judged. The orders are withdrawn at the end.
    /// With a control plane that is done in a world in which nbn acts by itself and the clock is moved on;
    /// without one nothing else can be tried again.
    ///
    /// Credentials, Ctrl-C and exit codes are those of `verify`; 3 is also that nbn did not bring an order
    /// to where the finding begins.
    Replay(Box<Replayed>),

    /// Put away what a verification left behind.
    ///
    /// Drops the worlds and withdraws the orders that a ledger names, tells what could not be
    /// withdrawn, and adds to the ledger what was put away. Nothing else is touched.
    ///
    /// Exit codes: 0 nothing is left, 1 somebody has to look after what is left, 2 wrong usage or
    /// credentials, 3 the target cannot be reached.
    Cleanup {
        /// A ledger that `verify` wrote
        ledger: PathBuf,
        /// Send at the most so many requests; what could not be asked about is counted
        #[arg(long, value_name = "N")]
        max_requests: Option<u64>,
        #[command(flatten)]
        #[expect(missing_docs, reason = "what is in it is documented there")]
        access: Access,
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

/// What `replay` is told.
#[derive(Debug, Args)]
pub struct Replayed {
    /// A file that `verify --replays` wrote
    pub file: PathBuf,

    #[command(flatten)]
    #[expect(missing_docs, reason = "what is in it is documented there")]
    pub access: Access,

    /// Without a control plane: wait so long for nbn, each time
    #[arg(long, value_name = "DURATION", default_value = "20s",
          value_parser = humantime::parse_duration)]
    pub patience: Duration,

    /// Without a control plane: repeat a read that is not as expected for so long. Writes are never
    /// repeated
    #[arg(long, value_name = "DURATION", default_value = "0s",
          value_parser = humantime::parse_duration)]
    pub consistency_window: Duration,
}

/// What `verify` is told.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    #[expect(missing_docs, reason = "what is in it is documented there")]
    pub access: Access,

    /// How much to try
    #[arg(long, value_enum, default_value_t = Profile::Default)]
    pub profile: Profile,

    /// What is drawn is drawn from this; the same seed sends the same requests
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// How many sequences to draw [default: the profile's]
    #[arg(long, value_name = "N")]
    pub cases: Option<u64>,

    /// Send at the most so many requests, 20 or more; what is left out for it is listed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(20..))]
    pub max_requests: Option<u64>,

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

    /// Accept that a promise is broken, by one operation or by all; how often it was is reported. May
    /// be given several times
    #[arg(long, value_name = "RULE[:OPERATION]")]
    pub accept: Vec<Accepted>,

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

    /// Whether requests are kept.
    pub fn log(&self) -> RequestLog {
        if self.request_log.is_some() { RequestLog::Kept } else { RequestLog::Off }
    }
}
