//! What the README and the guides tell users to type, command by command.

use std::process::Command;

use crate::support::{Folder, Mock, chore, repository};

const README: &str = include_str!("../../../README.md");

const QA_GUIDE: &str = include_str!("../../../docs/qa-guide.md");

const ANY_CONTRACT: &str = include_str!("../../../docs/any-contract.md");

/// The address the commands go to.
const ADDRESS: &str = "127.0.0.1:4010";

/// Printed behind each command, so that its output can be told from the next one's.
const END: &str = "--- end of command ---";

#[test]
fn every_command_of_the_walk_through_answers_what_the_readme_says() {
    check(README, &["--fixed-time", "2026-03-02T09:00:00+11:00"]);
}

#[test]
fn every_command_of_the_guide_for_qa_answers_what_it_says() {
    check(QA_GUIDE, &["--fixed-time", "2026-03-02T09:00:00+11:00"]);
}

#[test]
fn every_command_of_the_guide_to_any_contract_answers_what_it_says() {
    let contract = repository().join("mock-server/tests/contracts/orders.yaml");
    check(ANY_CONTRACT, &["--contract", contract.to_str().unwrap()]);
}

/// Runs the commands of a page against a server with these arguments.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
#[track_caller]
fn check(page: &str, arguments: &[&str]) {
    for tool in ["bash", "curl", "jq"] {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!("SKIPPED: the walk-through needs `{tool}`, which is not installed");
            return;
        }
    }
    let commands = commands(page);
    assert!(commands.len() > 10, "the commands were not found");
    let mock = Mock::start(arguments);
    // A terminal shows both kinds of output.
    let mut script = "exec 2>&1\n".to_owned();
    script.extend(commands.iter().map(|(command, _)| format!("{command}\necho '{END}'\n")));
    let folder = Folder::new();
    let output = Command::new("bash")
        .args(["-c", &script.replace(ADDRESS, &mock.address)])
        .current_dir(folder.path())
        .env("PATH", path_with_octane())
        // Settings of whoever runs the test are none of the README's.
        .env("XDG_CONFIG_HOME", folder.path())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let end = format!("{END}\n");
    let answers = stdout.split(&end);
    for ((command, expected), answer) in commands.iter().zip(answers) {
        assert_eq!(answer.trim_end(), expected.trim_end(), "$ {command}");
    }
}

/// The search path with the folder in front where cargo has put `octane`.
fn path_with_octane() -> std::ffi::OsString {
    let built = chore(repository(), &["octane", "--version"]).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_xtask")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

/// The commands in a page's `console` blocks, each with the output shown below it.
fn commands(page: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command.to_owned(), String::new())),
                (None, Some((_, output))) => {
                    output.push_str(line);
                    output.push('\n');
                }
                (None, None) => panic!("a `console` block begins without a command: {line}"),
            }
        }
    }
    commands
}
