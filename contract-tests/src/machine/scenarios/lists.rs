//! Filters of the list, two at a time: where both leave less than each does by itself, it shows if one
//! of them is not heeded, or either is enough.

use super::*;
use crate::caller::Provider;
use crate::model::World;

/// Lists with every pair of filters, with values that make a difference in this world, and of every
/// kind of order by itself, page by page; which values, where there is a choice, the seed says.
pub(super) fn by_pairs(world: &World, provider: Provider, seed: u64) -> Vec<Step> {
    let all = || (0..world.orders.len()).map(Some);
    let of = Filter::default();
    let kinds = [Kind::New, Kind::Change, Kind::Terminate];
    let filters: [Vec<Filter>; 5] = [
        State::ALL.map(|status| Filter { status: Some(status), ..of }).to_vec(),
        kinds.map(|kind| Filter { order_type: Some(kind), ..of }).to_vec(),
        [0, 1].map(|customer| Filter { customer: Some(customer), ..of }).to_vec(),
        all().map(|created_from| Filter { created_from, ..of }).collect(),
        all().map(|created_to| Filter { created_to, ..of }).collect(),
    ];
    let mut steps = Vec::new();
    for (first, ones) in filters.iter().enumerate() {
        for others in &filters[first + 1..] {
            let pairs = ones.iter().flat_map(|one| others.iter().map(move |other| (*one, *other)));
            let telling: Vec<Filter> = pairs
                .filter(|(one, other)| tells_apart(world, provider, *one, *other))
                .map(|(one, other)| both(one, other))
                .collect();
            let turn = seed.wrapping_add(steps.len() as u64) % telling.len().max(1) as u64;
            let chosen = telling.get(usize::try_from(turn).unwrap_or_default());
            steps.extend(chosen.map(|filter| Step::List {
                provider,
                filter: *filter,
                limit: None,
            }));
        }
    }
    steps.extend(kinds.map(|kind| {
        let filter = Filter { order_type: Some(kind), ..of };
        Step::List { provider, filter, limit: Some(2) }
    }));
    steps
}

/// Whether both filters leave something, and less than each does.
fn tells_apart(world: &World, provider: Provider, one: Filter, other: Filter) -> bool {
    let left = |filter: &Filter| world.listed(provider, filter).len();
    let by_both = left(&both(one, other));
    by_both > 0 && by_both < left(&one) && by_both < left(&other)
}

fn both(one: Filter, other: Filter) -> Filter {
    Filter {
        status: one.status.or(other.status),
        order_type: one.order_type.or(other.order_type),
        customer: one.customer.or(other.customer),
        created_from: one.created_from.or(other.created_from),
        created_to: one.created_to.or(other.created_to),
    }
}
