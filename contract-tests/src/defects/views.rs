//! Views that lag behind, and changes that show in some of them only.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Class::{PartialEffects, StaleViews};
use super::proxy::{Answer, Asked, Spoil, after, bodies};
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
        proxied(
            StaleViews,
            "list-cached-until-written",
            "a list is cached until the provider itself writes, so nbn's events do not show in it",
            || {
                after(|kept: &mut BTreeMap<String, BTreeMap<String, Answer>>, asked, answer| {
                    let lists = format!("{} {:?}", asked.life(), asked.provider());
                    let lists = kept.entry(lists).or_default();
                    if asked.method == "POST" && answer.status < 300 {
                        lists.clear();
                    } else if asked.lists() && answer.status == 200 {
                        let query = asked.url.query().unwrap_or_default().to_owned();
                        *answer = lists.entry(query).or_insert_with(|| answer.clone()).clone();
                    }
                })
            },
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
    ]
}
