//! The report as JSON, for programs.

use serde_json::{Map, Value, json};

use super::{Report, Strictness};
use crate::finding::Finding;
use crate::known::Accepted;
use crate::reproduce;
use crate::rules::Evidence;

/// The whole report.
pub fn json(report: &Report, strictness: Strictness) -> Value {
    let coverage = &report.coverage;
    let answers = coverage.answers.iter().map(|((operation, status), count)| {
        let operation = (operation != "-").then_some(operation);
        json!({ "operation": operation, "status": status, "count": count })
    });
    let cells = coverage.cells.iter().map(|((state, trigger), answers)| {
        json!({ "state": state.name(), "trigger": trigger.name(), "answers": answers })
    });
    let calls = coverage.calls.iter().map(|(operation, calls)| {
        let rate = (1000.0 * calls.rate()).round() / 1000.0;
        let value = json!({ "made": calls.made, "accepted": calls.accepted, "rate": rate });
        (operation.clone(), value)
    });
    let findings = report.grouped().into_iter().map(|(it, more)| finding(it, more, report));
    json!({
        "target": report.target,
        "contract": report.contract,
        "profile": report.effort.profile.name(),
        "seed": report.effort.seed,
        "passed": report.passed(strictness),
        "end": report.end.name(),
        "ci": strictness == Strictness::Ci,
        "requests": coverage.requests,
        "seconds": report.elapsed.as_secs_f64(),
        "parts": report.tallies.iter().map(part).collect::<Map<_, _>>(),
        "findings": findings.collect::<Vec<_>>(),
        "notChecked": report.gaps,
        "controlPlane": report.control.network,
        "accepted": report.accepted.iter().map(accepted).collect::<Vec<_>>(),
        "made": report.left,
        "ledger": report.ledger,
        "clockAheadSeconds": report.skew.map(|it| [it.least_seconds, it.most_seconds]),
        "calls": calls.collect::<Map<_, _>>(),
        "answers": answers.collect::<Vec<_>>(),
        "refusals": coverage.refusals,
        "cells": cells.collect::<Vec<_>>(),
    })
}

fn accepted((it, met): (&Accepted, &u64)) -> Value {
    json!({ "rule": it.rule.id(), "operation": it.operation, "met": met })
}

fn part((part, tally): (&Evidence, &super::Tally)) -> (String, Value) {
    let value = json!({ "tried": tally.tried, "steps": tally.steps, "requests": tally.requests });
    (part.name().to_owned(), value)
}

fn finding(finding: &Finding, more: usize, report: &Report) -> Value {
    let failure = &finding.failure;
    json!({
        "rule": failure.rule.id(),
        "promise": failure.rule.promise(),
        "operation": failure.subject,
        "place": finding.place.to_string(),
        "expected": failure.expected,
        "received": failure.received,
        "at": failure.exchange.as_ref().map(ToString::to_string),
        "foundBy": finding.part.name(),
        "about": finding.about,
        "more": more,
        "seed": finding.seed,
        "steps": finding.steps,
        "commands": reproduce::commands(finding),
        "test": reproduce::test(finding, &report.contract),
        "replay": finding.replay(&report.contract),
    })
}
