//! Letters: their case, and those beyond ASCII.

use reqwest::Method;
use serde_json::{Value, json};

use super::Class::CaseAndUnicode;
use super::proxy::{Asked, Spoil, before, orders, requests};
use super::{Defect, proxied};

/// Changes the comment of a withdrawal as it is shown.
fn comments(change: fn(&str) -> String) -> Spoil {
    orders(move |order| {
        if let Some(Value::String(comment)) = order.pointer_mut("/withdrawal/comment") {
            *comment = change(comment);
        }
    })
}

fn upper(asked: &Asked, name: &str) -> bool {
    asked.json()[name].as_str().is_some_and(|it| it.chars().any(|it| it.is_ascii_uppercase()))
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            CaseAndUnicode,
            "wide-characters-lost",
            "characters beyond the first plane become question marks",
            || {
                comments(|text| {
                    text.chars().map(|it| if u32::from(it) > 0xffff { '?' } else { it }).collect()
                })
            },
        ),
        proxied(CaseAndUnicode, "accents-lost", "a comment is kept in Latin-1", || {
            comments(|text| {
                text.chars().map(|it| if u32::from(it) > 0xff { '?' } else { it }).collect()
            })
        }),
        proxied(
            CaseAndUnicode,
            "text-is-composed",
            "a combining accent is composed with its letter",
            || comments(|text| text.replace("e\u{301}", "é")),
        ),
        proxied(CaseAndUnicode, "text-is-escaped", "a comment comes back escaped for HTML", || {
            comments(|text| text.replace('&', "&amp;").replace('<', "&lt;"))
        }),
        proxied(CaseAndUnicode, "text-is-trimmed", "blanks around a comment are cut off", || {
            comments(|text| text.trim().to_owned())
        }),
        proxied(
            CaseAndUnicode,
            "blanks-are-collapsed",
            "of several blanks in a row in a comment one is left",
            || {
                comments(|text| {
                    let mut one = text.to_owned();
                    while one.contains("  ") {
                        one = one.replace("  ", " ");
                    }
                    one
                })
            },
        ),
        proxied(
            CaseAndUnicode,
            "contact-is-trimmed",
            "blanks around what is said of a contact are cut off",
            || {
                orders(|order| {
                    let contact = order.pointer_mut("/appointment/contact");
                    let said = contact.and_then(Value::as_object_mut);
                    for text in said.into_iter().flat_map(|it| it.values_mut()) {
                        let trimmed = text.as_str().unwrap_or_default().trim();
                        // What is blank altogether would break the contract in another way.
                        if !trimmed.is_empty() {
                            *text = json!(trimmed);
                        }
                    }
                })
            },
        ),
        proxied(
            CaseAndUnicode,
            "line-breaks-changed",
            "line breaks of a comment are changed",
            || comments(|text| text.replace("\r\n", "\n")),
        ),
        proxied(
            CaseAndUnicode,
            "text-cut-by-bytes",
            "a comment is cut off after 255 bytes",
            || {
                comments(|text| {
                    let mut end = text.len().min(255);
                    while !text.is_char_boundary(end) {
                        end -= 1;
                    }
                    text[..end].to_owned()
                })
            },
        ),
        proxied(
            CaseAndUnicode,
            "length-in-bytes",
            "the length of a comment is counted in bytes",
            || {
                requests(|asked, server| async move {
                    let comment = asked.json()["comment"].as_str().map_or(0, str::len);
                    let mut asked = asked;
                    if asked.withdraws() && comment > 1000 {
                        asked.set_json(&json!({ "reason": "Other", "comment": "" }));
                    }
                    server.answer(asked).await
                })
            },
        ),
        proxied(
            CaseAndUnicode,
            "length-in-utf16",
            "the length of a comment is counted in halves of characters",
            || {
                before(|asked| {
                    let body = asked.json();
                    let units = body["comment"].as_str().map_or(0, |it| it.encode_utf16().count());
                    if asked.withdraws() && units > 1000 {
                        asked.set_json(&json!({ "reason": "Other", "comment": "" }));
                    }
                })
            },
        ),
        proxied(
            CaseAndUnicode,
            "reasons-in-any-case",
            "a reason is taken in small letters",
            || {
                before(|asked| {
                    let mut body = asked.json();
                    let known = ["CustomerChangedMind", "DuplicateOrder", "WrongAddress", "Other"];
                    let sent = body["reason"].as_str().unwrap_or_default();
                    let meant = known.iter().find(|it| it.eq_ignore_ascii_case(sent));
                    if let Some(meant) = meant
                        && asked.withdraws()
                    {
                        body["reason"] = json!(meant);
                        asked.set_json(&body);
                    }
                })
            },
        ),
        proxied(CaseAndUnicode, "uuids-by-letter", "an id in capitals is another id", || {
            requests(|asked, server| async move {
                let mut asked = asked;
                if asked.creates() && upper(&asked, "qualificationSearchId") {
                    let mut body = asked.json();
                    body["qualificationSearchId"] = json!("00000000-0000-4000-8000-000000000000");
                    body["remoteOrderId"] = json!("00000000-0000-4000-8000-000000000000");
                    asked.set_json(&body);
                }
                server.answer(asked).await
            })
        }),
        proxied(CaseAndUnicode, "paths-in-any-case", "a path is taken in capitals", || {
            before(|asked| {
                let path = asked.path().to_ascii_lowercase();
                if asked.method != Method::OPTIONS {
                    asked.set_path(&path);
                }
            })
        }),
    ]
}
