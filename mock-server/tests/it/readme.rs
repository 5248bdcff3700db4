//! The walks through the withdraw flow in the README, and through a foreign contract, command by
//! command.

use std::process::Command;

use crate::binary::start;

const README: &str = include_str!("../../../README.md");

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
fn every_command_of_the_guide_to_any_contract_answers_what_it_says() {
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contracts/orders.yaml");
    check(ANY_CONTRACT, &["--contract", contract]);
}

/// Runs the commands of a page against a server with these arguments.
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
    let (_process, address) = start(arguments);
    let script: String =
        commands.iter().map(|(command, _)| format!("{command}\necho '{END}'\n")).collect();
    let name = format!("octane-readme-{}-{}", std::process::id(), address.replace(':', "-"));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let output = Command::new("bash")
        .args(["-c", &script.replace(ADDRESS, &address)])
        .current_dir(&folder)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let end = format!("{END}\n");
    let answers = stdout.split(&end);
    for ((command, expected), answer) in commands.iter().zip(answers) {
        assert_eq!(answer.trim_end(), expected.trim_end(), "$ {command}");
    }
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
