//! Values that a server cannot take, though the contract has them: a branch that nobody wrote, a
//! column that is too short, an enum that is a version behind.

use serde_json::Value;

use super::Class::RequestValidation;
use super::proxy::{Answer, Asked, Spoil, requests};
use super::{Defect, contract, proxied};

/// Fails at requests of this kind.
fn fails(at: fn(&Asked) -> bool) -> Spoil {
    requests(move |asked, server| async move {
        match at(&asked) {
            true => Ok(Answer::failure(500, 1009, "The server failed.")),
            false => server.answer(asked).await,
        }
    })
}

/// Whether a body has one of these texts at this place.
fn says(asked: &Asked, pointer: &str, texts: &[&str]) -> bool {
    let body = asked.json();
    let said = body.pointer(pointer).and_then(Value::as_str);
    said.is_some_and(|said| texts.contains(&said))
}

/// The number of characters of a text of a body.
fn length(asked: &Asked, pointer: &str) -> Option<usize> {
    asked.json().pointer(pointer).and_then(Value::as_str).map(|text| text.chars().count())
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            RequestValidation,
            "reasons-unhandled",
            "a withdrawal for one of four reasons fails",
            || {
                fails(|asked| {
                    let reasons =
                        ["CustomerMoving", "CostDeclined", "ExcessiveDelay", "PremisesNotReady"];
                    asked.withdraws() && says(asked, "/reason", &reasons)
                })
            },
        ),
        contract(
            RequestValidation,
            "reason-unknown",
            "the reason `CostDeclined` is refused",
            &[("        - CostDeclined\n", "")],
        ),
        proxied(
            RequestValidation,
            "short-comments-fail",
            "a withdrawal with a comment of less than ten characters fails",
            || {
                fails(|asked| {
                    asked.withdraws() && length(asked, "/comment").is_some_and(|it| it < 10)
                })
            },
        ),
        contract(
            RequestValidation,
            "longest-comment-refused",
            "a comment of 1000 characters is refused",
            &[("maxLength: 1000\n", "maxLength: 999\n")],
        ),
        proxied(
            RequestValidation,
            "comment-where-none-is-needed",
            "a comment fails with any reason but `Other`",
            || {
                fails(|asked| {
                    asked.withdraws()
                        && length(asked, "/comment").is_some()
                        && !says(asked, "/reason", &["Other"])
                })
            },
        ),
        proxied(
            RequestValidation,
            "transfers-fail",
            "only new services can be activated, none from elsewhere",
            || {
                fails(|asked| {
                    asked.creates() && says(asked, "/subOrderType", &["Transfer", "Transition"])
                })
            },
        ),
        proxied(
            RequestValidation,
            "changes-unhandled",
            "of the changes of a service only another plan and its end are known",
            || {
                fails(|asked| {
                    let unknown = ["Suspend", "Unsuspend", "Shape", "Unshape", "Port Out"];
                    asked.creates() && says(asked, "/subOrderType", &unknown)
                })
            },
        ),
        proxied(RequestValidation, "plan-needed", "an order without a `planNo` fails", || {
            fails(|asked| {
                let service = asked.json()["service"].clone();
                asked.creates() && service.is_object() && service.get("planNo").is_none()
            })
        }),
        proxied(
            RequestValidation,
            "demand-types-fail",
            "timeslots are there for standard installs only",
            || {
                fails(|asked| {
                    let demand = asked.parameter("demandType");
                    asked.asks_timeslots() && demand.is_some_and(|it| it != "Standard Install")
                })
            },
        ),
        contract(
            RequestValidation,
            "limit-of-99",
            "a page of 100 orders is refused",
            &[("minimum: 1, maximum: 100, default", "minimum: 1, maximum: 99, default")],
        ),
        proxied(
            RequestValidation,
            "contact-column-too-short",
            "a contact whose name has 100 characters fails",
            || fails(|asked| asked.books() && length(asked, "/contact/name") == Some(100)),
        ),
    ]
}
