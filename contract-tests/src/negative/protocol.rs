//! Requests that are refused before any schema is looked at.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::Value;

use super::valid::{ValidCall, ValidRead};
use super::{Case, Refusal};
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;

const A: Caller = Caller::Provider(Provider::A);

/// How large a body may be.
pub(super) const LARGEST: usize = 256 * 1024;

/// Deeper than any body of the contract, and than a parser that recurses should go.
const DEEP: usize = 10_000;

/// A case of an operation, whose rule is that of its refusal.
fn case(operation: &str, about: &str, request: RawRequest, refusal: Refusal) -> Case {
    let (operation, about) = (operation.to_owned(), format!("{operation}: {about}"));
    Case { operation, about, request, refusal, rule: None, valid: None }
}

/// A body with so many blanks behind it that it has this many bytes.
pub(super) fn padded(body: &Value, bytes: usize) -> Vec<u8> {
    let mut text = body.to_string().into_bytes();
    text.resize(bytes.max(text.len()), b' ');
    text
}

/// The cases of one valid read, which has no body to be refused.
pub(super) fn of_read(read: &ValidRead) -> Vec<Case> {
    let path = super::parameter::with_query(&read.path, &read.query);
    let get = |caller| RawRequest::new("GET", path.clone(), caller);
    let wrong = HeaderValue::from_static("Basic bm9ib2R5Om5vdGhpbmc=");
    let html = HeaderValue::from_static("text/html");
    let unauthenticated = || Refusal::plain(401, "Unauthenticated");
    let nobody = get(Caller::Nobody).header(AUTHORIZATION, wrong);
    let not_acceptable = Refusal::plain(406, "NotAcceptable");
    vec![
        case(read.operation, "no credentials", get(Caller::Nobody), unauthenticated()),
        case(read.operation, "an unknown user", nobody, unauthenticated()),
        case(read.operation, "`Accept: text/html`", get(A).header(ACCEPT, html), not_acceptable),
    ]
}

/// The cases of one valid call.
pub(super) fn of_call(call: &ValidCall) -> Vec<Case> {
    let mut found = Vec::new();
    let mut case = |about: &str, request: RawRequest, refusal: Refusal| {
        found.push(case(call.operation, about, request, refusal));
    };
    let post = |caller| RawRequest::new("POST", call.path.clone(), caller);
    let text = call.body.to_string();
    let header = |name: HeaderName, value: &'static str| {
        post(Caller::Nobody).json(&call.body).header(name, HeaderValue::from_static(value))
    };
    let syntax = || Refusal::invalid("body", "", "syntax");

    for body in ["{", "", "[1,]", "{\"reason\": NaN}", "'"] {
        case(&format!("`{body}` as the body"), post(A).body(body), syntax());
    }
    let valid = text.trim_end_matches('}');
    for (about, body) in [
        ("a comma too many", format!("{valid},}}")),
        ("a remark in the body", format!("{text} // no more")),
        ("a body in single quotes", text.replace('"', "'")),
        ("a number that is none", format!("{valid}, \"planNo\": NaN}}")),
        ("a second body behind the first", format!("{text} {{}}")),
        ("text behind the body", format!("{text}x")),
    ] {
        case(about, post(A).body(body), syntax());
    }
    case("a body that is no UTF-8", post(A).body([b'"', 0xff, b'"'].to_vec()), syntax());
    case("nesting that never ends", post(A).body("[".repeat(DEEP)), syntax());
    let large = post(A).body(padded(&call.body, LARGEST + 1));
    case("a body of a byte too many", large, Refusal::plain(413, "PayloadTooLarge"));

    let unauthenticated = || Refusal::plain(401, "Unauthenticated");
    case("no credentials", post(Caller::Nobody).json(&call.body), unauthenticated());
    for (about, value) in [
        ("an unknown user", "Basic bm9ib2R5Om5vdGhpbmc="),
        ("credentials that are no base64", "Basic %%%"),
        ("credentials without a colon", "Basic bm9ib2R5"),
        ("another scheme", "Bearer abc"),
        ("a scheme alone", "Basic"),
    ] {
        case(about, header(AUTHORIZATION, value), unauthenticated());
    }

    let with_type = |value: &'static str| {
        let mut request = post(A);
        request.body = Some(text.clone().into_bytes());
        request.header(CONTENT_TYPE, HeaderValue::from_static(value))
    };
    let unsupported = || Refusal::plain(415, "UnsupportedMediaType");
    for value in ["text/plain", "application/xml", "application/json; charset=latin1", "json"] {
        case(&format!("the content type `{value}`"), with_type(value), unsupported());
    }
    let mut untyped = post(A);
    untyped.body = Some(text.clone().into_bytes());
    case("no content type", untyped, unsupported());

    for value in ["text/html", "application/json;q=0", "image/*"] {
        let accept = HeaderValue::from_str(value).expect("a header of ASCII");
        let request = post(A).json(&call.body).header(ACCEPT, accept);
        case(&format!("`Accept: {value}`"), request, Refusal::plain(406, "NotAcceptable"));
    }
    for method in ["DELETE", "PATCH", "PUT"] {
        let request = RawRequest::new(method, call.path.clone(), A);
        let refusal = Refusal::plain(405, "MethodNotAllowed");
        case(&format!("the method {method}"), request, refusal);
    }
    let request = RawRequest::new("POST", format!("{}/", call.path), A).json(&call.body);
    case("a slash too many", request, Refusal::plain(404, "PathNotFound"));
    found
}
