//! A target where nbn acts by itself: what is found there, and that nothing is left behind.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use chrono::Utc;
use octane_contract_tests::Target;
use octane_contract_tests::caller::{Accounts, Provider};
use octane_contract_tests::cleanup::{Fate, cleanup};
use octane_contract_tests::gaps::Because;
use octane_contract_tests::ledger::{Entry, Ledger};
use octane_contract_tests::profile::{Effort, Profile};
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::report::{Report, Strictness};
use octane_contract_tests::verify::{Remote, RequestLog, Run, verify};
use octane_mock_server::{Clock, Config, ControlPlane, MockServer, Network};
use serde_json::json;

use crate::faults::{Answer, spoilt};
use crate::support::{runtime, session};

/// A day in every second: a visit is tomorrow.
const SCALE: u32 = 86_400;

/// A mock that steers itself.
fn staging() -> Router {
    let config = Config {
        clock: Clock::running(Utc::now(), SCALE).unwrap(),
        network: Network::Auto,
        control_plane: ControlPlane::Absent,
        ..Config::default()
    };
    MockServer::new(config).unwrap().router()
}

fn effort(profile: Profile) -> Effort {
    Effort { patience: Duration::from_secs(4), ..profile.effort(1) }
}

fn verified(router: Router, effort: &Effort, ledger: &Ledger) -> Report {
    let accounts = &Accounts::published();
    let (log, remote, target) = (RequestLog::Off, Remote::Refused, &Target::router(router));
    verify(&Run { target, accounts, effort, log, ledger, remote, progress: &Quiet }).unwrap()
}

#[track_caller]
fn passes(report: &Report) {
    let wrong: Vec<_> =
        report.findings.iter().map(|it| format!("{}\n{}", it.about, it.failure)).collect();
    assert!(report.passed(Strictness::Lenient), "{}", wrong.join("\n"));
}

#[test]
fn a_correct_target_passes_and_what_could_not_be_reached_is_said() {
    let ledger = Ledger::default();
    let report = verified(staging(), &effort(Profile::Default), &ledger);
    passes(&report);
    let unsteered = report.gaps.iter().filter(|gap| gap.because == Because::NeedsControlPlane);
    assert!(unsteered.clone().any(|gap| gap.what == "hold in Accepted"));
    assert!(report.passed(Strictness::Ci), "{:?}", report.unseen().collect::<Vec<_>>());
    assert!(report.coverage.cells_covered() >= 8, "{:?}", report.coverage.cells.keys());
    let withdrawals = report.coverage.calls["cancelNbnOrder"];
    assert!(withdrawals.rate() >= 0.5, "{withdrawals:?}");
    assert!(report.skew.is_some());
    assert_eq!(report.left.len(), 6, "{:?}", report.left);
}

#[test]
fn what_was_made_is_in_the_ledger_before_it_is_made_and_put_away_at_the_end() {
    let (router, ledger) = (staging(), Ledger::default());
    let report = verified(router.clone(), &effort(Profile::Smoke), &ledger);
    passes(&report);
    assert!(report.coverage.requests < 300, "{} requests", report.coverage.requests);
    let entries = ledger.entries();
    let creating = entries.iter().position(|it| matches!(it, Entry::Creating { .. })).unwrap();
    assert!(matches!(entries[creating + 1], Entry::Created { .. }), "{entries:?}");

    let session = session(&Target::router(router));
    let client = session.client(Provider::A);
    let orders = runtime().block_on(client.list_nbn_orders().send()).unwrap().into_inner();
    assert_eq!(orders.response.orders.len(), 3, "and no other was made");
    for order in orders.response.orders {
        assert!(!order.is_withdrawable, "order {:?} is {}", order.order_id, order.status);
    }
}

/// A fault that only shows where orders move by themselves.
#[track_caller]
fn check(rule: &str, spoil: impl Fn(&mut Answer) + Send + Sync + 'static) {
    let report = verified(spoilt(staging(), spoil), &effort(Profile::Default), &Ledger::default());
    let rules: Vec<&str> = report.findings.iter().map(|it| it.failure.rule.id()).collect();
    assert!(rules.contains(&rule), "{rules:?}");
}

#[test]
fn a_state_that_no_way_leads_to_is_caught() {
    check("lifecycle", |answer| {
        if let Some(history) = answer.body.pointer_mut("/response/statusHistory") {
            for change in history.as_array_mut().unwrap() {
                if change["cause"] == "acknowledge" {
                    change["cause"] = json!("complete");
                }
            }
        }
    });
}

#[test]
fn a_refusal_that_no_state_explains_is_caught() {
    check("lifecycle", |answer| {
        if answer.body["errorCode"] == 3010 {
            answer.body["errorCode"] = json!(3009);
        }
    });
}

#[test]
fn a_list_that_says_something_else_is_caught() {
    check("list-agrees-with-order", |answer| {
        if let Some(orders) = answer.body.pointer_mut("/response/orders") {
            for order in orders.as_array_mut().unwrap() {
                order["custNo"] = json!(100_002);
            }
        }
    });
}

/// A file of its own in the folder that cargo keeps for tests.
fn scratch(name: &str) -> std::path::PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        std::fs::remove_file(&path).unwrap();
    }
    path
}

#[test]
fn a_killed_run_is_put_away_by_its_ledger() {
    let path = scratch("killed.jsonl");
    let router = staging();
    let session = session(&Target::router(router));
    let runtime = runtime();
    // What a run had done when it was killed: one order whose number is known, one whose is not.
    let ledger = Ledger::append_to(&path).unwrap();
    let ids = runtime.block_on(async {
        let mut ids = Vec::new();
        for noted in [true, false] {
            let mut follower = octane_contract_tests::machine::follower::Follower::new(
                &session,
                Duration::ZERO,
                1,
            );
            let place = octane_contract_tests::step::Place::Visit;
            let remote_order_id = follower.qualify(place).await.unwrap();
            let provider = Provider::A;
            ledger
                .add(Entry::Creating { provider, remote_order_id: remote_order_id.clone() })
                .unwrap();
            let index = follower.create().await.unwrap();
            let order_id = follower.number(index);
            if noted {
                ledger.add(Entry::Created { provider, remote_order_id, order_id }).unwrap();
            }
            ids.push(order_id);
        }
        ids
    });
    drop(ledger);
    std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, b"{\"entry\":\"crea"))
        .unwrap();

    // The line that was cut off announced nothing that was sent.
    let cleaned = runtime.block_on(cleanup(&session, &Ledger::load(&path).unwrap())).unwrap();
    assert_eq!(cleaned.orders.keys().copied().collect::<Vec<_>>(), ids);
    for (order, fate) in &cleaned.orders {
        assert!(matches!(fate, Fate::Withdrawn | Fate::Pending), "order {order}: {fate}");
    }
    let again = Ledger::load(&path).unwrap().entries();
    assert!(
        again.iter().any(|entry| matches!(entry, Entry::PutAway { .. })) || !cleaned.is_clean()
    );
}

#[test]
fn what_is_no_ledger_is_refused_with_the_line() {
    let path = scratch("no-ledger.jsonl");
    std::fs::write(&path, "{\"entry\":\"begun\",\"target\":\"http://127.0.0.1\"}\nnonsense\n")
        .unwrap();
    let error = Ledger::load(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "read line 2 of the ledger `{}`; it must be one that `verify --ledger` wrote",
            path.display()
        )
    );
}
