//! The deeds that a finding needs, of all that were done before it.

use super::{Deed, Done};
use crate::step::Step;

/// The last deed with those it depends on: how its order and its qualification came to be, and what
/// was done with that order, if its state matters. Orders and qualifications are numbered anew.
pub fn fewer(done: &[Done]) -> Vec<Done> {
    let Some((last, before)) = done.split_last() else { return Vec::new() };
    if let Deed::List | Deed::Narrowed = last.deed {
        // Every order is on the list.
        let makes = |deed: &Deed| matches!(deed, Deed::Qualify { .. } | Deed::Create);
        let kept = |it: &&Done| makes(&it.deed) || it.deed == last.deed;
        return done.iter().filter(kept).cloned().collect();
    }
    let of_state = last.deed.once().is_some() || matches!(last.deed, Deed::Read { .. });
    let order = last.deed.order();
    let mut wanted: Vec<usize> = Vec::new();
    // The qualification that each order was made with.
    let mut origins: Vec<usize> = Vec::new();
    let mut qualified: usize = 0;
    for it in before {
        match it.deed {
            Deed::Qualify { .. } | Deed::Invalid { .. } => qualified += 1,
            Deed::Create => origins.push(qualified.saturating_sub(1)),
            _ => {}
        }
    }
    wanted.extend(order.and_then(|order| origins.get(order)));
    match &last.deed {
        Deed::Create => wanted.push(qualified.saturating_sub(1)),
        Deed::Refused { step: Step::Activate { qualification, .. } } => wanted.push(*qualification),
        _ => {}
    }
    let mut kept = Vec::new();
    let (mut qualification, mut made) = (0, 0);
    for it in before {
        let keep = match &it.deed {
            Deed::Qualify { .. } => {
                qualification += 1;
                wanted.contains(&(qualification - 1))
            }
            Deed::Create => {
                made += 1;
                order == Some(made - 1)
            }
            Deed::Invalid { .. } => {
                qualification += 1;
                false
            }
            // What was refused changed nothing, and whoever waits for a state reads by himself.
            other => {
                let same = other.order() == order;
                of_state && same && it.accepted && other.once().is_some()
            }
        };
        if keep {
            kept.push(it.clone());
        }
    }
    kept.push(last.clone());
    wanted.sort_unstable();
    for it in &mut kept {
        renumber(&mut it.deed, &wanted);
    }
    kept
}

/// The deed about the only order that is left, and with the qualifications that are.
fn renumber(deed: &mut Deed, wanted: &[usize]) {
    match deed {
        Deed::CreateAgain { order }
        | Deed::Stranger { order }
        | Deed::Read { order }
        | Deed::Withdraw { order, .. }
        | Deed::Book { order, .. }
        | Deed::BookInvented { order, .. }
        | Deed::Invalid { order, .. } => *order = 0,
        Deed::Refused { step } => match step {
            Step::Activate { qualification, .. } => {
                let place = wanted.iter().position(|it| it == qualification);
                *qualification = place.unwrap_or(*qualification);
            }
            Step::Book { order, .. } => *order = 0,
            _ => {}
        },
        Deed::Qualify { .. } | Deed::Create | Deed::List | Deed::Narrowed => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Provider;
    use crate::step::{Details, Place, Twist};
    use crate::truth_table::State;

    fn qualify() -> Deed {
        Deed::Qualify { place: Place::Visit }
    }

    fn withdraw(order: usize) -> Deed {
        Deed::Withdraw { order, once: State::Accepted }
    }

    fn refused(qualification: usize) -> Deed {
        let (provider, twist) = (Provider::B, Twist::None);
        let details = Details::default();
        Deed::Refused {
            step: Step::Activate { provider, qualification, customer: 0, twist, details },
        }
    }

    /// In these tests a booking is what is refused.
    fn book(order: usize) -> Deed {
        Deed::Book { order, once: State::Submitted, nth: 0 }
    }

    #[track_caller]
    fn check(done: &[Deed], expected: &[Deed]) {
        let done: Vec<Done> = done
            .iter()
            .map(|deed| Done {
                accepted: !matches!(deed, Deed::Book { .. }),
                deed: deed.clone(),
                said: Vec::new(),
                exchanges: Vec::new(),
            })
            .collect();
        let kept: Vec<Deed> = fewer(&done).into_iter().map(|it| it.deed).collect();
        assert_eq!(kept, expected);
    }

    #[test]
    fn what_was_done_with_other_orders_is_left_out() {
        let twice = [qualify(), Deed::Create, qualify(), Deed::Create];
        let read = |order| Deed::Read { order };
        let deeds = [&twice[..], &[read(0), book(0), withdraw(0), withdraw(1)]].concat();
        check(&deeds, &[qualify(), Deed::Create, withdraw(0)]);
        let last = [&deeds[..], &[book(0)]].concat();
        check(&last, &[qualify(), Deed::Create, withdraw(0), book(0)]);
    }

    #[test]
    fn what_does_not_depend_on_a_state_waits_for_none() {
        let stranger = |order| Deed::Stranger { order };
        let deeds = [qualify(), Deed::Create, qualify(), Deed::Create, withdraw(1), stranger(1)];
        check(&deeds, &[qualify(), Deed::Create, stranger(0)]);
    }

    #[test]
    fn a_qualification_is_kept_that_is_ordered_with() {
        let deeds = [qualify(), Deed::Create, qualify(), qualify(), refused(1), refused(2)];
        check(&deeds, &[qualify(), refused(0)]);
        check(&deeds[..4], &[qualify()]);
        check(&deeds[..2], &deeds[..2]);
    }

    #[test]
    fn a_list_is_of_everything() {
        let deeds = [qualify(), Deed::Create, qualify(), Deed::Create, withdraw(0), Deed::List];
        check(&deeds, &[&deeds[..4], &[Deed::List]].concat());
    }
}
