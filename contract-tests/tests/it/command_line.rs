//! What people read: the help, the report, and what is said when nothing can be verified.

use std::time::Duration;

use clap::CommandFactory;
use octane_contract_tests::Target;
use octane_contract_tests::caller::{Account, Accounts};
use octane_contract_tests::cli::{Cli, accounts};
use octane_contract_tests::coverage::Coverage;
use octane_contract_tests::reach::Trigger;
use octane_contract_tests::report::Report;
use octane_contract_tests::truth_table::{Operation, State};
use octane_contract_tests::verify::{Effort, VerifyError, verify};
use octane_mock_server::{Config, ControlPlane, MockServer};

use crate::support::{mock, runtime};

#[test]
fn the_help_says_what_is_needed_and_what_happens() {
    let mut cli = Cli::command();
    cli.build();
    let verify = cli.find_subcommand_mut("verify").unwrap();
    insta::assert_snapshot!(verify.render_long_help());
}

#[test]
fn a_report_of_a_kept_contract_shows_what_was_exercised() {
    let mut coverage = Coverage::default();
    coverage.answered(Some("cancelNbnOrder"), 202, None);
    coverage.answered(Some("cancelNbnOrder"), 409, Some("OrderClosed"));
    coverage.answered(None, 404, Some("PathNotFound"));
    let withdraw = Trigger::Operation(Operation::Withdraw);
    coverage.tried(State::Held, withdraw, "202");
    coverage.tried(State::Withdrawn, withdraw, "409 OrderClosed (3010)");
    let report = Report {
        target: "http://127.0.0.1:4010".to_owned(),
        contract: "Octane nbn orders 0.1.0".to_owned(),
        refusals: ["PathNotFound", "OrderClosed", "TimeslotFull"].map(str::to_owned).to_vec(),
        seed: 7,
        cells_tried: 364,
        negatives_tried: 564,
        scenarios: 17,
        cases: 1,
        steps: 30,
        elapsed: Duration::from_millis(1234),
        coverage,
        findings: Vec::new(),
    };
    insta::assert_snapshot!(report);
}

#[track_caller]
fn cannot_be_verified(target: &Target, accounts: Accounts, expected: &str) {
    let effort = Effort { cases: 1, seed: 1 };
    let error: VerifyError = verify(target, accounts, effort, &runtime()).unwrap_err();
    assert_eq!(format!("failed to {error}"), expected);
}

#[test]
fn a_target_without_a_control_plane_is_named_as_such() {
    let config = Config { control_plane: ControlPlane::Absent, ..Config::default() };
    let router = MockServer::new(config).unwrap().router();
    cannot_be_verified(
        &Target::router(router),
        Accounts::published(),
        "failed to find the control plane: `GET http://in-process/_mock/health` answered 401 Unauthorized; \
         verification plays nbn and moves the clock, so the target must be octane-mock with its control plane on",
    );
}

#[test]
fn a_target_that_refuses_the_credentials_is_named_as_such() {
    let accounts = Accounts::new(
        Account::new("harbour", "harbour-test-secret"),
        Account::new("outback", "no"),
    );
    cannot_be_verified(
        &Target::router(mock().router()),
        accounts,
        "failed to log in as provider B: the target refuses the credentials in `OCTANE_OTHER_USERNAME`",
    );
}

#[test]
fn a_target_that_is_not_there_is_named_as_such() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    cannot_be_verified(
        &Target::url(&format!("http://{nobody}")).unwrap(),
        Accounts::published(),
        "failed to reach the target; is it running, and is the base URL right?",
    );
}

#[test]
fn half_an_account_is_refused() {
    let only_name = |name: &str| (name == "OCTANE_USERNAME").then(|| "harbour".to_owned());
    let error = accounts(only_name).unwrap_err();
    assert_eq!(
        error.to_string(),
        "log in: `OCTANE_USERNAME` is set and `OCTANE_PASSWORD` is not; set both, or neither for the mock's test provider"
    );
}
