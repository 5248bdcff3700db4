//! The contracts as they are on disk.
//!
//! `octane-openapi` also embeds them. The files are read all the same, so that what a message says
//! about line 12 is true of line 12 as it stands now, and so that a copy of the repository is derived
//! from the copy's contracts.

use std::fs;

use anyhow::{Context as _, bail};
use octane_openapi::{Contract, lint};

use crate::cargo;

/// The contract of Octane's order endpoints, relative to the workspace.
pub(crate) const ORDERS: &str = "openapi/octane-orders.yaml";
/// The contract of the mock's control plane.
pub(crate) const CONTROL: &str = "openapi/mock-control.yaml";

/// Both contracts, without findings.
pub(crate) struct Contracts {
    pub(crate) orders: Contract,
    pub(crate) control: Contract,
}

impl Contracts {
    /// Reads both, and prints what the lint finds in them.
    ///
    /// What is derived from a contract with findings may be wrong without looking it, so that is an
    /// error.
    pub(crate) fn read_sound() -> anyhow::Result<Self> {
        let (orders, control) = (read(ORDERS)?, read(CONTROL)?);
        match report(&orders) + report(&control) {
            0 => Ok(Self { orders, control }),
            1 => bail!("the contracts have a finding, so nothing was generated; mend it first"),
            count => {
                bail!(
                    "the contracts have {count} findings, so nothing was generated; mend them first"
                )
            }
        }
    }
}

/// Reads a contract of the workspace, which is named in messages as it is named here.
pub(crate) fn read(name: &str) -> anyhow::Result<Contract> {
    let path = cargo::root().join(name);
    let text = fs::read_to_string(path).with_context(|| format!("failed to read `{name}`"))?;
    Ok(Contract::parse(name, &text)?)
}

/// Prints everything the lint finds in `contract`, and tells how much that is.
pub(crate) fn report(contract: &Contract) -> usize {
    let findings = lint::lint(contract);
    for finding in &findings {
        println!("{finding}");
    }
    findings.len()
}
