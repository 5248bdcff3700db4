//! Who calls: credentials out of a file or the environment, never out of a command line, which every
//! user of the machine can read.
//!
//! What is in a file or a variable is told to nobody: messages name the variable or the line.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::caller::{Account, Accounts, ControlToken, ControlTokenError, Provider};
use crate::target::Target;

/// The variable of the token that opens the mock's control plane; the mock reads the same.
pub const CONTROL_TOKEN: &str = "OCTANE_MOCK_CONTROL_TOKEN";

/// What it means that a provider has no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unset {
    /// It is one of the mock's published test data.
    Published,
    /// Nothing can be done on this target, which is not this machine.
    Missing {
        /// The target's base URL.
        base_url: String,
    },
}

/// Why there are no credentials to call with.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("read the credentials in `{path}`", path = .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A line of it is none.
    #[error("use `{path}`", path = .path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: NoCredentials,
    },
    /// Both providers are one.
    #[error(
        "log in as two providers: `OCTANE_USERNAME` and `OCTANE_OTHER_USERNAME` are the same, and what \
         one provider must not see of another needs two"
    )]
    OneProvider,
    /// Half of a provider's credentials is set.
    #[error("log in: `{set}` is set and `{missing}` is not; set both")]
    Half {
        /// The variable that is set.
        set: &'static str,
        /// The one that is missing.
        missing: &'static str,
    },
    /// None of a provider's credentials is set.
    #[error(
        "log in to `{base_url}` as {provider}: set `{username}` and `{password}`, or put them in the \
         file of --credentials; the mock's published test providers are for this machine alone"
    )]
    Missing {
        /// The target.
        base_url: String,
        /// Who has none.
        provider: Provider,
        /// The variable of its user name.
        username: &'static str,
        /// The variable of its password.
        password: &'static str,
    },
    /// The control token is none.
    #[error(transparent)]
    ControlToken(#[from] ControlTokenError),
}

/// A line of a file of credentials is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCredentials {
    /// It is no name with a value.
    #[error(
        "read line {line} of the credentials; it must be NAME=VALUE, such as OCTANE_USERNAME=harbour"
    )]
    Malformed {
        /// The line, from 1. What is in it is not told.
        line: usize,
    },
    /// The name looks like a slip of the hand.
    #[error(
        "read line {line} of the credentials; `{name}` is nothing, is it meant to be `{meant}`?"
    )]
    Misspelt {
        /// The line, from 1.
        line: usize,
        /// The name there.
        name: String,
        /// The one that is likely meant.
        meant: &'static str,
    },
}

impl Unset {
    /// What it means for this target.
    pub fn for_target(target: &Target) -> Self {
        match target.is_local() {
            true => Unset::Published,
            false => Unset::Missing { base_url: target.base_url().to_owned() },
        }
    }
}

/// The variables in a file of credentials.
///
/// # Errors
/// If it cannot be read, or a line is none.
pub fn read(path: &Path) -> Result<BTreeMap<String, String>, CredentialsError> {
    let path = path.to_owned();
    match std::fs::read_to_string(&path) {
        Err(source) => Err(CredentialsError::Read { path, source }),
        Ok(text) => variables(&text).map_err(|source| CredentialsError::Malformed { path, source }),
    }
}

/// The variables in the text of a file of credentials: a line each, with comments after `#` at the
/// start of a line. Others than are read here may be among them.
///
/// # Errors
/// If a line is none, or its name is nearly one that is read here.
pub fn variables(text: &str) -> Result<BTreeMap<String, String>, NoCredentials> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let told = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    told.map(|(line, text)| match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            let name = name.trim().to_owned();
            match meant_by(&name) {
                Some(meant) => Err(NoCredentials::Misspelt { line, name, meant }),
                None => Ok((name, value.trim().to_owned())),
            }
        }
        _ => Err(NoCredentials::Malformed { line }),
    })
    .collect()
}

/// The variable that a name is a slip of the hand away from.
fn meant_by(name: &str) -> Option<&'static str> {
    /// Two letters swapped, one left out, or one too many.
    const SLIP: usize = 1;
    let of_accounts = Provider::ALL.into_iter().map(Provider::variables);
    let names = of_accounts.flat_map(|(name, secret)| [name, secret]).chain([CONTROL_TOKEN]);
    let meant = names.min_by_key(|it| strsim::osa_distance(name, it))?;
    (1..=SLIP).contains(&strsim::osa_distance(name, meant)).then_some(meant)
}

/// The accounts of the two providers, and the token of the control plane if there is one. A variable
/// that is empty is not set: that is how a CI system hands over a secret it does not have.
///
/// # Errors
/// If a provider has a user name and no password, or the other way round, or neither where that
/// means that they are missing; or if the token is none.
pub fn accounts(
    read: impl Fn(&str) -> Option<String>,
    unset: &Unset,
) -> Result<Accounts, CredentialsError> {
    let read = |name: &str| read(name).filter(|value| !value.is_empty());
    let account = |provider: Provider| {
        let (username, password) = provider.variables();
        match (read(username), read(password), unset) {
            (Some(name), Some(secret), _) => Ok(Account::new(&name, &secret)),
            (None, None, Unset::Published) => Ok(Accounts::published().of(provider).clone()),
            (None, None, Unset::Missing { base_url }) => {
                let base_url = base_url.clone();
                Err(CredentialsError::Missing { base_url, provider, username, password })
            }
            (Some(_), None, _) => Err(CredentialsError::Half { set: username, missing: password }),
            (None, Some(_), _) => Err(CredentialsError::Half { set: password, missing: username }),
        }
    };
    let (a, b) = (account(Provider::A)?, account(Provider::B)?);
    if a.credentials.username() == b.credentials.username() {
        return Err(CredentialsError::OneProvider);
    }
    let accounts = Accounts::new(a, b);
    Ok(match read(CONTROL_TOKEN) {
        Some(token) => accounts.with_control_token(ControlToken::new(&token)?),
        None => accounts,
    })
}
