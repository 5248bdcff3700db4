//! The states an order may be in.
//!
//! Where nbn acts only when told to, an order is in one state and the model knows it. Where nbn acts by
//! itself, an order may have moved on since it was last seen, to any state that events lead to; an
//! answer is right if one of these states explains it, and what explains it is what is left. The set
//! is worked out from the [truth table](crate::truth_table) alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::reach::{Abstract, Trigger};
use crate::truth_table::{Answer, Event, Operation, State, answer};

/// The states an order may be in; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible(BTreeSet<Abstract>);

/// What an operation was answered, as far as the state decides about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply<'a> {
    /// It was accepted with this status.
    Accepted(u16),
    /// It was refused because of the state, with the error code of this name.
    Refused(&'a str),
    /// The state let it through, and something else was in the way.
    LetThrough,
}

impl Possible {
    /// This state and no other.
    pub fn exactly(state: Abstract) -> Self {
        Self(BTreeSet::from([state]))
    }

    /// The states.
    pub fn members(&self) -> impl Iterator<Item = Abstract> + '_ {
        self.0.iter().copied()
    }

    /// Time passes, and nbn may act any number of times.
    #[must_use]
    pub fn later(&self) -> Self {
        let mut members = self.0.clone();
        let mut left: Vec<Abstract> = self.members().collect();
        while let Some(state) = left.pop() {
            let moved =
                Event::ALL.into_iter().filter_map(|event| state.after(Trigger::Event(event)));
            left.extend(moved.filter(|next| members.insert(*next)));
        }
        Self(members)
    }

    /// What is left once an operation was answered; nothing if no state explains the answer.
    pub fn answered(&self, operation: Operation, reply: Reply<'_>) -> Option<Self> {
        let explains = |state: Abstract| match (answer(state.state, operation), reply) {
            (Answer::Moves(status, _), Reply::Accepted(seen)) if status == seen => {
                state.after(Trigger::Operation(operation))
            }
            (Answer::Moves(..), Reply::LetThrough) => Some(state),
            (Answer::Refused(name), Reply::Refused(seen)) if name == seen => Some(state),
            _ => None,
        };
        let left: BTreeSet<Abstract> = self.members().filter_map(explains).collect();
        (!left.is_empty()).then_some(Self(left))
    }

    /// What is left once an order was seen in a state; nothing if it may not be in that.
    pub fn seen(&self, state: Abstract) -> Option<Self> {
        self.0.contains(&state).then(|| Self::exactly(state))
    }

    /// The state by its name, if all members agree on it.
    pub fn state(&self) -> Option<State> {
        let names: BTreeSet<State> = self.members().map(|member| member.state).collect();
        if names.len() == 1 { names.into_iter().next() } else { None }
    }

    /// What an operation may be answered, in words.
    pub fn expected(&self, operation: Operation) -> String {
        let mut answers: BTreeMap<String, BTreeSet<State>> = BTreeMap::new();
        for member in self.members() {
            let words = match answer(member.state, operation) {
                Answer::Moves(status, _) => status.to_string(),
                Answer::Refused(name) => format!("409 {name}"),
            };
            answers.entry(words).or_default().insert(member.state);
        }
        let told = answers.into_iter().map(|(words, states)| {
            let states: Vec<&str> = states.into_iter().map(State::name).collect();
            format!("{words} while {}", states.join(" or "))
        });
        told.collect::<Vec<_>>().join(", ")
    }

    /// The states in words.
    pub fn described(&self) -> String {
        let states: BTreeSet<State> = self.members().map(|member| member.state).collect();
        let names: Vec<&str> = states.into_iter().map(State::name).collect();
        names.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth_table::Visit;

    fn names(possible: &Possible) -> Vec<&'static str> {
        let states: BTreeSet<State> = possible.members().map(|member| member.state).collect();
        states.into_iter().map(State::name).collect()
    }

    fn new_order() -> Possible {
        Possible::exactly(Abstract::initial(Visit::Required))
    }

    #[test]
    fn nbn_may_have_moved_an_order_wherever_its_events_lead() {
        let later = new_order().later();
        assert_eq!(
            names(&later),
            [
                "Submitted",
                "Acknowledged",
                "Accepted",
                "AppointmentRequired",
                "Held",
                "Rejected",
                "Cancelled"
            ]
        );
        assert_eq!(later.later(), later);
    }

    #[test]
    fn an_answer_leaves_the_states_that_explain_it() {
        let pending = new_order().later().answered(Operation::Withdraw, Reply::Accepted(202));
        assert_eq!(names(&pending.unwrap()), ["PendingWithdrawal"]);
        let closed =
            new_order().later().answered(Operation::Withdraw, Reply::Refused("OrderClosed"));
        assert_eq!(names(&closed.unwrap()), ["Rejected", "Cancelled"]);
        let let_through = new_order().later().answered(Operation::Book, Reply::LetThrough);
        assert_eq!(names(&let_through.unwrap()), ["AppointmentRequired"]);
    }

    #[test]
    fn an_answer_that_no_state_explains_is_wrong() {
        let past = Reply::Refused("PastPointOfNoReturn");
        assert_eq!(
            new_order().later().answered(Operation::Withdraw, past),
            None,
            "nothing was booked"
        );
        assert_eq!(new_order().answered(Operation::Withdraw, Reply::Accepted(202)), None);
        assert_eq!(
            new_order().later().expected(Operation::Withdraw),
            "200 while Submitted or Acknowledged, \
             202 while Accepted or AppointmentRequired or Held, \
             409 OrderClosed while Rejected or Cancelled"
        );
    }

    #[test]
    fn a_state_that_is_seen_is_the_only_one_left() {
        let accepted =
            new_order().later().members().find(|it| it.state == State::Accepted).unwrap();
        assert_eq!(new_order().later().seen(accepted), Some(Possible::exactly(accepted)));
        assert_eq!(new_order().seen(accepted), None, "no time has passed");
    }
}
