//! Breaks one parameter of a valid request at a time.

use octane_openapi::{Operation, ParameterLocation};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::body::{shortened, wrong_values};
use super::fixture::Cursors;
use super::violations::escaped;
use super::{Case, Refusal};
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

/// Every way to break a parameter, one at a time, of a request that is valid but for it: with this
/// path and query, and this body if it has one.
pub(super) fn cases(
    judge: &Judge,
    operation: &Operation,
    path: &str,
    valid: &[(&'static str, String)],
    body: Option<&Value>,
) -> Vec<Case> {
    let mut found = Vec::new();
    let to = |path: String| {
        let caller = Caller::Provider(Provider::A);
        let request = RawRequest::new(operation.method.as_str(), path, caller);
        body.map_or(request.clone(), |body| request.json(body))
    };
    let right = to(with_query(path, valid));
    let mut case = |about: String, path: String, refusal: Refusal, rule: String| {
        found.push(Case {
            operation: operation.id.clone(),
            about: format!("{}: {about}", operation.id),
            request: to(path),
            refusal,
            rule: Some(rule),
            valid: Some(right.clone()),
        });
    };
    for parameter in &operation.parameters {
        let name = parameter.name.as_str();
        let pointer = format!("/{name}");
        let rules = judge.orders().contract.document().at(&parameter.schema).cloned();
        let rules = rules.unwrap_or_default();
        match parameter.location {
            ParameterLocation::Path => {
                let slot = format!("{{{name}}}");
                for (text, keyword) in wrong_texts(&rules, "") {
                    // What is empty is another path.
                    if text.is_empty() {
                        continue;
                    }
                    let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
                    let segments = operation.path.split('/').zip(path.split('/'));
                    let segments = segments.map(|(wanted, given)| match *wanted == slot {
                        true => encoded.as_str(),
                        false => given,
                    });
                    let path = with_query(&segments.collect::<Vec<_>>().join("/"), valid);
                    let refusal = Refusal::invalid("path", &pointer, keyword);
                    let rule = format!("{}/{keyword}", parameter.schema);
                    case(format!("{text:?} as `{name}`"), path, refusal, rule);
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
                for (text, keyword) in wrong_texts(&rules, current) {
                    let shown = shortened(&format!("{text:?}"));
                    let refusal = Refusal::invalid("query", &pointer, keyword);
                    let rule = format!("{}/{keyword}", parameter.schema);
                    case(format!("{shown} as `{name}`"), with(&text), refusal, rule);
                }
                if parameter.required {
                    let query: Vec<(&str, String)> = others().collect();
                    let refusal = Refusal::invalid("query", &pointer, "required");
                    let rule = format!("{}/required", parameter.pointer);
                    case(format!("no `{name}`"), with_query(path, &query), refusal, rule);
                }
                // A name is spelt in one way only.
                let name_in_capitals = name.to_uppercase();
                let mut query: Vec<(&str, String)> = valid.to_vec();
                query.push((&name_in_capitals, current.to_owned()));
                let refusal = Refusal::invalid("query", format!("/{name_in_capitals}"), "unknown");
                let about = format!("`{name_in_capitals}` for `{name}`");
                case(about, with_query(path, &query), refusal, operation.pointer.clone());
                if !current.is_empty() {
                    let twice: Vec<(&str, String)> =
                        valid.iter().cloned().chain([(name, current.to_owned())]).collect();
                    let refusal = Refusal::invalid("query", &pointer, "duplicate");
                    let rule = parameter.pointer.clone();
                    case(format!("`{name}` twice"), with_query(path, &twice), refusal, rule);
                }
            }
            ParameterLocation::Header => {}
        }
    }
    for (about, name) in [
        ("an unknown parameter", "sttaus"),
        ("an unknown parameter with odd characters", "st~/atus"),
    ] {
        let query: Vec<(&str, String)> =
            valid.iter().cloned().chain([(name, "Held".to_owned())]).collect();
        let refusal = Refusal::invalid("query", format!("/{}", escaped(name)), "unknown");
        case(about.to_owned(), with_query(path, &query), refusal, operation.pointer.clone());
    }
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
        valid: None,
    };
    let cursor = |text: &str| ("cursor", text.to_owned());
    let shorter: String = cursors.own.chars().skip(1).collect();
    let mut cases = vec![
        broken("a cursor that was never issued", &[cursor("nonsense")]),
        broken("a cursor without its first character", &[cursor(&shorter)]),
        broken("a cursor of the other provider", &[cursor(&cursors.foreign)]),
        broken("a cursor from before a reset", &[cursor(&cursors.stale)]),
    ];
    // The cursor is of a list without filters.
    let filters = [
        ("status", "Accepted"),
        ("orderType", "New"),
        ("custNo", "100001"),
        ("createdFrom", "2020-01-01T00:00:00Z"),
        ("createdTo", "2030-01-01T00:00:00Z"),
    ];
    cases.extend(filters.map(|(name, value)| {
        let query = [cursor(&cursors.own), (name, value.to_owned())];
        broken(&format!("a cursor with another `{name}`"), &query)
    }));
    cases
}

/// Wrong values of a parameter as the texts they are sent as. A text has no type of its own, so what
/// breaks a type is a text that cannot be read as one.
fn wrong_texts(rules: &Value, valid: &str) -> Vec<(String, &'static str)> {
    let number = matches!(rules["type"].as_str(), Some("integer" | "number"));
    let mut texts: Vec<(String, &'static str)> = wrong_values(rules, &json!(valid))
        .into_iter()
        .filter(|wrong| wrong.keyword != "type")
        .filter_map(|wrong| match wrong.value {
            Value::String(text) => Some((text, wrong.keyword)),
            Value::Number(number) => Some((number.to_string(), wrong.keyword)),
            _ => None,
        })
        .collect();
    if number {
        // A number is spelt as JSON spells it: without a sign, zeros in front, blanks or a fraction.
        let spelt = [
            "ten", "1.5", "1e3", "1e1", " 1", "1 ", "+5", "05", "5.0", "0x10", "1_0", "\u{665}",
            "5\n", "",
        ];
        texts.extend(spelt.map(|text| (text.to_owned(), "type")));
    }
    texts
}
