//! What may happen to an order next: the lifecycle, asked about every trigger at once.

use octane_client::types::ErrorCode;
use octane_openapi::{Judgement, Lifecycle};

use super::decide::{self, WITHDRAW};
use super::event::OrderKind;
use super::order::Order;

/// Something that can be tried with an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move<'l> {
    /// The operation or network event.
    pub trigger: &'l str,
    /// Who makes it happen.
    pub kind: TriggerKind,
    /// What would come of it.
    pub outcome: Outcome<'l>,
}

/// Who makes something happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TriggerKind {
    /// A provider, by an operation.
    Operation,
    /// nbn.
    NetworkEvent,
}

/// What comes of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'l> {
    /// The order enters this state, which may be the one it is in.
    Leads(String),
    /// The operation is refused with this error.
    Refused(&'l str),
    /// The network event cannot happen.
    NotLegal,
}

impl TriggerKind {
    /// Whether `trigger` is an operation or a network event of `lifecycle`.
    pub fn of(lifecycle: &Lifecycle, trigger: &str) -> Self {
        match lifecycle.events.contains_key(trigger) {
            true => Self::NetworkEvent,
            false => Self::Operation,
        }
    }
}

/// Every operation that the lifecycle guards and every network event, in the contract's order, with
/// what would come of it for `order` now.
///
/// Only the state is judged, and for a withdrawal that the order is an activation: whether a
/// timeslot is free is not known before one is chosen.
pub fn moves<'l>(lifecycle: &'l Lifecycle, order: &Order) -> Vec<Move<'l>> {
    let operations = lifecycle.guards.iter().map(|it| (it.as_str(), TriggerKind::Operation));
    let events = lifecycle.events.keys().map(|it| (it.as_str(), TriggerKind::NetworkEvent));
    let outcome = |trigger| match decide::judge(lifecycle, order, trigger) {
        _ if trigger == WITHDRAW && order.request.kind != OrderKind::Activation => {
            Outcome::Refused(ErrorCode::OrderNotActivation.name())
        }
        Judgement::Moves(transition) => {
            Outcome::Leads(decide::destination(transition, order).to_owned())
        }
        Judgement::Refused(error) => Outcome::Refused(error),
        Judgement::NotLegal => Outcome::NotLegal,
    };
    operations
        .chain(events)
        .map(|(trigger, kind)| Move { trigger, kind, outcome: outcome(trigger) })
        .collect()
}
