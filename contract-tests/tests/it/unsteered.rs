//! A target where nbn acts by itself: what is found there, and that nothing is left behind.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse as _;
use chrono::Utc;
use octane_contract_tests::Target;
use octane_contract_tests::access::Remote;
use octane_contract_tests::budget::Budget;
use octane_contract_tests::caller::{Accounts, Provider};
use octane_contract_tests::cleanup::{Fate, cleanup};
use octane_contract_tests::gaps::Because;
use octane_contract_tests::interrupt::Interrupt;
use octane_contract_tests::ledger::{Entry, Ledger, Left};
use octane_contract_tests::profile::{Effort, Profile};
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::report::{Report, Strictness};
use octane_contract_tests::verify::{RequestLog, Run, verify};
use octane_mock_server::{Clock, Config, ControlPlane, MockServer, Network};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::faults::{Answer, spoilt};
use crate::program::scratch;
use crate::support::{runtime, session};

/// A day in every second: a visit is tomorrow.
const SCALE: u32 = 86_400;

/// A mock that steers itself.
pub(crate) fn staging() -> Router {
    let config = Config {
        clock: Clock::running(Utc::now(), SCALE).unwrap(),
        network: Network::Auto,
        control_plane: ControlPlane::Absent,
        ..Config::default()
    };
    MockServer::new(config).unwrap().router()
}

/// The same, but that nothing ever happens by itself: its clock stands.
pub(crate) fn standing() -> Router {
    let config = Config {
        clock: Clock::fixed("2026-03-01T22:00:00Z".parse().unwrap()).unwrap(),
        network: Network::Auto,
        control_plane: ControlPlane::Absent,
        ..Config::default()
    };
    MockServer::new(config).unwrap().router()
}

