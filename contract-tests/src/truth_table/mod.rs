//! What the life of an nbn order is, written out: the oracle of everything in this crate.
//!
//! The tables are literal data to be read by inspection, and deliberately not read from the
//! contract. A wrong contract, a wrong reader of it and a wrong server each differ from them, and the
//! tests compare all three with them, cell by cell. Whoever changes the lifecycle on purpose changes
//! it here a second time; that is what the table is for.

mod words;

pub use words::{Event, Operation, State, Visit};

use State::*;

/// What a guarded operation is answered in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is accepted with this status, and the order enters this state.
    Moves(u16, State),
    /// It is refused with 409 and the error code of this name.
    Refused(&'static str),
}

/// What a network event does in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The order enters this state.
    Enters(State),
    /// The order returns to the state in which the withdrawal was asked for.
    Returns,
    /// The event is not legal and changes nothing.
    Illegal,
}

const PENDING: Answer = Answer::Moves(202, PendingWithdrawal);
const AT_ONCE: Answer = Answer::Moves(200, Withdrawn);
const BOOKED: Answer = Answer::Moves(200, Scheduled);
const ALREADY: Answer = Answer::Refused("WithdrawalAlreadyPending");
const TOO_LATE: Answer = Answer::Refused("PastPointOfNoReturn");
const CLOSED: Answer = Answer::Refused("OrderClosed");
const NOT_YET: Answer = Answer::Refused("AppointmentNotExpected");

/// State, `cancelNbnOrder`, `bookAppointment`.
#[rustfmt::skip]
const OPERATIONS: [(State, Answer, Answer); 12] = [
    (Submitted,           AT_ONCE,  NOT_YET),
    (Acknowledged,        AT_ONCE,  NOT_YET),
    (Accepted,            PENDING,  NOT_YET),
    (AppointmentRequired, PENDING,  BOOKED),
    (Scheduled,           PENDING,  BOOKED),
    (Held,                PENDING,  NOT_YET),
    (PendingWithdrawal,   ALREADY,  ALREADY),
    (InProgress,          TOO_LATE, TOO_LATE),
    (Completed,           CLOSED,   CLOSED),
    (Rejected,            CLOSED,   CLOSED),
    (Withdrawn,           CLOSED,   CLOSED),
    (Cancelled,           CLOSED,   CLOSED),
];

const NO: Effect = Effect::Illegal;
const ACKN: Effect = Effect::Enters(Acknowledged);
const ACCP: Effect = Effect::Enters(Accepted);
const APPT: Effect = Effect::Enters(AppointmentRequired);
const HELD: Effect = Effect::Enters(Held);
const PROG: Effect = Effect::Enters(InProgress);
const DONE: Effect = Effect::Enters(Completed);
const REJD: Effect = Effect::Enters(Rejected);
const WDRN: Effect = Effect::Enters(Withdrawn);
const CNCL: Effect = Effect::Enters(Cancelled);
const BACK: Effect = Effect::Returns;

/// Network events on an order that needs a visit, in the order of [`Event::ALL`].
#[rustfmt::skip]
const EVENTS_VISIT: [(State, [Effect; 12]); 12] = [
    //                     ackn  rejt  accp  rqap  rqrs  hold  resm  strt  comp  conf  refu  canc
    (Submitted,           [ACKN, REJD, NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Acknowledged,        [NO,   REJD, ACCP, NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Accepted,            [NO,   NO,   NO,   APPT, NO,   HELD, NO,   NO,   NO,   NO,   NO,   CNCL]),
    (AppointmentRequired, [NO,   NO,   NO,   NO,   NO,   HELD, NO,   NO,   NO,   NO,   NO,   CNCL]),
    (Scheduled,           [NO,   NO,   NO,   NO,   APPT, HELD, NO,   PROG, NO,   NO,   NO,   CNCL]),
    (Held,                [NO,   NO,   NO,   NO,   NO,   NO,   ACCP, NO,   NO,   NO,   NO,   CNCL]),
    (PendingWithdrawal,   [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   WDRN, BACK, CNCL]),
    (InProgress,          [NO,   NO,   NO,   NO,   APPT, HELD, NO,   NO,   DONE, NO,   NO,   CNCL]),
    (Completed,           [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Rejected,            [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Withdrawn,           [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Cancelled,           [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
];

/// The same on an order that needs none: it starts from Accepted, and nbn never asks for a visit.
///
/// Such an order is never `AppointmentRequired` or Scheduled; the two rows say what the contract's
/// table says of them all the same, and only the comparison with the contract reads them.
#[rustfmt::skip]
const EVENTS_NO_VISIT: [(State, [Effect; 12]); 12] = [
    //                     ackn  rejt  accp  rqap  rqrs  hold  resm  strt  comp  conf  refu  canc
    (Submitted,           [ACKN, REJD, NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Acknowledged,        [NO,   REJD, ACCP, NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Accepted,            [NO,   NO,   NO,   NO,   NO,   HELD, NO,   PROG, NO,   NO,   NO,   CNCL]),
    (AppointmentRequired, [NO,   NO,   NO,   NO,   NO,   HELD, NO,   NO,   NO,   NO,   NO,   CNCL]),
    (Scheduled,           [NO,   NO,   NO,   NO,   APPT, HELD, NO,   PROG, NO,   NO,   NO,   CNCL]),
    (Held,                [NO,   NO,   NO,   NO,   NO,   NO,   ACCP, NO,   NO,   NO,   NO,   CNCL]),
    (PendingWithdrawal,   [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   WDRN, BACK, CNCL]),
    (InProgress,          [NO,   NO,   NO,   NO,   NO,   HELD, NO,   NO,   DONE, NO,   NO,   CNCL]),
    (Completed,           [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Rejected,            [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Withdrawn,           [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
    (Cancelled,           [NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO  ]),
];

/// The states in which a booked timeslot stays booked. Entering any other gives the place back.
pub const HOLDS_TIMESLOT: [State; 4] = [Scheduled, PendingWithdrawal, InProgress, Completed];

/// What the provider's call does to an order in this state.
pub fn answer(state: State, operation: Operation) -> Answer {
    let (_, withdraw, book) = OPERATIONS[state as usize];
    match operation {
        Operation::Withdraw => withdraw,
        Operation::Book => book,
    }
}

/// What nbn's event does to an order in this state.
pub fn effect(state: State, event: Event, visit: Visit) -> Effect {
    let (_, row) = match visit {
        Visit::Required => EVENTS_VISIT[state as usize],
        Visit::NotRequired => EVENTS_NO_VISIT[state as usize],
    };
    row[event as usize]
}

/// The events that are legal in this state.
pub fn legal_events(state: State, visit: Visit) -> Vec<Event> {
    Event::ALL.into_iter().filter(|event| effect(state, *event, visit) != Effect::Illegal).collect()
}

impl State {
    /// Whether a booked timeslot stays booked in this state.
    pub fn holds_timeslot(self) -> bool {
        HOLDS_TIMESLOT.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_states() {
        for (index, state) in State::ALL.into_iter().enumerate() {
            assert_eq!(state as usize, index);
            assert_eq!(OPERATIONS[index].0, state);
            assert_eq!(EVENTS_VISIT[index].0, state);
            assert_eq!(EVENTS_NO_VISIT[index].0, state);
            assert_eq!(State::of_name(state.name()), Some(state));
        }
        for (index, event) in Event::ALL.into_iter().enumerate() {
            assert_eq!(event as usize, index);
        }
    }
}
