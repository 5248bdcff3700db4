//! Which timeslots there are, and how many places each has left.
//!
//! When a timeslot is follows from the rules: mornings and afternoons on weekdays in the area's own
//! time zone, none in the past, none further than 90 days ahead. Its id and its capacity the server
//! chooses: they are learned when the timeslot is first seen, and are held fixed from then on. That it
//! is seen is no choice of the server's: every timeslot has a place as long as nobody took it, so one
//! that is not offered when it is first looked for is missing.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use serde_json::{Value, json};

use super::facts::Area;
use crate::difference::{Difference, difference};

/// The most timeslots an answer holds.
const MOST: usize = 25;

/// More places than any timeslot has: how many there are is not known where others book as well.
const MANY: usize = 1_000_000;

/// How far ahead timeslots are.
const DAYS_AHEAD: i64 = 90;

/// A timeslot: its service area and its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeslot {
    /// The service area.
    pub area: Area,
    /// When it starts.
    pub start: DateTime<Utc>,
}

/// What the server chose about a timeslot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// Its id.
    pub id: String,
    /// How many places it has in all.
    pub capacity: usize,
}

/// A question for timeslots.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The service area.
    pub area: Area,
    /// The window's start, which is in it.
    pub from: DateTime<Utc>,
    /// The window's end, which is not.
    pub to: DateTime<Utc>,
}

/// What was learned about timeslots so far.
#[derive(Debug, Clone, Default)]
pub struct Timeslots {
    learned: BTreeMap<Timeslot, Learned>,
}

impl Timeslot {
    /// `AM` or `PM`.
    pub fn slot_type(self) -> &'static str {
        let local = self.start.with_timezone(&self.area.zone());
        if local.time() < NaiveTime::from_hms_opt(12, 0, 0).expect("noon is a time") {
            "AM"
        } else {
            "PM"
        }
    }

    /// When it ends. No timeslot spans a change of the clocks, which happens at night.
    pub fn end(self) -> DateTime<Utc> {
        self.start + TimeDelta::hours(4)
    }

    /// `validFor`, as it is on the wire.
    pub fn valid_for(self) -> Value {
        let zone = self.area.zone();
        let text = |moment: DateTime<Utc>| moment.with_timezone(&zone).to_rfc3339();
        json!({ "startDateTime": text(self.start), "endDateTime": text(self.end()) })
    }
}

/// The timeslots of an area that start within the window, earliest first, whether free or not.
pub fn timeslots(window: Window, now: DateTime<Utc>) -> impl Iterator<Item = Timeslot> {
    let Window { area, from, to } = window;
    let zone = area.zone();
    let last = now + TimeDelta::days(DAYS_AHEAD);
    let first_day = from.max(now).with_timezone(&zone).date_naive();
    let days = (0..=DAYS_AHEAD.unsigned_abs() + 1)
        .filter_map(move |day| first_day.checked_add_days(Days::new(day)));
    days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .flat_map(move |day| {
            [8, 13].into_iter().filter_map(move |hour| {
                let local = day.and_hms_opt(hour, 0, 0)?;
                zone.from_local_datetime(&local).single()
            })
        })
        .map(move |start| Timeslot { area, start: start.with_timezone(&Utc) })
        .filter(move |slot| slot.start > now && slot.start <= last)
        .filter(move |slot| slot.start >= from && slot.start < to)
}

impl Timeslots {
    /// What is known of a timeslot, if it was looked for before.
    pub fn learned(&self, slot: Timeslot) -> Option<&Learned> {
        self.learned.get(&slot)
    }

    /// The id of a timeslot that was offered before.
    pub fn id(&self, slot: Timeslot) -> Option<&str> {
        self.learned.get(&slot).map(|learned| learned.id.as_str())
    }

    /// The latest timeslot of an area that was offered and has started.
    pub fn passed(&self, area: Area, now: DateTime<Utc>) -> Option<Timeslot> {
        self.learned.keys().rev().find(|slot| slot.area == area && slot.start <= now).copied()
    }

    /// Compares an answer with what must be free, learning from what was not seen before.
    ///
    /// `taken` tells how many places of a timeslot are booked.
    pub fn compare(
        &mut self,
        window: Window,
        now: DateTime<Utc>,
        taken: impl Fn(Timeslot) -> usize,
        received: &Value,
    ) -> Option<Difference> {
        let offered = received.get("timeslots").and_then(Value::as_array);
        let offered = offered.map_or(&[][..], Vec::as_slice);
        let mut expected = Vec::new();
        for slot in timeslots(window, now) {
            if expected.len() == MOST {
                break;
            }
            let learned = match self.learned.entry(slot) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    match learn(slot, offered.get(expected.len()), taken(slot)) {
                        Some(learned) => unknown.insert(learned),
                        None => {
                            return Some(Difference {
                                pointer: format!("/timeslots/{}", expected.len()),
                                expected: format!("the timeslot {}", slot.valid_for()),
                                received: offered
                                    .get(expected.len())
                                    .map_or("nothing".to_owned(), |item| {
                                        item["validFor"].to_string()
                                    }),
                            });
                        }
                    }
                }
            };
            let free = learned.capacity.saturating_sub(taken(slot));
            if free > 0 {
                expected.push(body(slot, &learned.id, free, window, now));
            }
        }
        difference(&json!({ "timeslots": expected }), received)
    }
}

