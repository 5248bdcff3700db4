//! A finding is tried again from its file, and judged anew.

use octane_contract_tests::Target;
use octane_contract_tests::caller::Accounts;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::replay::Replay;
use octane_contract_tests::report::{Report, Strictness};
use octane_contract_tests::reproduce;
use octane_contract_tests::verify::RequestLog;
use serde_json::{Value, json};

use crate::faults::{Answer, faulty_router};
use crate::support::{mock, runtime, verified};

/// Lists say that everything can be withdrawn.
fn lying_list(answer: &mut Answer) {
    if let Some(Value::Array(orders)) = answer.body.pointer_mut("/response/orders") {
        for order in orders {
            order["isWithdrawable"] = json!(true);
        }
    }
}

/// A comment of any characters is taken for a good one.
fn careless(answer: &mut Answer) {
    let keyword = answer.body.pointer("/violations/0/keyword");
    if keyword.is_some_and(|keyword| keyword == "pattern") && answer.path.ends_with("/cancel") {
        answer.body["violations"][0]["keyword"] = json!("format");
    }
}

fn broken(spoil: fn(&mut Answer)) -> Report {
    let target = Target::router(faulty_router(spoil));
    let effort = Profile::Smoke.effort(1);
    let report = verified(&target, &effort, RequestLog::Off);
    assert!(!report.passed(Strictness::Lenient));
    report
}

#[track_caller]
fn check(spoil: fn(&mut Answer), rule: &str, operation: &str) {
    let report = broken(spoil);
    let groups = report.grouped();
    let (finding, _) = groups
        .iter()
        .find(|(finding, _)| finding.failure.rule.id() == rule)
        .unwrap_or_else(|| panic!("{groups:?}"));
    assert_eq!(finding.failure.subject, operation);
    let text = finding.replay(&report.contract).unwrap().text();
    let replay = Replay::parse(&text).unwrap();
    let accounts = Accounts::published();

    let still = Target::router(faulty_router(spoil));
    let again = runtime().block_on(replay.run(&still, &accounts)).unwrap().unwrap();
    assert_eq!(again.failure.class(), finding.failure.class());
    assert_eq!(again.failure.expected, finding.failure.expected);

    let mended = Target::router(mock().router());
    assert!(runtime().block_on(replay.run(&mended, &accounts)).unwrap().is_none());
}

#[test]
fn a_sequence_is_tried_again_from_its_file() {
    check(lying_list, "list-agrees-with-order", "listNbnOrders");
}

#[test]
fn an_invalid_request_is_tried_again_from_its_file() {
    check(careless, "bad-input-refused", "cancelNbnOrder");
}

#[test]
fn a_finding_is_told_once_for_each_rule_and_operation() {
    let report = broken(lying_list);
    assert!(report.findings.len() > 1, "several cells show it");
    assert_eq!(report.grouped().len(), 1);
}

#[test]
fn nothing_of_a_finding_shows_a_credential() {
    let report = broken(lying_list);
    for (finding, _) in report.grouped() {
        let mut text = reproduce::commands(finding).join("\n");
        text.push_str(&reproduce::test(finding, &report.contract).unwrap());
        text.push_str(&finding.replay(&report.contract).unwrap().text());
        assert!(text.contains("$OCTANE_USERNAME:$OCTANE_PASSWORD"), "{text}");
        assert!(!text.contains("harbour-test-secret"), "{text}");
        assert!(!text.contains("Basic "), "{text}");
    }
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    assert_eq!(format!("failed to {}", Replay::parse(text).unwrap_err()), expected);
}

#[test]
fn what_is_no_replay_is_refused() {
    check_refused(
        "{}",
        "failed to read the replay; it must be a file that `octane-contract verify --replays` wrote",
    );
    let older = json!({
        "replay": 1, "contract": "", "rule": "", "operation": "", "place": "",
        "expected": "", "received": "", "seed": 1, "trial": { "negatives": { "cases": [] } },
    });
    check_refused(
        &older.to_string(),
        "failed to read the replay: its format is 1, and this program reads 2; verify anew to have one",
    );
}

/// A list line said true of an order that is withdrawn. [list-agrees-with-order]
///
/// Pasted as a report writes it: the same test passes against a mock that is right.
#[test]
fn list_agrees_with_order_list_nbn_orders() {
    // 1. provider A has a new order that is Withdrawn, visit required, withdrawal accepted
    octane_contract_tests::replay::check(
        r#"{
  "replay": 2,
  "contract": "Octane nbn orders 0.1.0",
  "rule": "list-agrees-with-order",
  "operation": "listNbnOrders",
  "place": "openapi/octane-orders.yaml:1440",
  "expected": "false at `/orders/0/isWithdrawable`",
  "received": "true",
  "seed": 1,
  "trial": {
    "steps": {
      "looks": "Everything",
      "steps": [
        {
          "Seed": {
            "provider": "A",
            "state": {
              "state": "Withdrawn",
              "origin": null,
              "visit": "Required",
              "timeslot_held": false,
              "outcome": "Accepted"
            }
          }
        }
      ]
    }
  }
}"#,
    );
}
