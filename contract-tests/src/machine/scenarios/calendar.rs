//! Days that a calendar gets wrong: changes of the clocks, the ends of months and years, a leap day,
//! holidays, on which technicians come all the same.

use super::*;

/// Monday mornings in Sydney before such days, in the order they come.
pub(super) fn days() -> Vec<DateTime<Utc>> {
    [
        // Daylight saving ends on 5 April.
        (2026, 3, 29),
        // It begins on 4 October.
        (2026, 9, 27),
        // A month of 31 days ends, and the year's holidays are not far.
        (2026, 12, 20),
        // Australia Day.
        (2027, 1, 24),
        // A leap day, and the 90 days after it.
        (2028, 2, 27),
        // Anzac Day.
        (2028, 4, 23),
    ]
    .into_iter()
    .filter_map(|(year, month, day)| {
        let hour = Utc.with_ymd_and_hms(year, month, day, 22, 0, 0).single()?;
        Some(hour + TimeDelta::milliseconds(start().timestamp_subsec_millis().into()))
    })
    .collect()
}

/// From each of these days on, the timeslots of a fortnight, of places whose clocks are different.
pub(super) fn of_a_year() -> Vec<Step> {
    let during = During::Days(0, 15);
    let ask = |place| Step::Timeslots { provider: A, place, during, details: Details::default() };
    let places = [Place::Visit, Place::FarVisit, Place::NorthVisit];
    let days = days().into_iter().enumerate();
    days.flat_map(|(nth, day)| {
        // Clocks that are not changed are asked about when others are.
        let asked = if nth < 2 { &places[..] } else { &places[..1] };
        [advance(Span::Until(day))].into_iter().chain(asked.iter().map(|place| ask(*place)))
    })
    .collect()
}
