//! Paging and filters.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use octane_mock_server::defects::Defect as Seam;
use serde_json::{Value, json};

use super::Class::{Filters, Paging};
use super::proxy::{Asked, Spoil, before, bodies, requests};
use super::{Defect, proxied, seam};

/// Moves the place that a cursor stands for.
fn cursor(by: i64) -> Spoil {
    before(move |asked| {
        asked.edit_query(|name, value| {
            let read = || {
                let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
                let mut cursor: Value = serde_json::from_slice(&bytes).ok()?;
                cursor["before"] = json!(cursor["before"].as_i64()? + by);
                Some(URL_SAFE_NO_PAD.encode(cursor.to_string()))
            };
            let moved = (name == "cursor").then(read).flatten();
            Some(moved.unwrap_or_else(|| value.to_owned()))
        });
    })
}

fn without(wanted: fn(&Asked) -> bool, name: &'static str) -> Spoil {
    before(move |asked| {
        if asked.lists() && wanted(asked) && asked.parameter("cursor").is_none() {
            asked.edit_query(|key, value| (key != name).then(|| value.to_owned()));
        }
    })
}

/// Every order that a list leaves, fetched at once.
async fn whole(asked: &Asked, server: &super::proxy::Server) -> reqwest::Result<Vec<Value>> {
    let mut every = asked.clone();
    every.edit_query(|name, value| (name != "cursor" && name != "limit").then(|| value.to_owned()));
    every.url.query_pairs_mut().append_pair("limit", "100");
    let answer = server.answer(every).await?.json();
    Ok(answer["response"]["orders"].as_array().cloned().unwrap_or_default())
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(
            Paging,
            "page-overlaps",
            "a page begins with the last order of the one before",
            || cursor(1),
        ),
        proxied(
            Paging,
            "page-skips",
            "a page leaves out the order after the last one shown",
            || cursor(-1),
        ),
        seam(
            Paging,
            "pages-by-moment",
            "of orders made at one moment, those on the next page are lost",
            Seam::PagesByMoment,
        ),
        proxied(
            Paging,
            "pages-by-offset",
            "pages are counted from the newest order, whatever comes in",
            || {
                // Which offset each cursor that was handed out stands for.
                let offsets: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
                requests(move |asked, server| {
                    let offsets = Arc::clone(&offsets);
                    async move {
                        let mut answer = server.answer(asked.clone()).await?;
                        if !asked.lists() || answer.status != 200 {
                            return Ok(answer);
                        }
                        let every = whole(&asked, &server).await?;
                        let limit = asked.parameter("limit").and_then(|it| it.parse().ok());
                        let limit = limit.unwrap_or(20);
                        let mut offsets = offsets.lock().unwrap_or_else(PoisonError::into_inner);
                        let cursor = asked.parameter("cursor");
                        let from = cursor.and_then(|it| offsets.get(&it).copied()).unwrap_or(0);
                        answer.edit(|body| {
                            let page = every.iter().skip(from).take(limit).cloned();
                            body["response"]["orders"] = page.collect();
                            if let Some(next) =
                                body["response"].get("nextCursor").and_then(Value::as_str)
                            {
                                offsets.insert(next.to_owned(), from + limit);
                            }
                        });
                        Ok(answer)
                    }
                })
            },
        ),
        proxied(Paging, "limit-ignored", "a page has as many orders as it likes", || {
            without(|asked| asked.parameter("limit").is_some(), "limit")
        }),
        proxied(
            Paging,
            "empty-last-page",
            "the last page has a cursor to one that is empty",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    if asked.lists() && answer.status == 200 {
                        answer.edit(|body| {
                            let list = &mut body["response"];
                            if list.get("nextCursor").is_none()
                                && list["orders"].as_array().is_some_and(|it| !it.is_empty())
                            {
                                let last = list["orders"]
                                    .as_array()
                                    .and_then(|it| it.last())
                                    .map(|it| it["orderId"].clone());
                                list["nextCursor"] =
                                    json!(format!("end{}", last.unwrap_or_default()));
                            }
                        });
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(Paging, "oldest-first", "the list begins with the oldest order", || {
            bodies(Asked::lists, |list| {
                if let Some(orders) = list["orders"].as_array_mut() {
                    orders.reverse();
                }
            })
        }),
        proxied(Paging, "filter-after-paging", "a page is cut off first and narrowed then", || {
            requests(|asked, server| async move {
                let Some(status) = asked.parameter("status").filter(|_| asked.lists()) else {
                    return server.answer(asked).await;
                };
                let answer = server.answer(asked.clone()).await?;
                if answer.status != 200 || asked.parameter("cursor").is_some() {
                    return Ok(answer);
                }
                let mut every = asked.clone();
                every.edit_query(|name, value| (name != "status").then(|| value.to_owned()));
                let mut narrowed = server.answer(every).await?;
                narrowed.edit(|body| {
                    if let Some(orders) = body["response"]["orders"].as_array_mut() {
                        orders.retain(|order| order["status"] == json!(status));
                    }
                });
                Ok(narrowed)
            })
        }),
        proxied(Filters, "customer-filter-ignored", "`custNo` narrows nothing", || {
            without(|_| true, "custNo")
        }),
        proxied(
            Filters,
            "one-filter-at-a-time",
            "`orderType` narrows nothing beside `status`",
            || without(|asked| asked.parameter("status").is_some(), "orderType"),
        ),
        proxied(
            Filters,
            "created-to-included",
            "an order created at `createdTo` is listed",
            || {
                before(|asked| {
                    asked.edit_query(|name, value| {
                        let at = chrono::DateTime::parse_from_rfc3339(value).ok();
                        let at = at.filter(|_| name == "createdTo");
                        Some(at.map_or(value.to_owned(), |at| {
                            (at + chrono::TimeDelta::seconds(1)).to_rfc3339()
                        }))
                    });
                })
            },
        ),
        proxied(
            Filters,
            "created-from-excluded",
            "an order created at `createdFrom` is not listed",
            || {
                before(|asked| {
                    asked.edit_query(|name, value| {
                        let at = chrono::DateTime::parse_from_rfc3339(value).ok();
                        let at = at.filter(|_| name == "createdFrom");
                        Some(at.map_or(value.to_owned(), |at| {
                            (at + chrono::TimeDelta::seconds(1)).to_rfc3339()
                        }))
                    });
                })
            },
        ),
        proxied(
            Filters,
            "closed-orders-hidden",
            "a list without filters hides orders that were cancelled",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    if asked.lists() && asked.parameter("status").is_none() && answer.status == 200
                    {
                        answer.edit(|body| {
                            if let Some(orders) = body["response"]["orders"].as_array_mut() {
                                orders.retain(|order| order["status"] != "Cancelled");
                            }
                        });
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(Filters, "status-in-any-case", "a status is taken in small letters", || {
            before(|asked| {
                if asked.lists() {
                    asked.edit_query(|name, value| {
                        let mut letters = value.chars();
                        let first = letters.next().map(|it| it.to_ascii_uppercase());
                        let rest: String = letters.collect();
                        Some(match (name, first) {
                            ("status", Some(first)) => format!("{first}{rest}"),
                            _ => value.to_owned(),
                        })
                    });
                }
            })
        }),
    ]
}
