//! Breaks one parameter of a valid request at a time.

use octane_openapi::{Operation, ParameterLocation};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::body::{Presence, shortened, wrong_values};
use super::fixture::Cursors;
use super::{Case, Miss, Refusal};
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;
use crate::judge::Judge;

/// A path with a query of these parameters.
pub(super) fn with_query(path: &str, query: &[(&str, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Every way to break a parameter of a read, one at a time.
pub(super) fn cases(
    judge: &Judge,
    operation: &Operation,
    path: &str,
    valid: &[(&'static str, String)],
) -> Vec<Case> {
    let mut found = Vec::new();
    let mut case = |about: String, path: String, refusal: Refusal, rule: String, miss: Miss| {
        found.push(Case {
            operation: operation.id.clone(),
            about: format!("{}: {about}", operation.id),
            request: RawRequest::new("GET", path, Caller::Provider(Provider::A)),
            refusal,
            rule: Some(rule),
            miss,
        });
    };
    for parameter in &operation.parameters {
        let name = parameter.name.as_str();
        let pointer = format!("/{name}");
        let rules = judge.orders().contract.document().at(&parameter.schema).cloned();
        let rules = rules.unwrap_or_default();
        match parameter.location {
            ParameterLocation::Path => {
                let (folder, current) = path.rsplit_once('/').unwrap_or((path, ""));
                for (text, keyword, miss) in wrong_texts(&rules, current) {
                    let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
                    let path = format!("{folder}/{encoded}");
                    let refusal = Refusal::invalid("path", &pointer, keyword);
                    let rule = format!("{}/{keyword}", parameter.schema);
                    case(format!("{text:?} as `{name}`"), path, refusal, rule, miss);
                }
            }
            ParameterLocation::Query => {
                let others = || valid.iter().filter(|(other, _)| *other != name).cloned();
                let with = |text: &str| {
                    let mut query: Vec<(&str, String)> = others().collect();
                    query.push((name, text.to_owned()));
                    with_query(path, &query)
                };
                let current = valid.iter().find(|(other, _)| *other == name);
                let current = current.map_or("", |(_, value)| value.as_str());
                for (text, keyword, miss) in wrong_texts(&rules, current) {
                    let shown = shortened(&format!("{text:?}"));
                    let refusal = Refusal::invalid("query", &pointer, keyword);
                    let rule = format!("{}/{keyword}", parameter.schema);
                    case(format!("{shown} as `{name}`"), with(&text), refusal, rule, miss);
                }
                if parameter.required {
                    let query: Vec<(&str, String)> = others().collect();
                    let refusal = Refusal::invalid("query", &pointer, "required");
                    let rule = format!("{}/required", parameter.pointer);
                    case(
                        format!("no `{name}`"),
                        with_query(path, &query),
                        refusal,
                        rule,
                        Miss::Near,
                    );
                }
                if !current.is_empty() {
                    let twice: Vec<(&str, String)> =
                        valid.iter().cloned().chain([(name, current.to_owned())]).collect();
                    let refusal = Refusal::invalid("query", &pointer, "duplicate");
                    let rule = parameter.pointer.clone();
                    case(
                        format!("`{name}` twice"),
                        with_query(path, &twice),
                        refusal,
                        rule,
                        Miss::Near,
                    );
                }
            }
            ParameterLocation::Header => {}
        }
    }
    let unknown: Vec<(&str, String)> =
        valid.iter().cloned().chain([("sttaus", "Held".to_owned())]).collect();
    let refusal = Refusal::invalid("query", "/sttaus", "unknown");
    let rule = operation.pointer.clone();
    let path = with_query(path, &unknown);
    case("an unknown parameter".to_owned(), path, refusal, rule, Miss::Near);
    found
}

/// Cursors that cannot be followed.
pub(super) fn cursor_cases(cursors: &Cursors) -> Vec<Case> {
    let broken = |about: &str, query: &[(&str, String)]| Case {
        operation: "listNbnOrders".to_owned(),
        about: format!("listNbnOrders: {about}"),
        request: RawRequest::new(
            "GET",
            with_query("/v1/order/nbn", query),
            Caller::Provider(Provider::A),
        ),
        refusal: Refusal::invalid("query", "/cursor", "cursor"),
        rule: Some("/paths/~1v1~1order~1nbn/get/description".to_owned()),
        miss: Miss::Near,
    };
    let cursor = |text: &str| ("cursor", text.to_owned());
    let shorter: String = cursors.own.chars().skip(1).collect();
    vec![
        broken("a cursor that was never issued", &[cursor("nonsense")]),
        broken("a cursor without its first character", &[cursor(&shorter)]),
        broken("a cursor of the other provider", &[cursor(&cursors.foreign)]),
        broken("a cursor from before a reset", &[cursor(&cursors.stale)]),
        broken(
            "a cursor with other filters",
            &[cursor(&cursors.own), ("status", "Accepted".to_owned())],
        ),
    ]
}

/// Wrong values of a parameter as the texts they are sent as. A text has no type of its own, so what
/// breaks a type is a text that cannot be read as one.
fn wrong_texts(rules: &Value, valid: &str) -> Vec<(String, &'static str, Miss)> {
    let number = matches!(rules["type"].as_str(), Some("integer" | "number"));
    let mut texts: Vec<(String, &'static str, Miss)> =
        wrong_values(rules, &json!(valid), Presence::Required)
            .into_iter()
            .filter(|wrong| wrong.keyword != "type")
            .filter_map(|wrong| match wrong.value {
                Value::String(text) => Some((text, wrong.keyword, wrong.miss)),
                Value::Number(number) => Some((number.to_string(), wrong.keyword, wrong.miss)),
                _ => None,
            })
            .collect();
    if number {
        for near in [format!("{valid}.0"), format!(" {valid}"), format!("{valid}.5")] {
            texts.push((near, "type", Miss::Near));
        }
        texts.extend(["ten", "1e3", "0x10"].map(|text| (text.to_owned(), "type", Miss::Far)));
    }
    texts
}
