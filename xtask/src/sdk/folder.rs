//! The folder that a crate is written to, and which of its files are ours.
//!
//! A file beside the others lists what was written. It makes the folder ours: one that has things
//! in it and no such list is somebody else's, and is left alone. A run that is interrupted leaves a
//! list of the files before and after it, so the next run finishes it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{self, Component, Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::cargo;
use crate::derived::Derived;
use crate::store;

/// The list of what was written.
pub(super) const LIST: &str = ".octane-sdk";

const HEAD: &str = "# What `cargo xtask gen --sdk` wrote here, and will replace or remove.";

/// A folder that may be written to.
pub(super) struct Folder {
    path: PathBuf,
    /// What was written before.
    listed: BTreeSet<String>,
}

impl Folder {
    /// Looks whether a crate may be written to `path`.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let path = path::absolute(path).with_context(|| format!("failed to find `{shown}`"))?;
        ensure!(
            !is_in_workspace(&path)?,
            "`{shown}` is in this workspace, of which cargo would take the crate for a part; \
             choose a folder elsewhere"
        );
        if let Some(list) = store::read(&path, LIST)? {
            let listed =
                read_list(&list).with_context(|| format!("failed to read `{shown}/{LIST}`"))?;
            return Ok(Self { path, listed });
        }
        let failed = || format!("failed to look into `{shown}`");
        if path.try_exists().with_context(failed)? {
            let holds_something = fs::read_dir(&path).with_context(failed)?.next().is_some();
            ensure!(
                !holds_something,
                "`{shown}` holds something that `cargo xtask gen --sdk` did not write; \
                 choose a new or empty folder"
            );
        }
        Ok(Self { path, listed: BTreeSet::new() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Looks whether a file that is new to the crate would replace one that is not ours.
    pub(super) fn check_way_is_clear(&self, files: &[Derived]) -> anyhow::Result<()> {
        for Derived { path, .. } in files {
            ensure!(
                self.listed.contains(path) || !self.path.join(path).exists(),
                "`{path}` in `{}` was not written by `cargo xtask gen --sdk`; move it away",
                self.path.display()
            );
        }
        Ok(())
    }

    /// What was written before and is none of `files`.
    pub(super) fn stale<'a>(&'a self, files: &'a [Derived]) -> impl Iterator<Item = &'a str> {
        let kept: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let listed = self.listed.iter().map(String::as_str);
        listed.filter(move |path| !kept.contains(path) && self.path.join(path).exists())
    }

    /// Puts `files` in place and removes what is stale; tells how many were changed and removed.
    pub(super) fn write(&self, files: &[Derived]) -> anyhow::Result<(usize, usize)> {
        let list: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
        self.write_list(list.union(&self.listed))?;
        let mut changed = 0;
        for file in files {
            changed += usize::from(store::write(&self.path, file)?);
        }
        let mut removed = 0;
        for path in self.stale(files) {
            fs::remove_file(self.path.join(path))
                .with_context(|| format!("failed to remove `{path}`"))?;
            removed += 1;
            for folder in Path::new(path).ancestors().skip(1) {
                // Fails where something is left in it, which is the end.
                if folder == Path::new("") || fs::remove_dir(self.path.join(folder)).is_err() {
                    break;
                }
            }
        }
        self.write_list(&list)?;
        Ok((changed, removed))
    }

    fn write_list<'a>(&self, paths: impl IntoIterator<Item = &'a String>) -> anyhow::Result<()> {
        let lines = paths.into_iter().fold(HEAD.to_owned(), |text, path| text + "\n" + path);
        store::write(&self.path, &Derived { path: LIST.to_owned(), text: lines + "\n" })?;
        Ok(())
    }
}

/// The paths of a list. They are removed one day, so none may lead out of the folder.
fn read_list(text: &str) -> anyhow::Result<BTreeSet<String>> {
    let paths = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    paths
        .map(|line| {
            let inside = Path::new(line).components().all(|c| matches!(c, Component::Normal(_)));
            if !inside {
                bail!("`{line}` leads out of the folder; mend the list");
            }
            Ok(line.to_owned())
        })
        .collect()
}

fn is_in_workspace(path: &Path) -> anyhow::Result<bool> {
    let root = cargo::root();
    let root =
        root.canonicalize().with_context(|| format!("failed to find `{}`", root.display()))?;
    // The folder may not be there yet, nor the one that is to hold it.
    let existing = path.ancestors().find_map(|folder| folder.canonicalize().ok());
    Ok(existing.is_some_and(|folder| folder.starts_with(root)))
}
