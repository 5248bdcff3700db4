//! The rules as people read them: a table, one explained, and both as JSON.

use octane_openapi::Contract;
use serde_json::{Value, json};

use super::Rule;

/// Every rule, a line each.
pub fn table(contract: &Contract) -> String {
    let width = Rule::all().map(|rule| rule.id().len()).max().unwrap_or_default();
    let titles = Rule::all().map(|rule| rule.facts().title.chars().count()).max();
    let titles = titles.unwrap_or_default();
    let mut text = String::new();
    for rule in Rule::all() {
        let (title, place) = (rule.facts().title, place(rule, contract));
        text.push_str(&format!("{rule:<width$}  {title:<titles$}  {place}\n"));
    }
    text
}

/// One rule: what it promises, why, where the contract says so, and who looks.
pub fn explained(rule: Rule, contract: &Contract) -> String {
    let facts = rule.facts();
    let mut text = format!("{}: {}\n\n{}\n\n", facts.id, facts.title, facts.promise);
    text.push_str(&format!("Why: {}\n\n", facts.why));
    text.push_str("In the contract:\n");
    for (pointer, place) in facts.sources.iter().zip(rule.places(contract)) {
        text.push_str(&format!("  {place}  {pointer}\n"));
    }
    text.push_str(&format!("\nChecked by: {}\n", evidence(rule).join(", ")));
    text
}

/// A rule as JSON.
pub fn json(rule: Rule, contract: &Contract) -> Value {
    let facts = rule.facts();
    let places: Vec<String> = rule.places(contract).iter().map(ToString::to_string).collect();
    json!({
        "id": facts.id,
        "title": facts.title,
        "promise": facts.promise,
        "why": facts.why,
        "places": places,
        "checkedBy": evidence(rule),
    })
}

fn evidence(rule: Rule) -> Vec<&'static str> {
    rule.facts().evidence.iter().map(|it| it.name()).collect()
}

fn place(rule: Rule, contract: &Contract) -> String {
    rule.places(contract).first().map(ToString::to_string).unwrap_or_default()
}
