//! `cargo xtask gen --sdk`: the crate `octane-client` away from the workspace, ready to be published.
//!
//! It is the folder `client/`, with the generated source in files instead of a build script. What
//! needs the contract stays behind: the build script, and the tests that hold the client against it.
//! The manifest says for itself what the workspace says for all; see `manifest`. Who owns which file
//! in the folder it is written to is the business of `folder`.

mod check;
mod folder;
mod manifest;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::cargo;
use crate::contracts::Contracts;
use crate::derived::{Client, Derived};
use crate::store;

pub(crate) use check::check;
use folder::Folder;

/// The crate's folder in the workspace.
const CLIENT: &str = "client";
/// What of it needs the contract.
const LEFT_BEHIND: [&str; 2] = ["build.rs", "tests/contract"];
/// What a crate is made of. Anything else is an editor's, or a test's that failed.
const KINDS: [&str; 5] = ["json", "md", "rs", "snap", "toml"];
/// What the workspace says for all of its crates, in files.
const SHARED: [&str; 4] = ["LICENSE-APACHE", "LICENSE-MIT", "clippy.toml", "rustfmt.toml"];
/// The only file that knows where generated source comes from.
const GENERATED: &str = "src/generated.rs";

/// The crate, and the folder it is to be written to.
pub(crate) struct Sdk {
    folder: Folder,
    version: String,
    files: Vec<Derived>,
}

impl Sdk {
    /// Makes the crate. Nothing is written yet.
    pub(crate) fn make(
        folder: &Path,
        contracts: &Contracts,
        clients: &[Client],
    ) -> anyhow::Result<Self> {
        let folder = Folder::open(folder)?;
        let version = contracts.orders.version().to_owned();
        let files = files(clients, &version)?;
        folder.check_way_is_clear(&files)?;
        Ok(Self { folder, version, files })
    }

    /// Where it is to be.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts every file in place and removes those that do not belong to the crate any more.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        let (changed, removed) = self.folder.write(&self.files)?;
        println!(
            "octane-client {} is in {}: {} files, of which {changed} changed; {removed} removed",
            self.version,
            self.folder().display(),
            self.files.len()
        );
        Ok(())
    }

    /// Shows what is stale, and tells how many files are.
    pub(crate) fn compare(&self) -> anyhow::Result<usize> {
        let mut stale = 0;
        for file in &self.files {
            if let Some(diff) = store::difference(self.folder(), file)? {
                stale += 1;
                print!("{diff}");
            }
        }
        for path in self.folder.stale(&self.files) {
            stale += 1;
            println!("{path} does not belong to the crate any more");
        }
        Ok(stale)
    }
}

/// Every file of the crate, by its path in it.
fn files(clients: &[Client], version: &str) -> anyhow::Result<Vec<Derived>> {
    let root = cargo::root();
    let mut files = Vec::new();
    collect(&root.join(CLIENT), "", &mut files)?;
    for path in SHARED {
        files.push(Derived { path: path.to_owned(), text: text(&root.join(path))? });
    }
    for client in clients {
        let path = format!("src/generated/{}.rs", client.module);
        files.push(Derived { path, text: client.source.clone() });
    }
    let generated = find(&mut files, GENERATED)?;
    generated.text = written_out(&generated.text, clients)?;

    let workspace = text(&root.join("Cargo.toml"))?;
    let sources: String = files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
        .flat_map(|file| [file.text.as_str(), "\n"])
        .collect();
    let member = find(&mut files, "Cargo.toml")?;
    member.text = manifest::standalone(&member.text, &workspace, version, &sources)
        .context("failed to make the crate's `Cargo.toml`")?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Adds what is in a folder of the client to `files`; `path` is where that is in the crate.
fn collect(folder: &Path, path: &str, files: &mut Vec<Derived>) -> anyhow::Result<()> {
    let failed = || format!("failed to list `{}`", folder.display());
    for entry in fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let name = entry.file_name();
        let name = name.to_str().with_context(|| format!("`{}` is no text", name.display()))?;
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let file = entry.path();
        let known = file.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known));
        if LEFT_BEHIND.contains(&path.as_str()) {
            continue;
        }
        if file.is_dir() {
            collect(&file, &path, files)?;
        } else if known {
            files.push(Derived { path, text: text(&file)? });
        }
    }
    Ok(())
}

fn text(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("failed to read `{}`", file.display()))
}

fn find<'a>(files: &'a mut [Derived], path: &str) -> anyhow::Result<&'a mut Derived> {
    let file = files.iter_mut().find(|file| file.path == path);
    file.with_context(|| format!("`{CLIENT}/{path}` is missing"))
}

/// `src/generated.rs` with modules in files where the build script's output was included.
fn written_out(text: &str, clients: &[Client]) -> anyhow::Result<String> {
    let mut text = text.to_owned();
    for Client { module, .. } in clients {
        let included = format!(
            "pub(crate) mod {module} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{module}.rs\"));\n}}"
        );
        ensure!(
            text.contains(&included),
            "`{CLIENT}/{GENERATED}` does not include `{module}.rs` the way that is looked for"
        );
        text = text.replace(&included, &format!("#[rustfmt::skip]\npub(crate) mod {module};"));
    }
    Ok(text)
}
