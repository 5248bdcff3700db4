//! Makes a failing sequence small.
//!
//! A step is deleted together with every step that depends on what it makes, and the rest is numbered
//! anew; many at a time first, then one by one. Then what is left of a step is made plain: no note, no
//! details, the first timeslot. This only proposes; whoever runs the proposals decides.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::World;
use crate::step::{Filter, Pick, Place, Span, Step, Twist};

use super::run::start;

/// What is no longer made, by the indices that it had.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    qualifications: BTreeSet<usize>,
    orders: BTreeSet<usize>,
}

/// The sequence without these steps, and without what depends on them.
pub(crate) fn without(steps: &[Step], deleted: Range<usize>) -> (Vec<Step>, Gone) {
    let (mut world, mut gone) = (World::at(start()), Gone::default());
    let mut kept = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let stays = if deleted.contains(&index) { None } else { gone.renumbered(step) };
        let (qualifications, orders) = (world.qualifications.len(), world.orders.len());
        world.perform(step);
        if stays.is_none() {
            gone.qualifications.extend(qualifications..world.qualifications.len());
            gone.orders.extend(orders..world.orders.len());
        }
        kept.extend(stays);
    }
    (kept, gone)
}

impl Gone {
    /// The step with its indices as they are without what is gone; nothing if it names some of that.
    pub(crate) fn renumbered(&self, step: &Step) -> Option<Step> {
        let shift = |index: usize, gone: &BTreeSet<usize>| match index {
            super::MISSING => Some(index),
            index if gone.contains(&index) => None,
            index => Some(index - gone.range(..index).count()),
        };
        let order = |index: usize| shift(index, &self.orders);
        let qualified = |index: usize| shift(index, &self.qualifications);
        let mut step = step.clone();
        match &mut step {
            Step::Activate { qualification, .. } => *qualification = qualified(*qualification)?,
            Step::Network { order: index, .. }
            | Step::Get { order: index, .. }
            | Step::Repeat { order: index, .. }
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
                Span::FeeBoundary(index, _) | Span::TimeslotStart(index, _) => {
                    *index = order(*index)?;
                }
                Span::Expiry(index, _) => *index = qualified(*index)?,
                Span::Minutes(_) | Span::Days(_) | Span::Milliseconds(_) | Span::Until(_) => {}
            },
            Step::Qualify { .. }
            | Step::Change { .. }
            | Step::Seed { .. }
            | Step::Timeslots { .. } => {}
        }
        Some(step)
    }
}

/// How many proposals are tried at the most.
const TRIES_MAX: usize = 600;

/// The smallest sequence found that still fails, until nothing can be deleted or made plainer.
///
/// # Errors
/// With whatever keeps a proposal from being tried.
pub async fn minimise<E>(
    mut steps: Vec<Step>,
    still_fails: impl AsyncFn(&[Step]) -> Result<bool, E>,
) -> Result<Vec<Step>, E> {
    let mut tries = 0;
    let mut at_once = steps.len();
    while at_once > 0 && tries < TRIES_MAX {
        let before = steps.len();
        let mut end = steps.len();
        // From the back: what fails first has nothing to do with what comes after.
        while end > 0 && tries < TRIES_MAX {
            let first = end.saturating_sub(at_once);
            let (fewer, _) = without(&steps, first..end);
            tries += 1;
            if still_fails(&fewer).await? {
                steps = fewer;
            }
            end = first.min(steps.len());
        }
        if at_once > 1 {
            at_once /= 2;
        } else if steps.len() == before {
            at_once = 0;
        }
    }
    for index in 0..steps.len() {
        'plainer: while tries < TRIES_MAX {
            for plain in plainer(&steps[index]) {
                let mut proposal = steps.clone();
                proposal[index] = plain;
                tries += 1;
                if still_fails(&proposal).await? {
                    steps = proposal;
                    continue 'plainer;
                }
            }
            break;
        }
    }
    Ok(steps)
}

/// The same step with less that is special about it, the plainest first.
pub(crate) fn plainer(step: &Step) -> Vec<Step> {
    let mut found = step.plainer_details();
    found.extend(match step.clone() {
        Step::Qualify { provider, details, .. } => {
            vec![Step::Qualify { provider, place: Place::Visit, details }]
        }
        Step::Activate { provider, qualification, details, .. } => {
            let twist = Twist::None;
            vec![Step::Activate { provider, qualification, customer: 0, twist, details }]
        }
        Step::Network { order, event, .. } => vec![Step::Network { order, event, noted: false }],
        Step::Book { by, order, details, .. } => {
            vec![Step::Book { by, order, pick: Pick::Nth(0), details }]
        }
        Step::List { provider, limit, .. } => vec![
            Step::List { provider, filter: Filter::default(), limit: None },
            Step::List { provider, filter: Filter::default(), limit },
        ],
        Step::Withdraw { .. }
        | Step::Change { .. }
        | Step::Seed { .. }
        | Step::Repeat { .. }
        | Step::Get { .. }
        | Step::Timeslots { .. }
        | Step::Advance { .. } => Vec::new(),
    });
    found.retain(|plain| plain != step);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Provider;
    use crate::step::{By, Details, Place, Said, Twist};

    fn qualify() -> Step {
        Step::Qualify { provider: Provider::A, place: Place::Visit, details: Details::default() }
    }

    fn activate(qualification: usize) -> Step {
        let (provider, twist, details) = (Provider::A, Twist::None, Details::default());
        Step::Activate { provider, qualification, customer: 0, twist, details }
    }

    fn withdraw(order: usize) -> Step {
        Step::Withdraw { by: By::Owner, order, details: Details::default() }
    }

    #[test]
    fn deleting_a_step_takes_what_depends_on_it_and_renumbers_the_rest() {
        let steps = [qualify(), qualify(), activate(0), activate(1), withdraw(0), withdraw(1)];
        let fewer = [qualify(), qualify(), activate(1), withdraw(0)];
        assert_eq!(without(&steps, 2..3).0, fewer);
        assert_eq!(without(&fewer, 0..1).0, [qualify(), activate(0), withdraw(0)]);
        assert_eq!(without(&steps, 0..2).0, []);
        assert_eq!(without(&steps, 3..5).0, [qualify(), qualify(), activate(0)]);
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
        let fails = async |steps: &[Step]| {
            let twice = |order| steps.ends_with(&[withdraw(order), withdraw(order)]);
            Ok::<_, ()>(twice(0) || twice(1))
        };
        let small = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
            .block_on(minimise(steps, fails));
        assert_eq!(small, Ok(vec![qualify(), activate(0), withdraw(0), withdraw(0)]));
    }

    #[test]
    fn what_does_not_matter_about_a_step_is_made_plain() {
        let details = |contact: bool| match contact {
            true => Details::one("contact/name", Said::Text("Jo".to_owned())),
            false => Details::default(),
        };
        let book =
            |pick, contact| Step::Book { by: By::Owner, order: 0, pick, details: details(contact) };
        let fails = async |steps: &[Step]| {
            let second = |step: &Step| matches!(step, Step::Book { pick: Pick::Nth(2), .. });
            Ok::<_, ()>(steps.iter().any(second))
        };
        let small = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime")
            .block_on(minimise(vec![qualify(), book(Pick::Nth(2), true)], fails));
        assert_eq!(small, Ok(vec![book(Pick::Nth(2), false)]));
    }
}
