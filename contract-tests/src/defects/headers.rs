//! Headers that are missing or wrong.

use reqwest::header::{ALLOW, HeaderValue, LOCATION, WWW_AUTHENTICATE};

use super::Class::Headers;
use super::proxy::answers;
use super::{Defect, proxied};

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(Headers, "no-location", "a new order comes without `Location`", || {
            answers(|_, answer| {
                answer.headers.remove(LOCATION);
            })
        }),
        proxied(Headers, "location-elsewhere", "`Location` names a path that is not there", || {
            answers(|_, answer| {
                let location = answer.headers.get(LOCATION).and_then(|it| it.to_str().ok());
                if let Some(moved) = location.map(|it| it.replace("/nbn/", "/")) {
                    let moved = HeaderValue::from_str(&moved).expect("a path of ASCII");
                    answer.headers.insert(LOCATION, moved);
                }
            })
        }),
        proxied(Headers, "no-challenge", "a 401 does not say how to authenticate", || {
            answers(|_, answer| {
                answer.headers.remove(WWW_AUTHENTICATE);
            })
        }),
        proxied(Headers, "another-challenge", "a 401 asks for a bearer token", || {
            answers(|_, answer| {
                if answer.headers.contains_key(WWW_AUTHENTICATE) {
                    answer.set_header(WWW_AUTHENTICATE, "Bearer realm=\"octane\"");
                }
            })
        }),
        proxied(Headers, "no-allow", "a 405 does not say which methods there are", || {
            answers(|_, answer| {
                answer.headers.remove(ALLOW);
            })
        }),
        proxied(Headers, "allows-too-much", "a 405 says that the method is there", || {
            answers(|_, answer| {
                if answer.headers.contains_key(ALLOW) {
                    answer.set_header(ALLOW, "GET, POST, PUT, DELETE");
                }
            })
        }),
        proxied(Headers, "allows-too-little", "a 405 forgets one of two methods", || {
            answers(|_, answer| {
                let allow = answer.headers.get(ALLOW).and_then(|it| it.to_str().ok());
                if allow.is_some_and(|allow| allow.contains("GET")) {
                    answer.set_header(ALLOW, "GET");
                }
            })
        }),
    ]
}
