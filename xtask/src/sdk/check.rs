//! The crate, packaged and tested the way whoever publishes it does.
//!
//! It is made in a folder of its own, away from the workspace, and with the workspace's lock, so that
//! the versions are those everything else is tested with. It is built where the workspace is, with the
//! workspace's profiles: what does not depend on features is then there already.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use anyhow::{Context as _, ensure};
use toml_edit::DocumentMut;

use super::Sdk;
use crate::cargo;
use crate::contracts::Contracts;
use crate::derived::clients;

/// `cargo package` and every test of the crate, as a step of CI.
pub(crate) fn check() -> anyhow::Result<u8> {
    let folder = Temporary::new()?;
    let sdk = folder.0.join("sdk");
    let contracts = Contracts::read_sound()?;
    Sdk::make(&sdk, &contracts, &clients(&contracts)?)?.write()?;
    let lock = cargo::root().join("Cargo.lock");
    fs::copy(&lock, sdk.join("Cargo.lock")).context("failed to copy `Cargo.lock`")?;
    let profiles = folder.0.join("profiles.toml");
    fs::write(&profiles, workspace_profiles()?).context("failed to write the profiles")?;

    let steps: [&[&str]; 3] = [
        &["fmt", "--check"],
        &["package", "--quiet", "--features", "cli"],
        &["test", "--quiet", "--features", "cli,control"],
    ];
    for arguments in steps {
        let mut command = cargo::cargo(arguments);
        if arguments[0] != "fmt" {
            command.arg("--config").arg(&profiles);
        }
        in_folder(&mut command, &sdk)?;
        println!("$ {}", cargo::line(&command));
        let code = cargo::run(command)?;
        if code != 0 {
            return Ok(code);
        }
    }
    Ok(0)
}

fn in_folder(command: &mut Command, folder: &Path) -> anyhow::Result<()> {
    // This program was built to `debug` in the folder that cargo builds to.
    let program = env::current_exe().context("failed to find this program")?;
    let target = program.ancestors().nth(2).context("failed to find where cargo builds to")?;
    command.current_dir(folder).env("CARGO_TARGET_DIR", target);
    Ok(())
}

/// The workspace's profiles, as a file of settings for cargo.
fn workspace_profiles() -> anyhow::Result<String> {
    let manifest = fs::read_to_string(cargo::root().join("Cargo.toml"));
    let mut manifest: DocumentMut = manifest.context("failed to read `Cargo.toml`")?.parse()?;
    let others: Vec<String> = manifest.iter().map(|(key, _)| key.to_owned()).collect();
    for key in others.iter().filter(|key| *key != "profile") {
        manifest.remove(key);
    }
    ensure!(!manifest.is_empty(), "the workspace has no profiles");
    Ok(manifest.to_string())
}

/// A folder that is gone when the check is over.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> anyhow::Result<Self> {
        let path = env::temp_dir().join(format!("octane-sdk-{}", process::id()));
        fs::create_dir_all(&path)
            .with_context(|| format!("failed to make the folder `{}`", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What cannot be removed is left to whoever cleans the system's temporary files.
        fs::remove_dir_all(&self.0).ok();
    }
}
