//! What one provider may do with its own, asked for by the other or by nearly its name: for it, none of
//! that exists.

use serde_json::{Value, json};

use super::parameter::with_query;
use super::valid::{ValidCall, ValidRead};
use super::{Case, Refusal};
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;

/// What a number must be more by to be the same in its lowest 32 bits.
const BEYOND: i64 = 1 << 32;

const STRANGER: Caller = Caller::Provider(Provider::B);

/// Every call that names something of provider A, made by provider B.
pub(super) fn cases(calls: &[ValidCall], reads: &[ValidRead]) -> Vec<Case> {
    let of_calls = calls.iter().filter_map(|call| {
        let refusal = refusal(call.operation, &call.body)?;
        let request = RawRequest::new("POST", call.path.clone(), STRANGER).json(&call.body);
        let variant = call.body["orderType"].as_str().map(|it| format!(" ({it})"));
        Some(case(call.operation, &variant.unwrap_or_default(), request, refusal))
    });
    let of_reads = reads.iter().filter_map(|read| {
        let refusal = refusal(read.operation, &Value::Null)?;
        let request = RawRequest::new("GET", with_query(&read.path, &read.query), STRANGER);
        Some(case(read.operation, "", request, refusal))
    });
    of_calls.chain(of_reads).chain(nearly_named(calls, reads)).collect()
}

/// Every call that names an order by a number that is its own only in 32 bits, and a timeslot by its id
/// in capitals, which is the id of none.
fn nearly_named(calls: &[ValidCall], reads: &[ValidRead]) -> Vec<Case> {
    let renumbered = |path: &str| {
        let segments = path.split('/').map(|segment| match segment.parse::<i64>() {
            Ok(number) => (number + BEYOND).to_string(),
            Err(_) => segment.to_owned(),
        });
        segments.collect::<Vec<_>>().join("/")
    };
    let mut found = Vec::new();
    let mut add = |operation: &str, about: &str, request: RawRequest, error: &'static str| {
        let status = if error == "OrderNotFound" { 404 } else { 422 };
        let (operation, about) = (operation.to_owned(), format!("{operation}: {about}"));
        let refusal = Refusal::plain(status, error);
        found.push(Case { operation, about, request, refusal, rule: None, valid: None });
    };
    let number = "an order number of 2^32 more";
    for call in calls {
        let post = |path: &str| RawRequest::new("POST", path, Caller::Provider(Provider::A));
        match call.operation {
            "cancelNbnOrder" => {
                let request = post(&renumbered(&call.path)).json(&call.body);
                add(call.operation, number, request, "OrderNotFound");
            }
            "bookAppointment" => {
                let mut body = call.body.clone();
                body["orderId"] = json!(body["orderId"].as_i64().unwrap_or_default() + BEYOND);
                add(call.operation, number, post(&call.path).json(&body), "OrderNotFound");
                let mut body = call.body.clone();
                let id = body["timeslotId"].as_str().unwrap_or_default().to_uppercase();
                if body["timeslotId"] != id.as_str() {
                    body["timeslotId"] = json!(id);
                    let about = "a timeslot's id in capitals";
                    add(call.operation, about, post(&call.path).json(&body), "TimeslotNotFound");
                }
            }
            _ => {}
        }
    }
    for read in reads.iter().filter(|read| read.operation == "getNbnOrder") {
        let request = RawRequest::new("GET", renumbered(&read.path), Caller::Provider(Provider::A));
        add(read.operation, number, request, "OrderNotFound");
    }
    found
}

/// How the stranger is refused; nothing if there is nothing of anybody's in the call.
fn refusal(operation: &str, body: &Value) -> Option<Refusal> {
    match (operation, body["orderType"].as_str()) {
        ("createNbnOrder", Some("New")) => Some(Refusal::plain(422, "QualificationNotFound")),
        ("createNbnOrder", _) => Some(Refusal::plain(422, "CustomerNotFound")),
        ("cancelNbnOrder" | "bookAppointment" | "getNbnOrder", _) => {
            Some(Refusal::plain(404, "OrderNotFound"))
        }
        _ => None,
    }
}

fn case(operation: &str, variant: &str, request: RawRequest, refusal: Refusal) -> Case {
    let about = format!("{operation}{variant}: by the other provider");
    Case { operation: operation.to_owned(), about, request, refusal, rule: None, valid: None }
}
