//! The report as JUnit XML, for CI: a test case for each rule, and one for each reason that something
//! was not checked.
//!
//! Whoever reads JUnit follows a test case by its name from run to run. So there are the same ones in
//! every run, whatever is broken: of a rule that several operations break there is one, with all of them
//! in it.

use quick_junit::{
    NonSuccessKind, Report as JUnit, SerializeError, TestCase, TestCaseStatus, TestSuite,
};

use super::terminal::Written;
use super::verdict::{self, Verdict};
use super::{End, Report, Strictness, counted, not_checked};
use crate::finding::Finding;
use crate::gaps::Because;
use crate::reproduce;
use crate::rules::Rule;

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

/// A failed case for each rule that is broken, a passed one for each that is kept, and a skipped one for
/// each of which nothing was seen, or of which something is accepted for now.
fn rules(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("rules");
    for (rule, verdict) in verdict::of_rules(report) {
        let status = match verdict {
            Verdict::Broken(findings) => broken(rule, &findings, report),
            Verdict::Kept => TestCaseStatus::success(),
            Verdict::Accepted(told) => skipped(&told),
            Verdict::NotSeen(because) => skipped(because),
        };
        let mut case = TestCase::new(rule.id(), status);
        case.set_classname("octane-contract.rules");
        suite.add_test_case(case);
    }
    suite
}

fn skipped(because: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(because);
    status
}

fn broken(rule: Rule, findings: &[(&Finding, usize)], report: &Report) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(rule.id());
    let mut message = Vec::new();
    let mut description = String::new();
    for (finding, more) in findings {
        let failure = &finding.failure;
        let (subject, expected, received) =
            (&failure.subject, &failure.expected, &failure.received);
        message.push(format!("{subject}: expected {expected}, received {received}"));
        description.push_str(&format!("{}\n", Written { finding }));
        if *more > 0 {
            description.push_str(&format!("   (and {more} more of this rule and operation)\n"));
        }
        description.push_str(&format!("\n{}\n", reproduce::test(finding, &report.contract)));
    }
    status.set_message(message.join("; "));
    status.set_description(description);
    status
}

/// A case for each reason that something was not checked: skipped if anything was not.
fn coverage(report: &Report, strictness: Strictness) -> TestSuite {
    let mut suite = TestSuite::new("coverage");
    let lines = not_checked::lines(report);
    let gaps = report.gaps_by_reason();
    for because in Because::ALL {
        let missing = gaps.get(&because).map_or(0, Vec::len);
        let told = lines.iter().find(|(reason, _)| *reason == because);
        let told = told.map(|(_, lines)| lines.join("\n")).unwrap_or_default();
        let fails = strictness == Strictness::Ci && because == Because::NotTried;
        let mut status = match (missing, fails) {
            (0, _) => TestCaseStatus::success(),
            (_, true) => TestCaseStatus::non_success(NonSuccessKind::Failure),
            (_, false) => TestCaseStatus::skipped(),
        };
        if missing > 0 {
            status.set_message(format!(
                "{} not checked: {}",
                counted(missing, "thing"),
                because.words()
            ));
            status.set_description(told);
        }
        let name = match because {
            Because::NeedsFaultControl => "what needs fault control",
            Because::NeedsControlPlane => "what needs the control plane or time",
            Because::NotTried => "what this target can be made to show",
        };
        let mut case = TestCase::new(name, status);
        case.set_classname("octane-contract.coverage");
        suite.add_test_case(case);
    }
    suite
}
