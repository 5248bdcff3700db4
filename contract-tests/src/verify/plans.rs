//! What is tried where nbn acts by itself: once an order is seen in a state, do that.

use crate::caller::Provider;
use crate::step::{By, Details, During, Pick, Place, Step, Twist};
use crate::truth_table::{Answer, Operation, State, answer};

/// What is tried with one order.
pub(super) struct Plan {
    pub(super) place: Place,
    pub(super) acts: &'static [(State, Act)],
}

/// Something that is tried once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    Withdraw,
    /// Books the timeslot at this place among those that are offered.
    Book(usize),
    /// Books one that does not exist.
    Invent,
}

use Act::{Book, Invent, Withdraw};
use State::{
    Accepted, Acknowledged, AppointmentRequired, Cancelled, Completed, Held, InProgress,
    PendingWithdrawal, Rejected, Scheduled, Submitted, Withdrawn,
};

impl Act {
    /// Whether no order in this state is moved by it.
    pub(super) fn asks_to_be_refused(self, state: State) -> bool {
        let operation = match self {
            Act::Withdraw => Operation::Withdraw,
            Act::Book(_) | Act::Invent => Operation::Book,
        };
        matches!(answer(state, operation), Answer::Refused(_))
    }
}

pub(super) const PLANS: [Plan; 6] = [
    // Withdrawn at once.
    Plan { place: Place::Visit, acts: &[(Submitted, Withdraw), (Acknowledged, Withdraw)] },
    // Withdrawn once nbn has accepted it.
    Plan { place: Place::NoVisit, acts: &[(Submitted, Book(0)), (Accepted, Withdraw)] },
    // Booked, booked again, and withdrawn before the visit.
    Plan {
        place: Place::Visit,
        acts: &[
            (AppointmentRequired, Invent),
            (AppointmentRequired, Book(6)),
            (Scheduled, Book(7)),
            (Scheduled, Withdraw),
        ],
    },
    // Let run to its end, with a visit and without.
    Plan {
        place: Place::Visit,
        acts: &[(Acknowledged, Book(0)), (Accepted, Book(0)), (AppointmentRequired, Book(0))],
    },
    Plan { place: Place::NoVisit, acts: &[] },
    // Withdrawn while an appointment is asked for, in another time zone.
    Plan { place: Place::FarVisit, acts: &[(AppointmentRequired, Withdraw)] },
];

/// What is tried with every order, once nothing can come of it, or nbn chose to hold it.
pub(super) const ALWAYS: [(State, Act); 14] = [
    (PendingWithdrawal, Withdraw),
    (PendingWithdrawal, Book(0)),
    (InProgress, Withdraw),
    (InProgress, Book(0)),
    (Held, Book(0)),
    (Held, Withdraw),
    (Completed, Withdraw),
    (Completed, Book(0)),
    (Rejected, Withdraw),
    (Rejected, Book(0)),
    (Withdrawn, Withdraw),
    (Withdrawn, Book(0)),
    (Cancelled, Withdraw),
    (Cancelled, Book(0)),
];

/// What is refused whatever nbn does: with a qualification that nothing was ordered with, one of a
/// location that cannot be ordered, and an order.
pub(super) fn refused(unused: usize, not_orderable: usize, order: usize) -> Vec<Step> {
    let with = |qualification, provider, twist| Step::Activate {
        provider,
        qualification,
        customer: 0,
        twist,
        details: Details::default(),
    };
    let create = |provider, twist| with(unused, provider, twist);
    let (by, pick, details) = (By::Stranger, Pick::Invented, Details::default);
    let timeslots = |place, during| Step::Timeslots {
        provider: Provider::A,
        place,
        during,
        details: details(),
    };
    vec![
        Step::Qualify { provider: Provider::A, place: Place::Unknown, details: details() },
        with(not_orderable, Provider::A, Twist::None),
        create(Provider::B, Twist::None),
        create(Provider::A, Twist::UnknownQualification),
        create(Provider::A, Twist::MixedIds),
        create(Provider::A, Twist::ServiceClass),
        create(Provider::A, Twist::ForeignDevice),
        create(Provider::A, Twist::ForeignCustomer),
        timeslots(Place::Visit, During::Days(1, 0)),
        timeslots(Place::Unknown, During::Days(1, 7)),
        Step::Book { by, order, pick, details: details() },
    ]
}
