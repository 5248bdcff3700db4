//! Is this answer the one that the model expects?
//!
//! Free functions from an exchange and what is expected to a failure or nothing. Bodies are compared
//! whole, except for `errorMessage`, whose wording is the server's.

use serde_json::{Map, Value, json};

use crate::difference::{Difference, difference};
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::judge::Judge;
use crate::rules::naming::{View, of_refusal};
use crate::rules::place;

/// The answer has this status. A refusal that was not expected breaks the rule it enforces; any other
/// answer breaks this one.
pub fn has_status(
    rule: Rule,
    judge: &Judge,
    exchange: &Exchange,
    status: u16,
) -> Result<(), Failure> {
    if exchange.status == status {
        return Ok(());
    }
    let name = refusal(judge, exchange);
    let named = name.map_or(Rule::AnswerFollows, of_refusal);
    let rule = if named == Rule::AnswerFollows { rule } else { named };
    let failure = Failure::of(rule, exchange, status.to_string(), described(judge, exchange));
    Err(match name.filter(|_| rule == named) {
        Some(name) => failure.at(place::error_code(name)),
        None => failure,
    })
}

/// The answer is a success whose `response` is exactly this.
pub fn has_response(
    rule: Rule,
    view: View,
    judge: &Judge,
    exchange: &Exchange,
    status: u16,
    expected: &Value,
) -> Result<(), Failure> {
    has_status(rule, judge, exchange, status)?;
    differs_nowhere(view, exchange, expected, exchange.response())
}

/// Two values differ nowhere.
pub fn differs_nowhere(
    view: View,
    exchange: &Exchange,
    expected: &Value,
    received: &Value,
) -> Result<(), Failure> {
    agrees(view, exchange, difference(expected, received))
}

/// What was compared differs nowhere.
pub fn agrees(view: View, exchange: &Exchange, found: Option<Difference>) -> Result<(), Failure> {
    match found {
        None => Ok(()),
        Some(found) => Err(Failure::of(
            view.rule_at(&found.pointer),
            exchange,
            format!("{} at `{}`", found.expected, found.pointer),
            found.received,
        )),
    }
}

/// The answer is the refusal of this name, with these properties beside the envelope's own.
pub fn is_refused(
    rule: Rule,
    judge: &Judge,
    exchange: &Exchange,
    name: &str,
    details: Map<String, Value>,
) -> Result<(), Failure> {
    let codes = judge.book(exchange.bare_path()).contract.error_codes();
    let Some(code) = codes.get(name) else {
        let expected = format!("the refusal {name}, which the contract does not have");
        return Err(Failure::of(rule, exchange, expected, shown(exchange)));
    };
    let at = place::error_code(name);
    if exchange.status != code.status || exchange.error_code() != Some(code.error_code) {
        let expected = format!("{} {} ({})", code.status, code.name, code.error_code);
        let received = described(judge, exchange);
        return Err(Failure::of(rule, exchange, expected, received).at(at));
    }
    let mut received = exchange.json.as_deref().cloned().unwrap_or_default();
    let mut expected = json!({ "success": false, "errorCode": code.error_code });
    if let (Some(received), Some(expected)) = (received.as_object_mut(), expected.as_object_mut()) {
        received.remove("errorMessage");
        expected.extend(details);
    }
    differs_nowhere(View::Whole(rule), exchange, &expected, &received).map_err(|it| it.at(at))
}

/// The name of the refusal that an answer is, if it is one of the contract.
fn refusal<'j>(judge: &'j Judge, exchange: &Exchange) -> Option<&'j str> {
    let code = judge.book(exchange.bare_path()).error_code(exchange.error_code()?)?;
    Some(code.name.as_str())
}

/// The answer is 400 with exactly one violation, of this keyword at this pointer of the body.
pub fn is_invalid(
    judge: &Judge,
    exchange: &Exchange,
    pointer: &str,
    keyword: &str,
) -> Result<(), Failure> {
    let found = violations(exchange);
    let expected = ("body".to_owned(), pointer.to_owned(), keyword.to_owned());
    if exchange.status == 400 && found == [expected] {
        return Ok(());
    }
    Err(Failure::of(
        Rule::BadInputRefused,
        exchange,
        format!("400 with one violation, of `{keyword}` at `{pointer}`"),
        described(judge, exchange),
    ))
}

/// The violations an answer lists: part, pointer and keyword of each.
pub fn violations(exchange: &Exchange) -> Vec<(String, String, String)> {
    let listed = exchange.json.as_ref().and_then(|body| body.get("violations"));
    let text = |violation: &Value, name: &str| violation[name].as_str().unwrap_or("").to_owned();
    listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|it| (text(it, "in"), text(it, "pointer"), text(it, "keyword")))
        .collect()
}

/// An answer in a few words: the status, the error code by its name, and the violations.
pub fn described(judge: &Judge, exchange: &Exchange) -> String {
    let code = exchange.error_code().filter(|code| *code != 0);
    let name = code.and_then(|code| judge.book(exchange.bare_path()).error_code(code));
    let mut text = match (name, code) {
        (Some(known), _) => format!("{} {} ({})", exchange.status, known.name, known.error_code),
        (None, Some(code)) => format!("{} with error code {code}", exchange.status),
        (None, None) => shown(exchange),
    };
    for (part, pointer, keyword) in violations(exchange) {
        text.push_str(&format!("; `{keyword}` at `{pointer}` of the {part}"));
    }
    text
}

/// The status, and which order in which state it came with.
fn shown(exchange: &Exchange) -> String {
    let response = exchange.response();
    match (response.get("orderId"), response.get("status").and_then(Value::as_str)) {
        (Some(order), Some(status)) => format!("{} with order {order} {status}", exchange.status),
        _ => match exchange.error_code() {
            Some(code) if code != 0 => format!("{} with error code {code}", exchange.status),
            _ => exchange.status.to_string(),
        },
    }
}
