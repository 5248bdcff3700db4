//! Where a service is, and how it is talked to: what every command is told that sends requests.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;

use crate::caller::Accounts;
use crate::credentials::{CredentialsError, Unset, accounts, read};
use crate::target::{Target, TargetError};
use crate::trust::{self, Authorities, AuthorityError};

/// Where a service is, and how it is talked to.
#[derive(Debug, Args)]
pub struct Access {
    /// Where the service is
    #[arg(long, value_name = "URL")]
    pub base_url: String,

    /// Allow a target that is not this machine: orders are made or withdrawn there
    #[arg(long)]
    pub allow_remote: bool,

    /// Trust, beside the authorities that this machine trusts, those whose certificates are in a file
    /// of PEM
    #[arg(long, value_name = "FILE", env = trust::VARIABLE, hide_env_values = true)]
    pub ca_certificate: Option<PathBuf>,

    /// Read credentials from a file of lines NAME=VALUE, before the environment
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,

    /// Send no more than so many requests a second
    #[arg(long, value_name = "N")]
    pub max_rate: Option<NonZeroU32>,
}

/// Whether another machine may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remote {
    /// It may.
    Allowed,
    /// Only this one may.
    Refused,
}

/// It is another machine, and nobody said that it may be written to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "write to `{base_url}`, which is not this machine; pass --allow-remote if orders may be made and \
     withdrawn there"
)]
pub struct NotAllowed {
    /// The target.
    pub base_url: String,
}

/// Why a service cannot be talked to as was asked.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The base URL cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The file of certificates cannot.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The credentials cannot.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The target is another machine.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
}

impl Remote {
    /// The target may be written to.
    ///
    /// # Errors
    /// If it is another machine, and that was not said to be allowed.
    pub fn allows(self, target: &Target) -> Result<(), NotAllowed> {
        match self {
            Remote::Refused if !target.is_local() => {
                Err(NotAllowed { base_url: target.base_url().to_owned() })
            }
            Remote::Allowed | Remote::Refused => Ok(()),
        }
    }
}

impl Access {
    /// Whether the target may be another machine.
    pub fn remote(&self) -> Remote {
        if self.allow_remote { Remote::Allowed } else { Remote::Refused }
    }

    /// The target and the accounts to call it with. Nothing is sent.
    ///
    /// # Errors
    /// If the target is another machine, which is not allowed, or if anything of this cannot be used.
    pub fn open(&self) -> Result<(Target, Accounts), AccessError> {
        let mut target = Target::url(&self.base_url)?;
        self.remote().allows(&target)?;
        if let Some(path) = &self.ca_certificate {
            target = target.trusting(Authorities::read(path)?)?;
        }
        if let Some(rate) = self.max_rate {
            target = target.paced(rate);
        }
        let told = self.credentials.as_deref().map(read).transpose()?.unwrap_or_default();
        let read = |name: &str| told.get(name).cloned().or_else(|| std::env::var(name).ok());
        let accounts = accounts(read, &Unset::for_target(&target))?;
        Ok((target, accounts))
    }
}
