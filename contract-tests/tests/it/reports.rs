//! The report as files: for CI, for programs, and as a page.

use std::time::Duration;

use octane_contract_tests::Target;
use octane_contract_tests::interrupt::Signal;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::report::terminal::Terminal;
use octane_contract_tests::report::{End, Report, Strictness, github, html, json, junit};
use octane_contract_tests::rules::Rule;
use octane_contract_tests::verify::RequestLog;
use serde_json::{Value, json};

use crate::command_line::little;
use crate::faults::{Answer, faulty_router, spoilt};
use crate::support::{judge, verified};
use crate::unsteered::{standing, unsteered};

/// A target whose orders hold what looks like HTML.
fn hostile(answer: &mut Answer) {
    if let Some(text) = answer.body.pointer_mut("/response/subOrderType") {
        *text = json!("</pre><script>alert(1)</script>");
    }
}

fn broken() -> Report {
    let target = Target::router(faulty_router(hostile));
    let effort = Profile::Smoke.effort(1);
    verified(&target, &effort, RequestLog::Off)
}

/// The names of test cases and what became of them.
fn cases(xml: &str) -> Vec<(String, &'static str)> {
    let (_, rest) = xml.split_once("<testcase ").unwrap();
    let case = |text: &str| {
        let name = text.split_once("name=\"").unwrap().1.split_once('"').unwrap().0;
        let came = match text {
            text if text.contains("<failure") => "failed",
            text if text.contains("<skipped") => "skipped",
            _ => "passed",
        };
        (name.to_owned(), came)
    };
    rest.split("<testcase ").map(case).collect()
}

#[test]
fn junit_has_the_same_cases_whatever_is_broken() {
    let names = |report: &Report| {
        let xml = junit::junit(report, Strictness::Lenient).unwrap();
        let cases = cases(&xml);
        cases.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(&little()), names(&broken()));
    assert_eq!(names(&little()).len(), Rule::all().count() + 3);
}

