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
use crate::step::{By, Details, Pick, Step};
use crate::truth_table::Operation;

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

/// Seeding books the first free timeslots, so cells that book take later ones.
const FIRST_BOOKED: usize = 30;

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

/// Every cell of the lifecycle: all that move an order, all calls, and of the events that are not
/// legal in any variant of a state, one variant, which the seed chooses.
pub fn sampled(seed: u64) -> Vec<Cell> {
    let mut variants: BTreeMap<_, Vec<Cell>> = BTreeMap::new();
    let mut cells = Vec::new();
    for cell in every() {
        let (state, trigger) = cell;
        let illegal = matches!(trigger, Trigger::Event(_)) && state.after(trigger).is_none();
        if illegal {
            variants.entry((state.state, trigger)).or_default().push(cell);
        } else {
            cells.push(cell);
        }
    }
    let chosen = variants.into_values().enumerate().map(|(nth, variants)| {
        let turn = seed.wrapping_add(nth as u64) % variants.len() as u64;
        variants[usize::try_from(turn).unwrap_or_default()]
    });
    cells.extend(chosen);
    cells.sort();
    cells
}

/// One cell by itself: an order in the state, and the trial.
pub fn alone((state, trigger): Cell) -> Vec<Step> {
    vec![seeded(state), pull(trigger, 0, 0)]
}

impl Batch {
    /// One cell by itself.
    pub fn of(cell: Cell) -> Self {
        Self { cells: vec![cell], steps: alone(cell) }
    }

    /// Each cell by itself, with the details that it has among the others.
    pub fn one_by_one(&self) -> impl Iterator<Item = (Cell, Vec<Step>)> {
        let trials = self.steps.iter().filter(|step| !matches!(step, Step::Seed { .. }));
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

/// The cells in batches of at most so many orders each.
pub fn together(cells: &[Cell], orders_max: usize) -> Vec<Batch> {
    let mut shared: BTreeMap<Abstract, Vec<Trigger>> = BTreeMap::new();
    let mut orders = Vec::new();
    for (state, trigger) in cells {
        match state.after(*trigger) {
            Some(_) => orders.push((*state, vec![*trigger])),
            None => shared.entry(*state).or_default().push(*trigger),
        }
    }
    orders.extend(shared);
    orders.chunks(orders_max).map(batch).collect()
}

fn batch(orders: &[(Abstract, Vec<Trigger>)]) -> Batch {
    let (mut cells, mut steps) = (Vec::new(), Vec::new());
    let mut bookings = 0;
    for (index, (state, triggers)) in orders.iter().enumerate() {
        steps.push(seeded(*state));
        for trigger in triggers {
            cells.push((*state, *trigger));
            steps.push(pull(*trigger, index, bookings));
            bookings += usize::from(*trigger == Trigger::Operation(Operation::Book));
        }
    }
    Batch { cells, steps }
}

fn seeded(state: Abstract) -> Step {
    Step::Seed { provider: Provider::A, state }
}

fn pull(trigger: Trigger, order: usize, bookings: usize) -> Step {
    let by = By::Owner;
    match trigger {
        Trigger::Operation(Operation::Withdraw) => {
            Step::Withdraw { by, order, details: Details::default() }
        }
        Trigger::Operation(Operation::Book) => {
            let pick = Pick::Nth(FIRST_BOOKED + bookings);
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
        }
    }

    #[test]
    fn every_variant_is_sampled_by_some_seed() {
        let all: BTreeSet<Cell> = (0..8).flat_map(sampled).collect();
        assert_eq!(all.len(), every().len());
    }

    #[test]
    fn cells_that_are_refused_share_an_order() {
        let Batch { steps, cells } = together(&every(), usize::MAX).remove(0);
        let seeded = steps.iter().filter(|step| matches!(step, Step::Seed { .. })).count();
        let moving =
            every().iter().filter(|(state, trigger)| state.after(*trigger).is_some()).count();
        assert_eq!(seeded, moving + seeds().len());
        assert_eq!(cells.len(), every().len());
        assert_eq!(steps.len(), seeded + cells.len());
    }
}
