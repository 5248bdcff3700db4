//! What an order says of its past: statuses, moments, causes and nbn's words.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Class::WrongHistory;
use super::proxy::{Answer, after, orders, requests};
use super::{Defect, proxied};

/// When the status before the last began, if the last is that nbn asks for an appointment.
fn before_appointment(answer: &Answer) -> Option<Value> {
    match answer.json().pointer("/response/statusHistory")?.as_array()?.as_slice() {
        [.., before, last] if last["cause"] == "requireAppointment" => Some(before["at"].clone()),
        _ => None,
    }
}

fn restore(order: &mut Value, updated_at: Option<Value>) {
    if let Some(at) = updated_at {
        order["updatedAt"] = at;
    }
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(WrongHistory, "history-upside-down", "the newest status comes first", || {
            orders(|order| {
                if let Some(history) = order["statusHistory"].as_array_mut() {
                    history.reverse();
                }
            })
        }),
        proxied(
            WrongHistory,
            "history-forgets",
            "of a long history the first are forgotten",
            || {
                orders(|order| {
                    if let Some(history) = order["statusHistory"].as_array_mut()
                        && history.len() > 5
                    {
                        history.remove(0);
                    }
                })
            },
        ),
        proxied(
            WrongHistory,
            "cause-is-another",
            "a withdrawal decided by nbn is put down to the provider",
            || {
                orders(|order| {
                    for change in order["statusHistory"].as_array_mut().into_iter().flatten() {
                        if change["cause"] == "confirmWithdrawal" {
                            change["cause"] = json!("cancelNbnOrder");
                        }
                    }
                })
            },
        ),
        proxied(WrongHistory, "note-is-lost", "nbn's words are not kept", || {
            orders(|order| {
                for change in order["statusHistory"].as_array_mut().into_iter().flatten() {
                    change.as_object_mut().map(|change| change.remove("note"));
                }
            })
        }),
        proxied(
            WrongHistory,
            "note-is-cut-off",
            "nbn's words are cut off after 100 characters",
            || {
                orders(|order| {
                    for change in order["statusHistory"].as_array_mut().into_iter().flatten() {
                        if let Some(Value::String(note)) = change.get_mut("note") {
                            *note = note.chars().take(100).collect();
                        }
                    }
                })
            },
        ),
        proxied(
            WrongHistory,
            "asked-without-a-change",
            "`updatedAt` stays as it is when nbn asks for an appointment",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    if answer.status >= 300 {
                        return Ok(answer);
                    }
                    if asked.shows_order() {
                        let before = before_appointment(&answer);
                        answer.edit(|body| restore(&mut body["response"], before));
                    }
                    let listed = answer.json()["response"]["orders"].as_array().map_or(0, Vec::len);
                    for at in 0..if asked.lists() { listed } else { 0 } {
                        let order = answer.json()["response"]["orders"][at].clone();
                        if order["status"] == "AppointmentRequired" {
                            let path = format!("/v1/order/nbn/{}", order["orderId"]);
                            let before = before_appointment(&server.read(&asked, &path).await?);
                            answer
                                .edit(|body| restore(&mut body["response"]["orders"][at], before));
                        }
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(
            WrongHistory,
            "reschedule-is-booked",
            "a reschedule stands in the history as a booking",
            || {
                orders(|order| {
                    for change in
                        order["appointment"]["history"].as_array_mut().into_iter().flatten()
                    {
                        if change["action"] == "Rescheduled" {
                            change["action"] = json!("Booked");
                        }
                    }
                    if order["appointment"].is_null() {
                        order.as_object_mut().map(|order| order.remove("appointment"));
                    }
                })
            },
        ),
        proxied(WrongHistory, "times-to-the-minute", "moments are cut off to the minute", || {
            orders(|order| {
                for change in order["statusHistory"].as_array_mut().into_iter().flatten() {
                    let at = change["at"].as_str().unwrap_or_default();
                    if let Some(minute) = at.get(..16) {
                        change["at"] = json!(format!("{minute}:00Z"));
                    }
                }
            })
        }),
        proxied(
            WrongHistory,
            "all-at-the-last-moment",
            "every status has the time of the last",
            || {
                orders(|order| {
                    let at = order["updatedAt"].clone();
                    for change in order["statusHistory"].as_array_mut().into_iter().flatten() {
                        change["at"] = at.clone();
                    }
                })
            },
        ),
        proxied(
            WrongHistory,
            "first-withdrawal-stays",
            "a second withdrawal shows the reason of the first",
            || {
                after(|first: &mut BTreeMap<String, Value>, asked, answer| {
                    if asked.shows_order() && answer.status < 300 {
                        answer.edit(|body| {
                            let order = &mut body["response"];
                            let key = order["remoteOrderId"].to_string();
                            if let Some(reason) =
                                order.get("withdrawal").map(|it| it["reason"].clone())
                            {
                                let kept = first.entry(key).or_insert(reason).clone();
                                order["withdrawal"]["reason"] = kept;
                            }
                        });
                    }
                })
            },
        ),
    ]
}
