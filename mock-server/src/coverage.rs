//! What has been touched: operations by the status they answered, and cells of the lifecycle.
//!
//! Counts are atomic and never forgotten by themselves, so that a team sees what all its tests have
//! touched, resets and restores in between included. What is counted was decided under the world's
//! lock: a cell counts where the lifecycle moved an order or refused to, and not where a request
//! failed for another reason.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indexmap::{IndexMap, IndexSet};
use octane_openapi::{Contract, Lifecycle};

use crate::domain::moves::TriggerKind;

/// What there is to cover in a contract.
#[derive(Debug)]
pub(crate) struct Coverable {
    /// The documented statuses of each operation.
    operations: IndexMap<String, IndexSet<u16>>,
    states: IndexSet<String>,
    triggers: IndexMap<String, TriggerKind>,
    /// By state and trigger, whether some order may.
    is_legal: Vec<bool>,
}

/// How often each of it was touched.
#[derive(Debug)]
pub struct Coverage {
    of: Arc<Coverable>,
    /// By operation and status.
    statuses: Vec<Vec<AtomicU64>>,
    /// By state and trigger, as [`Coverable::is_legal`].
    cells: Vec<AtomicU64>,
}

/// An operation with how often it answered each of its documented statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCoverage<'c> {
    /// The operationId.
    pub operation: &'c str,
    /// Status and count, in the contract's order.
    pub statuses: Vec<(u16, u64)>,
}

/// A cell of the lifecycle, and how often it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellCoverage<'c> {
    /// The state.
    pub state: &'c str,
    /// The operation or network event.
    pub trigger: &'c str,
    /// Who makes it happen.
    pub kind: TriggerKind,
    /// Whether the state allows it, for some order at least.
    pub is_legal: bool,
    /// How often it was tried.
    pub count: u64,
}

impl Coverable {
    /// What there is to cover in `contract`, and in `lifecycle` if it has one.
    pub(crate) fn new(contract: &Contract, lifecycle: Option<&Lifecycle>) -> Self {
        let operations = contract.operations().iter();
        let statuses = |it: &octane_openapi::Operation| it.responses.keys().copied().collect();
        let mut coverable = Self {
            operations: operations.map(|it| (it.id.clone(), statuses(it))).collect(),
            states: IndexSet::new(),
            triggers: IndexMap::new(),
            is_legal: Vec::new(),
        };
        if let Some(lifecycle) = lifecycle {
            coverable.states = lifecycle.states.keys().cloned().collect();
            let triggers = lifecycle.guards.iter().chain(lifecycle.events.keys());
            coverable.triggers =
                triggers.map(|it| (it.clone(), TriggerKind::of(lifecycle, it))).collect();
            let is_legal = |state: &String, trigger: &String| {
                let mut rows = lifecycle.transitions.iter();
                rows.any(|row| row.trigger == *trigger && row.from.contains(state))
            };
            for state in &coverable.states {
                let row = coverable.triggers.keys().map(|trigger| is_legal(state, trigger));
                coverable.is_legal.extend(row);
            }
        }
        coverable
    }
}

impl Coverage {
    /// Nothing touched yet.
    pub(crate) fn new(of: Arc<Coverable>) -> Self {
        let zeros = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        let statuses = of.operations.values().map(|it| zeros(it.len())).collect();
        let cells = zeros(of.is_legal.len());
        Self { of, statuses, cells }
    }

    /// Of the same, nothing touched yet.
    #[cfg(feature = "defects")]
    pub(crate) fn afresh(&self) -> Self {
        Self::new(Arc::clone(&self.of))
    }

    /// Every operation, in the contract's order.
    pub fn operations(&self) -> Vec<OperationCoverage<'_>> {
        let counts = self.statuses.iter();
        let operations = self.of.operations.iter().zip(counts);
        operations
            .map(|((operation, statuses), counts)| OperationCoverage {
                operation,
                statuses: statuses.iter().copied().zip(counts.iter().map(read)).collect(),
            })
            .collect()
    }

    /// The cells of the lifecycle, state by state: every guarded operation, and every network event
    /// that the state allows or that was tried in it all the same.
    pub fn cells(&self) -> Vec<CellCoverage<'_>> {
        let Coverable { states, triggers, is_legal, .. } = &*self.of;
        let cells = states.iter().flat_map(|state| triggers.iter().map(move |it| (state, it)));
        cells
            .zip(is_legal)
            .zip(&self.cells)
            .map(|(((state, (trigger, kind)), is_legal), count)| CellCoverage {
                state,
                trigger,
                kind: *kind,
                is_legal: *is_legal,
                count: read(count),
            })
            .filter(|it| match it.kind {
                TriggerKind::Operation => true,
                TriggerKind::NetworkEvent => it.is_legal || it.count > 0,
            })
            .collect()
    }

    /// Whether the contract has this operation.
    pub(crate) fn has_operation(&self, operation: &str) -> bool {
        self.of.operations.contains_key(operation)
    }

    /// Counts nothing as touched any more.
    pub(crate) fn clear(&self) {
        let counts = self.statuses.iter().flatten().chain(&self.cells);
        counts.for_each(|count| count.store(0, Ordering::Relaxed));
    }

    /// The operation has answered this status.
    pub(crate) fn count_answer(&self, operation: &str, status: u16) {
        let place = self
            .of
            .operations
            .get_full(operation)
            .and_then(|(index, _, statuses)| Some((index, statuses.get_index_of(&status)?)));
        if let Some((operation, status)) = place {
            self.statuses[operation][status].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The trigger was tried in this state, and the lifecycle has decided.
    pub(crate) fn count_cell(&self, state: &str, trigger: &str) {
        let Coverable { states, triggers, .. } = &*self.of;
        let (state, trigger) = (states.get_index_of(state), triggers.get_index_of(trigger));
        if let (Some(state), Some(trigger)) = (state, trigger) {
            self.cells[state * triggers.len() + trigger].fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn read(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}
