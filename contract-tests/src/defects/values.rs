//! Values that a server cannot take, though the contract has them: a branch that nobody wrote, a
//! column that is too short, an enum that is a version behind.

use chrono::DateTime;
use serde_json::{Value, json};

use super::Class::RequestValidation;
use super::proxy::{Answer, Asked, Spoil, before, requests};
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
        contract(
            RequestValidation,
            "duplicate-without-comment",
            "the reason `DuplicateOrder` needs a comment too",
            &[("comment: { reason: [Other] }", "comment: { reason: [Other, DuplicateOrder] }")],
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
        proxied(
            RequestValidation,
            "past-date-refused",
            "an order whose requested date is past is refused as invalid",
            || {
                requests(|mut asked, server| async move {
                    let mut body = asked.json();
                    let wanted = body["custReqDate"].as_str();
                    let wanted = wanted.and_then(|it| DateTime::parse_from_rfc3339(it).ok());
                    if let Some(wanted) = wanted.filter(|_| asked.creates())
                        && server.now(&asked).await?.is_some_and(|now| wanted < now)
                    {
                        body["custReqDate"] = json!("past");
                        asked.set_json(&body);
                    }
                    server.answer(asked).await
                })
            },
        ),
        proxied(
            RequestValidation,
            "negative-customer-refused",
            "an order for a customer number below zero is refused as invalid, not as unknown",
            || {
                before(|asked| {
                    let mut body = asked.json();
                    if let Some(customer) = body.pointer_mut("/service/custNo")
                        && customer.as_i64().is_some_and(|it| it < 0)
                        && asked.creates()
                    {
                        *customer = json!(customer.to_string());
                        asked.set_json(&body);
                    }
                })
            },
        ),
        proxied(
            RequestValidation,
            "order-number-from-one",
            "an order number below one is refused as invalid, not as unknown",
            || {
                before(|asked| {
                    let path = asked.path().to_owned();
                    let Some(rest) = path.strip_prefix("/v1/order/nbn/") else { return };
                    let number = rest.split('/').next().unwrap_or_default();
                    if number.parse::<i64>().is_ok_and(|it| it < 1) {
                        asked.set_path(&path.replacen(number, "below-one", 1));
                    }
                })
            },
        ),
    ]
}
