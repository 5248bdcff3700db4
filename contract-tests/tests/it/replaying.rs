//! A finding is tried again from its file, and judged anew.

use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode};
use octane_contract_tests::Target;
use octane_contract_tests::caller::Accounts;
use octane_contract_tests::deeds::Deed;
use octane_contract_tests::finding::Finding;
use octane_contract_tests::interrupt::Interrupt;
use octane_contract_tests::ledger::Ledger;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::replay::{Outcome, Replay, ReplayError, Replayed, Retry};
use octane_contract_tests::report::{Report, Strictness};
use octane_contract_tests::reproduce;
use octane_contract_tests::trial::Trial;
use octane_contract_tests::truth_table::State;
use octane_contract_tests::verify::RequestLog;
use serde_json::{Value, json};

use crate::faults::{Answer, faulty_router, spoilt};
use crate::program::scratch;
use crate::support::{mock, runtime, verified};
use crate::unsteered::{standing, ticking, unsteered};

/// How long nbn is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Lists say that everything can be withdrawn.
fn lying_list(answer: &mut Answer) {
    if let Some(Value::Array(orders)) = answer.body.pointer_mut("/response/orders") {
        for order in orders {
            order["isWithdrawable"] = json!(true);
        }
    }
}

/// What is refused since the order is closed is refused for another reason.
fn wrong_refusal(answer: &mut Answer) {
    if answer.body["errorCode"] == 3010 {
        answer.body["errorCode"] = json!(3009);
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
    let text = finding.replay(&report.contract).text();
    let replay = Replay::parse(&text).unwrap();

    let again = run(&replay, &faulty_router(spoil)).unwrap();
    assert_eq!(again.failure.class(), finding.failure.class());
    assert_eq!(again.failure.expected, finding.failure.expected);

    assert!(run(&replay, &mock().router()).is_none());
}

/// Tries it again, and gives what is wrong.
fn run(replay: &Replay, router: &Router) -> Option<Box<Finding>> {
    match tried(replay, router.clone()).unwrap().outcome {
        Outcome::Kept => None,
        Outcome::Broken(finding) => Some(finding),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn tried(replay: &Replay, router: Router) -> Result<Replayed, ReplayError> {
    let (ledger, interrupt) = (&Ledger::default(), &Interrupt::default());
    let (patience, consistency_window) = (PATIENCE, Duration::ZERO);
    let retry = Retry { patience, consistency_window, ledger, interrupt };
    let (target, accounts) = (Target::router(router), Accounts::published());
    runtime().block_on(replay.run(&target, &accounts, &retry))
}

#[test]
fn a_sequence_is_tried_again_from_its_file() {
    check(lying_list, "list-agrees-with-order", "listNbnOrders");
}

/// An order says that it can be withdrawn, whatever it is.
fn lying_order(answer: &mut Answer) {
    if let Some(withdrawable) = answer.body.pointer_mut("/response/isWithdrawable")
        && answer.method == Method::GET
    {
        *withdrawable = json!(true);
    }
}

/// So does a withdrawn order, and lists say that it is another customer's.
fn lying_of_the_withdrawn(answer: &mut Answer) {
    lying_order(answer);
    let lines = answer.body.pointer_mut("/response/orders").and_then(Value::as_array_mut);
    for line in lines.into_iter().flatten().filter(|line| line["status"] == "Withdrawn") {
        line["custNo"] = json!(100_002);
    }
}

#[test]
fn what_was_known_when_a_file_was_written_is_passed_over_again() {
    let report = broken(lying_of_the_withdrawn);
    let (finding, _) = report
        .grouped()
        .into_iter()
        .find(|(finding, _)| finding.failure.rule.id() == "list-agrees-with-order")
        .expect("it is behind the order and found all the same");
    let replay = finding.replay(&report.contract);
    let known: Vec<String> = replay.known.iter().map(ToString::to_string).collect();
    assert_eq!(known, ["withdrawable-told:getNbnOrder"]);

    let replay = Replay::parse(&replay.text()).unwrap();
    let again = run(&replay, &faulty_router(lying_of_the_withdrawn)).expect("it is still so");
    assert_eq!(again.failure.class(), finding.failure.class());
    assert!(run(&replay, &faulty_router(lying_order)).is_none(), "that was known before");
}

#[test]
fn an_invalid_request_is_tried_again_from_its_file() {
    check(careless, "bad-input-refused", "cancelNbnOrder");
}

#[test]
fn a_finding_is_told_once_for_each_rule_and_operation() {
    let report = broken(|answer| {
        if answer.path.ends_with("/cancel") && answer.status == StatusCode::ACCEPTED {
            answer.status = StatusCode::OK;
        }
    });
    assert!(report.findings.len() > 1, "several cells show it");
    assert_eq!(report.grouped().len(), 1);
}

#[test]
fn nothing_of_a_finding_shows_a_credential() {
    let report = broken(lying_list);
    for (finding, _) in report.grouped() {
        let mut text = reproduce::commands(finding).join("\n");
        text.push_str(&reproduce::test(finding, &report.contract));
        text.push_str(&finding.replay(&report.contract).text());
        assert!(text.contains("$OCTANE_USERNAME:$OCTANE_PASSWORD"), "{text}");
        assert!(!text.contains("harbour-test-secret"), "{text}");
        assert!(!text.contains("Basic "), "{text}");
    }
}

/// The file of a finding that a mock that is right does not show.
pub(crate) fn lying_list_replay() -> String {
    let report = broken(lying_list);
    let groups = report.grouped();
    let of_list = |finding: &Finding| finding.failure.rule.id() == "list-agrees-with-order";
    let (finding, _) = groups.iter().find(|(finding, _)| of_list(finding)).unwrap();
    finding.replay(&report.contract).text()
}

/// What was found where nbn acts by itself, of this rule.
#[track_caller]
fn found_unsteered(report: &Report, rule: &str, check: impl FnOnce(&Finding, &str)) {
    let groups = report.grouped();
    let rules: Vec<_> = groups.iter().map(|(finding, _)| finding.failure.class()).collect();
    let of_rule = |finding: &Finding| finding.failure.rule.id() == rule;
    let (finding, _) =
        groups.iter().find(|(finding, _)| of_rule(finding)).unwrap_or_else(|| panic!("{rules:?}"));
    check(finding, &report.contract);
}

/// A finding without a control plane is tried again: without one, and in a world in which nbn acts by
/// itself.
#[track_caller]
fn check_unsteered(spoil: fn(&mut Answer), rule: &str) {
    let report = unsteered(spoilt(ticking(), spoil), PATIENCE);
    found_unsteered(&report, rule, |finding, contract| {
        let replay = Replay::parse(&finding.replay(contract).text()).unwrap();
        for (broken, mended) in
            [(spoilt(ticking(), spoil), ticking()), (faulty_router(spoil), mock().router())]
        {
            let again = run(&replay, &broken).expect("it is still broken");
            assert_eq!(again.failure.class(), finding.failure.class());
            let left = run(&replay, &mended).map(|it| it.failure.to_string());
            assert_eq!(left, None);
        }
    });
}

#[test]
fn a_refusal_found_where_nbn_acts_by_itself_is_tried_again() {
    check_unsteered(wrong_refusal, "lifecycle");
}

#[test]
fn a_list_found_where_nbn_acts_by_itself_is_tried_again() {
    check_unsteered(lying_list, "list-agrees-with-order");
}

#[test]
fn an_invalid_request_found_where_nbn_acts_by_itself_is_tried_again() {
    check_unsteered(careless, "bad-input-refused");
}

#[test]
fn commands_for_where_nbn_acts_by_itself_take_ids_from_answers() {
    let report = unsteered(spoilt(standing(), wrong_refusal), Duration::ZERO);
    found_unsteered(&report, "lifecycle", |finding, _| {
        let commands = reproduce::commands(finding);
        insta::assert_snapshot!(commands.join("\n"));
        insta::assert_snapshot!("steps_where_nbn_acts_by_itself", finding.steps.join("\n"));
    });
}

#[test]
fn where_nbn_takes_another_way_nothing_is_judged() {
    let report = unsteered(spoilt(standing(), careless), Duration::ZERO);
    found_unsteered(&report, "bad-input-refused", |finding, contract| {
        let mut replay = finding.replay(contract);
        let Trial::Followed { deeds, .. } = &mut replay.trial else { panic!("{replay:?}") };
        let (order, once) = (0, State::Held);
        deeds.push(Deed::Withdraw { order, once });
        match tried(&replay, ticking()).unwrap().outcome {
            Outcome::NotReached(why) => {
                let text = why.to_string();
                assert!(text.starts_with("see order 1001 as Held: nbn brought it to "), "{text}");
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn what_needs_nbn_played_cannot_be_tried_without_a_control_plane() {
    let replay = Replay::parse(&lying_list_replay()).unwrap();
    assert_eq!(
        tried(&replay, ticking()).unwrap_err().to_string(),
        "try this again on `http://in-process`, which has no control plane: it needs a world of its \
         own, in which nbn is played; use the mock, or send the curl lines of the report one by one"
    );
}

#[test]
fn a_replay_asks_whether_another_machine_may_be_written_to() {
    let file = scratch("remote-replay.json");
    std::fs::write(&file, lying_list_replay()).unwrap();
    let file = file.to_str().unwrap();
    let ended = crate::program::run(&["replay", file, "--base-url", "http://0.0.0.0:1"], &[]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("`http://0.0.0.0:1`, which is not this machine"), "{ended:?}");
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

#[test]
fn deeds_that_cannot_be_done_are_refused_with_the_first_of_them() {
    let qualify = json!({ "qualify": { "place": "Visit" } });
    let not_refused = json!({ "refused": { "step": {
        "Qualify": { "provider": "A", "place": "Visit" },
    } } });
    for (deeds, first) in [
        (json!(["create"]), 1),
        (json!([qualify, "create", { "read": { "order": 1 } }]), 3),
        (json!([qualify, "create", "create"]), 3),
        (json!([qualify, not_refused]), 2),
    ] {
        let text = json!({
            "replay": 2, "contract": "", "rule": "", "operation": "", "place": "",
            "expected": "", "received": "", "seed": 1, "trial": { "followed": { "deeds": deeds } },
        });
        let expected = format!(
            "failed to read the replay: its deed {first} cannot be done after those before it"
        );
        check_refused(&text.to_string(), &expected);
    }
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
