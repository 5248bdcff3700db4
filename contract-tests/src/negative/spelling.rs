//! Valid requests, spelt in another way that says the same: they are answered the same.
//!
//! Each valid request carries one way to say which answers are wanted, one to say what its body is, and
//! one of the rest, by turns: in every run all ways are gone through, and from seed to seed each falls to
//! another operation. How a header's name is spelt is left out: the HTTP client writes all of them in
//! small letters, as HTTP/2 wants it.

use percent_encoding::percent_encode_byte;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING};

use crate::exchange::RawRequest;

/// What `Accept` may be, each value on a line of its own (RFC 9110, section 12.5.1).
const ACCEPTED: [&[&str]; 6] = [
    &["application/*"],
    &["application/json;q=0.5, text/html;q=0.1"],
    &["text/html", "application/json"],
    &["*/*"],
    &["APPLICATION/JSON"],
    &["text/html;q=0.9, application/json; charset=utf-8"],
];

/// What `Content-Type` may be (RFC 9110, sections 8.3.1 and 8.3.2).
const TYPES: [&str; 5] = [
    "application/json; charset=UTF-8",
    "application/json;charset=utf-8",
    "APPLICATION/JSON",
    "application/json; charset=\"utf-8\"",
    "Application/Json;Charset=Utf-8",
];

/// What else may be spelt in another way.
const REST: [Rest; 4] = [Rest::Order, Rest::Encoded, Rest::Bare, Rest::Strange];

/// After how many turns each request has been spelt in every way.
pub(super) const TURNS: u64 = 60;

#[derive(Debug, Clone, Copy)]
enum Rest {
    /// The parameters of the query in another order.
    Order,
    /// Characters percent-encoded that need not be (RFC 3986, section 2.3).
    Encoded,
    /// No character percent-encoded that need not be.
    Bare,
    /// A header that nobody knows; a body in chunks, where there is one.
    Strange,
}

/// Spells each of these requests in one way, and says so in its name.
pub(super) fn by_turns(requests: &mut [(String, RawRequest)], seed: u64) {
    let mut bodies = 0;
    for (number, (about, request)) in (0..).zip(requests.iter_mut()) {
        let turn = seed.wrapping_add(number);
        let accepted = of(&ACCEPTED, turn);
        for value in *accepted {
            request.headers.push((ACCEPT, HeaderValue::from_static(value)));
        }
        about.push_str(&format!(", `Accept: {}`", accepted.join("` and `")));
        if request.body.is_some() {
            let media_type = *of(&TYPES, seed.wrapping_add(bodies));
            bodies += 1;
            request.headers.retain(|(name, _)| *name != CONTENT_TYPE);
            request.headers.push((CONTENT_TYPE, HeaderValue::from_static(media_type)));
            about.push_str(&format!(", `Content-Type: {media_type}`"));
        }
        about.push_str(otherwise(request, *of(&REST, turn)));
    }
}

fn of<T>(ways: &[T], turn: u64) -> &T {
    let index = turn % ways.len() as u64;
    &ways[usize::try_from(index).unwrap_or_default()]
}

/// Spells the rest of a request in a way, and names it.
fn otherwise(request: &mut RawRequest, way: Rest) -> &'static str {
    let (path, query) = match request.path.split_once('?') {
        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
        None => (request.path.clone(), None),
    };
    match (way, query) {
        (Rest::Order, Some(query)) => {
            let pairs: Vec<&str> = query.rsplit('&').collect();
            request.path = format!("{path}?{}", pairs.join("&"));
            ", the query backwards"
        }
        (Rest::Encoded, Some(query)) => {
            let pairs = query.split('&').map(|pair| match pair.split_once('=') {
                Some((name, value)) => format!("{}={}", encoded(name), encoded(value)),
                None => pair.to_owned(),
            });
            request.path = format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"));
            ", every character of the query percent-encoded"
        }
        (Rest::Bare, Some(query)) => {
            let bare = [("%2D", "-"), ("%2E", "."), ("%5F", "_"), ("%7E", "~"), ("%3A", ":")];
            let query = bare.iter().fold(query, |query, (code, text)| query.replace(code, text));
            request.path = format!("{path}?{query}");
            ", the query hardly percent-encoded"
        }
        (Rest::Strange, _) => {
            let name = HeaderName::from_static("x-nobody-knows-this");
            request.headers.push((name, HeaderValue::from_static("1")));
            if request.body.is_some() {
                request.headers.push((TRANSFER_ENCODING, HeaderValue::from_static("chunked")));
                return ", a header that nobody knows, a body in chunks";
            }
            ", a header that nobody knows"
        }
        (_, None) => "",
    }
}

/// A text of the query with every character of it percent-encoded; what is already, stays.
fn encoded(text: &str) -> String {
    let mut found = String::new();
    let mut left = text.bytes();
    while let Some(byte) = left.next() {
        if byte == b'%' {
            found.push('%');
            found.extend(left.by_ref().take(2).map(char::from));
        } else {
            found.push_str(percent_encode_byte(byte));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::caller::{Caller, Provider};
    use crate::negative::violations::taken_apart;

    fn requests() -> Vec<(String, RawRequest)> {
        let new = |number: usize, method, path| {
            let request = RawRequest::new(method, path, Caller::Provider(Provider::A));
            (number.to_string(), request)
        };
        let mut requests: Vec<_> =
            (0..6).map(|it| new(it, "GET", "/v1/order/nbn?status=Held&limit=5%2B1")).collect();
        requests.extend((6..11).map(|it| {
            let (about, request) = new(it, "POST", "/v1/order/nbn");
            (about, request.body("{}"))
        }));
        requests
    }

    #[test]
    fn a_query_says_the_same_however_it_is_spelt() {
        let mut spelt = requests();
        by_turns(&mut spelt, 1);
        let mut paths = BTreeSet::new();
        for (about, request) in spelt.iter().take(6) {
            let (_, mut query) = taken_apart(&request.path);
            query.sort();
            let said = [("limit", "5+1"), ("status", "Held")];
            assert_eq!(
                query,
                said.map(|(name, text)| (name.to_owned(), text.to_owned())),
                "{about}"
            );
            paths.insert(request.path.as_str());
        }
        assert_eq!(paths.len(), 3);
        assert!(paths.iter().any(|path| path.contains("%73%74%61%74%75%73=%48%65%6C%64")));
    }

    #[test]
    fn every_way_to_spell_a_header_is_in_every_run() {
        for seed in 0..7 {
            let mut spelt = requests();
            by_turns(&mut spelt, seed);
            let values = |name: HeaderName| -> BTreeSet<&str> {
                let headers = spelt.iter().flat_map(|(_, request)| &request.headers);
                let of_name = headers.filter(|(other, _)| *other == name);
                of_name.map(|(_, value)| value.to_str().unwrap()).collect()
            };
            assert_eq!(values(ACCEPT).len(), ACCEPTED.concat().len());
            assert_eq!(values(CONTENT_TYPE), BTreeSet::from(TYPES));
        }
    }
}
