//! The report as JUnit XML, for CI: a test case for each rule, and one for each thing not seen.

use std::collections::BTreeSet;

use quick_junit::{
    NonSuccessKind, Report as JUnit, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use super::terminal::Written;
use super::{End, Report, Strictness};
use crate::gaps::Because;
use crate::rules::{Evidence, Rule};

/// The whole report.
///
/// # Errors
/// If the XML cannot be written.
pub fn junit(report: &Report, strictness: Strictness) -> Result<String, SerializeError> {
    let mut junit = JUnit::new("octane-contract");
    junit.set_time(report.elapsed);
    junit.add_test_suite(rules(report));
    junit.add_test_suite(coverage(report, strictness));
    if let End::Interrupted(_) | End::Lost(_) = report.end {
        junit.add_test_suite(broken_off(&report.end));
    }
    junit.to_string()
}

/// What was not tried cannot have passed.
fn broken_off(end: &End) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(end.to_string());
    let mut suite = TestSuite::new("verification");
    suite.add_test_case(TestCase::new("runs to its end", status));
    suite
}

/// A failed case for each rule and operation that is broken, a passed one for each rule that is kept,
/// and a skipped one where the parts that would have looked did not run.
fn rules(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("rules");
    let mut broken = BTreeSet::new();
    for (finding, more) in report.grouped() {
        let failure = &finding.failure;
        broken.insert(failure.rule);
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let (expected, received) = (&failure.expected, &failure.received);
        status.set_message(format!("expected {expected}, received {received}"));
        status.set_type(failure.rule.id());
        let written = Written { finding, contract: &report.contract };
        status.set_description(format!("{written}\n({more} more of this rule and operation)"));
        let mut case = TestCase::new(format!("{} {}", failure.rule.id(), failure.subject), status);
        case.set_classname(finding.part.name());
        suite.add_test_case(case);
    }
    for rule in Rule::all().filter(|rule| !broken.contains(rule)) {
        let looked = |part: &Evidence| match part {
            Evidence::EveryAnswer | Evidence::TypedClient => true,
            part => report.tallies.get(part).is_some_and(|tally| tally.tried > 0),
        };
        let facts = rule.facts();
        let status = if facts.evidence.iter().any(looked) {
            TestCaseStatus::success()
        } else {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message("no part of this verification looks for it");
            skipped
        };
        let mut case = TestCase::new(rule.id(), status);
        case.set_classname(facts.evidence[0].name());
        suite.add_test_case(case);
    }
    suite
}

fn coverage(report: &Report, strictness: Strictness) -> TestSuite {
    let mut suite = TestSuite::new("not checked");
    for gap in &report.gaps {
        let fails = strictness == Strictness::Ci && gap.because == Because::NotTried;
        let mut status = match fails {
            true => TestCaseStatus::non_success(NonSuccessKind::Failure),
            false => TestCaseStatus::skipped(),
        };
        status.set_message(gap.because.words());
        let mut case = TestCase::new(gap.what.as_str(), status);
        case.set_classname("not checked");
        suite.add_test_case(case);
    }
    suite
}