#[test]
fn in_junit_a_rule_of_which_nothing_was_seen_is_skipped() {
    let came = |strictness| cases(&junit::junit(&little(), strictness).unwrap());
    let lenient = came(Strictness::Lenient);
    let of = |cases: &[(String, &'static str)], name: &str| {
        cases.iter().find(|(known, _)| known == name).map(|(_, came)| *came)
    };
    assert_eq!(of(&lenient, "withdrawal-recorded"), Some("passed"));
    assert_eq!(of(&lenient, "late-withdrawal-fee"), Some("skipped"));
    assert_eq!(of(&lenient, "list-complete"), Some("skipped"));
    assert_eq!(of(&lenient, "what this target can be made to show"), Some("skipped"));
    let strict = came(Strictness::Ci);
    assert_eq!(of(&strict, "what this target can be made to show"), Some("failed"));
}

#[test]
fn a_wrong_cell_is_red_and_leads_to_its_finding() {
    let spoil = |answer: &mut Answer| {
        if answer.path.ends_with("/cancel") && answer.status.is_success() {
            answer.body["response"]["status"] = json!("Completed");
        }
    };
    let effort = Profile::Smoke.effort(1);
    let steered = verified(&Target::router(faulty_router(spoil)), &effort, RequestLog::Off);
    for report in [steered, unsteered(spoilt(standing(), spoil), Duration::ZERO)] {
        red(&report, &html::html(&report, Strictness::Lenient, &judge()));
    }
}

/// What is wrong with a cell is red in the page, and leads to its finding.
#[track_caller]
fn red(report: &Report, page: &str) {
    let groups = report.grouped();
    let (finding, _) = groups.iter().find(|(it, _)| it.cell().is_some()).unwrap();
    let (state, trigger) = finding.cell().unwrap();
    let link = format!("<a href=\"#{}\">", finding.name());
    let cell = format!("<td class=\"broken\" title=\"{trigger} in {state}");
    let (_, rest) = page.split_once(&cell).expect("a red cell");
    assert!(rest.split("</td>").next().unwrap().contains(&link), "{rest:.300}");
    assert!(page.contains(&format!("{link}<path class=\"arrow broken\"")), "a red arrow");
    assert!(page.contains(&format!("{link}<g class=\"state broken\"")), "a red box");
}

#[test]
fn annotations_are_at_the_line_of_the_contract() {
    let report = broken();
    let text = github::annotations(&report, Strictness::Lenient);
    assert_eq!(text.lines().count(), report.grouped().len());
    let first = text.lines().next().unwrap();
    assert!(first.starts_with("::error file=openapi/octane-orders.yaml,line="), "{first}");
    assert!(first.contains("%0Aexpected: "), "{first}");
}

#[test]
fn a_failure_is_in_every_file_with_all_that_is_needed() {
    let report = broken();
    let strictness = Strictness::Lenient;
    let rule = "list-agrees-with-order";
    let groups = report.grouped();
    let found: Vec<&str> = groups.iter().map(|(it, _)| it.failure.rule.id()).collect();
    let finding = groups.iter().map(|(it, _)| it).find(|it| it.failure.rule.id() == rule);
    let finding = finding.unwrap_or_else(|| panic!("{found:?}"));

    let xml = junit::junit(&report, strictness).unwrap();
    assert!(xml.contains(&format!(r#"type="{rule}""#)), "{xml}");
    assert!(xml.contains(&finding.place.to_string()));
    assert!(xml.contains("octane_contract_tests::replay::check("));

    let value = json::json(&report, strictness);
    assert_eq!(value["passed"], false);
    let told = value["findings"].as_array().unwrap();
    let told = told.iter().find(|it| it["rule"] == rule).unwrap();
    for key in ["operation", "place", "expected", "received", "seed", "steps", "commands", "test"] {
        assert!(!told[key].is_null(), "{key}");
    }
    assert_eq!(told["replay"]["trial"], serde_json::to_value(&finding.trial).unwrap());

    let page = html::html(&report, strictness, &judge());
    assert!(page.contains("The contract is broken"));
    assert!(page.contains(&format!("id=\"{}\"", finding.name())));
}

#[test]
fn the_page_needs_nothing_else_and_shows_what_came_as_text() {
    let page = html::html(&broken(), Strictness::Lenient, &judge());
    assert!(page.contains("&lt;script&gt;alert(1)"), "the hostile text is shown");
    for asset in ["<script", "<link", "<img", "url(http", "@import", " src="] {
        assert!(!page.contains(asset), "{asset}");
    }
    assert!(page.contains("prefers-color-scheme: dark"));
}

#[test]
fn the_page_has_a_cell_for_every_status_and_every_state() {
    let page = html::html(&little(), Strictness::Lenient, &judge());
    assert!(page.contains(
        "<td class=\"refused\" title=\"cancelNbnOrder in Withdrawn: 409 OrderClosed (3010) × 1\">409</td>"
    ));
    assert!(page.contains("<td class=\"seen\" title=\"cancelNbnOrder in Held: 202 × 1\">202</td>"));
    assert!(page.contains(
        "<td class=\"excused\" title=\"cancelNbnOrder 429: needs fault control\">–</td>"
    ));
    assert!(page.contains("<title>Held → PendingWithdrawal: cancelNbnOrder × 1</title>"));
    assert_eq!(page.matches("<g class=\"state ").count(), 12);
}

#[test]
fn what_is_in_the_json_can_be_added_up() {
    let value = json::json(&little(), Strictness::Ci);
    assert_eq!(value["requests"], 3);
    assert_eq!(value["calls"]["cancelNbnOrder"], json!({ "made": 2, "accepted": 1, "rate": 0.5 }));
    assert_eq!(
        value["notChecked"][2],
        json!({ "what": "cancelNbnOrder 422", "because": "notTried" })
    );
    let counts = value["answers"].as_array().unwrap().iter();
    assert_eq!(counts.filter_map(|it| it["count"].as_u64()).sum::<u64>(), 3);
    assert_eq!(value["answers"][0]["operation"], Value::Null);
}

#[test]
fn an_interrupted_verification_has_not_passed_in_any_form() {
    let mut report = little();
    report.end = End::Interrupted(Signal::Interrupt);
    report.left = vec!["order 1001: asked to be withdrawn; nbn has not decided yet".to_owned()];
    report.ledger = Some("ledger.jsonl".into());
    let strictness = Strictness::Lenient;
    assert!(!report.passed(strictness));
    let text = Terminal { report: &report, strictness, replays: None }.to_string();
    assert!(
        text.ends_with(
            "What was made
  order 1001: asked to be withdrawn; nbn has not decided yet
  What is left, this looks after once more, with the same credentials:
    octane-contract cleanup ledger.jsonl --base-url http://127.0.0.1:4010

Interrupted before everything was tried. Nothing is wrong with what was seen until then.
"
        ),
        "{text}"
    );
    let value = json::json(&report, strictness);
    assert_eq!((&value["passed"], &value["end"]), (&json!(false), &json!("interrupted")));
    assert_eq!(value["ledger"], "ledger.jsonl");
    let xml = junit::junit(&report, strictness).unwrap();
    assert!(
        xml.contains(r#"<testsuite name="verification" tests="1" skipped="0" errors="1""#),
        "{xml}"
    );
    let page = html::html(&report, strictness, &judge());
    assert!(page.contains("<span class=\"verdict broken\">Not everything was tried</span>"));
    assert!(page.contains("<p>Interrupted before everything was tried.</p>"));
}
