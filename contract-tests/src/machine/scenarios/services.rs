//! Services of customers, and the orders that change and end them.

use std::collections::BTreeSet;

use super::*;
use crate::model::World;
use crate::step::Change::{self, Disconnect, Modify};
use crate::truth_table::Event::{
    Accept, Acknowledge, CancelByNetwork, Complete, Hold, Reject, Resume, Start,
};

/// Which of two completed activations a modification is about, the contract once did not say. They
/// are at places of different kinds, so that it shows; and two customers of a provider have services,
/// which have nothing to do with each other.
pub(super) fn of_customers(seed: u64) -> Vec<Step> {
    let (first, second) = (0, 1);
    let mut tour = Tour { steps: Vec::new(), orders: 0, tried: BTreeSet::new() };
    // Nobody has a service before an activation is completed.
    let early = tour.activates(0, first);
    for event in [Acknowledge, Accept, Start] {
        tour.steps.extend([change(first, Modify), nbn(early, event)]);
    }
    tour.steps.push(change(first, Disconnect));
    // Ordered later and completed earlier.
    tour.made(Step::Seed { provider: A, state: seeded(State::Completed, Visit::Required) });
    tour.through(first, Modify, &[Reject]);
    tour.through(first, Disconnect, &[Acknowledge, Accept, Hold, CancelByNetwork]);
    tour.steps.push(nbn(early, Complete));
    let other = tour.activates(1, second);
    tour.steps.extend([Acknowledge, Accept, Start, Complete].map(|event| nbn(other, event)));
    tour.through(first, Modify, &[Acknowledge, Accept, Hold, Resume, Start, Complete]);
    let ended = tour.made(change(second, Disconnect));
    tour.steps.extend([Acknowledge, Accept, Start, Complete].map(|event| nbn(ended, event)));
    tour.steps.push(change(second, Modify));
    tour.through(first, Modify, &[Acknowledge]);
    // What there is now is of every kind.
    let mut world = World::at(start());
    for step in &tour.steps {
        world.perform(step);
    }
    tour.steps.extend(lists::by_pairs(&world, A, seed));
    tour.steps
}

/// Every kind of change, one after the other: while one is open no other of its kind is taken, and when
/// it is completed, the service goes on or is over.
pub(super) fn changes() -> Vec<Step> {
    const KINDS: [(Change, usize); 2] = [(Modify, 5), (Disconnect, 3)];
    let active = Step::Seed { provider: A, state: seeded(State::Completed, Visit::NotRequired) };
    let mut steps = Vec::new();
    let mut orders = 0;
    for (kind, how_many) in KINDS {
        for nth in 0..how_many {
            if kind == Disconnect || nth == 0 {
                steps.push(active.clone());
                orders += 1;
            }
            steps.extend([change(0, kind), change(0, kind)]);
            steps.extend([Acknowledge, Accept, Start, Complete].map(|event| nbn(orders, event)));
            orders += 1;
            if kind == Disconnect {
                steps.push(change(0, Modify));
            }
        }
    }
    steps
}

fn change(customer: usize, change: Change) -> Step {
    Step::Change { provider: A, customer, change, details: Details::default() }
}

struct Tour {
    steps: Vec<Step>,
    orders: usize,
    /// The events after which it was tried what no state allows.
    tried: BTreeSet<Option<Event>>,
}

impl Tour {
    /// A step that makes an order, some time after the one before; which order that is.
    fn made(&mut self, step: Step) -> usize {
        self.steps.extend([advance(Span::Milliseconds(211)), step]);
        self.orders += 1;
        self.orders - 1
    }

    fn activates(&mut self, qualification: usize, customer: usize) -> usize {
        self.steps.push(qualify(Place::NoVisit));
        let (twist, details) = (Twist::None, Details::default());
        self.made(Step::Activate { provider: A, qualification, customer, twist, details })
    }

    /// Takes an order that changes a service through these events. In no state can it be withdrawn or
    /// booked, by anybody, and as long as it is open it is in the way of another.
    fn through(&mut self, customer: usize, kind: Change, events: &[Event]) {
        let order = self.made(change(customer, kind));
        let another = if kind == Modify { Disconnect } else { Modify };
        self.refused(order, None);
        for event in events {
            self.steps.extend([change(customer, another), nbn(order, *event)]);
            self.refused(order, Some(*event));
        }
        self.steps.push(Step::Repeat { by: By::Stranger, order });
    }

    fn refused(&mut self, order: usize, after: Option<Event>) {
        if !self.tried.insert(after) {
            return;
        }
        let details = Details::default;
        let withdraw = |by| Step::Withdraw { by, order, details: details() };
        let book = |by| Step::Book { by, order, pick: Pick::Nth(1), details: details() };
        self.steps.push(withdraw(By::Owner));
        // The other provider withdraws where it does not book.
        let by_others = if self.tried.len().is_multiple_of(2) {
            [withdraw(By::Stranger), book(By::Owner)]
        } else {
            [book(By::Stranger), book(By::Owner)]
        };
        self.steps.extend(by_others);
    }
}
