//! Which races to run: a few shapes, in turn, whose details are drawn.
//!
//! All of a race is about one order, one timeslot, one `remoteOrderId` or one service, since calls
//! that have nothing in common do not meet.

use super::Race;
use super::schedule::Draw;
use crate::caller::Provider::{A, B};
use crate::reach::{Abstract, Outcome};
use crate::step::{By, Change, Details, Filter, Pick, Place, Step, Twist};
use crate::truth_table::{Event, State, Visit};

pub(super) const SHAPES: [fn(&mut Draw) -> Race; 6] =
    [withdrawals, one_remote_id, last_place, one_order, one_service, place_given_back];

/// The race of this number.
pub(super) fn race(number: u64, seed: u64) -> Race {
    let mut draw = Draw::of(seed.wrapping_mul(1_000_003).wrapping_add(number));
    let shape = usize::try_from(number % SHAPES.len() as u64).unwrap_or_default();
    SHAPES[shape](&mut draw)
}

fn nbn(order: usize, event: Event) -> Step {
    Step::Network { order, event, noted: false }
}

fn withdraw() -> Step {
    Step::Withdraw { by: By::Owner, order: 0, details: Details::default() }
}

fn book(order: usize, pick: usize) -> Step {
    Step::Book { by: By::Owner, order, pick: Pick::Nth(pick), details: Details::default() }
}

fn made(order: usize, place: Place, events: &[Event]) -> Vec<Step> {
    let (qualification, twist) = (order, Twist::None);
    let mut steps = vec![
        Step::Qualify { provider: A, place, details: Details::default() },
        Step::Activate {
            provider: A,
            qualification,
            customer: 0,
            twist,
            details: Details::default(),
        },
    ];
    steps.extend(events.iter().map(|event| nbn(order, *event)));
    steps
}

/// An order that waits for an appointment. How it came there does not matter to whoever races for one,
/// nor whose it is: they have turns.
fn waiting(order: usize) -> Step {
    let state = Abstract {
        state: State::AppointmentRequired,
        origin: None,
        visit: Visit::Required,
        timeslot_held: false,
        outcome: Outcome::NeverAsked,
    };
    Step::Seed { provider: [A, B][order % 2], state }
}

const TO_APPOINTMENT: [Event; 3] = [Event::Acknowledge, Event::Accept, Event::RequireAppointment];

/// Reads, a withdrawal, a booking and nbn's events, in any state before work begins.
fn one_order(draw: &mut Draw) -> Race {
    let mut before = made(0, Place::Visit, &TO_APPOINTMENT[..draw.below(4)]);
    if before.len() == 5 && draw.below(2) == 0 {
        before.push(book(0, 3));
    }
    let any = |draw: &mut Draw| match draw.below(6) {
        0 => Step::Get { by: By::Owner, order: 0 },
        1 => Step::List { provider: A, filter: Filter::default(), limit: None },
        2 => book(0, 2 + draw.below(2)),
        3 => {
            let events = [Event::Hold, Event::CancelByNetwork, Event::Accept, Event::Start];
            nbn(0, *draw.of_these(&events))
        }
        _ => withdraw(),
    };
    let columns =
        (0..2 + draw.below(2)).map(|_| (0..1 + draw.below(2)).map(|_| any(draw)).collect());
    Race { before, columns: columns.collect() }
}

/// Creates with the ids of one qualification, and one with those of another.
fn one_remote_id(draw: &mut Draw) -> Race {
    let create = |draw: &mut Draw, qualification| Step::Activate {
        provider: A,
        qualification,
        customer: draw.below(2),
        twist: *draw.of_these(&[Twist::None, Twist::Device]),
        details: Details::default(),
    };
    let qualify = Step::Qualify { provider: A, place: Place::Visit, details: Details::default() };
    let mut columns: Vec<Vec<Step>> =
        (0..2 + draw.below(2)).map(|_| vec![create(draw, 0)]).collect();
    columns.push(vec![create(draw, 1)]);
    Race { before: vec![qualify; 2], columns }
}

/// One booking more than any timeslot has places, some by orders that have another.
fn last_place(draw: &mut Draw) -> Race {
    const ORDERS: usize = 4;
    let pick = 1 + draw.below(4);
    let mut before: Vec<Step> = (0..ORDERS).map(waiting).collect();
    before.extend((0..draw.below(3)).map(|order| book(order, pick + 4 + order)));
    let columns = (0..ORDERS).map(|order| vec![book(order, pick)]).collect();
    Race { before, columns }
}

/// Withdrawals of one order and reads of it.
fn withdrawals(draw: &mut Draw) -> Race {
    let before = made(0, Place::NoVisit, &TO_APPOINTMENT[..draw.below(3)]);
    let read = Step::Get { by: By::Owner, order: 0 };
    let reads = vec![read; 1 + draw.below(3)];
    let details = Details::default();
    let stranger = Step::Withdraw { by: By::Stranger, order: 0, details };
    let mut columns = vec![vec![withdraw()], vec![withdraw()], reads];
    if draw.below(3) == 0 {
        columns.push(vec![stranger]);
    }
    Race { before, columns }
}

/// Changes of one service.
fn one_service(draw: &mut Draw) -> Race {
    let complete = [Event::Acknowledge, Event::Accept, Event::Start, Event::Complete];
    let before = made(0, Place::NoVisit, &complete);
    let change = |draw: &mut Draw| {
        let change = *draw.of_these(&[Change::Modify, Change::Disconnect]);
        vec![Step::Change { provider: A, customer: 0, change, details: Details::default() }]
    };
    let mut columns = vec![change(draw), change(draw)];
    columns.push(vec![Step::List { provider: B, filter: Filter::default(), limit: None }]);
    Race { before, columns }
}

/// A place is given back while others want it.
fn place_given_back(draw: &mut Draw) -> Race {
    let pick = 1 + draw.below(4);
    let mut before: Vec<Step> = (0..3).map(waiting).collect();
    before.extend([book(0, pick), book(1, pick)]);
    let gives_back = match draw.below(3) {
        0 => vec![nbn(0, Event::Hold)],
        1 => vec![book(0, pick + 1)],
        _ => vec![withdraw(), nbn(0, Event::ConfirmWithdrawal)],
    };
    let columns = vec![gives_back, vec![book(2, pick)], vec![nbn(1, Event::RequireReschedule)]];
    Race { before, columns }
}
