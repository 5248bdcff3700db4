//! Creates that deserve two refusals at once. The contract has the refusals of an operation in the order
//! in which they are judged, so it is the first that is answered.

use super::*;
use crate::caller::Provider;
use crate::step::Wrong;

/// What can be wrong with a request, by the order of the refusals it earns. Where there is more than
/// one way to earn a refusal they take turns.
const WRONGS: [&[Wrong]; 5] = [
    &[Wrong::Qualification],
    &[Wrong::NbnId, Wrong::OrderId],
    &[Wrong::Class, Wrong::PaddedClass],
    &[Wrong::Device],
    &[Wrong::Customer],
];

/// With every pair of wrongs; and every one by itself with a qualification that is used, that is of a
/// location without devices, that cannot be ordered, and that has expired.
pub(super) fn of_creates() -> Vec<Step> {
    const NOT_ORDERABLE: usize = 0;
    const FRESH: usize = 1;
    const USED: usize = 2;
    const BARE: usize = 3;
    let create = |provider: Provider, qualification, twist| Step::Activate {
        provider,
        qualification,
        customer: 1,
        twist,
        details: Details::default(),
    };
    let each = |qualification| {
        let wrongs = WRONGS.into_iter().flatten();
        wrongs.map(move |wrong| create(A, qualification, Twist::Both(*wrong, *wrong)))
    };
    let mut steps = vec![
        qualify(Place::NotOrderable),
        qualify(Place::Unknown),
        qualify(Place::Visit),
        qualify(Place::NoVisit),
        qualify(Place::FarVisit),
    ];
    steps.extend(pairs().map(|(one, other)| create(A, FRESH, Twist::Both(one, other))));
    steps.extend(each(NOT_ORDERABLE));
    steps.push(create(A, NOT_ORDERABLE, Twist::None));
    steps.extend(each(BARE));
    // What was refused has used nothing up.
    steps.push(create(A, BARE, Twist::None));
    steps.push(create(B, USED, Twist::None));
    steps.push(create(A, USED, Twist::Device));
    // Whatever else is wrong, the order there is comes first: a create can be repeated.
    steps.extend(each(USED));
    steps.push(advance(Span::Expiry(BARE, 1)));
    steps.extend(each(FRESH));
    steps.push(create(A, NOT_ORDERABLE, Twist::None));
    steps.extend([create(A, USED, Twist::None), create(B, USED, Twist::None)]);
    steps
}

/// Two wrongs that earn different refusals, each such pair of refusals once.
fn pairs() -> impl Iterator<Item = (Wrong, Wrong)> {
    let pairs = (0..WRONGS.len()).flat_map(|one| (one + 1..WRONGS.len()).map(move |it| (one, it)));
    pairs.map(|(one, other)| {
        let taking_turns = |wrongs: &[Wrong]| wrongs[(one + other) % wrongs.len()];
        (taking_turns(WRONGS[one]), taking_turns(WRONGS[other]))
    })
}
