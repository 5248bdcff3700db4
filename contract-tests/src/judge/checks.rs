//! The promises every answer keeps, one function each, named for the promise.
//!
//! A check that cannot apply passes: where the status is not documented, that is said once, and
//! nothing is said of the body.

use std::collections::BTreeSet;

use reqwest::header::{ALLOW, CONTENT_TYPE};
use serde_json::Value;

use super::{Context, words};
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};

/// A check of one answer.
pub type Check = fn(&Context<'_>, &Exchange) -> Result<(), Failure>;

/// Every check.
pub const ALL: [Check; 10] = [
    server_did_not_fail,
    status_is_documented,
    content_is_json,
    required_headers_are_there,
    words::challenge_is_the_contracts,
    words::state_is_written_out,
    allow_lists_the_methods,
    body_matches_schema,
    envelope_is_consistent,
    error_code_is_declared,
];

/// The server did not fail, and said so by a 5xx. Whoever makes it fail on purpose tells the log.
pub fn server_did_not_fail(_: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    if exchange.status < 500 {
        return Ok(());
    }
    let received = format!("{}{}", exchange.status, excerpt(exchange));
    Err(Failure::of(Rule::NoServerError, exchange, "a status below 500", received))
}

/// The operation documents the status; a request that reaches none is answered by a fallback.
pub fn status_is_documented(context: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    if context.response.is_some() {
        return Ok(());
    }
    let documented: Vec<u16> = match context.operation {
        Some(operation) => operation.responses.keys().copied().collect(),
        None => context.book.contract.fallbacks().keys().copied().collect(),
    };
    Err(Failure::of(
        Rule::StatusDocumented,
        exchange,
        format!("one of {documented:?}"),
        format!("{}{}", exchange.status, excerpt(exchange)),
    ))
}

/// A documented body is JSON and says so.
pub fn content_is_json(context: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    let Some(media_type) = context.response.and_then(|response| response.media_type.as_deref())
    else {
        return Ok(());
    };
    let said = exchange.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = said.map(|said| said.split(';').next().unwrap_or(said).trim());
    if essence.is_none_or(|essence| !essence.eq_ignore_ascii_case(media_type)) {
        let received = said.map_or("no content type".to_owned(), |said| format!("`{said}`"));
        return Err(Failure::of(
            Rule::ContentIsJson,
            exchange,
            format!("`content-type: {media_type}`"),
            received,
        ));
    }
    match exchange.json {
        Some(_) => Ok(()),
        None => Err(Failure::of(
            Rule::ContentIsJson,
            exchange,
            "a body of JSON",
            format!("{} bytes that are none{}", exchange.body.len(), excerpt(exchange)),
        )),
    }
}

/// The headers that the contract requires of this answer are there, and whole numbers where it says so.
pub fn required_headers_are_there(
    context: &Context<'_>,
    exchange: &Exchange,
) -> Result<(), Failure> {
    let Some(response) = context.response else { return Ok(()) };
    for (name, header) in &response.headers {
        let value = exchange.headers.get(name.as_str()).and_then(|value| value.to_str().ok());
        let schema = context.book.contract.document().at(&header.schema);
        let whole_number =
            schema.and_then(|schema| schema.get("type")).is_some_and(|kind| kind == "integer");
        let problem = match value {
            None if header.required => "no such header",
            Some("") => "an empty one",
            Some(value) if whole_number && value.parse::<u64>().is_err() => "one that is no number",
            _ => continue,
        };
        return Err(Failure::of(
            Rule::RequiredHeaders,
            exchange,
            format!("the header `{name}`: {}", header.description),
            problem,
        )
        .at(format!("{}/headers/{name}", response.pointer)));
    }
    Ok(())
}

/// A wrong method is told the methods that the path takes, and no others (RFC 9110, section 10.2.1).
/// Methods that a framework adds by itself to a GET are its own business.
pub fn allow_lists_the_methods(context: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    if exchange.status != 405 {
        return Ok(());
    }
    let said =
        exchange.headers.get(ALLOW).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let listed: BTreeSet<&str> = said
        .split(',')
        .map(str::trim)
        .filter(|method| !matches!(*method, "" | "HEAD" | "OPTIONS"))
        .collect();
    let declared: BTreeSet<&str> = context.book.methods(exchange.bare_path()).collect();
    if listed == declared {
        return Ok(());
    }
    let declared: Vec<&str> = declared.into_iter().collect();
    let expected = format!("the header `Allow: {}`", declared.join(", "));
    Err(Failure::of(Rule::RequiredHeaders, exchange, expected, format!("`{said}`")))
}

/// The body is what the schema of the answer says.
pub fn body_matches_schema(context: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    let (Some(_), Some(body)) = (context.response, &exchange.json) else { return Ok(()) };
    let judged = match context.operation {
        Some(operation) => context.book.validators.response(&operation.id, exchange.status, body),
        None => context.book.validators.fallback(exchange.status, body),
    };
    let violations = judged.unwrap_or_default();
    match violations.first() {
        None => Ok(()),
        Some(first) => Err(Failure::of(
            Rule::BodyMatchesSchema,
            exchange,
            format!("{} at `{}`", first.rule, first.pointer),
            format!("{}{}", first.message, more(violations.len())),
        )
        .at(first.rule.as_str())),
    }
}

/// `success` and `errorCode: 0` come with a status below 400, and with no other.
pub fn envelope_is_consistent(context: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    let (Some(_), Some(body)) = (context.response, &exchange.json) else { return Ok(()) };
    let succeeded = exchange.status < 400;
    let says_success = body.get("success").and_then(Value::as_bool);
    let says_no_error = exchange.error_code().map(|code| code == 0);
    if says_success == Some(succeeded) && says_no_error == Some(succeeded) {
        return Ok(());
    }
    let expected = if succeeded {
        "`success: true` and `errorCode: 0`"
    } else {
        "`success: false` and an error code"
    };
    let show = |name: &str| body.get(name).map_or("nothing".to_owned(), Value::to_string);
    Err(Failure::of(
        Rule::EnvelopeConsistent,
        exchange,
        format!("{expected} with {}", exchange.status),
        format!("`success: {}` and `errorCode: {}`", show("success"), show("errorCode")),
    ))
}

/// An error code is in `x-error-codes` with the status of the answer, and is a refusal of the
/// operation or the code of the fallback of that status.
pub fn error_code_is_declared(context: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    let number = match exchange.error_code() {
        Some(number) if exchange.status >= 400 && context.response.is_some() => number,
        _ => return Ok(()),
    };
    let contract = &context.book.contract;
    let of_fallback =
        contract.fallbacks().get(&exchange.status).map(|fallback| fallback.error_code.as_str());
    let allowed: Vec<&str> = match context.operation {
        Some(operation) => {
            operation.refusals.iter().map(String::as_str).chain(of_fallback).collect()
        }
        None => of_fallback.into_iter().collect(),
    };
    let of_status = allowed.into_iter().filter_map(|name| contract.error_codes().get(name));
    let of_status: Vec<_> = of_status.filter(|code| code.status == exchange.status).collect();
    if of_status.iter().any(|code| code.error_code == number) {
        return Ok(());
    }
    let expected: Vec<String> =
        of_status.iter().map(|code| format!("{} ({})", code.name, code.error_code)).collect();
    let received = match context.book.error_code(number) {
        Some(code) => format!("{} ({number}), whose status is {}", code.name, code.status),
        None => format!("{number}, which is no error code of the contract"),
    };
    Err(Failure::of(
        Rule::ErrorCodeDeclared,
        exchange,
        format!("one of {} with {}", expected.join(", "), exchange.status),
        received,
    ))
}

fn more(violations: usize) -> String {
    match violations {
        0 | 1 => String::new(),
        many => format!(" (and {} more)", many - 1),
    }
}

/// The beginning of the body, for a reader who wonders what that was.
fn excerpt(exchange: &Exchange) -> String {
    let text = String::from_utf8_lossy(&exchange.body);
    let start: String = text.chars().take(120).collect();
    if start.is_empty() { String::new() } else { format!(": {start}") }
}
