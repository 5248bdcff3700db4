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
    start_with_log(arguments, Stdio::null())
}

fn start_with_log(arguments: &[&str], log: Stdio) -> (Process, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_octane-mock"))
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(log)
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
    exchange(address, "GET /_mock/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
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

#[test]
fn a_token_that_cannot_be_one_is_refused_without_showing_it() {
    let output = Command::new(env!("CARGO_BIN_EXE_octane-mock"))
        .env("OCTANE_MOCK_CONTROL_TOKEN", "hunter2")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("at least 16"), "{stderr}");
    assert!(!stderr.contains("hunter2"), "{stderr}");
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

/// The basic credentials of `harbour`, and a request with them.
#[cfg(unix)]
const LIST: &str = "GET /v1/order/nbn HTTP/1.1\r\nhost: mock\r\nx-request-id: slow\r\n\
    authorization: Basic aGFyYm91cjpoYXJib3VyLXRlc3Qtc2VjcmV0\r\n\r\n";

/// A server that is answering a request: it has met a fault rule that holds it up so long.
#[cfg(unix)]
fn start_and_hold_up(latency_ms: u32) -> (Process, TcpStream) {
    let (process, address) = start_with_log(&["--log-format", "json"], Stdio::piped());
    let rule = format!(r#"{{"effect": "Latency", "latencyMsMin": {latency_ms}}}"#);
    let length = rule.len();
    let added = exchange(
        &address,
        &format!(
            "POST /_mock/faults HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{rule}"
        ),
    );
    assert!(added.starts_with("HTTP/1.1 201"), "{added}");
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(LIST.as_bytes()).unwrap();
    let faults = "GET /_mock/faults HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    while !exchange(&address, faults).contains(r#""met":1"#) {}
    (process, stream)
}

#[cfg(unix)]
fn terminate(process: &Process) {
    let status = Command::new("kill").arg(process.0.id().to_string()).status().unwrap();
    assert!(status.success());
}

#[cfg(unix)]
#[test]
fn asked_to_stop_it_finishes_what_it_is_doing() {
    let (mut process, mut stream) = start_and_hold_up(500);
    terminate(&process);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(process.0.wait().unwrap().success());
    let mut log = String::new();
    process.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let line = log.lines().find(|it| it.contains(r#""request_id":"slow""#)).expect("it is logged");
    for told in [
        r#""world":"default""#,
        r#""method":"GET""#,
        r#""path":"/v1/order/nbn""#,
        r#""operation":"listNbnOrders""#,
        r#""provider":"harbour""#,
        r#""status":200"#,
        r#""fault_id":1"#,
        r#""fault":"Latency""#,
        r#""duration_us":"#,
    ] {
        assert!(line.contains(told), "{told} in {line}");
    }
    assert!(!log.contains("aGFyYm91"), "credentials in the log");
}

#[cfg(unix)]
#[test]
fn asked_twice_it_stops_at_once() {
    let (mut process, mut stream) = start_and_hold_up(600_000);
    let mut log = BufReader::new(process.0.stderr.take().unwrap()).lines();
    let mut read_until = |text: &str| {
        while !log.next().expect("the log goes on").unwrap().contains(text) {}
    };
    terminate(&process);
    read_until("stopping once running requests are answered");
    terminate(&process);
    read_until("stopped at once");
    assert!(process.0.wait().unwrap().success());
    let mut answer = Vec::new();
    assert!(stream.read_to_end(&mut answer).is_err() || answer.is_empty());
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
    check_failure(&["--rate-limit", "fast"], "N/BURST");
    check_failure(
        &["--listen", "0.0.0.0:0", "--control-plane", "on"],
        "set a token in OCTANE_MOCK_CONTROL_TOKEN, or --listen on a loopback address",
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    check_failure(&["--listen", &address], &format!("failed to listen on `{address}`"));
}
