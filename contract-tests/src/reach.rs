//! Which abstract states an activation order can be in, found by walking the truth table.
//!
//! The count is a literal, so that a transition that opens or closes a way through the lifecycle is
//! noticed even where every single cell still agrees with itself.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::truth_table::{Answer, Effect, Event, Operation, State, Visit, answer, effect};

/// How many abstract states an activation order can reach.
///
/// An abstract state is (status, the state the withdrawal was asked for in while `PendingWithdrawal`,
/// whether a visit is required, whether a place in a timeslot is held, what became of the last
/// withdrawal). Times, texts, charges and history beyond that are left out. Counted by hand:
///
/// | | visit required | no visit |
/// |---|---|---|
/// | never asked to withdraw | 10: all but `PendingWithdrawal` and Withdrawn | 8: as before without `AppointmentRequired` and Scheduled |
/// | withdrawal pending, by the state it was asked for in | 4: Accepted, `AppointmentRequired`, Scheduled, Held | 2: Accepted, Held |
/// | withdrawal refused | 7: Accepted, `AppointmentRequired`, Scheduled, Held, `InProgress`, Completed, Cancelled | 5: as before without `AppointmentRequired` and Scheduled |
/// | withdrawal accepted | 1: Withdrawn | 1 |
/// | withdrawal overtaken | 1: Cancelled | 1 |
/// | | 23 | 17 |
///
/// The place is held in Scheduled, `InProgress`, Completed and `PendingWithdrawal` out of Scheduled, by
/// orders that need a visit, and nowhere else, so it multiplies nothing.
pub const REACHABLE: usize = 40;

/// The outcome of the last withdrawal that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, which describes them")]
pub enum Outcome {
    NeverAsked,
    Pending,
    Accepted,
    Refused,
    Overtaken,
}

/// What matters of an order for what may happen to it next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Abstract {
    /// Its status.
    pub state: State,
    /// While `PendingWithdrawal`: the state in which that was asked for.
    pub origin: Option<State>,
    /// Whether it needs a visit.
    pub visit: Visit,
    /// Whether it holds a place in a timeslot.
    pub timeslot_held: bool,
    /// What became of the last withdrawal.
    pub outcome: Outcome,
}

/// Whatever may move an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Trigger {
    /// A call of the provider.
    Operation(Operation),
    /// An event of the network.
    Event(Event),
}

impl Trigger {
    /// The two operations, then the twelve events.
    pub fn all() -> impl Iterator<Item = Trigger> {
        Operation::ALL
            .into_iter()
            .map(Trigger::Operation)
            .chain(Event::ALL.into_iter().map(Trigger::Event))
    }

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Trigger::Operation(operation) => operation.name(),
            Trigger::Event(event) => event.name(),
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Abstract {
    /// A new order.
    pub fn initial(visit: Visit) -> Self {
        Abstract {
            state: State::Submitted,
            origin: None,
            visit,
            timeslot_held: false,
            outcome: Outcome::NeverAsked,
        }
    }

    /// The state after `trigger`, or nothing if it is refused or not legal.
    pub fn after(self, trigger: Trigger) -> Option<Abstract> {
        let entered = match trigger {
            Trigger::Operation(operation) => match answer(self.state, operation) {
                Answer::Moves(_, state) => state,
                Answer::Refused(_) => return None,
            },
            Trigger::Event(event) => match effect(self.state, event, self.visit) {
                Effect::Enters(state) => state,
                Effect::Returns => self.origin?,
                Effect::Illegal => return None,
            },
        };
        let outcome = match (trigger, entered) {
            (Trigger::Operation(Operation::Withdraw), State::PendingWithdrawal) => Outcome::Pending,
            (_, State::Withdrawn) => Outcome::Accepted,
            (Trigger::Event(Event::RefuseWithdrawal), _) => Outcome::Refused,
            (_, State::Cancelled) if self.outcome == Outcome::Pending => Outcome::Overtaken,
            _ => self.outcome,
        };
        let booked = trigger == Trigger::Operation(Operation::Book);
        Some(Abstract {
            state: entered,
            origin: (entered == State::PendingWithdrawal).then_some(self.state),
            visit: self.visit,
            timeslot_held: entered.holds_timeslot() && (self.timeslot_held || booked),
            outcome,
        })
    }
}

/// Every abstract state that is reached from Submitted, with a shortest way there.
pub fn reachable() -> BTreeMap<Abstract, Vec<Trigger>> {
    let mut ways = BTreeMap::new();
    let mut queue: VecDeque<(Abstract, Vec<Trigger>)> =
        Visit::ALL.into_iter().map(|visit| (Abstract::initial(visit), Vec::new())).collect();
    while let Some((state, way)) = queue.pop_front() {
        if ways.contains_key(&state) {
            continue;
        }
        for trigger in Trigger::all() {
            if let Some(next) = state.after(trigger) {
                let mut longer = way.clone();
                longer.push(trigger);
                queue.push_back((next, longer));
            }
        }
        ways.insert(state, way);
    }
    ways
}

impl fmt::Display for Abstract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.state)?;
        if let Some(origin) = self.origin {
            write!(f, " out of {origin}")?;
        }
        match self.visit {
            Visit::Required => f.write_str(", visit required")?,
            Visit::NotRequired => f.write_str(", no visit required")?,
        }
        if self.timeslot_held {
            f.write_str(", timeslot held")?;
        }
        match self.outcome {
            Outcome::NeverAsked | Outcome::Pending => Ok(()),
            Outcome::Accepted => f.write_str(", withdrawal accepted"),
            Outcome::Refused => f.write_str(", withdrawal refused"),
            Outcome::Overtaken => f.write_str(", withdrawal overtaken"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_states_are_reachable_as_were_counted_by_hand() {
        assert_eq!(reachable().len(), REACHABLE);
    }

    #[test]
    fn a_place_is_held_exactly_where_the_comment_says() {
        for state in reachable().into_keys() {
            let held = match state.state {
                State::Scheduled | State::InProgress | State::Completed => {
                    state.visit.is_required()
                }
                State::PendingWithdrawal => state.origin == Some(State::Scheduled),
                _ => false,
            };
            assert_eq!(state.timeslot_held, held, "{state}");
        }
    }
}
