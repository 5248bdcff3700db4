//! Input that nobody sends on purpose, and that must not break the server.

use super::Class::OddInput;
use super::proxy::{Answer, Asked, answers, requests};
use super::{Defect, proxied};

/// A server that fails where the request is like this.
fn fails_where(is_odd: fn(&Asked) -> bool) -> super::proxy::Spoil {
    requests(move |asked, server| async move {
        if is_odd(&asked) {
            return Ok(failed());
        }
        server.answer(asked).await
    })
}

fn failed() -> Answer {
    Answer::failure(500, 1009, "The server failed.")
}

fn body_holds(asked: &Asked, wanted: impl Fn(char) -> bool) -> bool {
    let body = asked.body.as_deref().unwrap_or_default();
    String::from_utf8_lossy(body).chars().any(wanted)
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            OddInput,
            "fails-on-deep-nesting",
            "a deeply nested body overflows the stack",
            || {
                fails_where(|asked| {
                    let body = asked.body.as_deref().unwrap_or_default();
                    body.iter().filter(|byte| **byte == b'[').count() > 1000
                })
            },
        ),
        proxied(
            OddInput,
            "fails-on-wide-characters",
            "a comment with a 𝄞 does not fit the database",
            || {
                fails_where(|asked| {
                    asked.withdraws() && body_holds(asked, |it| u32::from(it) > 0xffff)
                })
            },
        ),
        proxied(OddInput, "fails-on-nul", "a NUL in a text ends it too early", || {
            fails_where(|asked| {
                let body = asked.body.as_deref().unwrap_or_default();
                String::from_utf8_lossy(body).contains("\\u0000")
            })
        }),
        proxied(
            OddInput,
            "fails-on-large-numbers",
            "a number that does not fit 64 bits is not caught",
            || {
                fails_where(|asked| {
                    let last = asked.path().rsplit('/').next().unwrap_or_default();
                    last.parse::<i64>().is_err() && last.parse::<u128>().is_ok()
                })
            },
        ),
        proxied(OddInput, "fails-on-broken-utf8", "a body that is no UTF-8 is not caught", || {
            fails_where(|asked| {
                asked.body.as_deref().is_some_and(|body| std::str::from_utf8(body).is_err())
            })
        }),
        proxied(OddInput, "fails-on-empty-body", "a body of no bytes is not caught", || {
            fails_where(|asked| {
                asked.method == "POST" && asked.body.as_deref().is_none_or(<[u8]>::is_empty)
            })
        }),
        proxied(
            OddInput,
            "fails-on-broken-escapes",
            "a path with `%FF` in it is not caught",
            || fails_where(|asked| asked.path().contains("%FF")),
        ),
        proxied(
            OddInput,
            "fails-on-long-paths",
            "a path of thousands of characters is not caught",
            || fails_where(|asked| asked.path().len() > 2000),
        ),
        proxied(
            OddInput,
            "fails-on-negative-numbers",
            "an order number below zero is not caught",
            || fails_where(|asked| asked.path().contains("/-")),
        ),
        proxied(
            OddInput,
            "fails-on-odd-accept",
            "an `Accept` that cannot be read is not caught",
            || {
                fails_where(|asked| {
                    asked
                        .headers
                        .get("accept")
                        .is_some_and(|it| it.to_str().is_ok_and(|it| !it.contains('/')))
                })
            },
        ),
        proxied(OddInput, "fails-on-far-years", "a window in the year 9999 overflows", || {
            fails_where(|asked| {
                asked.parameter("endDateTime").is_some_and(|it| it.starts_with("9999"))
            })
        }),
        proxied(OddInput, "fails-now-and-then", "every hundredth answer is a failure", || {
            super::proxy::after(|count: &mut u32, _, answer| {
                *count += 1;
                if count.is_multiple_of(100) {
                    *answer = failed();
                }
            })
        }),
        proxied(OddInput, "options-is-500", "a method that no path takes is not caught", || {
            answers(|asked, answer| {
                if asked.method == "OPTIONS" {
                    *answer = failed();
                }
            })
        }),
    ]
}