impl Timeslots {
    /// Compares an answer with what may be free where others book as well: every timeslot offered is
    /// one of the calendar, in order, and says of itself what is so. How many places are free, nobody
    /// here knows; nor when exactly it was answered, only that it was between two moments.
    pub fn compare_shared(
        &mut self,
        window: Window,
        between: (DateTime<Utc>, DateTime<Utc>),
        received: &Value,
    ) -> Option<Difference> {
        let (now, at_last) = between;
        let offered = received.get("timeslots").and_then(Value::as_array);
        let offered = offered.map_or(&[][..], Vec::as_slice);
        let mut calendar = timeslots(window, now);
        for (index, item) in offered.iter().enumerate() {
            let pointer = format!("/timeslots/{index}");
            let starts = item.pointer("/validFor/startDateTime").and_then(super::adopt::moment);
            let Some(slot) = calendar.find(|slot| Some(slot.start) == starts) else {
                let expected = "a timeslot of the calendar, after the one before it".to_owned();
                return Some(Difference {
                    pointer,
                    expected,
                    received: item["validFor"].to_string(),
                });
            };
            let free = item["placesFree"].as_u64().and_then(|free| usize::try_from(free).ok());
            let id = item["timeslotId"].as_str().unwrap_or_default().to_owned();
            let mut expected = body(slot, &id, free.unwrap_or_default(), window, now);
            let later = body(slot, &id, free.unwrap_or_default(), window, at_last);
            if item["appointmentLeadTime"] == later["appointmentLeadTime"] {
                // Midnight passed meanwhile.
                expected = later;
            }
            if let Some(found) = difference(&expected, item) {
                let pointer = format!("{pointer}{}", found.pointer);
                return Some(Difference { pointer, ..found });
            }
            let known = self.learned.entry(slot).or_insert(Learned { id, capacity: MANY });
            if item["timeslotId"] != known.id {
                let pointer = format!("{pointer}/timeslotId");
                let received = item["timeslotId"].to_string();
                return Some(Difference {
                    pointer,
                    expected: json!(known.id).to_string(),
                    received,
                });
            }
        }
        None
    }
}

/// What the item that should be this timeslot tells about it; nothing if it is another.
fn learn(slot: Timeslot, offered: Option<&Value>, taken: usize) -> Option<Learned> {
    let start = offered?.pointer("/validFor/startDateTime")?.as_str()?;
    let starts = DateTime::parse_from_rfc3339(start).is_ok_and(|at| at == slot.start);
    let free = usize::try_from(offered?.get("placesFree")?.as_u64()?).ok()?;
    let id = offered?.get("timeslotId")?.as_str()?.to_owned();
    starts.then_some(Learned { id, capacity: taken + free })
}

fn body(slot: Timeslot, id: &str, free: usize, window: Window, now: DateTime<Utc>) -> Value {
    let zone = slot.area.zone();
    let day = |moment: DateTime<Utc>| moment.with_timezone(&zone).date_naive();
    json!({
        "timeslotId": id,
        "appointmentSlotType": slot.slot_type(),
        "validFor": slot.valid_for(),
        "withinTimeWindow": slot.end() <= window.to,
        "appointmentLeadTime": (day(slot.start) - day(now)).num_days(),
        "placesFree": free,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(area: Area, from: &str, to: &str, now: &str) -> Vec<String> {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let window = Window { area, from: at(from), to: at(to) };
        timeslots(window, at(now))
            .map(|slot| slot.start.with_timezone(&area.zone()).to_rfc3339())
            .collect()
    }

    #[test]
    fn timeslots_are_on_weekdays_and_keep_local_hours_over_the_change_of_clocks() {
        let found = starts(
            Area::Sydney,
            "2026-04-02T13:00:00Z",
            "2026-04-06T13:00:00Z",
            "2026-03-01T22:00:00Z",
        );
        assert_eq!(
            found,
            [
                "2026-04-03T08:00:00+11:00",
                "2026-04-03T13:00:00+11:00",
                "2026-04-06T08:00:00+10:00",
                "2026-04-06T13:00:00+10:00"
            ]
        );
    }

    #[test]
    fn no_timeslot_has_started_or_is_further_than_ninety_days_ahead() {
        let found = starts(
            Area::Perth,
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
            "2026-03-02T00:00:00Z",
        );
        assert_eq!(found.first().map(String::as_str), Some("2026-03-02T13:00:00+08:00"));
        assert_eq!(found.last().map(String::as_str), Some("2026-05-29T13:00:00+08:00"));
    }
}
