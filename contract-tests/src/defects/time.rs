//! Moments, days, time zones and daylight saving.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use chrono_tz::Australia::Sydney;
use octane_mock_server::defects::Defect as Seam;
use serde_json::{Value, json};

use super::Class::{Time, TimeZones};
use super::proxy::{Asked, Spoil, before, bodies, orders, requests};
use super::{Defect, proxied, seam, test_data};

const STANDARD: i32 = 10 * 3600;

fn moment(value: &Value) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok()
}

/// Changes the start and the end of every timeslot that is offered.
fn timeslots(change: fn(DateTime<FixedOffset>) -> DateTime<FixedOffset>) -> Spoil {
    bodies(Asked::asks_timeslots, move |list| {
        for slot in list["timeslots"].as_array_mut().into_iter().flatten() {
            for name in ["startDateTime", "endDateTime"] {
                if let Some(at) = moment(&slot["validFor"][name]) {
                    slot["validFor"][name] = json!(change(at).to_rfc3339());
                }
            }
        }
    })
}

/// Moves the moment that a query parameter names.
fn parameter(name: &'static str, by: TimeDelta) -> Spoil {
    before(move |asked| {
        asked.edit_query(|key, value| {
            let at = DateTime::parse_from_rfc3339(value).ok().filter(|_| key == name);
            Some(at.map_or(value.to_owned(), |at| (at + by).to_rfc3339()))
        });
    })
}

