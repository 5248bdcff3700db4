//! Requests that are taken though they break a rule, or refused though they do not.

use serde_json::{Value, json};

use super::Class::RequestValidation;
use super::proxy::{Answer, Spoil, before, requests};
use super::{Defect, contract, proxied};

/// Mends a text of the body before the server sees it.
fn texts(pointer: &'static str, mend: fn(&str) -> String) -> Spoil {
    before(move |asked| {
        let mut body = asked.json();
        if let Some(Value::String(text)) = body.pointer_mut(pointer) {
            let mended = mend(text);
            if mended != *text {
                *text = mended;
                asked.set_json(&body);
            }
        }
    })
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            RequestValidation,
            "long-comment-cut-off",
            "a comment that is too long is cut off and taken",
            || {
                texts("/comment", |text| match text.char_indices().nth(1000) {
                    Some((end, _)) => text[..end].to_owned(),
                    None => text.to_owned(),
                })
            },
        ),
        proxied(RequestValidation, "empty-comment-taken", "a comment may be empty", || {
            texts("/comment", |text| if text.is_empty() { " ".to_owned() } else { text.to_owned() })
        }),
        proxied(
            RequestValidation,
            "control-characters-dropped",
            "control characters of a comment are dropped",
            || {
                texts("/comment", |text| {
                    text.replace(|it: char| it.is_control() && !"\t\r\n".contains(it), "")
                })
            },
        ),
        contract(
            RequestValidation,
            "other-without-comment",
            "the reason `Other` needs no comment",
            &[("      x-required-when:\n        comment: { reason: [Other] }\n", "")],
        ),
        proxied(
            RequestValidation,
            "location-id-unanchored",
            "a location id may have something before or behind it",
            || {
                texts("/locationId", |text| match text.find("LOC") {
                    Some(at) => text[at..].chars().take(15).collect(),
                    None => text.to_owned(),
                })
            },
        ),
        proxied(
            RequestValidation,
            "contact-of-any-text",
            "contacts take text that nbn does not",
            || {
                texts("/contact/name", |text| {
                    let taken: String = text
                        .chars()
                        .filter(|it| it.is_ascii() && !it.is_control() && *it != '!')
                        .collect();
                    if taken.is_empty() { text.to_owned() } else { taken }
                })
            },
        ),
        contract(
            RequestValidation,
            "limit-of-1000",
            "a page may have 1000 orders",
            &[("minimum: 1, maximum: 100, default", "minimum: 1, maximum: 1000, default")],
        ),
        contract(
            RequestValidation,
            "limit-of-none",
            "a page may have no orders",
            &[("minimum: 1, maximum: 100, default", "minimum: 0, maximum: 100, default")],
        ),
        contract(
            RequestValidation,
            "unknown-fields-ignored",
            "a misspelt field of a booking is ignored",
            &[(
                "    BookingRequest:\n      type: object\n      additionalProperties: false\n",
                "    BookingRequest:\n      type: object\n",
            )],
        ),
        proxied(
            RequestValidation,
            "unknown-parameters-ignored",
            "a misspelt query parameter is ignored",
            || {
                before(|asked| {
                    if asked.parameter("sttaus").is_some() {
                        asked
                            .edit_query(|name, value| (name != "sttaus").then(|| value.to_owned()));
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "last-parameter-wins",
            "of a parameter sent twice the last is taken",
            || {
                before(|asked| {
                    let last = |name: &str| {
                        let all = asked.url.query_pairs().filter(|(key, _)| key == name);
                        all.last().map(|(_, value)| value.into_owned())
                    };
                    let names: Vec<String> =
                        asked.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
                    let twice = names.iter().enumerate().any(|(at, it)| names[..at].contains(it));
                    if twice {
                        let mut kept: Vec<(String, String)> = Vec::new();
                        for name in names {
                            if !kept.iter().any(|(known, _)| *known == name) {
                                let value = last(&name).unwrap_or_default();
                                kept.push((name, value));
                            }
                        }
                        asked.url.query_pairs_mut().clear().extend_pairs(kept);
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "rest-of-body-ignored",
            "what follows the first value of a body is ignored",
            || {
                before(|asked| {
                    let Some(body) = asked.body.clone() else { return };
                    let mut values = serde_json::Deserializer::from_slice(&body).into_iter();
                    if let Some(Ok(first)) = values.next() {
                        let first: Value = first;
                        asked.set_json(&first);
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "texts-taken-for-numbers",
            "an `orderId` may be a text of digits",
            || {
                before(|asked| {
                    let mut body = asked.json();
                    let number = body["orderId"].as_str().map_or("x", |it| it).parse::<i64>();
                    if let Ok(number) = number {
                        body["orderId"] = json!(number);
                        asked.set_json(&body);
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "null-taken-for-absent",
            "an optional field may be null",
            || {
                before(|asked| {
                    let mut body = asked.json();
                    if let Some(members) = body.as_object_mut()
                        && members.values().any(Value::is_null)
                    {
                        members.retain(|_, value| !value.is_null());
                        asked.set_json(&body);
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "empty-device-taken-for-none",
            "an `infrastructureOption` without a device is taken as if it were not there",
            || {
                before(|asked| {
                    let mut body = asked.json();
                    if asked.creates()
                        && body["orderType"] == "New"
                        && body["infrastructureOption"] == json!({})
                    {
                        body.as_object_mut().map(|body| body.remove("infrastructureOption"));
                        asked.set_json(&body);
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "state-before-syntax",
            "an invalid withdrawal of an order that is closed is told 409",
            || {
                requests(|asked, server| async move {
                    let answer = server.answer(asked.clone()).await?;
                    if !asked.withdraws() || answer.status != 400 {
                        return Ok(answer);
                    }
                    let path = asked.path().trim_end_matches("/cancel").to_owned();
                    let order = server.read(&asked, &path).await?.json();
                    match order["response"]["isWithdrawable"] == false {
                        true => Ok(Answer::failure(409, 3010, "The order is closed.")),
                        false => Ok(answer),
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "large-bodies-cut-off",
            "a body that is too large is refused as bad JSON",
            || {
                before(|asked| {
                    if let Some(body) = asked.body.clone().filter(|body| body.len() > 262_144) {
                        asked.set_body(body.slice(..1000));
                    }
                })
            },
        ),
        proxied(RequestValidation, "any-charset", "a body said to be in Latin-1 is taken", || {
            before(|asked| {
                let said = asked.headers.get("content-type").map(|it| it.as_bytes().to_vec());
                if said.is_some_and(|said| said.starts_with(b"application/json;")) {
                    let json = reqwest::header::HeaderValue::from_static("application/json");
                    asked.headers.insert("content-type", json);
                }
            })
        }),
    ]
}
