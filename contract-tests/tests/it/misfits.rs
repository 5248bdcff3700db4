//! A replay that does not fit is an error that names what does not, and never passes.

use octane_contract_tests::caller::Accounts;
use octane_contract_tests::replay::{Outcome, Replay, ReplayError};
use serde_json::{Value, json};

use crate::replaying::tried;
use crate::support::{judge, mock};

fn replay(edit: impl FnOnce(&mut Value)) -> Replay {
    let mut file = json!({
        "replay": 2, "contract": "", "rule": "lifecycle",
        "operation": "cancelNbnOrder", "place": "openapi/octane-orders.yaml:1", "expected": "202",
        "received": "409", "seed": 1,
        "trial": { "steps": { "looks": "Everything", "steps": [
            { "Qualify": { "provider": "A", "place": "Visit" } },
            { "Activate": { "provider": "A", "qualification": 0, "customer": 0, "twist": "None" } },
            { "Withdraw": { "by": "Owner", "order": 0 } },
        ] } },
    });
    let judge = judge();
    let contract = &judge.orders().contract;
    file["contract"] = json!(format!("{} {}", contract.title(), contract.version()));
    edit(&mut file);
    Replay::parse(&file.to_string()).unwrap()
}

#[track_caller]
fn check(edit: impl FnOnce(&mut Value), expected: &str) {
    let replay = replay(edit);
    let error = told(&tried(&replay, mock().router()).expect_err("it does not fit"));
    assert!(error.contains(expected), "{error}");
}

fn told(error: &ReplayError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

#[test]
fn what_fits_is_tried() {
    let replay = replay(|_| ());
    let outcome = tried(&replay, mock().router()).unwrap().outcome;
    assert!(matches!(outcome, Outcome::Kept), "{outcome:?}");
    assert_eq!(replay.fits(&judge(), &Accounts::published()).unwrap(), Vec::<String>::new());
}

#[test]
fn another_contract_is_named() {
    check(|it| it["contract"] = json!("Other 9.9"), "it is of the contract `Other`");
}

#[test]
fn another_version_is_told_and_tried() {
    let replay = replay(|it| {
        let title = it["contract"].as_str().unwrap().rsplit_once(' ').unwrap().0.to_owned();
        it["contract"] = json!(format!("{title} 9.9"));
    });
    let notes = replay.fits(&judge(), &Accounts::published()).unwrap();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("version 9.9 of the contract"), "{notes:?}");
}

#[test]
fn an_unknown_rule_is_named() {
    check(
        |it| it["rule"] = json!("nonsense"),
        "use `rule` of the replay: find the rule `nonsense`",
    );
}

#[test]
fn an_unknown_operation_is_named() {
    check(|it| it["operation"] = json!("cancelOrder"), "`cancelOrder` is no operation and no path");
}

#[test]
fn a_case_that_the_contract_does_not_give_rise_to_is_named_with_the_nearest() {
    check(
        |it| {
            it["trial"] =
                json!({ "negatives": { "cases": ["cancelNbnOrder/body/comment/maxLenght"] } });
        },
        "there is no invalid request `cancelNbnOrder/body/comment/maxLenght`; \
         did you mean `cancelNbnOrder/body/comment/maxLength`?",
    );
}

#[test]
fn an_unknown_probe_is_named() {
    check(|it| it["trial"] = json!({ "probe": { "id": "nonsense" } }), "no probe `nonsense`");
}

#[test]
fn an_unknown_failure_of_a_call_is_named() {
    let faults = json!({ "faults": { "faults": [["getNbnOrder", 418]] } });
    check(|it| it["trial"] = faults, "no failure of a call `getNbnOrder 418`");
}

#[test]
fn an_order_that_no_step_makes_is_named_with_the_step() {
    check(
        |it| it["trial"]["steps"]["steps"][2]["Withdraw"]["order"] = json!(7),
        "use step 3 of the replay, `the owner withdraws order 7`",
    );
}

#[test]
fn a_deed_about_what_no_deed_makes_is_named() {
    let deeds = json!([{ "qualify": { "place": "Visit" } }, { "read": { "order": 0 } }]);
    let mut file = serde_json::to_value(replay(|_| ())).unwrap();
    file["trial"] = json!({ "followed": { "deeds": deeds } });
    let error = told(&Replay::parse(&file.to_string()).unwrap_err());
    assert!(error.contains("its deed 2 cannot be done after those before it"), "{error}");
}

#[test]
fn an_invalid_request_of_a_deed_is_named_too() {
    let invalid = json!({ "invalid": { "order": 0, "cases": ["nonsense"] } });
    let deeds = json!([{ "qualify": { "place": "Visit" } }, "create", invalid]);
    check(
        |it| it["trial"] = json!({ "followed": { "deeds": deeds } }),
        "there is no invalid request `nonsense`",
    );
}

#[test]
fn nothing_to_do_is_an_error() {
    check(|it| it["trial"]["steps"]["steps"] = json!([]), "there are no steps");
    check(|it| it["trial"] = json!({ "negatives": { "cases": [] } }), "there are no cases");
    check(|it| it["trial"] = json!({ "faults": { "faults": [] } }), "there are no faults");
    check(|it| it["trial"] = json!({ "followed": { "deeds": [] } }), "there are no deeds");
    let race = json!({ "race": { "before": [], "columns": [] } });
    check(|it| it["trial"] = race, "there are no columns");
}
