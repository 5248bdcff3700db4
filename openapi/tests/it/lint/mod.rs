//! The lint: a valid contract, and one mistake at a time.
//!
//! A mistake is made by replacing a piece of the contract. Where it should be found is written beside
//! it, as a comment at the end of the line: `requried: [id]  # error: unknown-key`.

use octane_openapi::Contract;
use octane_openapi::lint::lint;

mod error_codes;
mod examples;
mod generator;
mod keys;
mod lifecycle;
mod operations;
mod references;
mod schemas;

/// A contract without findings that uses everything the rules are about.
const VALID: &str = include_str!("valid.yaml");

/// Makes one replacement after the other, and expects exactly the findings written beside them.
#[track_caller]
fn check(replacements: &[(&str, &str)]) {
    let mut text = VALID.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "the valid contract does not contain {from:?}");
        text = text.replacen(from, to, 1);
    }
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let rules = line.split_once("# error: ").map_or("", |(_, rules)| rules);
        for rule in rules.split(", ").filter(|rule| !rule.is_empty()) {
            expected.push((index + 1, rule.to_owned()));
        }
    }
    let findings = lint(&Contract::parse("t.yaml", &text).unwrap());
    let mut found: Vec<_> =
        findings.iter().map(|one| (one.place.line as usize, one.rule.to_owned())).collect();
    found.dedup();
    expected.sort();
    let all: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{}", all.join("\n"));
}

#[test]
fn a_valid_contract_has_no_findings() {
    check(&[]);
}

#[test]
fn the_embedded_contracts_have_no_findings() {
    for contract in [Contract::orders(), Contract::mock_control()] {
        let findings = lint(&contract.unwrap());
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings, [""; 0], "{}", findings.join("\n"));
    }
}

#[test]
fn a_finding_says_where_what_and_how_to_mend_it() {
    let text = VALID.replacen("required: [id]", "requried: [id]", 1);
    let findings = lint(&Contract::parse("t.yaml", &text).unwrap());
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let line = 1 + text.lines().position(|line| line.contains("requried")).unwrap();
    let expected = format!(
        "t.yaml:{line}: error[unknown-key]: a schema has no key `requried`; did you mean `required`?"
    );
    assert_eq!(texts, [expected]);
}

#[cfg(feature = "codegen")]
#[test]
fn a_contract_without_findings_can_be_generated() {
    let contract = Contract::parse("t.yaml", VALID).unwrap();
    octane_openapi::codegen::generate(&contract, "octane_client").unwrap();
}
