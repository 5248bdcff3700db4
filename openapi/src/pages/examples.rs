//! The examples of an operation: requests as they are sent, answers folded away.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::json::pretty;
use super::markdown::{Page, fence};
use crate::{Contract, Operation, Parameter, ParameterLocation, Response};

/// What a query takes unencoded, and reads better so.
const QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');

/// Adds each request example, or the bare request line of an operation without a body.
pub(super) fn requests(page: &mut Page, contract: &Contract, operation: &Operation) {
    let head = format!("{} {}", operation.method, target(contract, operation));
    let Some(body) = &operation.request_body else {
        return page.fence("http", &head);
    };
    for example in body.examples.values() {
        let media_type = &body.media_type;
        page.fence("http", &format!("{head}\nContent-Type: {media_type}\n\n{}", pretty(example)));
    }
}

/// Adds the examples of the answers given.
pub(super) fn answers<'c>(page: &mut Page, responses: impl Iterator<Item = &'c Response>) {
    for response in responses {
        for (name, example) in &response.examples {
            let json = fence("json", &pretty(example));
            page.block(&format!(
                "<details><summary>{} {name}</summary>\n\n{json}\n</details>",
                response.status
            ));
        }
    }
}

/// The path and query, filled in from the examples of the parameters.
fn target(contract: &Contract, operation: &Operation) -> String {
    let mut path = operation.path.clone();
    let mut query = String::new();
    for parameter in &operation.parameters {
        let Some(example) = example(contract, parameter) else { continue };
        let example = match example {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let example = utf8_percent_encode(&example, QUERY);
        match parameter.location {
            ParameterLocation::Path => {
                path = path.replace(&format!("{{{}}}", parameter.name), &example.to_string());
            }
            ParameterLocation::Query => {
                let mark = if query.is_empty() { '?' } else { '&' };
                write!(query, "{mark}{}={example}", parameter.name)
                    .expect("a String takes any text");
            }
            ParameterLocation::Header => {}
        }
    }
    path + &query
}

fn example<'c>(contract: &'c Contract, parameter: &Parameter) -> Option<&'c Value> {
    let document = contract.document();
    let parameter = document.at(&parameter.pointer)?;
    let first =
        parameter.get("examples").and_then(|examples| examples.as_object()?.values().next());
    parameter.get("example").or_else(|| first?.get("value"))
}
