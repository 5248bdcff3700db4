//! Makes a failing sequence smaller than proptest leaves it.
//!
//! proptest deletes a step at a time and cannot delete the making of an order while later steps name
//! other orders by their index. This pass deletes such a step together with every step that names
//! what it makes, and numbers the rest anew. It only proposes; whoever runs the proposals decides.

use crate::model::World;
use crate::step::{Filter, Span, Step};

use super::run::start;

/// What a step adds to the world: the index of a qualification, or of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    Qualification(usize),
    Order(usize),
}

/// The sequence without the step at `index`, and without what depends on it.
pub fn without(steps: &[Step], index: usize) -> Vec<Step> {
    let made = made_by(steps, index);
    let rest = steps.iter().enumerate().filter(|(other, _)| *other != index);
    rest.filter_map(|(_, step)| renumbered(step, made)).collect()
}

/// What the step at `index` makes.
pub(crate) fn made_by(steps: &[Step], index: usize) -> Option<Made> {
    let mut world = World::at(start());
    for step in &steps[..index] {
        world.perform(step);
    }
    let (qualifications, orders) = (world.qualifications.len(), world.orders.len());
    world.perform(&steps[index]);
    if world.qualifications.len() > qualifications {
        Some(Made::Qualification(qualifications))
    } else if world.orders.len() > orders {
        Some(Made::Order(orders))
    } else {
        None
    }
}

/// The step with its indices as they are without what was made; nothing if it named that.
pub(crate) fn renumbered(step: &Step, made: Option<Made>) -> Option<Step> {
    let shift = |index: usize, gone: usize| match index {
        index if index == gone => None,
        index if index > gone && index != super::MISSING => Some(index - 1),
        index => Some(index),
    };
    let order = |index: usize| match made {
        Some(Made::Order(gone)) => shift(index, gone),
        Some(Made::Qualification(_)) | None => Some(index),
    };
    let qualified = |index: usize| match made {
        Some(Made::Qualification(gone)) => shift(index, gone),
        Some(Made::Order(_)) | None => Some(index),
    };
    let mut step = step.clone();
    match &mut step {
        Step::Activate { qualification, .. } => *qualification = qualified(*qualification)?,
        Step::Network { order: index, .. }
        | Step::Get { order: index, .. }
        | Step::Withdraw { order: index, .. }
        | Step::Book { order: index, .. } => *index = order(*index)?,
        Step::List { filter: Filter { created_from, created_to, .. }, .. } => {
            for bound in [created_from, created_to] {
                if let Some(index) = bound {
                    *bound = Some(order(*index)?);
                }
            }
        }
        Step::Advance { span } => match span {
            Span::FeeBoundary(index, _) | Span::TimeslotStart(index, _) => *index = order(*index)?,
            Span::Expiry(index, _) => *index = qualified(*index)?,
            Span::Minutes(_) | Span::Days(_) => {}
        },
        Step::Qualify { .. } | Step::Change { .. } | Step::Timeslots { .. } => {}
    }
    Some(step)
}

/// The smallest sequence that still fails, deleting from the back until nothing can be deleted.
pub fn minimise<E>(
    mut steps: Vec<Step>,
    mut still_fails: impl FnMut(&[Step]) -> Result<bool, E>,
) -> Result<Vec<Step>, E> {
    loop {
        let before = steps.len();
        for index in (0..steps.len()).rev() {
            // Deleting one step may have taken others with it.
            if index >= steps.len() {
                continue;
            }
            let fewer = without(&steps, index);
            if still_fails(&fewer)? {
                steps = fewer;
            }
        }
        if steps.len() == before {
            return Ok(steps);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Provider;
    use crate::step::{By, Place, Twist, Why};

    fn qualify() -> Step {
        Step::Qualify { provider: Provider::A, place: Place::Visit }
    }

    fn activate(qualification: usize) -> Step {
        Step::Activate { provider: Provider::A, qualification, customer: 0, twist: Twist::None }
    }

    fn withdraw(order: usize) -> Step {
        Step::Withdraw { by: By::Owner, order, why: Why::ChangedMind }
    }

    #[test]
    fn deleting_a_step_takes_what_depends_on_it_and_renumbers_the_rest() {
        let steps = [qualify(), qualify(), activate(0), activate(1), withdraw(0), withdraw(1)];
        let fewer = [qualify(), qualify(), activate(1), withdraw(0)];
        assert_eq!(without(&steps, 2), fewer);
        assert_eq!(without(&fewer, 0), [qualify(), activate(0), withdraw(0)]);
    }

    #[test]
    fn a_sequence_shrinks_to_the_steps_that_matter() {
        let steps = vec![
            qualify(),
            activate(0),
            qualify(),
            withdraw(0),
            activate(1),
            withdraw(1),
            withdraw(1),
        ];
        let twice = |steps: &[Step]| {
            Ok::<_, ()>(steps.iter().filter(|step| **step == withdraw(0)).count() >= 2)
        };
        let small = minimise(steps, |steps| {
            let last = [withdraw(0), withdraw(0)];
            let fails = steps.ends_with(&[withdraw(1), withdraw(1)]) || steps.ends_with(&last);
            Ok::<_, ()>(fails && (twice(steps)? || steps.len() > 5))
        });
        assert_eq!(small, Ok(vec![withdraw(0), withdraw(0)]));
    }
}
