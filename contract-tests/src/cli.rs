//! The command line.

use clap::{Args, Parser, Subcommand};

use crate::caller::{Account, Accounts, Provider};
use crate::verify::Effort;

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
    /// The truth table is tried cell by cell, then requests that break one rule each, then random
    /// sequences of steps whose every answer is compared with a model of the service.
    ///
    /// The target must be octane-mock, or have the same control plane under /_mock/. All its orders
    /// are dropped, and its clock is left standing.
    ///
    /// The credentials of two providers are read from `OCTANE_USERNAME` and `OCTANE_PASSWORD`, and
    /// from `OCTANE_OTHER_USERNAME` and `OCTANE_OTHER_PASSWORD`. Without them the mock's published
    /// test providers are used.
    ///
    /// Exit codes: 0 the contract is kept, 1 it is broken, 2 wrong usage or credentials, 3 the target
    /// cannot be reached or has no control plane.
    Verify(Verify),

    /// Test the verifier itself: have it look for every defect that a server is known to have.
    ///
    /// A row tells the promises that a defect breaks, as rule × operation. Exit codes: 0 every defect
    /// is caught and the correct server has none, 1 one is not.
    #[cfg(feature = "defects")]
    Defects(Defects),
}

/// What `defects` is told.
#[cfg(feature = "defects")]
#[derive(Debug, Args)]
pub struct Defects {
    /// Look only for defects with this in their name
    #[arg(default_value = "", value_name = "NAME")]
    pub wanted: String,

    /// Note every rule that a defect breaks, and not only the first that is noticed
    #[arg(long)]
    pub every_rule: bool,

    /// Make each failure as small as can be, and tell how long that took
    #[arg(long)]
    pub shrink: bool,
}

/// What `verify` is told.
#[derive(Debug, Args)]
pub struct Verify {
    /// Where the service is
    #[arg(long, value_name = "URL")]
    pub base_url: String,

    /// How many random sequences to try
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub cases: u32,

    /// What the sequences are drawn from; the same seed tries the same
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
}

impl Verify {
    /// How much to try.
    pub fn effort(&self) -> Effort {
        Effort { cases: self.cases, seed: self.seed }
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
