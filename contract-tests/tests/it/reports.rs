//! The report as files: for CI, for programs, and as a page.

use octane_contract_tests::Target;
use octane_contract_tests::interrupt::Signal;
use octane_contract_tests::profile::Profile;
use octane_contract_tests::report::terminal::Terminal;
use octane_contract_tests::report::{End, Report, Strictness, html, json, junit};
use octane_contract_tests::verify::RequestLog;
use serde_json::{Value, json};

use crate::command_line::little;
use crate::faults::{Answer, faulty_router};
use crate::support::{judge, verified};

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

#[test]
fn junit_has_a_case_for_each_rule_and_one_for_each_thing_not_seen() {
    let xml = junit::junit(&little(), Strictness::Lenient).unwrap();
    assert!(
        xml.contains(r#"<testsuite name="rules" tests="43" skipped="0" errors="0" failures="0">"#),
        "{xml}"
    );
    assert!(
        xml.contains(
            r#"<testsuite name="not checked" tests="3" skipped="3" errors="0" failures="0">"#
        ),
        "{xml}"
    );

    let strict = junit::junit(&little(), Strictness::Ci).unwrap();
    assert!(
        strict.contains(
            r#"<testsuite name="not checked" tests="3" skipped="2" errors="0" failures="1">"#
        ),
        "{strict}"
    );
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
    let text = Terminal { report: &report, strictness }.to_string();
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
