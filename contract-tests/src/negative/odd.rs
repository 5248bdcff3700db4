//! Requests that nobody sends on purpose. Some have an answer in the contract, some have not; none of
//! them is the server's failure.

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};

use super::Choice;
use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;

/// An odd request.
#[derive(Debug, Clone)]
pub(super) struct Odd {
    pub(super) about: String,
    pub(super) request: RawRequest,
    /// The statuses it may be answered with.
    pub(super) answers: &'static [u16],
}

const A: Caller = Caller::Provider(Provider::A);

/// A path that reaches no operation; servers may also find it too long, or not readable.
const NOWHERE: &[u16] = &[400, 404, 414, 431];

/// A number that is none of an order, or none at all.
const NO_ORDER: &[u16] = &[400, 404];

/// A method that no path takes, or no server knows.
const NO_METHOD: &[u16] = &[405, 501];

/// Those of a choice: the smallest has none of them.
pub(super) fn chosen(choice: Choice) -> Vec<Odd> {
    match choice {
        Choice::Every | Choice::Together => all(),
        Choice::OfEachKeyword => Vec::new(),
    }
}

/// Every odd request.
pub(super) fn all() -> Vec<Odd> {
    let mut found = Vec::new();
    let mut odd = |about: &str, request: RawRequest, answers| {
        found.push(Odd { about: about.to_owned(), request, answers });
    };
    let get = |path: &str| RawRequest::new("GET", path, A);
    for text in ["1.0", "%FF", "%00", "%E2%80%AE", "''"] {
        odd(&format!("the order `{text}`"), get(&format!("/v1/order/nbn/{text}")), NO_ORDER);
    }
    let long = "a".repeat(6_000);
    odd("a path that goes on and on", get(&format!("/v1/order/nbn/x/{long}")), NOWHERE);
    odd("a long order number", get(&format!("/v1/order/nbn/{}", "9".repeat(3_000))), NOWHERE);
    odd("a path in capitals", get("/V1/ORDER/NBN"), &[404]);
    for method in ["OPTIONS", "BREW"] {
        odd(
            &format!("{method} of the list"),
            RawRequest::new(method, "/v1/order/nbn", A),
            NO_METHOD,
        );
    }
    for query in ["?&&&", "?status=%FF", "?cursor=%00"] {
        odd(
            &format!("the list with `{query}`"),
            get(&format!("/v1/order/nbn{query}")),
            &[200, 400],
        );
    }
    let window = |from: &str, to: &str| {
        let path =
            "/v1/appointment/nbn/timeslot?locationId=LOC000000000001&demandType=Standard%20Install";
        get(&format!("{path}&startDateTime={from}&endDateTime={to}"))
    };
    for (from, to) in [
        ("2026-03-02T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00Z", "2026-03-16T00:00:00Z"),
        ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"),
    ] {
        odd(&format!("timeslots from {from} to {to}"), window(from, to), &[200, 400, 422]);
    }
    let list = || get("/v1/order/nbn");
    let header = |name: HeaderName, value: &str| {
        list().header(name, HeaderValue::from_bytes(value.as_bytes()).expect("no line breaks"))
    };
    odd("`Accept: json`", header(ACCEPT, "json"), &[200, 406]);
    odd("`Accept-Encoding: nonsense`", header(ACCEPT_ENCODING, "nonsense"), &[200]);
    odd(
        "a long header",
        header(HeaderName::from_static("x-long"), &"a".repeat(6_000)),
        &[200, 431],
    );
    let mut body = list().header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    body.body = Some(b"{".to_vec());
    odd("a read with a body", body, &[200, 400]);
    let post = |body: Vec<u8>| RawRequest::new("POST", "/v1/qualification/check", A).body(body);
    odd("nesting without an end", post(b"[".repeat(10_000)), &[400]);
    odd("a text that is no UTF-8", post(vec![b'"', 0xff, b'"']), &[400]);
    let twice = br#"{"productSelection": "nbn", "locationId": "LOC000000000001", "locationId": "LOC000000000002"}"#;
    // What a name that is there twice means, RFC 8259 leaves open.
    odd("a name twice in a body", post(twice.to_vec()), &[200, 400]);
    odd("an empty body", post(Vec::new()), &[400]);
    odd("half a surrogate", post(br#"{"locationId": "\ud834"}"#.to_vec()), &[400]);
    odd("a number beyond all bounds", post(br#"{"locationId": 1e999999}"#.to_vec()), &[400]);
    found
}
