//! A copy of the repository, and `xtask` run on it the way cargo does.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// This repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A folder that is gone after the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A folder away from the workspace, which cargo would take a crate for a part of.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("xtask-test-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.0.join(path).parent().unwrap()).unwrap();
        fs::write(self.0.join(path), text).unwrap();
    }

    /// Puts one text in the place of another, which is there.
    pub(crate) fn edit(&self, path: &str, replace: &str, with: &str) {
        let text = self.read(path);
        assert!(text.contains(replace), "`{replace}` is not in {path}");
        self.write(path, &text.replacen(replace, with, 1));
    }

    /// Every file in it, by its path with slashes.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(&self.0, "", &mut files);
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn list(folder: &Path, path: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{path}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{path}/"), files);
        } else {
            files.push(path);
        }
    }
}

/// As much of the repository as `gen` reads and writes, up to date.
pub(crate) fn copy() -> Folder {
    let copy = Folder::new();
    for part in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "clippy.toml", "rustfmt.toml"] {
        copy.write(part, &fs::read_to_string(repository().join(part)).unwrap());
    }
    for part in ["client", "docs", "openapi"] {
        let mut files = Vec::new();
        list(&repository().join(part), &format!("{part}/"), &mut files);
        for file in files {
            fs::create_dir_all(copy.0.join(&file).parent().unwrap()).unwrap();
            fs::copy(repository().join(&file), copy.0.join(&file)).unwrap();
        }
    }
    let generated = xtask(&copy, &["gen"]);
    assert_eq!(generated.code, 0, "{}", generated.stderr);
    copy
}

/// How a chore ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a chore of the repository in `folder`.
pub(crate) fn xtask(folder: &Folder, arguments: &[&str]) -> Run {
    let output = chore(folder.path(), arguments).output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What `cargo xtask` runs in the repository at `root`.
pub(crate) fn chore(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).current_dir(root).env("CARGO_MANIFEST_DIR", root.join("xtask"));
    command
}

/// A mock server of this repository, which stops with this value.
pub(crate) struct Mock {
    process: Child,
    /// Host and port.
    pub(crate) address: String,
}

impl Mock {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut process = chore(repository(), &["mock", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("octane-mock listens on http://");
        let address = address.unwrap_or_else(|| panic!("the mock said {line:?}")).to_owned();
        Self { process, address }
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // Either may fail only because it has already ended.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
