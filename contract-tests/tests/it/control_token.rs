//! A mock beyond loopback, whose control plane wants a token.

use octane_contract_tests::Target;
use octane_contract_tests::caller::{Accounts, ControlToken};
use octane_contract_tests::judge::Judge;
use octane_contract_tests::steering::steering;
use octane_mock_server::{Config, ControlPlane, MockServer};
use serde_json::Value;
use std::sync::Arc;

use crate::faults::spoilt;
use crate::program::{run, scratch};
use crate::support::{Loopback, mock, runtime};

const TOKEN: &str = "0123456789abcdef-of-the-tester";

fn guarded() -> MockServer {
    let token = octane_mock_server::ControlToken::new(TOKEN).unwrap();
    let config = Config { control_plane: ControlPlane::Guarded(token), ..Config::default() };
    MockServer::new(config).unwrap()
}

/// Runs `verify` on it with this token in the environment, and gives its code and its message.
fn verified(mock: &Loopback, token: &str) -> (Option<i32>, String) {
    let arguments = ["verify", "--base-url", mock.target.base_url(), "--profile", "smoke"];
    let ended = run(&arguments, &[("OCTANE_MOCK_CONTROL_TOKEN", token)]);
    (ended.code, ended.stderr)
}

#[test]
fn with_the_token_it_is_steered_like_any_other() {
    let mock = Loopback::serving(guarded());
    let path = scratch("control-token.env");
    std::fs::write(&path, format!("OCTANE_MOCK_CONTROL_TOKEN={TOKEN}\n")).unwrap();
    let log = scratch("control-token.jsonl");
    let ended = run(
        &[
            "verify",
            "--base-url",
            mock.target.base_url(),
            "--profile",
            "smoke",
            "--credentials",
            path.to_str().unwrap(),
            "--request-log",
            log.to_str().unwrap(),
        ],
        &[],
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stdout.contains("There is no control plane"), "{ended:?}");
    let log = std::fs::read_to_string(&log).unwrap();
    assert!(log.contains(r#""caller":"tester""#), "the control plane was called");
    assert!(!log.contains(TOKEN));
}

#[test]
fn without_the_token_or_with_another_it_is_said_what_to_do() {
    let mock = Loopback::serving(guarded());
    let base_url = mock.target.base_url();
    assert_eq!(
        verified(&mock, ""),
        (
            Some(2),
            format!(
                "octane-contract: failed to steer `{base_url}`: its control plane wants a token; set \
                 `OCTANE_MOCK_CONTROL_TOKEN` to the one it was started with, in the environment or \
                 in the file of --credentials\n"
            )
        )
    );
    assert_eq!(
        verified(&mock, "another-token-of-nobody"),
        (
            Some(2),
            format!(
                "octane-contract: failed to steer `{base_url}`: its control plane refuses the token \
                 in `OCTANE_MOCK_CONTROL_TOKEN`; set it to the one it was started with\n"
            )
        )
    );
}

#[test]
fn a_mock_that_takes_us_for_a_web_page_is_told_from_one_without_a_control_plane() {
    // What it answers by whatever name but its own, as behind a forwarded port.
    let router = spoilt(mock().router(), |answer| {
        if answer.path == "/_mock/health" {
            answer.status = axum::http::StatusCode::FORBIDDEN;
            answer.body = serde_json::json!({
                "success": false, "errorCode": 9020, "errorMessage": "Use another name.",
            });
        }
    });
    let judge = Arc::new(Judge::new().unwrap());
    let (target, accounts) = (Target::router(router), Accounts::published());
    let error = runtime().block_on(steering(&target, &judge, &accounts)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "steer `http://in-process`: its control plane answers to this machine alone, by its own \
         name; use `localhost` or a loopback address, or start the mock with \
         `OCTANE_MOCK_CONTROL_TOKEN`"
    );
}

#[test]
fn a_token_is_sent_to_nobody_who_does_not_ask_for_it() {
    let judge = Arc::new(Judge::new().unwrap());
    let accounts = Accounts::published().with_control_token(ControlToken::new(TOKEN).unwrap());
    let open = Target::router(mock().router());
    let steered = runtime().block_on(steering(&open, &judge, &accounts)).unwrap();
    assert!(steered.possible);
    assert_eq!(steered.accounts.tester(), octane_contract_tests::caller::Caller::Nobody);
}

#[test]
fn nothing_of_a_finding_shows_the_token_and_all_of_it_names_the_variable() {
    // A list line that says of every order that it can be withdrawn.
    let router = spoilt(guarded().router(), |answer| {
        if let Some(Value::Array(orders)) = answer.body.pointer_mut("/response/orders") {
            for order in orders {
                order["isWithdrawable"] = Value::Bool(true);
            }
        }
    });
    let mock = Loopback::routing(router);
    let (json, html, junit) = (scratch("token.json"), scratch("token.html"), scratch("token.xml"));
    let replays = scratch("token-replays");
    let path = |it: &std::path::PathBuf| it.to_str().unwrap().to_owned();
    let ended = run(
        &[
            "verify",
            "--base-url",
            mock.target.base_url(),
            "--profile",
            "smoke",
            "--json",
            &path(&json),
            "--html",
            &path(&html),
            "--junit",
            &path(&junit),
            "--replays",
            &path(&replays),
        ],
        &[("OCTANE_MOCK_CONTROL_TOKEN", TOKEN)],
    );
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let replay = replays.join("list-agrees-with-order-listNbnOrders.json");
    let mut all = ended.stdout + &ended.stderr;
    for file in [&json, &html, &junit, &replay] {
        all.push_str(&std::fs::read_to_string(file).unwrap());
    }
    assert!(!all.contains(TOKEN));
    let named = r#"curl -i -H "Authorization: Bearer $OCTANE_MOCK_CONTROL_TOKEN" -X POST"#;
    assert!(all.contains(named), "{all}");
    assert!(
        all.contains(&format!(
            "{named} -H 'content-type: application/json' -d '{{\"name\":\"reproduce\""
        )),
        "the world of the reproduction as well"
    );

    let again = ["replay", &path(&replay), "--base-url", mock.target.base_url()];
    let ended = run(&again, &[("OCTANE_MOCK_CONTROL_TOKEN", TOKEN)]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains(named) && !ended.stdout.contains(TOKEN), "{ended:?}");
    let ended = run(&again, &[]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("wants a token"), "{ended:?}");
}
