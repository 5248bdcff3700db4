//! Timeslots and the places in them.

use super::Entry;
use crate::rules::Evidence::{Flows, TruthTable};
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::AppointmentRecorded,
        Facts {
            id: "appointment-recorded",
            title: "An appointment tells its timeslot and history",
            promise: "`appointment` tells the timeslot, whether its place is held, the contact, and everything that happened to it.",
            why: "Somebody waits at home for it.",
            sources: &["/components/schemas/Appointment"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::TimeslotsOffered,
        Facts {
            id: "timeslots-offered",
            title: "Timeslots are where the rules put them",
            promise: "The free timeslots of a window are the mornings and afternoons of its weekdays in the location's time zone, none started, none beyond 90 days, the first 25.",
            why: "An hour off at the change of clocks is a missed visit.",
            sources: &["/paths/~1v1~1appointment~1nbn~1timeslot/get/description"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::PlacesCounted,
        Facts {
            id: "places-counted",
            title: "Free places are counted",
            promise: "`placesFree` is the places of the timeslot less those that orders hold; a place is free again as soon as an order lets go of it, and not before.",
            why: "Places that are never given back sell the calendar out.",
            sources: &["/components/schemas/Timeslot/properties/placesFree"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::TimeslotBookable,
        Facts {
            id: "timeslot-bookable",
            title: "Only a coming timeslot of the area is booked",
            promise: "A timeslot of another service area, one that does not exist and one that has started are refused.",
            why: "The technician would not be there.",
            sources: &["/x-error-codes/TimeslotNotFound", "/x-error-codes/TimeslotPassed"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::PlaceSoldOnce,
        Facts {
            id: "place-sold-once",
            title: "A place is sold once",
            promise: "A timeslot without a free place is refused; the order's own place counts as free to it.",
            why: "Two customers would wait for one technician.",
            sources: &["/x-error-codes/TimeslotFull"],
            evidence: &[Flows],
        },
    ),
];
