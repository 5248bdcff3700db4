//! The truth table on the wire: every cell as a sequence of steps.
//!
//! A cell is a state an order can be seeded into and something that may move it. Cells that are
//! refused leave the order as it is, so those of one state share an order; every other has one of its
//! own. What each must be answered, and that nothing else changes, the model knows. Several cells can
//! be tried in one world, which costs a look at everything once instead of once each; if one of them
//! is wrong, making the sequence small finds which.

use std::collections::BTreeMap;

use crate::caller::Provider;
use crate::reach::{Abstract, Outcome, Trigger, reachable};
use crate::step::{By, Details, During, Pick, Place, Span, Step};
use crate::truth_table::{Operation, State};

/// A state and what is tried there.
pub type Cell = (Abstract, Trigger);

/// Cells that are tried in one world.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Which.
    pub cells: Vec<Cell>,
    /// How.
    pub steps: Vec<Step>,
}

/// What is tried beside the cells themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// What is wrong in every state, in every state.
    Wrongs,
}

/// Seeding books the first free timeslots, so cells that book take later ones.
const FIRST_BOOKED: usize = 30;

/// Every so many turns a cell is tried without a place held, where it can be.
const HELD_MOSTLY: u64 = 4;

/// What is wrong with the timeslot of a booking that the order's state forbids already: nothing; it is
/// full, which the first are once orders were seeded; it does not exist; it is somewhere else.
const UNBOOKABLE: [Pick; 4] =
    [Pick::Nth(FIRST_BOOKED), Pick::Nth(0), Pick::Invented, Pick::Elsewhere];

/// The states an order can be seeded into: without a withdrawal that was refused or overtaken.
pub fn seeds() -> Vec<Abstract> {
    let plain = |state: &Abstract| !matches!(state.outcome, Outcome::Refused | Outcome::Overtaken);
    reachable().into_keys().filter(plain).collect()
}

/// Every cell.
pub fn every() -> Vec<Cell> {
    let of = |state| Trigger::all().map(move |trigger| (state, trigger));
    seeds().into_iter().flat_map(of).collect()
}

/// Every cell of the lifecycle, and of a withdrawal that is pending every cell of each state that it
/// was asked for in; where the visit decides whether an event is legal, both. Of the variants of one
/// that differ in nothing but the visit, or in which the event is not legal anyhow, it is one, which the
/// seed chooses. Calls are tried in every variant that refuses them, since those share an order.
pub fn sampled(seed: u64) -> Vec<Cell> {
    let mut variants: BTreeMap<_, Vec<Cell>> = BTreeMap::new();
    let mut cells = Vec::new();
    for cell in every() {
        let (state, trigger) = cell;
        let legal = state.after(trigger).is_some();
        match trigger {
            Trigger::Operation(_) if !legal => cells.push(cell),
            Trigger::Operation(_) | Trigger::Event(_) => {
                let origin = state.origin.filter(|_| legal);
                variants.entry((state.state, origin, trigger, legal)).or_default().push(cell);
            }
        }
    }
    let chosen = variants.into_values().enumerate().map(|(nth, variants)| {
        let turn = seed.wrapping_add(nth as u64);
        let one = |among: &[Cell], turn: u64| {
            let nth = usize::try_from(turn % among.len() as u64).unwrap_or_default();
            among[nth]
        };
        // Where a place is held there is more to go wrong.
        let held: Vec<Cell> = variants.iter().copied().filter(|it| it.0.timeslot_held).collect();
        match held.is_empty() || turn.is_multiple_of(HELD_MOSTLY) {
            true => one(&variants, turn / HELD_MOSTLY),
            false => one(&held, turn),
        }
    });
    cells.extend(chosen);
    cells.sort();
    cells
}

/// One cell by itself: an order in the state, and the trial.
pub fn alone((state, trigger): Cell) -> Vec<Step> {
    vec![seeded(Provider::A, state), pull(trigger, 0, Pick::Nth(FIRST_BOOKED))]
}

impl Batch {
    /// One cell by itself.
    pub fn of(cell: Cell) -> Self {
        Self { cells: vec![cell], steps: alone(cell) }
    }

    /// Each cell by itself, with the details that it has among the others.
    pub fn one_by_one(&self) -> impl Iterator<Item = (Cell, Vec<Step>)> {
        let apart = |step: &&Step| !matches!(step, Step::Seed { .. } | Step::Advance { .. });
        let trials = self.steps.iter().filter(apart);
        self.cells.iter().zip(trials).map(|(cell, trial)| {
            let mut steps = alone(*cell);
            let mut trial = trial.clone();
            if let (Some((_, given)), Some((_, place))) =
                (trial.details_mut(), steps.last_mut().and_then(Step::details_mut))
            {
                place.clone_from(given);
            }
            (*cell, steps)
        })
    }
}

/// A cell in words.
pub fn described((state, trigger): Cell) -> String {
    format!("{trigger} in {state}")
}

/// The cells in batches of at most so many orders each, whose orders the two providers have in turn.
///
/// Beside the cells, if asked for, what is wrong in every state is tried in every state: the other provider's calls,
/// the create of the order sent again, and bookings of timeslots that cannot be booked either. Time
/// passes between making the orders and moving them, so that a moment which is not brought up to date
/// shows.
pub fn together(cells: &[Cell], orders_max: usize, seed: u64, beside: Beside) -> Vec<Batch> {
    let mut shared: BTreeMap<Abstract, Vec<Trigger>> = BTreeMap::new();
    let mut orders = Vec::new();
    for (state, trigger) in cells {
        match state.after(*trigger) {
            Some(_) => orders.push((*state, vec![*trigger])),
            None => shared.entry(*state).or_default().push(*trigger),
        }
    }
    orders.extend(shared);
    orders.chunks(orders_max).map(|orders| batch(orders, seed, beside)).collect()
}

