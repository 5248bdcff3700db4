//! The same request twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use octane_mock_server::defects::Defect as Seam;
use serde_json::json;

use super::Class::{DoubleBooking, Idempotency};
use super::proxy::{Answer, after, answers, orders, requests};
use super::{Defect, proxied, seam};

pub(super) fn all() -> Vec<Defect> {
    vec![
        seam(
            Idempotency,
            "orders-twice",
            "a repeated create makes a second order",
            Seam::OrdersTwice,
        ),
        proxied(
            Idempotency,
            "repeat-is-201",
            "a repeated create is answered as if it made the order",
            || {
                requests(|asked, server| async move {
                    let answer = server.answer(asked.clone()).await?;
                    if answer.error_code() != Some(3002) {
                        return Ok(answer);
                    }
                    let path = format!("/v1/order/nbn/{}", answer.json()["orderId"]);
                    let mut order = server.read(&asked, &path).await?;
                    order.status = 201;
                    let location = path.parse().expect("a path of ASCII");
                    order.headers.insert(reqwest::header::LOCATION, location);
                    Ok(order)
                })
            },
        ),
        proxied(
            Idempotency,
            "duplicate-not-named",
            "the refusal of a repeated create does not name the order",
            || {
                answers(|_, answer| {
                    if answer.error_code() == Some(3002) {
                        answer.edit(|body| {
                            body.as_object_mut().map(|body| body.remove("orderId"));
                        });
                    }
                })
            },
        ),
        proxied(
            Idempotency,
            "another-is-named",
            "the refusal of a repeated create names the newest order",
            || {
                after(|newest: &mut i64, asked, answer| {
                    if asked.creates() && answer.status == 201 {
                        *newest = answer.json()["response"]["orderId"].as_i64().unwrap_or_default();
                    } else if answer.error_code() == Some(3002) {
                        answer.edit(|body| body["orderId"] = json!(*newest));
                    }
                })
            },
        ),
        proxied(
            Idempotency,
            "failed-create-counts",
            "a create that is refused uses up its `remoteOrderId`",
            || {
                after(|used: &mut BTreeMap<String, u32>, asked, answer| {
                    if !asked.creates() {
                        return;
                    }
                    let id = asked.json()["remoteOrderId"].as_str().unwrap_or_default().to_owned();
                    match answer.status {
                        422 if answer.error_code() != Some(2002) => {
                            *used.entry(id).or_default() += 1;
                        }
                        201 if used.contains_key(&id) => {
                            *answer = super::proxy::Answer::failure(409, 3002, "Made before.");
                        }
                        _ => {}
                    }
                })
            },
        ),
        proxied(
            Idempotency,
            "unknown-customer-counts",
            "a create that is refused for its customer uses up its `remoteOrderId`",
            || {
                let used: Arc<Mutex<BTreeSet<String>>> = Arc::default();
                requests(move |mut asked, server| {
                    let used = Arc::clone(&used);
                    async move {
                        let mut body = asked.json();
                        let id = body["remoteOrderId"].as_str().filter(|_| asked.creates());
                        let Some(id) = id.map(str::to_ascii_lowercase) else {
                            return server.answer(asked).await;
                        };
                        let key = format!("{} {:?} {id}", asked.life(), asked.provider());
                        let is_used =
                            used.lock().unwrap_or_else(PoisonError::into_inner).contains(&key);
                        if let Some(customer) = body.pointer_mut("/service/custNo")
                            && customer.is_i64()
                            && is_used
                        {
                            // A customer nobody has: the server judges the rest, and makes no order.
                            *customer = json!(-1);
                            asked.set_json(&body);
                        }
                        let answer = server.answer(asked).await?;
                        if answer.error_code() == Some(3003) {
                            used.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
                        }
                        match is_used && answer.status == 422 {
                            true => Ok(Answer::failure(409, 3002, "Made before.")),
                            false => Ok(answer),
                        }
                    }
                })
            },
        ),
        proxied(
            Idempotency,
            "qualifications-shared",
            "a location qualified again gets the ids it had",
            || {
                after(|made: &mut BTreeMap<String, super::proxy::Answer>, asked, answer| {
                    if asked.qualifies() && answer.status == 200 {
                        let key = format!("{:?} {}", asked.provider(), asked.json()["locationId"]);
                        *answer = made.entry(key).or_insert_with(|| answer.clone()).clone();
                    }
                })
            },
        ),
        seam(
            Idempotency,
            "own-place-is-taken",
            "the place an order holds is not free to it when it books again",
            Seam::OwnPlaceIsTaken,
        ),
        proxied(
            Idempotency,
            "same-timeslot-unrecorded",
            "booking the same timeslot again leaves no trace",
            || {
                orders(|order| {
                    if let Some(history) =
                        order.pointer_mut("/appointment/history").and_then(|it| it.as_array_mut())
                    {
                        history.dedup_by(|later, earlier| {
                            later["action"] == "Rescheduled"
                                && later["timeslotId"] == earlier["timeslotId"]
                        });
                    }
                })
            },
        ),
        seam(
            DoubleBooking,
            "overbooks",
            "a timeslot has a place more than it offers",
            Seam::Overbooks,
        ),
        seam(
            DoubleBooking,
            "capacity-per-location",
            "each location has the places of a timeslot for itself, though its area shares them",
            Seam::PlacesPerLocation,
        ),
        proxied(
            DoubleBooking,
            "capacity-per-provider",
            "each provider has the places of a timeslot for itself",
            || {
                requests(|asked, server| async move {
                    let answer = server.answer(asked.clone()).await?;
                    if !asked.asks_timeslots() || answer.status != 200 {
                        return Ok(answer);
                    }
                    // What the other provider booked is counted as free.
                    let Some(provider) = asked.provider() else { return Ok(answer) };
                    let other = asked.clone().by(provider.other());
                    let list = server.read(&other, "/v1/order/nbn").await?.json();
                    let mut answer = answer;
                    for order in list["response"]["orders"].as_array().into_iter().flatten() {
                        let path = format!("/v1/order/nbn/{}", order["orderId"]);
                        let detail = server.read(&other, &path).await?.json();
                        let booked = detail
                            .pointer("/response/appointment")
                            .filter(|it| it["status"] == "Booked");
                        let Some(booked) = booked else { continue };
                        answer.edit(|body| {
                            for slot in
                                body["response"]["timeslots"].as_array_mut().into_iter().flatten()
                            {
                                if slot["timeslotId"] == booked["timeslotId"] {
                                    let free = slot["placesFree"].as_i64().unwrap_or_default();
                                    slot["placesFree"] = json!(free + 1);
                                }
                            }
                        });
                    }
                    Ok(answer)
                })
            },
        ),
    ]
}