/// A moment with its offset taken for an ornament.
fn without_offset(text: &str) -> String {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => at.naive_local().and_utc().to_rfc3339(),
        Err(_) => text.to_owned(),
    }
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        seam(
            Time,
            "expires-a-second-early",
            "a qualification expires a second early",
            Seam::ExpiresEarly,
        ),
        proxied(Time, "never-expires", "a qualification does not expire", || {
            requests(|asked, server| async move {
                let answer = server.answer(asked.clone()).await?;
                if answer.error_code() != Some(2004) {
                    return Ok(answer);
                }
                // Qualified again behind the provider's back, and ordered with that.
                let mut again = asked.clone();
                again.set_path("/v1/qualification/check");
                again.set_json(
                    &json!({ "productSelection": "nbn", "locationId": "LOC000000000001" }),
                );
                let made = server.answer(again).await?.json()["response"].clone();
                let mut order = asked;
                let mut body = order.json();
                for id in ["remoteOrderId", "qualificationSearchId", "remoteQualificationSearchId"]
                {
                    body[id] = made[id].clone();
                }
                order.set_json(&body);
                server.answer(order).await
            })
        }),
        proxied(
            Time,
            "window-end-included",
            "a timeslot that starts at the window's end is in it",
            || parameter("endDateTime", TimeDelta::seconds(1)),
        ),
        proxied(
            Time,
            "window-start-excluded",
            "a timeslot that starts at the window's start is not in it",
            || parameter("startDateTime", TimeDelta::seconds(1)),
        ),
        proxied(
            Time,
            "horizon-excluded",
            "a timeslot that starts exactly 90 days ahead is not offered",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    if !asked.asks_timeslots() || answer.status != 200 {
                        return Ok(answer);
                    }
                    let horizon = server.now(&asked).await?.map(|now| now + TimeDelta::days(90));
                    answer.edit(|body| {
                        if let Some(offered) = body["response"]["timeslots"].as_array_mut() {
                            offered.retain(|slot| {
                                let start = moment(&slot["validFor"]["startDateTime"]);
                                start.map(|it| it.to_utc()) != horizon
                            });
                        }
                    });
                    Ok(answer)
                })
            },
        ),
        proxied(
            Time,
            "recorded-in-local-time",
            "what was recorded is told with Sydney's offset",
            || {
                orders(|order| {
                    if let Some(at) = moment(&order["createdAt"]) {
                        order["createdAt"] = json!(at.with_timezone(&Sydney).to_rfc3339());
                    }
                })
            },
        ),
        proxied(Time, "moments-without-offset", "moments have no offset", || {
            orders(|order| {
                if let Some(at) = moment(&order["updatedAt"]) {
                    order["updatedAt"] = json!(at.naive_utc().to_string().replace(' ', "T"));
                }
            })
        }),
        proxied(Time, "requested-date-in-utc", "the requested date comes back in UTC", || {
            orders(|order| {
                if let Some(at) = moment(&order["custReqDate"]) {
                    order["custReqDate"] = json!(at.with_timezone(&Utc).to_rfc3339());
                }
                if order["custReqDate"].is_null() {
                    order.as_object_mut().map(|order| order.remove("custReqDate"));
                }
            })
        }),
        proxied(
            Time,
            "requested-to-the-second",
            "the requested date comes back without its fraction of a second",
            || {
                orders(|order| {
                    if let Some(at) = order.get("custReqDate").and_then(moment) {
                        order["custReqDate"] = json!(at.trunc_subsecs(0).to_rfc3339());
                    }
                })
            },
        ),
        proxied(
            Time,
            "afternoon-is-am",
            "the afternoon of today is a timeslot of the morning",
            || {
                bodies(Asked::asks_timeslots, |list| {
                    let offered = list["timeslots"].as_array_mut();
                    if let Some(first) = offered.and_then(|it| it.first_mut())
                        && first["appointmentLeadTime"] == 0
                    {
                        first["appointmentSlotType"] = json!("AM");
                    }
                })
            },
        ),
        test_data(
            TimeZones,
            "perth-by-sydney",
            "Perth has Sydney's time zone",
            &[("Australia/Perth", "Australia/Sydney")],
        ),
        test_data(
            TimeZones,
            "brisbane-for-sydney",
            "Sydney has no daylight saving",
            &[("Australia/Sydney", "Australia/Brisbane")],
        ),
        proxied(
            TimeZones,
            "offset-of-winter",
            "timeslots carry the offset of standard time all year",
            || {
                timeslots(|at| match at.offset().local_minus_utc() {
                    39_600 => {
                        at.with_timezone(&FixedOffset::east_opt(STANDARD).expect("ten hours"))
                    }
                    _ => at,
                })
            },
        ),
        proxied(
            TimeZones,
            "hours-of-summer",
            "after the clocks change timeslots keep the hours of summer",
            || {
                timeslots(|at| match at.offset().local_minus_utc() {
                    STANDARD => at - TimeDelta::hours(1),
                    _ => at,
                })
            },
        ),
        proxied(TimeZones, "timeslots-in-utc", "timeslots are told in UTC", || {
            timeslots(|at| at.with_timezone(&Utc).fixed_offset())
        }),
        proxied(TimeZones, "lead-time-in-utc", "the days to a timeslot are counted in UTC", || {
            bodies(Asked::asks_timeslots, |list| {
                for slot in list["timeslots"].as_array_mut().into_iter().flatten() {
                    let start = moment(&slot["validFor"]["startDateTime"]);
                    let Some(start) = start else { continue };
                    let off = start.date_naive() - start.naive_utc().date();
                    let days = slot["appointmentLeadTime"].as_i64().unwrap_or_default();
                    slot["appointmentLeadTime"] = json!((days - off.num_days()).max(0));
                }
            })
        }),
        proxied(
            TimeZones,
            "remediation-in-utc",
            "the planned remediation date is a day of UTC",
            || {
                orders(|order| {
                    let day = order.get("plannedRemediationDate").and_then(Value::as_str);
                    let day = day.and_then(|it| it.parse::<NaiveDate>().ok());
                    let updated = moment(&order["updatedAt"]);
                    if let (Some(day), Some(updated)) = (day, updated)
                        && updated.with_timezone(&Sydney).day() != updated.to_utc().day()
                    {
                        order["plannedRemediationDate"] = json!(day.pred_opt());
                    }
                })
            },
        ),
        proxied(TimeZones, "qualified-in-utc", "a qualification has the day it is in UTC", || {
            bodies(Asked::qualifies, |made| {
                let day = made["dateSubmitted"].as_str().unwrap_or_default();
                if let Ok(day) = NaiveDate::parse_from_str(day, "%d-%m-%Y") {
                    let day = day.pred_opt().unwrap_or(day);
                    made["dateSubmitted"] = json!(day.format("%d-%m-%Y").to_string());
                }
            })
        }),
        proxied(
            TimeZones,
            "filter-ignores-offset",
            "the offset of `createdFrom` and `createdTo` is ignored",
            || {
                before(|asked| {
                    asked.edit_query(|name, value| {
                        Some(match name {
                            "createdFrom" | "createdTo" => without_offset(value),
                            _ => value.to_owned(),
                        })
                    });
                })
            },
        ),
        proxied(TimeZones, "window-ignores-offset", "the offset of a window is ignored", || {
            before(|asked| {
                if asked.asks_timeslots() {
                    asked.edit_query(|name, value| {
                        Some(if name.ends_with("DateTime") {
                            without_offset(value)
                        } else {
                            value.to_owned()
                        })
                    });
                }
            })
        }),
    ]
}
