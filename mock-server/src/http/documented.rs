//! A response as the contract documents it, to be answered when a fault rule says so.

use axum::http::{HeaderName, header};
use octane_openapi::{Contract, Operation, Response};
use serde_json::Value;

use super::answer::Answer;
use crate::journal::Remarks;

/// Why a documented response cannot be answered. The way out is in the text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undocumented {
    /// The operation has no such response.
    #[error("The operation `{operation}` has no response {status}; it has {has}.")]
    Status { operation: String, status: u16, has: String },
    /// The response has no such example, or none at all.
    #[error("The response {status} of `{operation}` has no example{named}; it has {has}.")]
    Example { operation: String, status: u16, named: String, has: String },
    /// The response needs a header of which nobody knows what it says.
    #[error(
        "The response {status} of `{operation}` needs a header `{header}`; give it an `example` in \
         the contract."
    )]
    Header { operation: String, status: u16, header: String },
}

/// The response of `operation` with this status, with the example of this name or its first one.
///
/// The headers are those the contract gives an `example`. `Retry-After` says what it is told, and 1
/// where the contract asks for it.
pub(crate) fn documented(
    contract: &Contract,
    operation: &Operation,
    status: u16,
    example: Option<&str>,
    retry_after_seconds: Option<u32>,
) -> Result<Answer, Undocumented> {
    let response = operation.responses.get(&status).ok_or_else(|| Undocumented::Status {
        operation: operation.id.clone(),
        status,
        has: listed(operation.responses.keys()),
    })?;
    let body = match example {
        Some(name) => response.examples.get(name),
        None => response.examples.values().next(),
    };
    let body = body.ok_or_else(|| Undocumented::Example {
        operation: operation.id.clone(),
        status,
        named: example.map(|name| format!(" `{name}`")).unwrap_or_default(),
        has: match response.examples.is_empty() {
            true => "none".to_owned(),
            false => listed(response.examples.keys()),
        },
    })?;
    let mut headers = Vec::new();
    for (name, declared) in &response.headers {
        let told = match name.eq_ignore_ascii_case(header::RETRY_AFTER.as_str()) {
            true => retry_after_seconds.or(declared.required.then_some(1)).map(|it| it.to_string()),
            false => header_example(contract, response, name),
        };
        let name = name.parse::<HeaderName>().ok();
        match (name, told) {
            (Some(name), Some(told)) => headers.push((name, told)),
            (name, _) if declared.required => {
                let header = name.map_or_else(String::new, |name| name.to_string());
                let operation = operation.id.clone();
                return Err(Undocumented::Header { operation, status, header });
            }
            (_, _) => {}
        }
    }
    let error_code = body.get("errorCode").and_then(Value::as_i64).filter(|_| status >= 400);
    let remarks = Remarks { error_code, ..Remarks::default() };
    Ok(Answer { status, body: body.clone(), headers, remarks })
}

/// What the contract says a header may look like.
fn header_example(contract: &Contract, response: &Response, name: &str) -> Option<String> {
    let escaped = name.replace('~', "~0").replace('/', "~1");
    let pointer = contract.document().follow(&format!("{}/headers/{escaped}", response.pointer))?;
    match contract.document().at(&format!("{pointer}/example"))? {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// `200, 404 and 500`.
fn listed<T: std::fmt::Display>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<String> = items.map(|it| it.to_string()).collect();
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "none".to_owned(),
    }
}
