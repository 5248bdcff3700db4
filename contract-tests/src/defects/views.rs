//! Views that lag behind, and changes that show in some of them only.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Class::{PartialEffects, StaleViews, WrongHistory};
use super::proxy::{Answer, Asked, Spoil, after, bodies, orders};
use super::{Defect, proxied};

/// What is read a second time is what it was before, now and then.
fn cached(wanted: fn(&Asked) -> bool) -> Spoil {
    after(move |cache: &mut BTreeMap<String, (u32, Answer)>, asked, answer| {
        if !wanted(asked) || answer.status != 200 {
            return;
        }
        let key = format!("{} {:?}", asked.url, asked.provider());
        let (reads, kept) = cache.entry(key).or_insert_with(|| (0, answer.clone()));
        *reads += 1;
        // Every third read looks again.
        if reads.is_multiple_of(3) {
            *kept = answer.clone();
        }
        *answer = kept.clone();
    })
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(StaleViews, "detail-is-cached", "the detail is cached for a few reads", || {
            cached(Asked::reads_order)
        }),
        proxied(StaleViews, "list-is-cached", "the list is cached for a few reads", || {
            cached(Asked::lists)
        }),
        proxied(
            StaleViews,
            "filtered-list-is-cached",
            "a list narrowed by status is cached",
            || cached(|asked| asked.lists() && asked.parameter("status").is_some()),
        ),
        proxied(StaleViews, "timeslots-are-cached", "timeslots are cached for a few reads", || {
            cached(Asked::asks_timeslots)
        }),
        proxied(
            StaleViews,
            "list-says-withdrawable",
            "the list says of a pending withdrawal that it can be withdrawn",
            || {
                bodies(Asked::lists, |list| {
                    for order in list["orders"].as_array_mut().into_iter().flatten() {
                        if order["status"] == "PendingWithdrawal" {
                            order["isWithdrawable"] = json!(true);
                        }
                    }
                })
            },
        ),
        proxied(
            StaleViews,
            "list-by-old-status",
            "an order stays in the list of its former status when nbn has moved it",
            || {
                super::proxy::requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    let Some(status) = asked.parameter("status") else { return Ok(answer) };
                    let mut every = asked.clone();
                    every.edit_query(|name, value| (name != "status").then(|| value.to_owned()));
                    if answer.status != 200 || asked.parameter("cursor").is_some() {
                        return Ok(answer);
                    }
                    let every = server.answer(every).await?.json();
                    for order in every["response"]["orders"].as_array().into_iter().flatten() {
                        let path = format!("/v1/order/nbn/{}", order["orderId"]);
                        let detail = server.read(&asked, &path).await?.json();
                        let history = detail["response"]["statusHistory"].as_array().cloned();
                        let history = history.unwrap_or_default();
                        let former = history.len().checked_sub(2).map(|at| &history[at]["status"]);
                        let held = order["status"] == "Held" || order["status"] == "InProgress";
                        if held && former == Some(&json!(status)) {
                            answer.edit(|body| {
                                if let Some(listed) = body["response"]["orders"].as_array_mut() {
                                    listed.push(order.clone());
                                }
                            });
                        }
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(
            StaleViews,
            "place-stays-taken",
            "a place that was given back is not offered again",
            || {
                after(|least: &mut BTreeMap<String, i64>, asked, answer| {
                    if asked.asks_timeslots() && answer.status == 200 {
                        answer.edit(|body| {
                            let offered = body["response"]["timeslots"].as_array_mut();
                            for slot in offered.into_iter().flatten() {
                                let free = slot["placesFree"].as_i64().unwrap_or_default();
                                let least =
                                    least.entry(slot["timeslotId"].to_string()).or_insert(free);
                                *least = free.min(*least);
                                slot["placesFree"] = json!(*least);
                            }
                        });
                    }
                })
            },
        ),
        proxied(
            PartialEffects,
            "refusal-touches",
            "a withdrawal that is refused changes `updatedAt` all the same",
            || {
                after(|touched: &mut BTreeMap<String, u32>, asked, answer| {
                    let path = asked.path().trim_end_matches("/cancel").to_owned();
                    if asked.withdraws() && answer.status == 409 {
                        *touched.entry(path).or_default() += 1;
                    } else if asked.reads_order()
                        && answer.status == 200
                        && touched.contains_key(&path)
                    {
                        answer.edit(|body| {
                            body["response"]["updatedAt"] = json!("2026-03-20T00:00:00Z");
                        });
                    }
                })
            },
        ),
        proxied(
            PartialEffects,
            "refused-reason-is-kept",
            "a withdrawal that comes too late leaves its reason on the order",
            || {
                after(|kept: &mut BTreeMap<String, Value>, asked, answer| {
                    let path = asked.path().trim_end_matches("/cancel").to_owned();
                    if asked.withdraws() && answer.error_code() == Some(3009) {
                        kept.insert(path, asked.json()["reason"].clone());
                    } else if let Some(reason) = kept.get(&path)
                        && asked.reads_order()
                        && answer.status == 200
                    {
                        answer.edit(|body| {
                            body["response"]["withdrawal"] = json!({
                                "reason": reason,
                                "requestedAt": body["response"]["updatedAt"],
                                "outcome": "Refused",
                            });
                        });
                    }
                })
            },
        ),
        proxied(PartialEffects, "reads-count", "reading an order changes `updatedAt`", || {
            after(|reads: &mut BTreeMap<String, u32>, asked, answer| {
                if asked.reads_order() && answer.status == 200 {
                    let reads = reads.entry(asked.path().to_owned()).or_default();
                    *reads += 1;
                    let reads = *reads;
                    if reads > 4 {
                        answer.edit(|body| {
                            body["response"]["updatedAt"] =
                                json!(format!("2026-03-20T00:00:{:02}Z", reads % 60));
                        });
                    }
                }
            })
        }),
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
