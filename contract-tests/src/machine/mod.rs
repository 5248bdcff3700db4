//! The withdraw flow as a state machine: which steps to try next, and weights for each.
//!
//! The reference state is the [model](crate::model) with nothing learned. Weights are explicit, and
//! lean towards what succeeds: an answer of 409 hides everything behind it. The tests assert over a
//! whole run that every state and every cell of the withdraw column was reached.

use proptest::strategy::{BoxedStrategy, Just, Strategy};
use proptest_state_machine::ReferenceStateMachine;

pub mod calls;
mod check;
pub mod expectation;
pub mod follower;
mod learn;
mod looks;
pub mod minimise;
pub(crate) mod requests;
pub mod run;
pub mod runner;
pub mod scenarios;
pub(crate) mod send;
mod strategy;
pub mod views;
pub mod walks;

pub use looks::Looks;

use crate::model::World;
use crate::step::{Span, Step};

/// The index of an order or qualification that does not exist.
pub const MISSING: usize = 99;

/// The state machine.
#[derive(Debug)]
pub struct WithdrawFlow;

impl ReferenceStateMachine for WithdrawFlow {
    type State = World;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<World> {
        Just(World::at(run::start())).boxed()
    }

    fn transitions(world: &World) -> BoxedStrategy<Step> {
        strategy::steps(world)
    }

    fn preconditions(world: &World, step: &Step) -> bool {
        let order_exists = |order: usize| order < world.orders.len() || order == MISSING;
        let qualified = |index: usize| index < world.qualifications.len() || index == MISSING;
        match *step {
            Step::Activate { qualification, .. } => qualified(qualification),
            Step::Network { order, .. }
            | Step::Get { order, .. }
            | Step::Repeat { order, .. }
            | Step::Withdraw { order, .. }
            | Step::Book { order, .. } => order_exists(order),
            Step::List { filter, .. } => {
                [filter.created_from, filter.created_to].into_iter().flatten().all(order_exists)
            }
            Step::Advance { span } => match span {
                Span::Minutes(_) | Span::Days(_) | Span::Milliseconds(_) | Span::Until(_) => true,
                Span::FeeBoundary(order, _) | Span::TimeslotStart(order, _) => order_exists(order),
                Span::Expiry(qualification, _) => qualified(qualification),
            },
            Step::Qualify { .. }
            | Step::Change { .. }
            | Step::Seed { .. }
            | Step::Timeslots { .. } => true,
        }
    }

    fn apply(mut world: World, step: &Step) -> World {
        world.perform(step);
        world
    }
}
