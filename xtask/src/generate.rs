//! `cargo xtask gen`: everything derived that is committed, made or compared.

use anyhow::bail;

use crate::derived::{Derived, derive};
use crate::{cargo, contracts, store};

/// What `--check` ends with when a file is stale.
const STALE: u8 = 4;

/// Regenerate the pages and client surfaces in docs/ from the contracts.
#[derive(clap::Args)]
pub(crate) struct Generate {
    /// Write nothing; show what is stale, and end with 4 if anything is.
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(arguments: &Generate) -> anyhow::Result<u8> {
    let orders = contracts::read(contracts::ORDERS)?;
    let control = contracts::read(contracts::CONTROL)?;
    // What is derived from a contract with findings may be wrong without looking it.
    match contracts::report(&orders) + contracts::report(&control) {
        0 => {}
        1 => bail!("the contracts have a finding, so nothing was generated; mend it first"),
        count => {
            bail!("the contracts have {count} findings, so nothing was generated; mend them first")
        }
    }
    let files = derive(&orders, &control)?;
    if arguments.check { compare(&files) } else { write(&files) }
}

/// `gen --check`, as a step of CI.
pub(crate) fn check() -> anyhow::Result<u8> {
    run(&Generate { check: true })
}

fn write(files: &[Derived]) -> anyhow::Result<u8> {
    for file in files {
        let changed = store::difference(cargo::root(), file)?.is_some();
        if changed {
            store::write(cargo::root(), file)?;
        }
        println!("{} {}", if changed { "changed  " } else { "unchanged" }, file.path);
    }
    Ok(0)
}

fn compare(files: &[Derived]) -> anyhow::Result<u8> {
    let mut stale = 0;
    for file in files {
        if let Some(diff) = store::difference(cargo::root(), file)? {
            stale += 1;
            print!("{diff}");
        }
    }
    if stale == 0 {
        println!("all {} derived files are up to date", files.len());
        return Ok(0);
    }
    eprintln!("{stale} of {} derived files are stale; run `cargo xtask gen`", files.len());
    Ok(STALE)
}
