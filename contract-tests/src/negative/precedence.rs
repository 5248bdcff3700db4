//! Requests that are wrong in two ways, and are answered by the first of the contract's order of
//! judgement: credentials, path, method, `Accept`, size, content type, syntax and schema, order.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde_json::json;

use super::fixture::ValidCall;
use super::{Case, Refusal};
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
}

const ALL: [Wrong; 8] = [
    Wrong::Credentials,
    Wrong::Path,
    Wrong::Method,
    Wrong::Accept,
    Wrong::Size,
    Wrong::ContentType,
    Wrong::Syntax,
    Wrong::Order,
];

/// Every pair of two wrongs about one call, which must be one that names an order in its path.
pub(super) fn cases(call: &ValidCall) -> Vec<Case> {
    let mut found = Vec::new();
    for (index, first) in ALL.into_iter().enumerate() {
        for second in &ALL[index + 1..] {
            if let Some(request) = both(call, first, *second) {
                let about = format!("{}: {} and {}", call.operation, first.about(), second.about());
                found.push(Case { about, request, refusal: first.refusal() });
            }
        }
    }
    found
}

/// A request that is wrong in both ways; none if one of them leaves no room for the other.
fn both(call: &ValidCall, first: Wrong, second: Wrong) -> Option<RawRequest> {
    let has = |wrong: Wrong| first == wrong || second == wrong;
    let caller = match has(Wrong::Credentials) {
        true => Caller::Nobody,
        false => Caller::Provider(Provider::A),
    };
    let path = match (has(Wrong::Path), has(Wrong::Order)) {
        (true, true) => return None,
        (true, false) => format!("{}/now", call.path),
        (false, true) => "/v1/order/nbn/999999999/cancel".to_owned(),
        (false, false) => call.path.clone(),
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

/// A body with several violations, each of which must be listed.
pub(super) fn violations(call: &ValidCall) -> (RawRequest, Vec<(&'static str, &'static str)>) {
    let body = json!({ "reason": "Nonsense", "comment": "", "resaon": "misspelt" });
    let request = RawRequest::new("POST", call.path.clone(), Caller::Provider(Provider::A));
    let listed =
        vec![("/comment", "minLength"), ("/reason", "enum"), ("/resaon", "additionalProperties")];
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
            Wrong::Syntax => Refusal::invalid("body", "", "syntax"),
            Wrong::Order => Refusal::plain(404, "OrderNotFound"),
        }
    }
}
