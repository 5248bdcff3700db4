//! Timeslots: which there are, how many places each has, and what its id means.
//!
//! Nothing is stored: timeslots follow from the seed, the service area and the calendar. Rules are
//! those of the operation `queryAppointmentTimeslots` in the contract.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use uuid::Uuid;

/// How far ahead a timeslot may start.
pub const HORIZON: TimeDelta = TimeDelta::days(90);

/// How many timeslots one query answers at the most.
pub const ANSWERED_MAX: usize = 25;

/// A half-day in a service area in which technicians visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeslot {
    /// Opaque id, unique across service areas.
    pub id: String,
    /// The half of the day.
    pub half: Half,
    /// Start, with the offset of the location's time zone.
    pub start: DateTime<FixedOffset>,
    /// End, likewise.
    pub end: DateTime<FixedOffset>,
}

/// The half of a day; the contract's `appointmentSlotType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// 08:00–12:00.
    Am,
    /// 13:00–17:00.
    Pm,
}

impl Half {
    const fn hours(self) -> (u32, u32) {
        match self {
            Self::Am => (8, 12),
            Self::Pm => (13, 17),
        }
    }
}

/// The timeslots of one service area.
///
/// # Implementation rationale
///
/// An id is a number of the half-day, multiplied by an odd constant and masked with a number drawn
/// from seed and area. That is a bijection, so ids never collide and are read back without a table,
/// while nothing about the timeslot can be read off them. It is no secret and need not be one.
#[derive(Debug, Clone, Copy)]
pub struct TimeslotBook {
    mask: u64,
    time_zone: Tz,
}

/// Odd, so that it has an inverse modulo 2^64; the golden ratio, as in `SplitMix64`.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl TimeslotBook {
    /// The timeslots of `service_area`, whose days begin by `time_zone`, under `seed`.
    pub fn new(seed: u32, service_area: &str, time_zone: Tz) -> Self {
        let name = format!("octane-mock timeslots {seed} {service_area}");
        let (mask, _) = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).as_u64_pair();
        Self { mask, time_zone }
    }

    /// The timeslots that start in the window from `from` (included) to `to` (excluded), have not
    /// started at `now`, and start no further than [`HORIZON`] ahead; earliest first.
    pub fn between(
        self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = Timeslot> {
        let first = from.max(now).with_timezone(&self.time_zone).date_naive();
        let days = usize::try_from(HORIZON.num_days()).expect("a constant number of days") + 2;
        first
            .iter_days()
            .take(days)
            .flat_map(move |day| [Half::Am, Half::Pm].map(|half| (day, half)))
            .filter_map(move |(day, half)| self.timeslot(day, half))
            .skip_while(move |it| it.start < from)
            .take_while(move |it| it.start < to)
            .filter(move |it| it.is_bookable(now))
    }

    /// The timeslot with this id, if this service area has one, bookable or not.
    pub fn by_id(self, id: &str) -> Option<Timeslot> {
        let number = (u64::from_str_radix(id, 16).ok()? ^ self.mask).wrapping_mul(inverse(SPREAD));
        let (day, half) = (number / 2, if number.is_multiple_of(2) { Half::Am } else { Half::Pm });
        let day = NaiveDate::from_num_days_from_ce_opt(u32::try_from(day).ok()?.cast_signed())?;
        self.timeslot(day, half).filter(|it| it.id == id)
    }

    /// How many places a timeslot has in all: 1 to 3.
    pub fn places(self, timeslot: &Timeslot) -> u32 {
        // The finaliser of SplitMix64: three places of neighbours look unrelated.
        let mut bits =
            self.mask ^ number(timeslot.start.date_naive(), timeslot.half).wrapping_mul(SPREAD);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        match (bits ^ (bits >> 31)) % 3 {
            0 => 1,
            1 => 2,
            _ => 3,
        }
    }

    fn timeslot(self, day: NaiveDate, half: Half) -> Option<Timeslot> {
        if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            return None;
        }
        let (from, to) = half.hours();
        let id = number(day, half).wrapping_mul(SPREAD) ^ self.mask;
        Some(Timeslot {
            id: format!("{id:016x}"),
            half,
            start: self.moment(day, from)?,
            end: self.moment(day, to)?,
        })
    }

    fn moment(self, day: NaiveDate, hour: u32) -> Option<DateTime<FixedOffset>> {
        let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
        // Clocks change at night, so the hour is there exactly once in every zone of Australia.
        let moment = self.time_zone.from_local_datetime(&day.and_time(time)).earliest()?;
        Some(moment.fixed_offset())
    }
}

impl Timeslot {
    /// Whether it has begun at `now`.
    pub fn has_started(&self, now: DateTime<Utc>) -> bool {
        self.start <= now
    }

    /// Whether it lies ahead of `now`, and no further than [`HORIZON`].
    pub fn is_bookable(&self, now: DateTime<Utc>) -> bool {
        !self.has_started(now) && self.start.to_utc() - now <= HORIZON
    }
}

fn number(day: NaiveDate, half: Half) -> u64 {
    u64::from(day.num_days_from_ce().cast_unsigned()) * 2 + u64::from(half == Half::Pm)
}

/// Inverse of an odd number modulo 2^64, by Newton's method: each step doubles the right bits.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(area: &str) -> TimeslotBook {
        TimeslotBook::new(1, area, chrono_tz::Australia::Sydney)
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_id_is_read_back_by_its_own_area_only() {
        let now = at("2026-03-02T00:00:00Z");
        let timeslots: Vec<_> = book("2SYD").between(now, now + HORIZON, now).collect();
        assert!(timeslots.len() > 100);
        for timeslot in &timeslots {
            assert_eq!(book("2SYD").by_id(&timeslot.id).as_ref(), Some(timeslot));
            assert_eq!(book("6PER").by_id(&timeslot.id), None);
        }
    }

    #[test]
    fn a_timeslot_keeps_its_local_hours_across_the_end_of_daylight_saving() {
        // Sydney leaves daylight saving on Sunday 5 April 2026.
        let now = at("2026-04-02T22:30:00Z");
        let starts: Vec<_> = book("2SYD")
            .between(now, now + TimeDelta::days(4), now)
            .map(|it| it.start.to_rfc3339())
            .collect();
        assert_eq!(
            starts,
            [
                "2026-04-03T13:00:00+11:00",
                "2026-04-06T08:00:00+10:00",
                "2026-04-06T13:00:00+10:00",
                "2026-04-07T08:00:00+10:00"
            ]
        );
    }

    #[test]
    fn a_window_far_ahead_or_upside_down_is_empty() {
        let now = at("2026-03-02T00:00:00Z");
        let far = now + TimeDelta::days(400);
        assert_eq!(book("2SYD").between(far, far + HORIZON, now).count(), 0);
        assert_eq!(book("2SYD").between(now + HORIZON, now, now).count(), 0);
    }

    #[test]
    fn the_seed_changes_ids_and_places() {
        let now = at("2026-03-02T00:00:00Z");
        let describe = |seed| -> Vec<_> {
            let book = TimeslotBook::new(seed, "2SYD", chrono_tz::Australia::Sydney);
            book.between(now, now + HORIZON, now).map(|it| (book.places(&it), it.id)).collect()
        };
        assert_eq!(describe(1), describe(1));
        assert_ne!(describe(1), describe(2));
        let places: std::collections::BTreeSet<_> =
            describe(1).into_iter().map(|it| it.0).collect();
        assert_eq!(places, [1, 2, 3].into());
    }
}
