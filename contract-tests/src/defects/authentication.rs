//! Who may call.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderValue};

use super::Class::Authentication;
use super::proxy::{Asked, before, requests};
use super::{Defect, proxied};
use crate::caller::{Accounts, Provider};

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            Authentication,
            "reads-without-credentials",
            "an order is read without credentials",
            || {
                before(|asked| {
                    if asked.reads_order() && !asked.headers.contains_key(AUTHORIZATION) {
                        *asked = asked.clone().by(Provider::A);
                    }
                })
            },
        ),
        proxied(
            Authentication,
            "timeslots-without-credentials",
            "timeslots are told to anybody, with whatever credentials",
            || {
                before(|asked| {
                    if asked.asks_timeslots() && asked.provider().is_none() {
                        *asked = asked.clone().by(Provider::A);
                    }
                })
            },
        ),
        proxied(Authentication, "password-not-checked", "a known user name is enough", || {
            before(|asked| {
                log_in(asked, |sent, known| {
                    sent.split_once(':').zip(known.split_once(':')).is_some_and(|(a, b)| a.0 == b.0)
                });
            })
        }),
        proxied(
            Authentication,
            "user-name-in-any-case",
            "a user name is known in capitals too",
            || {
                before(|asked| {
                    log_in(asked, |sent, known| {
                        let (sent, known) = (sent.split_once(':'), known.split_once(':'));
                        sent.zip(known).is_some_and(|(sent, known)| {
                            sent.0.eq_ignore_ascii_case(known.0) && sent.1 == known.1
                        })
                    });
                })
            },
        ),
        proxied(
            Authentication,
            "last-credentials-win",
            "of two `Authorization` headers the last is taken",
            || {
                before(|asked| {
                    let last = asked.headers.get_all(AUTHORIZATION).iter().next_back().cloned();
                    if let Some(last) = last {
                        asked.headers.insert(AUTHORIZATION, last);
                    }
                })
            },
        ),
        proxied(
            Authentication,
            "scheme-in-one-case",
            "the scheme `basic` is refused for its small letter",
            || {
                before(|asked| {
                    let value = asked.headers.get(AUTHORIZATION).map(|it| it.as_bytes().to_vec());
                    if value.is_some_and(|value| value.starts_with(b"basic ")) {
                        asked.headers.remove(AUTHORIZATION);
                    }
                })
            },
        ),
        proxied(
            Authentication,
            "forbidden-for-unknown",
            "wrong credentials are answered 403",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked).await?;
                    if answer.status == 401 {
                        answer.status = 403;
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(
            Authentication,
            "syntax-before-credentials",
            "who may not call is told what is wrong with the body",
            || {
                requests(|asked, server| async move {
                    let answer = server.answer(asked.clone()).await?;
                    let body = asked.body.as_deref().unwrap_or(b"{}");
                    let is_json = serde_json::from_slice::<serde_json::Value>(body).is_ok();
                    if answer.status != 401 || is_json {
                        return Ok(answer);
                    }
                    server.answer(asked.by(Provider::A)).await
                })
            },
        ),
        proxied(
            Authentication,
            "paths-before-credentials",
            "who may not call is told which paths there are",
            || {
                requests(|asked, server| async move {
                    let answer = server.answer(asked.clone()).await?;
                    if answer.status != 401 {
                        return Ok(answer);
                    }
                    let path = asked.path().to_owned();
                    let known = server.read(&asked.by(Provider::A), &path).await?;
                    Ok(if known.error_code() == Some(1003) { known } else { answer })
                })
            },
        ),
    ]
}

/// Lets in whose user name and password, behind each other, are taken for known ones.
fn log_in(asked: &mut Asked, is_known: fn(&str, &str) -> bool) {
    let Some(sent) = asked.headers.get(AUTHORIZATION).and_then(pair) else { return };
    let accounts = Accounts::published();
    for provider in Provider::ALL {
        if pair(&accounts.of(provider).authorization).is_some_and(|known| is_known(&sent, &known)) {
            *asked = asked.clone().by(provider);
        }
    }
}

/// User name and password, behind each other as they are sent.
fn pair(authorization: &HeaderValue) -> Option<String> {
    let token = authorization.to_str().ok()?.strip_prefix("Basic ")?;
    String::from_utf8(STANDARD.decode(token).ok()?).ok()
}
