//! The lifecycle of an order, as data.
//!
//! [`Lifecycle::judge`] alone decides by the transition table: the mock and the pages ask it, and so
//! does whoever compares the table with another. Others read its rows to list them, to check them or
//! to name one, and none repeats which state permits what. Conditions are named here and evaluated by
//! whoever holds the order, so the lifecycle knows nothing of orders.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;

mod read;

pub(crate) use read::read_lifecycles;

/// One entry of `x-lifecycles`.
#[derive(Debug, Clone)]
pub struct Lifecycle {
    /// Its name, `nbnOrder`.
    pub name: String,
    /// What it describes, in CommonMark.
    pub description: String,
    /// The JSON pointer of the enum schema whose values are the states.
    pub schema: String,
    /// The operations whose outcome depends on the state.
    pub guards: Vec<String>,
    /// The states by name.
    pub states: IndexMap<String, State>,
    /// Descriptions of the network events by name.
    pub events: IndexMap<String, String>,
    /// The facts about an order that transitions depend on.
    pub conditions: IndexMap<String, Condition>,
    /// Descriptions of the effects by name.
    pub effects: IndexMap<String, String>,
    /// What moves an order.
    pub transitions: Vec<Transition>,
    /// What a guarded operation answers where it moves nothing.
    pub refusals: Vec<StateRefusal>,
    /// Where the lifecycle stands: a JSON pointer.
    pub pointer: String,
}

/// One state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What it means for the order.
    pub description: String,
    /// Is it the one an order begins in?
    pub initial: bool,
    /// Does nothing lead out of it?
    pub terminal: bool,
    /// Does a booked timeslot stay booked in it?
    pub holds_timeslot: bool,
}

/// A named fact about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// When it holds.
    pub description: String,
    /// The condition that never holds together with this one.
    pub excludes: Option<String>,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The operation or network event.
    pub trigger: String,
    /// The states it leads out of.
    pub from: Vec<String>,
    /// The condition it needs, if any.
    pub when: Option<String>,
    /// Where it leads.
    pub to: Target,
    /// The HTTP status an operation answers.
    pub status: Option<u16>,
    /// What happens beyond the change of state, by name.
    pub effects: Vec<String>,
    /// Where the transition stands: a JSON pointer.
    pub pointer: String,
}

/// Where a transition leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To this state.
    State(String),
    /// `$previous`: back to the state the order was in before this one.
    Previous,
}

/// A guarded operation that is refused in some states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRefusal {
    /// The operation.
    pub trigger: String,
    /// The states it is refused in.
    pub from: Vec<String>,
    /// The name of the error code.
    pub refusal: String,
    /// Where the refusal stands: a JSON pointer.
    pub pointer: String,
}

/// What the table says about one trigger in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement<'l> {
    /// The order moves.
    Moves(&'l Transition),
    /// The operation is refused with this error code.
    Refused(&'l str),
    /// The table has no row: a network event that cannot happen now, or an unknown name.
    NotLegal,
}

impl Lifecycle {
    /// The state an order begins in.
    pub fn initial(&self) -> &str {
        let initial = self.states.iter().find(|(_, state)| state.initial);
        initial.map(|(name, _)| name.as_str()).expect("reading requires one initial state")
    }

    /// What `trigger` does to an order in `state`, of which the named conditions hold.
    pub fn judge(&self, state: &str, trigger: &str, holds: impl Fn(&str) -> bool) -> Judgement<'_> {
        let moves = self.transitions.iter().find(|transition| {
            transition.trigger == trigger
                && transition.from.iter().any(|from| from == state)
                && transition.when.as_deref().is_none_or(&holds)
        });
        if let Some(transition) = moves {
            return Judgement::Moves(transition);
        }
        let refused = self.refusals.iter().find(|refusal| {
            refusal.trigger == trigger && refusal.from.iter().any(|from| from == state)
        });
        refused.map_or(Judgement::NotLegal, |refusal| Judgement::Refused(&refusal.refusal))
    }

    /// The network events that move an order in `state`, in the order they are declared.
    pub fn legal_events(&self, state: &str, holds: impl Fn(&str) -> bool) -> Vec<&str> {
        let events = self.events.keys().map(String::as_str);
        events
            .filter(|event| matches!(self.judge(state, event, &holds), Judgement::Moves(_)))
            .collect()
    }

    /// The shortest list of triggers from the initial state through the named states, in order, to
    /// `target`; `None` if there is none.
    ///
    /// Of equally short routes, the one whose transitions come first in the contract. Transitions to
    /// `$previous` are not used, since where they lead depends on the way already gone. The
    /// conditions that hold are taken to hold throughout.
    pub fn route(
        &self,
        target: &str,
        through: &[&str],
        holds: impl Fn(&str) -> bool,
    ) -> Option<Vec<&str>> {
        // A state, and how many of `through` have been visited on the way to it.
        type Node<'l> = (&'l str, usize);
        let passed = |state: &str, visited: usize| {
            visited + usize::from(through.get(visited).is_some_and(|next| *next == state))
        };
        let start = (self.initial(), passed(self.initial(), 0));
        let mut came_from: HashMap<Node<'_>, Option<(Node<'_>, &str)>> = HashMap::new();
        came_from.insert(start, None);
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            let (state, visited) = node;
            if state == target && visited == through.len() {
                let mut route = Vec::new();
                let mut step = came_from[&node];
                while let Some((previous, trigger)) = step {
                    route.push(trigger);
                    step = came_from[&previous];
                }
                route.reverse();
                return Some(route);
            }
            for transition in &self.transitions {
                let trigger = transition.trigger.as_str();
                let Judgement::Moves(taken) = self.judge(state, trigger, &holds) else { continue };
                let Target::State(to) = &taken.to else { continue };
                let next = (to.as_str(), passed(to, visited));
                came_from.entry(next).or_insert_with(|| {
                    queue.push_back(next);
                    Some((node, trigger))
                });
            }
        }
        None
    }
}
