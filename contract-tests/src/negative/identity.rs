//! What one provider may do with its own, asked for by the other: for it, none of that exists.

use serde_json::Value;

use super::parameter::with_query;
use super::valid::{ValidCall, ValidRead};
use super::{Case, Miss, Refusal};
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;

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
    of_calls.chain(of_reads).collect()
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
    Case { operation: operation.to_owned(), about, request, refusal, rule: None, miss: Miss::Far }
}
