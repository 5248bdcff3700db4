//! What a verification made on a target, so that it can be put away even if the run was killed.
//!
//! A file of JSON lines that is only ever added to. What is about to be made is written down before
//! the request that makes it leaves; the number it got is written as soon as it is known. No
//! credentials are in it: which provider an order belongs to is said by A or B.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::caller::Provider;

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Entry {
    /// A verification of this target begins.
    Begun {
        /// Its base URL.
        target: String,
    },
    /// This world of the mock was made.
    World {
        /// Its name.
        name: String,
    },
    /// The world was dropped.
    Dropped {
        /// Its name.
        name: String,
    },
    /// An order is about to be made.
    Creating {
        /// Whose it will be.
        provider: Provider,
        /// The id that orders once.
        remote_order_id: String,
    },
    /// The order was made.
    Created {
        /// Whose it is.
        provider: Provider,
        /// The id that orders once.
        remote_order_id: String,
        /// Its number.
        order_id: i64,
    },
    /// Nothing is left to do for the order: it was withdrawn, or is closed.
    PutAway {
        /// Its number.
        order_id: i64,
    },
}

/// What was made, in memory and, if it is wanted, in a file as well.
///
/// The mutex is a `std` one: it is held for a line, never across an await.
#[derive(Debug, Default)]
pub struct Ledger {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: Vec<Entry>,
    file: Option<(PathBuf, File)>,
}

/// Why a ledger cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be opened or written.
    #[error("write the ledger `{path}`; without it nothing is made on the target", path = .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It cannot be read.
    #[error("read the ledger `{path}`", path = .path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A line is none of a ledger.
    #[error("read line {line} of the ledger `{path}`; it must be one that `verify --ledger` wrote", path = .path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

impl Ledger {
    /// A ledger that adds to a file, which is made if there is none. What is in it already is of
    /// earlier runs, and stays there.
    ///
    /// # Errors
    /// If the file cannot be opened for that.
    pub fn append_to(path: &Path) -> Result<Self, LedgerError> {
        let path = path.to_owned();
        let opened = OpenOptions::new().create(true).read(true).append(true).open(&path);
        match opened.and_then(mended) {
            Ok(file) => {
                let kept = Kept { entries: Vec::new(), file: Some((path, file)) };
                Ok(Self { kept: Mutex::new(kept) })
            }
            Err(source) => Err(LedgerError::Write { path, source }),
        }
    }

    /// The ledger of earlier runs, to be gone on with.
    ///
    /// # Errors
    /// If the file cannot be read or added to, or is no ledger.
    pub fn load(path: &Path) -> Result<Self, LedgerError> {
        // Read first: a file that is not there is no ledger, and is not to be made.
        let entries = Ledger::read(path)?;
        let ledger = Ledger::append_to(path)?;
        ledger.kept().entries = entries;
        Ok(ledger)
    }

    /// Adds an entry. If there is a file, the entry is on the disk when this returns.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&self, entry: Entry) -> Result<(), LedgerError> {
        let line = serde_json::to_string(&entry).expect("an entry has string keys only");
        let mut kept = self.kept();
        if let Some((path, file)) = &mut kept.file {
            let written = writeln!(file, "{line}").and_then(|()| file.sync_data());
            written.map_err(|source| LedgerError::Write { path: path.clone(), source })?;
        }
        kept.entries.push(entry);
        Ok(())
    }

    /// Every entry, the oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.kept().entries.clone()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entries of a file.
    fn read(path: &Path) -> Result<Vec<Entry>, LedgerError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| LedgerError::Read { path: path.to_owned(), source })?;
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let entries = lines.map(|(index, line)| {
            serde_json::from_str(line).map_err(|source| {
                let path = path.to_owned();
                LedgerError::Malformed { path, line: index + 1, source }
            })
        });
        entries.collect()
    }
}

/// The file without a last line that was cut off when its writer was killed. What that line was to
/// announce was not sent.
fn mended(mut file: File) -> io::Result<File> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64)?;
    }
    Ok(file)
}
