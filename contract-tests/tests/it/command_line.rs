//! What people read: the help, the report, the rules, and what is said when nothing can be verified.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::CommandFactory;
use octane_contract_tests::Target;
use octane_contract_tests::caller::{Account, Accounts, Provider};
use octane_contract_tests::cli::Cli;
use octane_contract_tests::coverage::Coverage;
use octane_contract_tests::credentials::{Unset, accounts, variables};
use octane_contract_tests::gaps::{Because, Control, Gap};
use octane_contract_tests::profile::Profile;
use octane_contract_tests::reach::Trigger;
use octane_contract_tests::report::terminal::Terminal;
use octane_contract_tests::report::{End, Report, Strictness, Tally};
use octane_contract_tests::rules::{Evidence, Rule, pages};
use octane_contract_tests::truth_table::{Operation, State};
use octane_contract_tests::verify::RequestLog;
use octane_openapi::Contract;

use crate::support::{mock, try_verify, without_lines};

#[track_caller]
fn help_of(command: &str) -> String {
    let mut cli = Cli::command();
    cli.build();
    cli.find_subcommand_mut(command).unwrap().render_long_help().to_string()
}

#[test]
fn the_help_says_what_is_needed_and_what_happens() {
    insta::assert_snapshot!("verify_help", help_of("verify"));
    insta::assert_snapshot!("replay_help", help_of("replay"));
    insta::assert_snapshot!("cleanup_help", help_of("cleanup"));
}

#[test]
fn the_rules_are_a_table_with_the_place_of_each_in_the_contract() {
    let table = pages::table(&Contract::orders().unwrap());
    insta::assert_snapshot!(without_lines(&table));
}

#[test]
fn a_rule_is_explained_with_its_places_in_the_contract() {
    let contract = Contract::orders().unwrap();
    let text = pages::explained(Rule::LateWithdrawalFee, &contract);
    insta::assert_snapshot!(without_lines(&text));
    let json = pages::json(Rule::LateWithdrawalFee, &contract);
    assert_eq!(json["id"], "late-withdrawal-fee");
    assert_eq!(json["checkedBy"], serde_json::json!(["flows"]));
}

/// A report of a run that saw little.
pub(crate) fn little() -> Report {
    let mut coverage = Coverage::default();
    coverage.answered(Some("cancelNbnOrder"), 202, None);
    coverage.answered(Some("cancelNbnOrder"), 409, Some("OrderClosed"));
    coverage.answered(None, 404, Some("PathNotFound"));
    coverage.called("cancelNbnOrder", true);
    coverage.called("cancelNbnOrder", false);
    let withdraw = Trigger::Operation(Operation::Withdraw);
    coverage.tried(State::Held, withdraw, "202");
    coverage.tried(State::Withdrawn, withdraw, "409 OrderClosed (3010)");
    let gap = |what: &str, because| Gap { what: what.to_owned(), because };
    let tally = |tried, steps, requests| Tally { tried, steps, requests };
    Report {
        target: "http://127.0.0.1:4010".to_owned(),
        contract: "Octane nbn orders 0.1.0".to_owned(),
        control: Control { network: true, faults: false },
        effort: Profile::Default.effort(7),
        tallies: BTreeMap::from([
            (Evidence::TruthTable, tally(225, 0, 552)),
            (Evidence::Negatives, tally(221, 0, 273)),
            (Evidence::Flows, tally(20, 312, 972)),
            (Evidence::Probes, tally(3, 0, 51)),
            (Evidence::Races, tally(4, 0, 98)),
        ]),
        elapsed: Duration::from_millis(1234),
        coverage,
        gaps: vec![
            gap("cancelNbnOrder 429", Because::NeedsFaultControl),
            gap("cancelNbnOrder 500", Because::NeedsFaultControl),
            gap("cancelNbnOrder 422", Because::NotTried),
        ],
        left: Vec::new(),
        ledger: None,
        end: End::Whole,
        skew: None,
        accepted: BTreeMap::new(),
        findings: Vec::new(),
        requests: Vec::new(),
    }
}

#[test]
fn a_report_of_a_kept_contract_shows_what_was_exercised() {
    let report = little();
    assert!(report.passed(Strictness::Lenient));
    let strictness = Strictness::Lenient;
    insta::assert_snapshot!(Terminal { report: &report, strictness, replays: None });
}

#[test]
fn in_ci_what_could_have_been_seen_and_was_not_is_a_failure() {
    let mut report = little();
    assert!(!report.passed(Strictness::Ci));
    let strictness = Strictness::Ci;
    let text = Terminal { report: &report, strictness, replays: None }.to_string();
    assert!(
        text.ends_with(
            "Nothing is wrong with what was seen, but not everything was that --ci wants: 1 thing.\n"
        ),
        "{text}"
    );
    report.gaps.retain(|gap| gap.because == Because::NeedsFaultControl);
    assert!(report.passed(Strictness::Ci), "what cannot be shown is no failure");
}

#[track_caller]
fn cannot_be_verified(target: &Target, accounts: &Accounts, expected: &str) {
    let effort = Profile::Smoke.effort(1);
    let error = try_verify(target, accounts, &effort, RequestLog::Off).unwrap_err();
    assert_eq!(format!("failed to {error}"), expected);
}

#[test]
fn another_machine_is_not_written_to_unless_that_is_allowed() {
    cannot_be_verified(
        &Target::url("https://staging.example.com/api").unwrap(),
        &Accounts::published(),
        "failed to write to `https://staging.example.com/api`, which is not this machine; \
         pass --allow-remote if orders may be made and withdrawn there",
    );
}