fn batch(orders: &[(Abstract, Vec<Trigger>)], seed: u64, beside: Beside) -> Batch {
    let turn = usize::try_from(seed % 60).unwrap_or_default();
    let mut steps: Vec<Step> = orders
        .iter()
        .enumerate()
        .map(|(index, (state, _))| seeded(Provider::ALL[(index + turn) % 2], *state))
        .collect();
    steps.push(Step::Advance { span: Span::Minutes(61) });
    let mut cells = Vec::new();
    let (mut bookings, mut refused) = (0, turn);
    for (index, (state, triggers)) in orders.iter().enumerate() {
        for trigger in triggers {
            cells.push((*state, *trigger));
            let booking = *trigger == Trigger::Operation(Operation::Book);
            let accepted = state.after(*trigger).is_some();
            let pick = if booking && !accepted {
                refused += 1;
                UNBOOKABLE[refused % UNBOOKABLE.len()]
            } else {
                bookings += usize::from(booking);
                Pick::Nth(FIRST_BOOKED + bookings)
            };
            steps.push(pull(*trigger, index, pick));
        }
    }
    if beside == Beside::Nothing {
        return Batch { cells, steps };
    }
    let untouched = one_of_each_state(orders, turn);
    steps.extend(untouched.iter().flat_map(|order| by_others(*order)));
    steps.push(Step::Advance { span: Span::Days(1) });
    let closed_to_booking = untouched
        .iter()
        .filter(|order| orders[**order].0.after(Trigger::Operation(Operation::Book)).is_none());
    steps.extend(
        closed_to_booking
            .enumerate()
            .filter(|(nth, _)| (nth + turn) % 3 == 0)
            .map(|(_, order)| pull(Trigger::Operation(Operation::Book), *order, Pick::Passed)),
    );
    // More timeslots than an answer holds, of which seeding filled the first.
    let during = During::Days(0, 30);
    let (provider, place, details) = (Provider::B, Place::Visit, Details::default());
    steps.push(Step::Timeslots { provider, place, during, details });
    Batch { cells, steps }
}

/// Of every state an order that nothing moves, where there are several another one each turn.
fn one_of_each_state(orders: &[(Abstract, Vec<Trigger>)], turn: usize) -> Vec<usize> {
    let mut by_state: BTreeMap<State, Vec<usize>> = BTreeMap::new();
    for (index, (state, triggers)) in orders.iter().enumerate() {
        if triggers.iter().all(|trigger| state.after(*trigger).is_none()) {
            by_state.entry(state.state).or_default().push(index);
        }
    }
    by_state.into_values().map(|variants| variants[turn % variants.len()]).collect()
}

/// What the other provider tries with an order, and its own provider with the create of it.
fn by_others(order: usize) -> [Step; 4] {
    let by = By::Stranger;
    [
        Step::Withdraw { by, order, details: Details::default() },
        Step::Book { by, order, pick: Pick::Nth(FIRST_BOOKED), details: Details::default() },
        Step::Repeat { by, order },
        Step::Repeat { by: By::Owner, order },
    ]
}

fn seeded(provider: Provider, state: Abstract) -> Step {
    Step::Seed { provider, state }
}

fn pull(trigger: Trigger, order: usize, pick: Pick) -> Step {
    let by = By::Owner;
    match trigger {
        Trigger::Operation(Operation::Withdraw) => {
            Step::Withdraw { by, order, details: Details::default() }
        }
        Trigger::Operation(Operation::Book) => {
            Step::Book { by, order, pick, details: Details::default() }
        }
        Trigger::Event(event) => Step::Network { order, event, noted: false },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::coverage::CELLS;

    #[test]
    fn every_cell_of_the_lifecycle_is_among_the_sampled_whatever_the_seed() {
        for seed in [0, 1, 7, u64::MAX] {
            let cells = sampled(seed);
            let distinct: BTreeSet<_> =
                cells.iter().map(|(state, trigger)| (state.state, *trigger)).collect();
            assert_eq!(distinct.len(), CELLS);
            assert!(cells.len() < every().len());
            let legal = |cells: &[Cell]| -> BTreeSet<_> {
                let legal = cells.iter().filter(|(state, it)| state.after(*it).is_some());
                legal.map(|(state, trigger)| (state.state, state.origin, *trigger)).collect()
            };
            assert_eq!(legal(&cells), legal(&every()), "seed {seed}");
        }
    }

    #[test]
    fn every_variant_is_sampled_by_some_seed() {
        let all: BTreeSet<Cell> = (0..32).flat_map(sampled).collect();
        assert_eq!(all.len(), every().len());
    }

    #[test]
    fn cells_that_are_refused_share_an_order() {
        let Batch { steps, cells } = together(&every(), usize::MAX, 1, Beside::Wrongs).remove(0);
        let seeded = steps.iter().filter(|step| matches!(step, Step::Seed { .. })).count();
        let moving =
            every().iter().filter(|(state, trigger)| state.after(*trigger).is_some()).count();
        assert_eq!(seeded, moving + seeds().len());
        assert_eq!(cells.len(), every().len());
        let operations = steps.iter().filter(|step| {
            matches!(step, Step::Withdraw { by: By::Owner, .. } | Step::Network { .. })
        });
        let tried =
            cells.iter().filter(|(_, it)| *it != Trigger::Operation(Operation::Book)).count();
        assert_eq!(operations.count(), tried);
    }
}
