//! A run that is stopped in the middle, or killed: nothing of it is left behind unnoticed.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use axum::Router;
use axum::http::Method;
use octane_contract_tests::Target;
use octane_contract_tests::caller::Provider;
use serde_json::Value;

use crate::held::{Hold, Seen, held};
use crate::program::{Ended, program, run, scratch};
use crate::replaying::lying_list_replay;
use crate::support::{Loopback, mock, runtime, session};
use crate::unsteered::standing;

/// A run in a folder of its own, which is stopped with the test.
struct Running {
    child: Child,
    folder: PathBuf,
}

impl Running {
    fn start(folder: &str, arguments: &[&str]) -> Self {
        let folder = scratch(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = program(arguments);
        command.current_dir(&folder).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { child: command.spawn().unwrap(), folder }
    }

    fn verify(folder: &str, target: &Target, more: &[&str]) -> Self {
        let arguments = ["verify", "--base-url", target.base_url(), "--patience", "1ms"];
        Self::start(folder, &[&arguments[..], more].concat())
    }

    fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Waits until it says that it is stopping.
    fn is_stopping(&mut self) {
        let mut line = String::new();
        BufReader::new(self.child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
        let expected = "stopping once what was made is put away; ask again to stop at once\n";
        assert_eq!(line, expected);
    }

    fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    fn ended(&mut self) -> Ended {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        Ended { code: self.wait().code(), stdout, stderr }
    }

    /// The files it left in its folder.
    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended on its own, and there is nobody left to tell.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn worlds(router: &Router) -> usize {
    let session = session(&Target::router(router.clone()));
    let listed = runtime().block_on(session.control().list_worlds().send()).unwrap().into_inner();
    listed.response.worlds.len()
}

/// The states of the orders that a provider has.
fn states(router: &Router) -> Vec<String> {
    let session = session(&Target::router(router.clone()));
    let call = session.client(Provider::A).list_nbn_orders().send();
    let listed = runtime().block_on(call).unwrap().into_inner().response.orders;
    listed.into_iter().map(|order| order.status.to_string()).collect()
}

/// The first read after many requests.
fn in_the_middle(seen: &Seen<'_>) -> bool {
    seen.before.len() > 150 && seen.method == Method::GET
}

#[track_caller]
fn check_stopped(folder: &str, signal: &str, code: i32) {
    let router = mock().router();
    let (service, held) = held(router.clone(), Hold::Request, in_the_middle);
    let service = Loopback::routing(service);
    let mut run = Running::verify(folder, &service.target, &["--json", "report.json"]);
    held.arrived();
    assert_eq!(worlds(&router), 2);
    run.send(signal);
    run.is_stopping();
    let ended = run.ended();
    assert_eq!(ended.code, Some(code), "{ended:?}");
    let verdict = "Interrupted before everything was tried. Nothing is wrong with what was seen until \
                   then.\n";
    assert!(ended.stdout.ends_with(verdict), "{ended:?}");
    assert_eq!(worlds(&router), 1, "its world is dropped");
    let report = std::fs::read_to_string(run.folder.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["end"], &report["passed"]), (&"interrupted".into(), &false.into()));
    assert!(report["requests"].as_u64().unwrap() >= 140, "{}", report["requests"]);
    assert_eq!(run.files(), [run.folder.join("report.json")]);
}

#[test]
fn by_ctrl_c_a_run_is_stopped_and_its_world_dropped() {
    check_stopped("ctrl-c", "-INT", 130);
}

#[test]
fn by_sigterm_a_run_is_stopped_and_its_world_dropped() {
    check_stopped("sigterm", "-TERM", 143);
}

#[test]
fn asked_twice_a_run_ends_at_once() {
    // Of a write it would be waited for what became of it.
    let many = |seen: &Seen<'_>| seen.before.len() > 20 && seen.method == Method::POST;
    let (service, held) = held(mock().router(), Hold::Request, many);
    let service = Loopback::routing(service);
    let mut run = Running::verify("twice", &service.target, &[]);
    held.arrived();
    run.send("-INT");
    run.is_stopping();
    run.send("-INT");
    assert_eq!(run.wait().code(), Some(130));
}

#[test]
fn a_stopped_run_among_others_withdraws_its_orders() {
    let router = standing();
    let reads = |seen: &Seen<'_>| seen.creates() == 2 && seen.method == Method::GET;
    let (service, held) = held(router.clone(), Hold::Request, reads);
    let service = Loopback::routing(service);
    let mut run = Running::verify("among-others", &service.target, &[]);
    held.arrived();
    assert_eq!(run.files().len(), 1, "a ledger is kept");
    run.send("-INT");
    let ended = run.ended();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_eq!(states(&router), ["Withdrawn", "Withdrawn"]);
    assert!(ended.stdout.contains("What was made\n  order 1001: withdrawn\n"), "{ended:?}");
    assert!(run.files().is_empty(), "nothing is left to look after: {:?}", run.files());
}

#[test]
fn an_order_that_is_being_made_when_a_run_is_stopped_is_withdrawn() {
    let router = standing();
    let creates = |seen: &Seen<'_>| seen.is_create();
    let (service, held) = held(router.clone(), Hold::Answer, creates);
    let service = Loopback::routing(service);
    let mut run = Running::verify("being-made", &service.target, &[]);
    held.arrived();
    run.send("-INT");
    run.is_stopping();
    held.release();
    let ended = run.ended();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_eq!(states(&router), ["Withdrawn"]);
}

#[track_caller]
fn check_killed(
    folder: &str,
    hold: Hold,
    choose: impl Fn(&Seen<'_>) -> bool + Send + Sync + 'static,
    made: usize,
) {
    let router = standing();
    let (service, held) = held(router.clone(), hold, choose);
    let service = Loopback::routing(service);
    let mut killed = Running::verify(folder, &service.target, &[]);
    held.arrived();
    killed.send("-KILL");
    assert_eq!(killed.wait().code(), None);
    assert_eq!(states(&router).len(), made);
    let files = killed.files();
    let [ledger] = &files[..] else { panic!("{files:?}") };
    assert!(ledger.extension().is_some_and(|it| it == "jsonl"), "{ledger:?}");
    assert!(ledger.file_name().unwrap().to_str().unwrap().starts_with("octane-contract-ledger-"));

    let ended = cleaned(ledger, &service.target, &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.ends_with("Nothing is left.\n"), "{ended:?}");
    assert!(states(&router).iter().all(|state| state == "Withdrawn"));
}

fn cleaned(ledger: &Path, target: &Target, more: &[&str]) -> Ended {
    let arguments = ["cleanup", ledger.to_str().unwrap(), "--base-url", target.base_url()];
    run(&[&arguments[..], more].concat(), &[])
}

#[test]
fn a_killed_run_leaves_a_ledger_to_clean_up_with() {
    let reads = |seen: &Seen<'_>| seen.creates() == 2 && seen.method == Method::GET;
    check_killed("killed", Hold::Request, reads, 2);
}

#[test]
fn the_ledger_of_a_killed_run_knows_of_an_order_whose_number_it_never_heard() {
    let last = |seen: &Seen<'_>| seen.creates() == 1 && seen.is_create();
    check_killed("killed-being-made", Hold::Answer, last, 2);
}

#[test]
fn cleaning_up_keeps_to_a_budget_and_is_gone_on_with() {
    let router = standing();
    let reads = |seen: &Seen<'_>| seen.creates() == 2 && seen.method == Method::GET;
    let (service, held) = held(router.clone(), Hold::Request, reads);
    let service = Loopback::routing(service);
    let path = scratch("budget-ledger.jsonl");
    let mut run =
        Running::verify("cleanup-budget", &service.target, &["--ledger", path.to_str().unwrap()]);
    held.arrived();
    run.send("-KILL");
    run.wait();
    let ended = cleaned(&path, &service.target, &["--max-requests", "2"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("1 more could not be asked about; run this once more\n"));
    let ended = cleaned(&path, &service.target, &[]);
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 2), "{ended:?}");
    assert_eq!(states(&router), ["Withdrawn"; 2]);
}

#[test]
fn a_stopped_replay_drops_its_world() {
    let router = mock().router();
    let begun = |seen: &Seen<'_>| seen.method == Method::GET && seen.path.contains("/worlds/");
    let (service, held) = held(router.clone(), Hold::Request, begun);
    let service = Loopback::routing(service);
    let file = scratch("stopped-replay.json");
    std::fs::write(&file, lying_list_replay()).unwrap();
    let arguments = ["replay", file.to_str().unwrap(), "--base-url", service.target.base_url()];
    let mut run = Running::start("stopped-replay", &arguments);
    held.arrived();
    run.send("-INT");
    let ended = run.ended();
    assert_eq!(ended.code, Some(130), "{ended:?}");
    assert_eq!(ended.stdout, "Interrupted before it was known.\n");
    assert_eq!(worlds(&router), 1);
}
