//! Answers of the wrong shape: status, body, content type.

use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::Class::{ContentType, ResponseBody, UndocumentedStatus};
use super::proxy::{Asked, answers, bodies, orders};
use super::{Defect, proxied};

/// A number as it comes out of a double.
#[expect(clippy::cast_possible_truncation, reason = "that it does not survive is the bug")]
fn by_double(number: i64) -> i64 {
    number as f64 as i64
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            UndocumentedStatus,
            "refusal-is-403",
            "a withdrawal that comes too late is answered 403",
            || {
                answers(|asked, answer| {
                    if asked.withdraws() && answer.error_code() == Some(3009) {
                        answer.status = 403;
                    }
                })
            },
        ),
        proxied(
            UndocumentedStatus,
            "create-is-200",
            "a new order is answered 200 instead of 201",
            || {
                answers(|asked, answer| {
                    if asked.creates() && answer.status == 201 {
                        answer.status = 200;
                    }
                })
            },
        ),
        proxied(UndocumentedStatus, "gone-is-410", "an unknown order is answered 410", || {
            answers(|asked, answer| {
                if asked.reads_order() && answer.status == 404 {
                    answer.status = 410;
                }
            })
        }),
        proxied(UndocumentedStatus, "full-is-423", "a full timeslot is answered 423", || {
            answers(|_, answer| {
                if answer.error_code() == Some(4004) {
                    answer.status = 423;
                }
            })
        }),
        proxied(ResponseBody, "detail-lacks-a-field", "the detail has no `updatedAt`", || {
            bodies(Asked::reads_order, |order| {
                order.as_object_mut().map(|order| order.remove("updatedAt"));
            })
        }),
        proxied(ResponseBody, "numbers-as-texts", "`custNo` is a text in the list", || {
            bodies(Asked::lists, |list| {
                for order in list["orders"].as_array_mut().into_iter().flatten() {
                    order["custNo"] = json!(order["custNo"].to_string());
                }
            })
        }),
        proxied(
            ResponseBody,
            "no-charges-no-list",
            "`charges` is left out where there are none",
            || {
                orders(|order| {
                    if order["charges"].as_array().is_some_and(Vec::is_empty) {
                        order.as_object_mut().map(|order| order.remove("charges"));
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "null-for-absent",
            "what an order does not have is null instead of absent",
            || {
                orders(|order| {
                    if order.get("appointment").is_none() {
                        order["appointment"] = Value::Null;
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "internals-in-qualification",
            "a qualification shows a field of the database",
            || bodies(Asked::qualifies, |made| made["location"]["rowVersion"] = json!(17)),
        ),
        proxied(
            ResponseBody,
            "internals-in-errors",
            "a failure shows where in the server it happened",
            || {
                answers(|_, answer| {
                    if answer.status >= 400 {
                        answer.edit(|body| body["trace"] = json!("OrderController.java:117"));
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "violations-not-listed",
            "an invalid request is not told what is wrong with it",
            || {
                answers(|_, answer| {
                    if answer.status == 400 {
                        answer.edit(|body| {
                            body.as_object_mut().map(|body| body.remove("violations"));
                        });
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "only-the-first-violation",
            "of several violations only one is listed",
            || {
                answers(|_, answer| {
                    if answer.status == 400 {
                        answer.edit(|body| {
                            if let Some(listed) = body["violations"].as_array_mut() {
                                listed.truncate(1);
                            }
                        });
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "success-that-says-it-failed",
            "a withdrawal that nbn must decide says `success: false`",
            || {
                answers(|_, answer| {
                    if answer.status == 202 {
                        answer.edit(|body| body["success"] = json!(false));
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "status-of-another-version",
            "an order that is held is `OnHold`",
            || {
                orders(|order| {
                    if order["status"] == "Held" {
                        order["status"] = json!("OnHold");
                    }
                })
            },
        ),
        proxied(
            ResponseBody,
            "device-is-forgotten",
            "the device an activation named is not shown",
            || {
                orders(|order| {
                    order.as_object_mut().map(|order| order.remove("infrastructureId"));
                })
            },
        ),
        proxied(
            ResponseBody,
            "plan-as-double",
            "a `planNo` has become a double on its way",
            || {
                orders(|order| {
                    if let Some(plan) = order.pointer_mut("/service/planNo")
                        && let Some(number) = plan.as_i64()
                    {
                        *plan = json!(by_double(number));
                    }
                })
            },
        ),
        proxied(ResponseBody, "plan-of-zero-is-none", "a `planNo` of 0 is not shown", || {
            orders(|order| {
                if let Some(service) = order["service"].as_object_mut() {
                    service.retain(|name, value| name != "planNo" || *value != 0);
                }
            })
        }),
        proxied(
            ResponseBody,
            "service-area-is-another",
            "a qualification names the point of interconnect of another place",
            || {
                bodies(Asked::qualifies, |made| {
                    made["location"]["locationIdentifiers"]["id"] = json!("3ABC");
                })
            },
        ),
        proxied(ContentType, "failures-in-html", "failures say they are HTML", || {
            answers(|_, answer| {
                if answer.status >= 400 {
                    answer.set_header(CONTENT_TYPE, "text/html");
                }
            })
        }),
        proxied(
            ContentType,
            "problem-json",
            "invalid requests are answered with application/problem+json",
            || {
                answers(|_, answer| {
                    if answer.status == 400 {
                        answer.set_header(CONTENT_TYPE, "application/problem+json");
                    }
                })
            },
        ),
        proxied(ContentType, "list-without-type", "the list has no content type", || {
            answers(|asked, answer| {
                if asked.lists() {
                    answer.headers.remove(CONTENT_TYPE);
                }
            })
        }),
        proxied(
            ContentType,
            "405-in-plain-text",
            "a wrong method is answered by the framework, in plain text",
            || {
                answers(|_, answer| {
                    if answer.status == 405 {
                        answer.set_header(CONTENT_TYPE, "text/plain");
                        answer.body = "Method Not Allowed".into();
                    }
                })
            },
        ),
    ]
}