#[test]
fn this_machine_is_told_from_others_by_its_address() {
    let is_local = |url: &str| Target::url(url).unwrap().is_local();
    for here in [
        "http://127.0.0.1:4010",
        "http://localhost",
        "HTTP://LocalHost:80/",
        "http://[::1]:4010",
        "https://127.9.9.9",
        // 127.0.0.1, as a number.
        "http://2130706433/",
    ] {
        assert!(is_local(here), "{here}");
    }
    for other in [
        "http://10.0.0.1",
        "https://localhost.example.com",
        "https://localhost.evil.com",
        "https://127.0.0.1.evil.com",
        "http://evil.com/localhost",
        "http://evil.com\\localhost",
        "http://[2001:db8::1]",
        // Whatever of this machine or of another listens there.
        "http://0.0.0.0:4010",
        "http://[::]:4010",
        "http://[::ffff:127.0.0.1]:4010",
    ] {
        assert!(!is_local(other), "{other}");
    }
}

#[test]
fn a_base_url_that_would_not_lead_where_it_seems_to_is_refused() {
    #[track_caller]
    fn check(url: &str, expected: &str) {
        assert_eq!(Target::url(url).unwrap_err().to_string(), expected, "{url}");
    }
    let credentials = "use a base URL with credentials in it; set `OCTANE_USERNAME` and \
                       `OCTANE_PASSWORD` instead";
    check("http://harbour:secret@127.0.0.1:4010", credentials);
    check("http://localhost@evil.com", credentials);
    check("http://:secret@localhost", credentials);
    let path = "use a base URL with a query or a fragment; it must end with the path";
    check("https://staging.example.com/?key=secret", path);
    check("https://staging.example.com/#api", path);
    let unreadable = "read the base URL; it must look like `https://host/path`";
    for url in ["", "localhost:4010", "ftp://localhost", "file:///etc/passwd", "http://"] {
        check(url, unreadable);
    }
    assert_eq!(
        Target::url(" https://localhost:443/api/ ").unwrap().base_url(),
        "https://localhost/api"
    );
}

#[test]
fn credentials_are_read_from_a_file_of_lines() {
    let told = variables("# staging\n\nOCTANE_USERNAME = harbour\nOCTANE_PASSWORD=a=b\n").unwrap();
    assert_eq!(told["OCTANE_USERNAME"], "harbour");
    assert_eq!(told["OCTANE_PASSWORD"], "a=b");
    let error = variables("OCTANE_USERNAEM=harbour\n").unwrap_err().to_string();
    assert!(error.contains("line 1") && error.contains("meant to be `OCTANE_USERNAME`"), "{error}");
    let error = variables("OCTANE_USERNAME=harbour\nsecret\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "read line 2 of the credentials; it must be NAME=VALUE, such as OCTANE_USERNAME=harbour",
        "what is in the line may be a secret"
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
        &accounts,
        "failed to log in as provider B: the target refuses the credentials in `OCTANE_OTHER_USERNAME`",
    );
}

#[test]
fn a_target_that_is_not_there_is_named_as_such() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    cannot_be_verified(
        &Target::url(&format!("http://{nobody}")).unwrap(),
        &Accounts::published(),
        "failed to reach the target; is it running, and is the base URL right?",
    );
}

#[track_caller]
fn no_accounts(set: &[(&str, &str)], unset: &Unset, expected: &str) {
    let read = |name: &str| {
        let value = set.iter().find(|(it, _)| *it == name);
        value.map(|(_, value)| (*value).to_owned())
    };
    assert_eq!(accounts(read, unset).unwrap_err().to_string(), expected);
}

#[test]
fn half_an_account_is_refused() {
    no_accounts(
        &[("OCTANE_USERNAME", "harbour"), ("OCTANE_PASSWORD", "")],
        &Unset::Published,
        "log in: `OCTANE_USERNAME` is set and `OCTANE_PASSWORD` is not; set both",
    );
}

#[test]
fn the_published_credentials_are_sent_to_this_machine_alone() {
    let published = accounts(|_| None, &Unset::Published).unwrap();
    assert_eq!(published.of(Provider::B).credentials.username(), "outback");
    let elsewhere = Unset::for_target(&Target::url("https://staging.example.com").unwrap());
    no_accounts(
        &[("OCTANE_USERNAME", "me"), ("OCTANE_PASSWORD", "secret")],
        &elsewhere,
        "log in to `https://staging.example.com` as provider B: set `OCTANE_OTHER_USERNAME` and \
         `OCTANE_OTHER_PASSWORD`, or put them in the file of --credentials; the mock's published \
         test providers are for this machine alone",
    );
}

#[test]
fn a_control_token_that_cannot_be_sent_is_refused_without_showing_it() {
    no_accounts(
        &[("OCTANE_MOCK_CONTROL_TOKEN", "se\ncret")],
        &Unset::Published,
        "use the token in `OCTANE_MOCK_CONTROL_TOKEN`; it must be the one the mock was started \
         with, of visible ASCII alone",
    );
}

#[test]
fn one_account_is_not_two_providers() {
    no_accounts(
        &[("OCTANE_USERNAME", "outback"), ("OCTANE_PASSWORD", "secret")],
        &Unset::Published,
        "log in as two providers: `OCTANE_USERNAME` and `OCTANE_OTHER_USERNAME` are the same, and \
         what one provider must not see of another needs two",
    );
}
