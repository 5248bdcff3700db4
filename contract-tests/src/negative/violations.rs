//! Everything that the contract finds wrong with a request, and what an answer says is.
//!
//! A case knows its own violation without asking the schemas. What else its value breaks at the same
//! place, and what several cases break together, the contract's schemas are asked for: the contract
//! promises every violation at once, so an answer that lists one too few or too many is wrong.

use std::collections::BTreeMap;

use octane_openapi::{ParameterLocation, Violation};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use serde_json::Value;

use crate::exchange::{Exchange, RawRequest};
use crate::judge::Judge;

/// Part of the request, pointer into it, and keyword.
pub(super) type Key = (String, String, String);

/// Violations, each with the place of its rule in the contract, as far as it is told which.
pub(super) type Violations = BTreeMap<Key, Option<String>>;

/// What is wrong with a request, by the contract. A body that is no JSON is not looked into.
pub(super) fn of_request(judge: &Judge, request: &RawRequest) -> Violations {
    let book = judge.orders();
    let (path, query) = taken_apart(&request.path);
    let mut found = Violations::new();
    let Some(operation) = book.operation(&request.method, &path) else { return found };
    let mut add = |violation: Violation| {
        let Violation { location, pointer, keyword, rule, .. } = violation;
        found.insert((location.as_str().to_owned(), pointer, keyword), Some(rule));
    };
    if operation.request_body.is_some()
        && let Some(body) = request.body.as_deref().and_then(|it| serde_json::from_slice(it).ok())
    {
        book.validators.request_body(&operation.id, &body).into_iter().for_each(&mut add);
    }
    let mut of_parameters = Violations::new();
    for parameter in &operation.parameters {
        let name = parameter.name.as_str();
        let (texts, part) = match parameter.location {
            ParameterLocation::Path => (of_path(&operation.path, &path, name), "path"),
            ParameterLocation::Query => {
                let of_name = query.iter().filter(|(other, _)| other == name);
                (of_name.map(|(_, text)| text.clone()).collect(), "query")
            }
            // The contract has none.
            ParameterLocation::Header => continue,
        };
        let mut own = |keyword: &str| {
            let key = (part.to_owned(), format!("/{name}"), keyword.to_owned());
            of_parameters.insert(key, None);
        };
        match texts.as_slice() {
            [] if parameter.required => own("required"),
            [] => {}
            [text] => {
                let (id, location) = (&operation.id, parameter.location);
                let value = book.validators.parameter_value(id, location, name, &[text.as_str()]);
                let broken = book.validators.parameter(id, location, name, &value);
                broken.into_iter().for_each(&mut add);
            }
            [..] => own("duplicate"),
        }
    }
    for (name, _) in &query {
        if operation.parameter(ParameterLocation::Query, name).is_none() {
            let pointer = format!("/{}", escaped(name));
            of_parameters.insert(("query".to_owned(), pointer, "unknown".to_owned()), None);
        }
    }
    found.extend(of_parameters);
    found
}

/// The violations that an answer lists.
pub(super) fn of_answer(exchange: &Exchange) -> Violations {
    let listed = exchange.json.as_ref().and_then(|body| body.get("violations"));
    let text = |violation: &Value, name: &str| violation[name].as_str().unwrap_or("").to_owned();
    listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|it| {
            let key = (text(it, "in"), text(it, "pointer"), text(it, "keyword"));
            (key, Some(text(it, "rule")))
        })
        .collect()
}

/// A violation whose rule an answer names wrongly.
pub(super) struct Misnamed {
    /// The violation.
    pub(super) key: Key,
    /// Its rule.
    pub(super) rule: String,
    /// What was named.
    pub(super) named: String,
}

/// The rules that an answer names wrongly. Where it is not told which it is, any place of the contract
/// will do.
pub(super) fn misnamed(judge: &Judge, expected: &Violations, found: &Violations) -> Vec<Misnamed> {
    let plain = |rule: &str| percent_decode_str(rule).decode_utf8_lossy().into_owned();
    let document = judge.orders().contract.document();
    let check = |(key, rule): (&Key, &Option<String>)| {
        let named = plain(found.get(key)?.as_deref().unwrap_or_default());
        let (right, rule) = match rule {
            Some(rule) => (plain(rule) == named, format!("`{rule}`")),
            None => {
                let place = named.strip_prefix('#').and_then(|pointer| document.at(pointer));
                (place.is_some(), "a place of the contract".to_owned())
            }
        };
        (!right).then(|| Misnamed { key: key.clone(), rule, named })
    };
    expected.iter().filter_map(check).collect()
}

/// A violation, as people are told of it.
pub(super) fn shown((part, pointer, keyword): &Key) -> String {
    format!("`{keyword}` at `{pointer}` of the {part}")
}

/// A name as a segment of a JSON pointer (RFC 6901, section 3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A path without its query, and the query's names and values.
pub(super) fn taken_apart(path: &str) -> (String, Vec<(String, String)>) {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let read = |query: &str| {
        let url = Url::parse(&format!("http://localhost/?{query}")).ok()?;
        Some(url.query_pairs().map(|(name, text)| (name.into_owned(), text.into_owned())).collect())
    };
    let query = if query.is_empty() { None } else { read(query) };
    (bare.to_owned(), query.unwrap_or_default())
}

/// The text that a path has for a parameter of its template.
fn of_path(template: &str, path: &str, name: &str) -> Vec<String> {
    let wanted = format!("{{{name}}}");
    let place = template.split('/').position(|segment| segment == wanted);
    let text = place.and_then(|place| path.split('/').nth(place));
    text.map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned()).into_iter().collect()
}
