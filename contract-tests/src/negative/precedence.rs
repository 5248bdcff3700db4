//! Requests that are wrong in two ways, and are answered by the first of the contract's order of
//! judgement: credentials, path, method, `Accept`, size, content type, syntax and schema, order, state.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde_json::json;

use super::valid::ValidCall;
use super::{Case, Miss, Refusal};
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;

/// More than the contract's 256 KiB.
const TOO_LARGE: usize = 300 * 1024;

/// What can be wrong with a request, in the order of judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    Credentials,
    Path,
    Method,
    Accept,
    Size,
    ContentType,
    Syntax,
    Order,
    State,
}

const ALL: [Wrong; 9] = [
    Wrong::Credentials,
    Wrong::Path,
    Wrong::Method,
    Wrong::Accept,
    Wrong::Size,
    Wrong::ContentType,
    Wrong::Syntax,
    Wrong::Order,
    Wrong::State,
];

/// Pairs of two wrongs about one call, which must be a withdrawal; `closed` is an order that can no
/// longer be withdrawn, where there is one.
///
/// An order of judgement that is wrong anywhere is wrong between neighbours, so those are the pairs.
/// Credentials stand beside everything: they are looked at by another part of most servers.
pub(super) fn cases(call: &ValidCall, closed: Option<i64>) -> Vec<Case> {
    let mut found = Vec::new();
    for (index, first) in ALL.into_iter().enumerate() {
        let to = match first {
            Wrong::Credentials => ALL.len(),
            // An order cannot both be unknown and closed.
            Wrong::Syntax => index + 3,
            _ => ALL.len().min(index + 2),
        };
        for second in &ALL[index + 1..to] {
            if let Some(request) = both(call, closed, first, *second) {
                let about = format!("{}: {} and {}", call.operation, first.about(), second.about());
                let (operation, refusal) = (call.operation.to_owned(), first.refusal());
                found.push(Case {
                    operation,
                    about,
                    request,
                    refusal,
                    rule: None,
                    miss: Miss::Far,
                });
            }
        }
    }
    found
}

/// A request that is wrong in both ways; none if one of them leaves no room for the other.
fn both(call: &ValidCall, closed: Option<i64>, first: Wrong, second: Wrong) -> Option<RawRequest> {
    let has = |wrong: Wrong| first == wrong || second == wrong;
    let caller = match has(Wrong::Credentials) {
        true => Caller::Nobody,
        false => Caller::Provider(Provider::A),
    };
    let path = match (has(Wrong::Path), has(Wrong::Order), has(Wrong::State)) {
        (true, false, false) => format!("{}/now", call.path),
        (false, true, false) => "/v1/order/nbn/999999999/cancel".to_owned(),
        (false, false, true) => format!("/v1/order/nbn/{}/cancel", closed?),
        (false, false, false) => call.path.clone(),
        _ => return None,
    };
    let method = if has(Wrong::Method) { "PUT" } else { "POST" };
    let body = match (has(Wrong::Size), has(Wrong::Syntax)) {
        (true, true) => vec![b'{'; TOO_LARGE],
        (true, false) => {
            let padded = json!({ "reason": "Other", "comment": "a".repeat(TOO_LARGE) });
            padded.to_string().into_bytes()
        }
        (false, true) => b"{".to_vec(),
        (false, false) => call.body.to_string().into_bytes(),
    };
    let media_type = if has(Wrong::ContentType) { "text/plain" } else { "application/json" };
    let accept = if has(Wrong::Accept) { "text/html" } else { "application/json" };
    let mut request = RawRequest::new(method, path, caller)
        .header(CONTENT_TYPE, HeaderValue::from_static(media_type))
        .header(ACCEPT, HeaderValue::from_static(accept));
    request.body = Some(body);
    Some(request)
}

/// The name of the case with several violations.
pub(super) const SEVERAL: &str = "cancelNbnOrder: several violations at once";

/// A body with several violations, and all of them, in alphabetical order.
pub(super) fn violations(call: &ValidCall) -> (RawRequest, Vec<&'static str>) {
    let body = json!({ "reason": "Nonsense", "comment": "", "resaon": "misspelt" });
    let request = RawRequest::new("POST", call.path.clone(), Caller::Provider(Provider::A));
    let listed = vec![
        "`additionalProperties` at `/resaon`",
        "`enum` at `/reason`",
        "`minLength` at `/comment`",
    ];
    (request.json(&body), listed)
}

impl Wrong {
    fn about(self) -> &'static str {
        match self {
            Wrong::Credentials => "no credentials",
            Wrong::Path => "an unknown path",
            Wrong::Method => "a wrong method",
            Wrong::Accept => "an `Accept` that excludes JSON",
            Wrong::Size => "a body that is too large",
            Wrong::ContentType => "a content type that is none of JSON",
            Wrong::Syntax => "a body that is no JSON",
            Wrong::Order => "an unknown order",
            Wrong::State => "an order that is closed",
        }
    }

    fn refusal(self) -> Refusal {
        match self {
            Wrong::Credentials => Refusal::plain(401, "Unauthenticated"),
            Wrong::Path => Refusal::plain(404, "PathNotFound"),
            Wrong::Method => Refusal::plain(405, "MethodNotAllowed"),
            Wrong::Accept => Refusal::plain(406, "NotAcceptable"),
            Wrong::Size => Refusal::plain(413, "PayloadTooLarge"),
            Wrong::ContentType => Refusal::plain(415, "UnsupportedMediaType"),
            Wrong::Syntax => Refusal::plain(400, "InvalidRequest"),
            Wrong::Order => Refusal::plain(404, "OrderNotFound"),
            Wrong::State => Refusal::plain(409, "OrderClosed"),
        }
    }
}