/// The same, but that time passes only when an order is read, a little each time: so nothing happens
/// between a look and a call, however slow the machine.
pub(crate) fn ticking() -> Router {
    let config = Config {
        clock: Clock::fixed("2026-03-01T22:00:00Z".parse().unwrap()).unwrap(),
        network: Network::Auto,
        ..Config::default()
    };
    let inner = MockServer::new(config).unwrap().router();
    Router::new().fallback(move |request: Request| {
        let inner = inner.clone();
        async move {
            let path = request.uri().path();
            if path.starts_with("/_mock") {
                return (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/json")], "{}")
                    .into_response();
            }
            if *request.method() == Method::GET && path.starts_with("/v1/order/nbn/") {
                let advance = Request::post("/_mock/clock/advance")
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(Body::from(r#"{"seconds": 480}"#));
                let advanced = inner.clone().oneshot(advance.unwrap()).await.unwrap();
                assert_eq!(advanced.status(), StatusCode::OK);
            }
            inner.oneshot(request).await.unwrap()
        }
    })
}

fn effort(profile: Profile) -> Effort {
    Effort { patience: Duration::from_secs(4), ..profile.effort(1) }
}

fn verified(router: Router, effort: &Effort, ledger: &Ledger) -> Report {
    let accounts = &Accounts::published();
    let (log, remote, target) = (RequestLog::Off, Remote::Refused, &Target::router(router));
    let (progress, interrupt) = (&Quiet, &Interrupt::default());
    let accepted = &[];
    let run = Run { target, accounts, effort, log, ledger, remote, accepted, progress, interrupt };
    verify(&run).unwrap()
}

/// Verifies it by the profile `default`, waiting so long for nbn.
pub(crate) fn unsteered(router: Router, patience: Duration) -> Report {
    let effort = Effort { patience, ..effort(Profile::Default) };
    verified(router, &effort, &Ledger::default())
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

#[test]
fn a_list_that_writes_moments_with_more_zeros_than_the_order_does_is_no_false_alarm() {
    let zeros = |answer: &mut Answer| {
        let lines = answer.body.pointer_mut("/response/orders").and_then(Value::as_array_mut);
        for moment in lines.into_iter().flatten().filter_map(|line| line.get_mut("createdAt")) {
            let text = moment.as_str().unwrap();
            let (before, offset) = text.split_at(text.find(['Z', '+']).unwrap());
            let point = if before.contains('.') { "" } else { "." };
            *moment = json!(format!("{before}{point}000{offset}"));
        }
    };
    passes(&verified(spoilt(staging(), zeros), &effort(Profile::Smoke), &Ledger::default()));
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
    let cleaned = runtime
        .block_on(cleanup(&session, &Ledger::load(&path).unwrap(), &Budget::default()))
        .unwrap();
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
            "read line 2 of the ledger `{}`; it must be one that `verify` wrote",
            path.display()
        )
    );
}

#[test]
fn another_file_than_a_ledger_is_not_added_to() {
    let path = scratch("somebodys-notes.txt");
    for notes in ["Buy milk", "Buy milk\nBuy bread\n", "{\"buy\": \"milk\"}"] {
        std::fs::write(&path, notes).unwrap();
        let error = Ledger::append_to(&path).unwrap_err().to_string();
        assert!(error.starts_with("read line 1 of the ledger `"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), notes, "nothing is lost");
    }
}

#[test]
fn a_temporary_ledger_is_there_while_something_is_left() {
    let folder = scratch("temporary");
    let ledger = Ledger::temporary(&folder);
    ledger.add(Entry::Begun { target: "http://127.0.0.1".to_owned() }).unwrap();
    let error = ledger.needed().unwrap_err().to_string();
    assert!(error.ends_with("so name another file with --ledger"), "{error}");

    std::fs::create_dir(&folder).unwrap();
    ledger.needed().unwrap();
    ledger.add(Entry::World { name: "mine".to_owned() }).unwrap();
    assert_eq!(ledger.outstanding().left(), Left::Something);
    let path = ledger.close(Left::Something).unwrap().unwrap();
    let kept = Ledger::load(&path).unwrap().entries();
    assert_eq!(kept, ledger.entries(), "what was added before it was needed as well");
    ledger.add(Entry::Dropped { name: "mine".to_owned() }).unwrap();
    assert_eq!(ledger.outstanding().left(), Left::Nothing);
    assert_eq!(ledger.close(Left::Nothing).unwrap(), None);
    assert!(!path.exists());
}

#[test]
fn a_budget_is_kept_with_what_it_takes_to_put_away_what_was_made() {
    for most in [0, 20, 45, 90, 200] {
        let router = staging();
        let mut effort = effort(Profile::Default);
        effort.budget.requests_max = Some(most);
        let report = verified(router.clone(), &effort, &Ledger::default());
        passes(&report);
        // Who the two providers are is asked before anything is counted on.
        let sent = report.coverage.requests;
        assert!(sent <= most.max(2), "{sent} requests of {most}");
        let session = session(&Target::router(router));
        let listed = session.client(Provider::A).list_nbn_orders().send();
        let orders = runtime().block_on(listed).unwrap().into_inner().response.orders;
        assert!(orders.iter().all(|order| !order.is_withdrawable), "{orders:?}");
        assert!(most < 45 || !orders.is_empty(), "{most} requests are enough for an order");
    }
}

#[test]
fn an_order_that_should_not_have_been_made_is_put_away_too() {
    // A request that orders a second time is let through, with another id.
    let renamed = from_fn(|mut request: Request, next: Next| async move {
        let path = request.uri().path().to_owned();
        if path != "/v1/order/nbn" || request.method() != Method::POST {
            return next.run(request).await;
        }
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        // The class of no test location: refused by who is right.
        let text = String::from_utf8_lossy(&bytes)
            .replace(r#""serviceClass":"13""#, r#""serviceClass":"2""#);
        request = Request::from_parts(parts, Body::from(text));
        request.headers_mut().remove(header::CONTENT_LENGTH);
        next.run(request).await
    });
    let (router, ledger) = (staging().layer(renamed), Ledger::default());
    let report = verified(router.clone(), &effort(Profile::Default), &ledger);
    assert!(!report.passed(Strictness::Lenient));
    let session = session(&Target::router(router));
    let listed = session.client(Provider::A).list_nbn_orders().send();
    let orders = runtime().block_on(listed).unwrap().into_inner().response.orders;
    assert_eq!(orders.len(), 7, "one more than was to be");
    assert_eq!(report.left.len(), orders.len(), "{:?}", report.left);
    for order in orders {
        assert!(!order.is_withdrawable, "order {:?} is {}", order.order_id, order.status);
    }
}
