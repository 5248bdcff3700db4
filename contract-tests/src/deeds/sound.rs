//! Whether deeds can be done one after the other, as a file may hold any.

use super::Deed;
use crate::caller::Provider;
use crate::machine::run::start;
use crate::model::{Expected, World};
use crate::step::{Details, Step, Twist};

/// The place of the first deed that cannot be done after those before it, if there is one: it names an
/// order that was not made, orders without a qualification that can be ordered with, or asks for
/// what would not be refused.
pub(crate) fn first_unsound(deeds: &[Deed]) -> Option<usize> {
    let mut world = World::at(start());
    deeds.iter().position(|deed| !is_sound(&mut world, deed))
}

fn is_sound(world: &mut World, deed: &Deed) -> bool {
    let provider = Provider::A;
    let known = deed.order().is_none_or(|order| order < world.orders.len());
    known
        && match deed {
            Deed::Qualify { place } => {
                let step = Step::Qualify { provider, place: *place, details: Details::default() };
                matches!(world.perform(&step), Expected::Qualified(_))
            }
            Deed::Create => {
                let qualification = world.qualifications.len().saturating_sub(1);
                let (customer, twist) = (0, Twist::None);
                let details = Details::default();
                let step = Step::Activate { provider, qualification, customer, twist, details };
                matches!(world.perform(&step), Expected::Created(_))
            }
            Deed::Refused { step } => matches!(world.perform(step), Expected::Refused(..)),
            Deed::CreateAgain { .. }
            | Deed::Stranger { .. }
            | Deed::List
            | Deed::Narrowed
            | Deed::Read { .. }
            | Deed::Withdraw { .. }
            | Deed::Book { .. }
            | Deed::BookInvented { .. }
            | Deed::Invalid { .. } => true,
        }
}
