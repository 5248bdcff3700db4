//! The command line: what it prints, and what it exits with.

use std::{fmt::Write as _, fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

use crate::support::{
    activation, failure,
    faulty::{Act, Faulty},
    service::{Nbn, Orders, Service},
    wire::{self, Framing},
};

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}", self.stderr))
    }
}

/// Runs `octane` as the provider harbour of the service at `url`.
async fn octane(url: &str, arguments: &[&str]) -> Run {
    let mut command = command(arguments);
    command.envs([
        ("OCTANE_BASE_URL", url),
        ("OCTANE_USERNAME", "harbour"),
        ("OCTANE_PASSWORD", "s3cret"),
    ]);
    run(command).await
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_octane"));
    command.env_clear().env("XDG_CONFIG_HOME", "/nowhere").args(arguments);
    command
}

async fn run(mut command: Command) -> Run {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// An answer 200 to an operation.
fn example(operation: &str) -> Value {
    let examples: Value = serde_json::from_str(include_str!("examples.json")).unwrap();
    examples[operation].clone()
}

async fn answering(status: u16, body: &Value) -> Faulty {
    let answer = wire::answer(status, &[], &body.to_string(), Framing::Length);
    Faulty::new([Act::Answer(answer)]).await
}

/// A file of this test alone, however many of it run.
fn file(name: &str, text: &str) -> PathBuf {
    let name = format!("{}-{name}", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Commands, and the operation whose example answers them. The withdraw flow reads the order first,
/// which that example answers too: it is withdrawn already.
const COMMANDS: [(&str, &[&str]); 6] = [
    ("checkServiceQualification", &["qualify", "LOC000000000001"]),
    ("getNbnOrder", &["order", "get", "1001"]),
    ("listNbnOrders", &["order", "list"]),
    ("queryAppointmentTimeslots", &["timeslots", "LOC000000000001"]),
    ("bookAppointment", &["book", "1001", "4f2a90c1d3e85b67"]),
    ("cancelNbnOrder", &["order", "withdraw", "1001", "--reason", "CustomerChangedMind"]),
];

#[tokio::test]
async fn answers_are_tables_for_people() {
    let mut pages = String::new();
    for (operation, arguments) in COMMANDS {
        let server = answering(200, &example(operation)).await;
        let run = octane(&server.url(), arguments).await;
        assert_eq!(run.code, 0, "{}", run.stderr);
        write!(pages, "$ octane {}\n{}\n", arguments.join(" "), run.stdout).unwrap();
    }
    insta::assert_snapshot!(pages);
}

#[tokio::test]
async fn answers_are_json_for_programs() {
    for (operation, pointer, arguments) in [
        ("checkServiceQualification", "/response", COMMANDS[0].1),
        ("getNbnOrder", "/response", COMMANDS[1].1),
        ("listNbnOrders", "/response/orders", COMMANDS[2].1),
        ("queryAppointmentTimeslots", "/response/timeslots", COMMANDS[3].1),
    ] {
        let answer = example(operation);
        let server = answering(200, &answer).await;
        let run = octane(&server.url(), &[arguments, &["--json"]].concat()).await;
        assert_eq!(run.json(), *answer.pointer(pointer).unwrap());
    }
}

#[tokio::test]
async fn each_kind_of_failure_has_its_exit_code() {
    for (status, code, exit, kind) in [
        (409, 3010, 3, "refused"),
        (422, 2001, 3, "refused"),
        (404, 3001, 4, "notFound"),
        (401, 1002, 5, "credentials"),
        (400, 1001, 6, "invalid"),
        (503, 1010, 7, "unavailable"),
        (418, 9999, 8, "undecodable"),
    ] {
        let server = answering(status, &failure(code)).await;
        let arguments = ["book", "1001", "4f2a90c1d3e85b67", "--json"];
        let run = octane(&server.url(), &arguments).await;
        assert_eq!(run.code, exit, "{}", run.stderr);
        assert!(run.stdout.is_empty());
        let error: Value = serde_json::from_str(&run.stderr).unwrap();
        assert_eq!(error["error"]["kind"], kind);
        assert_eq!(error["error"]["errorCode"], code);
        assert!(!run.stderr.contains("s3cret"));
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_exit_code_7() {
    let run = octane("http://127.0.0.1:1", &["order", "get", "1001"]).await;
    assert_eq!(run.code, 7);
    assert!(run.stderr.starts_with("failed to read order 1001: the service cannot be reached"));
}

#[tokio::test]
async fn a_wrong_command_line_and_missing_settings_are_exit_code_2() {
    let wrong = octane("http://127.0.0.1:1", &["order", "get", "one"]).await;
    assert_eq!(wrong.code, 2);
    let missing = run(command(&["order", "get", "1"])).await;
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("`OCTANE_BASE_URL`"), "{}", missing.stderr);
}

#[tokio::test]
async fn a_withdrawal_tells_its_outcome_by_word_and_by_exit_code() {
    let service = Service::new().await;
    let arguments = ["order", "withdraw", "1001", "--reason", "CostDeclined", "--json"];
    for (nbn, refusal, exit, outcome) in [
        (Nbn::NotAsked, None, 0, "withdrawn"),
        (Nbn::Agrees(100), None, 9, "stillPending"),
        (Nbn::NotAsked, Some((409, 3009)), 3, "refused"),
    ] {
        let mut orders = Orders::new(nbn);
        orders.refusal = refusal;
        service.reset(orders, &[]);
        let run = octane(&service.url(), &arguments).await;
        assert_eq!((run.code, run.json()["outcome"].as_str()), (exit, Some(outcome)));
    }
}

#[tokio::test]
async fn an_activation_carries_the_ids_of_its_qualification() {
    let qualification = example("checkServiceQualification")["response"].to_string();
    let path = file("qualification.json", &qualification);
    let service = Service::new().await;
    let create = ["order", "create", "--qualification", path.to_str().unwrap()];
    let options = ["--customer", "100001", "--plan", "501", "--infrastructure", "NTD000000000001"];
    let run = octane(&service.url(), &[create.as_slice(), &options].concat()).await;
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut expected = json!(activation());
    expected["infrastructureOption"] = json!({ "infrastructureId": "NTD000000000001" });
    expected["service"]["planNo"] = json!(501);
    assert_eq!(service.orders.lock().unwrap().made, [expected]);
}

#[tokio::test]
async fn an_order_of_any_kind_is_made_from_a_whole_request() {
    let request = json!({
        "orderType": "Terminate",
        "subOrderType": "Port Out",
        "service": { "custNo": 100_001, "csn": "nbn-tc4" },
        "custReqDate": "2026-06-30T17:00:00+10:00",
    });
    let path = file("disconnection.json", &request.to_string());
    let service = Service::new().await;
    let create = ["order", "create", "--json", "--request", path.to_str().unwrap()];
    let run = octane(&service.url(), &create).await;
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(service.orders.lock().unwrap().made, [request]);
}

#[cfg(unix)]
#[tokio::test]
async fn settings_come_from_a_file_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let service = Service::new().await;
    let text = format!(
        "# The local mock.\nOCTANE_BASE_URL={}\nOCTANE_USERNAME=harbour\nOCTANE_PASSWORD=s3cret\n",
        service.url()
    );
    let path = file("settings", &text);
    let path = path.to_str().unwrap();
    for (mode, exit) in [(0o644, 2), (0o600, 0)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let run = run(command(&["--settings", path, "order", "get", "1001"])).await;
        assert_eq!(run.code, exit, "{}", run.stderr);
        assert!(exit == 0 || run.stderr.contains("chmod 600"), "{}", run.stderr);
    }
}

#[tokio::test]
async fn completions_need_no_settings() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = run(command(&["completions", shell])).await;
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("withdraw"), "{shell}");
    }
}

#[tokio::test]
async fn an_answer_cannot_steer_the_terminal() {
    let mut answer = example("getNbnOrder");
    answer["response"]["statusHistory"][0]["note"] = json!("\u{1b}]0;owned\u{7}");
    let server = answering(200, &answer).await;
    let run = octane(&server.url(), &["order", "get", "1001"]).await;
    assert!(!run.stdout.contains('\u{1b}') && run.stdout.contains("]0;owned"));
}
