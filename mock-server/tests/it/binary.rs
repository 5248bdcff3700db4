//! The binary `octane-mock` as a process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A running server that is stopped with the test, whatever becomes of it.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended on its own, and there is nobody left to tell.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub(crate) fn start(arguments: &[&str]) -> (Process, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_octane-mock"))
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("octane-mock listens on http://").unwrap().to_owned();
    (Process(child), address)
}

fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn health(address: &str) -> String {
    exchange(address, "GET /_mock/health HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n")
}

#[test]
fn the_address_is_printed_and_served() {
    let (_process, address) = start(&["--seed", "42", "--fixed-time", "2026-03-02T09:00:00+11:00"]);
    let answer = health(&address);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("date: Sun, 01 Mar 2026 22:00:00 GMT"), "{answer}");
    assert!(answer.contains(r#""seed":42"#), "{answer}");
}

#[test]
fn the_control_plane_can_be_left_out() {
    let (_process, address) = start(&["--control-plane", "off"]);
    assert!(health(&address).starts_with("HTTP/1.1 401"));
}

#[cfg(unix)]
#[test]
fn asked_to_stop_it_stops_with_success() {
    let (mut process, address) = start(&[]);
    assert!(health(&address).starts_with("HTTP/1.1 200"));
    let terminated = Command::new("kill").arg(process.0.id().to_string()).status().unwrap();
    assert!(terminated.success());
    assert!(process.0.wait().unwrap().success());
}

#[track_caller]
fn check_failure(arguments: &[&str], expected: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_octane-mock")).args(arguments).output().unwrap();
    assert!(!output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn what_cannot_be_done_is_said_with_its_name() {
    check_failure(&["--contract", "nowhere.yaml"], "nowhere.yaml");
    check_failure(&["--fixed-time", "tomorrow"], "--fixed-time");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_failure(&["--listen", &address], &format!("failed to listen on `{address}`"));
}
