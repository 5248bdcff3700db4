//! The binary `octane-contract` as a process.

use std::path::PathBuf;
use std::process::{Command, Output};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The program, with nothing of the environment of whoever runs the tests.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_octane-contract"));
    command.env_clear().current_dir(env!("CARGO_TARGET_TMPDIR")).args(arguments);
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    program(arguments).envs(variables.iter().copied()).output().unwrap().into()
}

/// A path of this test alone in the folder that cargo keeps for tests; nothing is there.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.is_dir() {
        std::fs::remove_dir_all(&path).unwrap();
    } else if path.exists() {
        std::fs::remove_file(&path).unwrap();
    }
    path
}
