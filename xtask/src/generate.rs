//! `cargo xtask gen`: everything derived from the contracts, made or compared.

use std::path::PathBuf;

use crate::contracts::Contracts;
use crate::derived::{Derived, clients, derive};
use crate::{callers, cargo, sdk, store};

/// What `--check` ends with when a file is stale.
const STALE: u8 = 4;

/// Regenerate what is derived from the contracts: docs/, and the SDK where asked.
#[derive(clap::Args)]
pub(crate) struct Generate {
    /// Write nothing; show what is stale, and end with 4 if anything is.
    #[arg(long)]
    check: bool,

    /// Write the crate `octane-client` to this folder too, ready to be published.
    ///
    /// The folder is new, empty, or was written by this before. What it holds then is replaced, and
    /// what does not belong to the crate any more is removed; files of your own beside it stay.
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Generate) -> anyhow::Result<u8> {
    let contracts = Contracts::read_sound()?;
    let clients = clients(&contracts)?;
    let files = derive(&contracts, &clients);
    let sdk = arguments.sdk.as_deref().map(|folder| sdk::Sdk::make(folder, &contracts, &clients));
    let sdk = sdk.transpose()?;
    // Before anything is written, since it is what is committed that is compared with.
    let changed = callers::report(cargo::root(), &clients)?;

    if arguments.check {
        let mut stale = compare(&files)?;
        if let Some(sdk) = &sdk {
            stale += sdk.compare()?;
        }
        print!("{changed}");
        if stale == 0 {
            println!("everything derived is up to date");
            return Ok(0);
        }
        let folder = sdk.map(|sdk| format!(" --sdk {}", sdk.folder().display()));
        let (are, folder) =
            (if stale == 1 { "file is" } else { "files are" }, folder.unwrap_or_default());
        eprintln!("\n{stale} derived {are} stale; run `cargo xtask gen{folder}`");
        return Ok(STALE);
    }
    write(&files)?;
    if let Some(sdk) = &sdk {
        sdk.write()?;
    }
    print!("{changed}");
    Ok(0)
}

/// `gen --check`, as a step of CI.
pub(crate) fn check() -> anyhow::Result<u8> {
    run(&Generate { check: true, sdk: None })
}

fn write(files: &[Derived]) -> anyhow::Result<()> {
    for file in files {
        let changed = store::write(cargo::root(), file)?;
        println!("{} {}", if changed { "changed  " } else { "unchanged" }, file.path);
    }
    Ok(())
}

/// Shows what is stale, and tells how many files are.
fn compare(files: &[Derived]) -> anyhow::Result<usize> {
    let mut stale = 0;
    for file in files {
        if let Some(diff) = store::difference(cargo::root(), file)? {
            stale += 1;
            print!("{diff}");
        }
    }
    Ok(stale)
}
