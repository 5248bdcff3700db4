//! Broken promises that are accepted for now, and those behind them.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use octane_contract_tests::Target;
use octane_contract_tests::access::Remote;
use octane_contract_tests::caller::Accounts;
use octane_contract_tests::interrupt::Interrupt;
use octane_contract_tests::known::Accepted;
use octane_contract_tests::ledger::Ledger;
use octane_contract_tests::profile::{Effort, Profile};
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::report::{Report, Strictness, junit};
use octane_contract_tests::rules::Rule;
use octane_contract_tests::verify::{RequestLog, Run, verify};
use serde_json::{Value, json};

use crate::faults::{Answer, spoilt};
use crate::support::mock;

/// Every line of a list says that its order can be withdrawn.
fn optimistic(answer: &mut Answer) {
    let lines = answer.body.pointer_mut("/response/orders").and_then(Value::as_array_mut);
    for line in lines.into_iter().flatten() {
        line["isWithdrawable"] = json!(true);
    }
}

fn verified(
    spoil: impl Fn(&mut Answer) + Send + Sync + 'static,
    effort: &Effort,
    accepted: &[Accepted],
) -> Report {
    let run = Run {
        target: &Target::router(spoilt(mock().router(), spoil)),
        accounts: &Accounts::published(),
        effort,
        log: RequestLog::Off,
        ledger: &Ledger::default(),
        remote: Remote::Refused,
        accepted,
        progress: &Quiet,
        interrupt: &Interrupt::default(),
    };
    verify(&run).unwrap()
}

fn accepted(text: &str) -> Accepted {
    text.parse().unwrap()
}

#[test]
fn what_is_accepted_is_counted_and_nothing_else_is_wrong() {
    let (of_lists, unmet) =
        (accepted("list-agrees-with-order:listNbnOrders"), accepted("list-paged:listNbnOrders"));
    let effort = Profile::Default.effort(1);
    let report = verified(optimistic, &effort, &[of_lists.clone(), unmet.clone()]);
    let found: Vec<_> = report.findings.iter().map(|it| it.failure.to_string()).collect();
    assert!(report.passed(Strictness::Ci), "{found:#?}");
    assert!(report.accepted[&of_lists] > 0);
    assert_eq!(report.accepted[&unmet], 0);

    let xml = junit::junit(&report, Strictness::Ci).unwrap();
    let of_rule = |rule: &str| {
        let (_, rest) = xml.split_once(&format!("<testcase name=\"{rule}\"")).unwrap();
        rest.split("<testcase").next().unwrap().to_owned()
    };
    let lists = of_rule("list-agrees-with-order");
    assert!(
        lists.contains("<skipped message=\"accepted for now: list-agrees-with-order:"),
        "{lists}"
    );
    let pages = of_rule("list-paged");
    assert!(!pages.contains("<skipped"), "{pages}");
}

#[test]
fn a_broken_promise_hides_no_other_behind_it() {
    let also = |answer: &mut Answer| {
        optimistic(answer);
        // Far behind the first list that a sequence looks at.
        if let Some(reason) = answer.body.pointer_mut("/response/withdrawal/reason") {
            *reason = json!("Other");
        }
    };
    let report = verified(also, &Profile::Default.effort(1), &[]);
    let rules: BTreeMap<&str, Rule> =
        report.findings.iter().map(|it| (it.failure.rule.id(), it.failure.rule)).collect();
    assert!(rules.contains_key("list-agrees-with-order"), "{rules:?}");
    assert!(rules.contains_key("withdrawal-recorded"), "{rules:?}");
    assert_eq!(report.coverage.cells_covered(), octane_contract_tests::coverage::CELLS);
}

#[test]
fn an_order_that_is_told_wrongly_is_known_all_the_same() {
    // Orders that the control plane makes are known by nothing but their detail.
    let cut_short = |answer: &mut Answer| {
        if answer.method == Method::GET
            && let Some(Value::Object(order)) = answer.body.get_mut("response")
        {
            order.remove("charges");
        }
    };
    let report = verified(cut_short, &Profile::Default.effort(1), &[]);
    let wrong: BTreeSet<String> =
        report.grouped().iter().map(|(it, _)| it.failure.rule.id().to_owned()).collect();
    assert_eq!(wrong, BTreeSet::from(["body-matches-schema".to_owned()]));
    assert_eq!(report.coverage.cells_covered(), octane_contract_tests::coverage::CELLS);
}
