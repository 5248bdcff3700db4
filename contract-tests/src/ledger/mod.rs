//! What a verification made on a target, so that it can be put away even if the run was killed.
//!
//! A file of JSON lines that is only ever added to. What is about to be made is written down before
//! the request that makes it leaves; the number it got is written as soon as it is known. No
//! credentials are in it: which provider an order belongs to is said by A or B.
//!
//! Without a file of one's own, a temporary one is kept where what is made outlives this process; it is
//! removed once nothing is left, so whoever finds one has something to put away.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::caller::Provider;

mod outstanding;

pub use outstanding::Outstanding;

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Entry {
    /// A verification of this target begins.
    Begun {
        /// Its base URL.
        target: String,
    },
    /// This world of the mock is about to be made.
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
    /// Where a file is made once it is needed, and removed again if nothing is left.
    temporary: Option<PathBuf>,
}

/// Why a ledger cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be opened or written.
    #[error(
        "write the ledger `{path}`; without one nothing is made on the target, so name another file \
         with --ledger",
        path = .path.display()
    )]
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
    #[error(
        "read line {line} of the ledger `{path}`; it must be one that `verify` wrote",
        path = .path.display()
    )]
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

/// Whether somebody has to look after what was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Something is left, or may be.
    Something,
    /// Everything was put away.
    Nothing,
}

impl Ledger {
    /// A ledger that adds to a file, which is made if there is none. What is in it already is of
    /// earlier runs, and stays there.
    ///
    /// # Errors
    /// If the file cannot be opened for that, or is another than a ledger.
    pub fn append_to(path: &Path) -> Result<Self, LedgerError> {
        if path.exists() {
            Ledger::read(path)?;
        }
        let ledger = Ledger::default();
        ledger.kept().open(path.to_owned(), OpenOptions::new().create(true))?;
        Ok(ledger)
    }

    /// A ledger in a file of its own in a folder, which is there only while something is.
    pub fn temporary(folder: &Path) -> Self {
        let (now, process) = (DateTime::<Utc>::from(SystemTime::now()), std::process::id());
        let now = now.format("%Y%m%dT%H%M%S");
        let path = folder.join(format!("octane-contract-ledger-{now}-{process}.jsonl"));
        let kept = Kept { temporary: Some(path), ..Kept::default() };
        Self { kept: Mutex::new(kept) }
    }

    /// From now on what is made has to outlive this process: a temporary ledger gets its file.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn needed(&self) -> Result<(), LedgerError> {
        let mut kept = self.kept();
        let Some(path) = kept.temporary.clone().filter(|_| kept.file.is_none()) else {
            return Ok(());
        };
        kept.open(path, OpenOptions::new().create_new(true))?;
        let entries = kept.entries.clone();
        entries.iter().try_for_each(|entry| kept.write(entry))
    }

    /// Where it is, if it is in a file and something of what it names may be left.
    ///
    /// # Errors
    /// If nothing is left, and a temporary one cannot be removed.
    pub fn close(&self, left: Left) -> Result<Option<PathBuf>, LedgerError> {
        let mut kept = self.kept();
        match (left, &kept.temporary) {
            (Left::Something, _) => Ok(kept.file.as_ref().map(|(path, _)| path.clone())),
            (Left::Nothing, None) => Ok(None),
            (Left::Nothing, Some(_)) => {
                let Some((path, file)) = kept.file.take() else { return Ok(None) };
                drop(file);
                match std::fs::remove_file(&path) {
                    Ok(()) => Ok(None),
                    Err(source) => Err(LedgerError::Write { path, source }),
                }
            }
        }
    }

    /// What it names that was not put away yet.
    pub fn outstanding(&self) -> Outstanding {
        Outstanding::of(&self.kept().entries)
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
        let mut kept = self.kept();
        kept.write(&entry)?;
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

    /// The entries of a file. A last line that was cut off when its writer was killed is none: what
    /// it was to announce was not sent.
    fn read(path: &Path) -> Result<Vec<Entry>, LedgerError> {
        /// What every entry begins with.
        const BEGINNING: &str = r#"{"entry":""#;
        let text = std::fs::read_to_string(path)
            .map_err(|source| LedgerError::Read { path: path.to_owned(), source })?;
        let entry = |(index, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|source| {
                let path = path.to_owned();
                LedgerError::Malformed { path, line: index + 1, source }
            })
        };
        let mut lines: Vec<(usize, &str)> = text.lines().enumerate().collect();
        let cut_off = lines.pop_if(|(_, last)| !text.ends_with('\n') && !last.is_empty());
        let is_cut_off = |line: &str| line.starts_with(BEGINNING) || BEGINNING.starts_with(line);
        if let Some(last) = cut_off.filter(|(_, last)| !is_cut_off(last)) {
            return entry(last).map(|only| vec![only]);
        }
        lines.into_iter().filter(|(_, line)| !line.trim().is_empty()).map(entry).collect()
    }
}

impl Kept {
    /// Opens the file to be added to.
    fn open(&mut self, path: PathBuf, options: &mut OpenOptions) -> Result<(), LedgerError> {
        let opened = options.read(true).append(true).open(&path).and_then(mended);
        match opened.and_then(|file| remembered(&path).map(|()| file)) {
            Ok(file) => {
                self.file = Some((path, file));
                Ok(())
            }
            Err(source) => Err(LedgerError::Write { path, source }),
        }
    }

    /// Puts an entry on the disk, if there is a file.
    fn write(&mut self, entry: &Entry) -> Result<(), LedgerError> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        let line = serde_json::to_string(entry).expect("an entry has string keys only");
        let written = file.write_all(format!("{line}\n").as_bytes());
        written
            .and_then(|()| file.sync_data())
            .map_err(|source| LedgerError::Write { path: path.clone(), source })
    }
}

/// The file without a last line that was cut off.
fn mended(mut file: File) -> io::Result<File> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64)?;
    }
    Ok(file)
}

/// Has the folder know of a file even if the machine goes down, where folders can be told that.
fn remembered(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
