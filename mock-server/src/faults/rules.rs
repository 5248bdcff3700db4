//! The fault rules of a world in their order, and which one a call meets.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::draw::{self, Purpose};
use super::rule::{FaultRule, Pick};

/// How many rules a world has at the most. Said in the contract's `TooManyFaults`.
pub(crate) const FAULTS_MAX: usize = 100;

/// A rule in force, and what it has done so far.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultInForce {
    /// The rule's number, counted from 1 in each world since its last reset.
    pub id: u64,
    /// The rule.
    pub rule: Arc<FaultRule>,
    /// How many calls were its to pick from.
    pub met: u64,
    /// How many of them it applied to.
    pub applied: u64,
    /// When it expires, if it does by the clock.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A call that goes wrong: by which rule, and how late.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultMet {
    /// The rule's number.
    pub id: u64,
    /// The rule.
    pub rule: Arc<FaultRule>,
    /// How long the call is held up, drawn from the rule's latency.
    pub latency: Duration,
}

/// The rules of a world. A copy shares the rules, so keeping one costs a count for each.
#[derive(Debug, Clone)]
pub(crate) struct FaultRules {
    seed: u32,
    last_id: u64,
    in_force: Vec<FaultInForce>,
}

impl FaultRules {
    /// No rules yet; what is drawn is drawn from `seed`.
    pub(crate) fn new(seed: u32) -> Self {
        Self { seed, last_id: 0, in_force: Vec::new() }
    }

    /// Adds a rule behind the others. None if there are too many.
    pub(crate) fn add(&mut self, rule: FaultRule, now: DateTime<Utc>) -> Option<&FaultInForce> {
        self.drop_expired(now);
        if self.in_force.len() >= FAULTS_MAX {
            return None;
        }
        self.last_id += 1;
        // A rule that outlives what a clock can show never expires by it.
        let expires_at = rule.lasts.and_then(|lasts| now.checked_add_signed(lasts));
        let (id, rule) = (self.last_id, Arc::new(rule));
        self.in_force.push(FaultInForce { id, rule, met: 0, applied: 0, expires_at });
        self.in_force.last()
    }

    /// The rules in force, in the order they are tried.
    pub(crate) fn in_force(&mut self, now: DateTime<Utc>) -> &[FaultInForce] {
        self.drop_expired(now);
        &self.in_force
    }

    /// Takes a rule back, and tells whether it was in force.
    pub(crate) fn remove(&mut self, id: u64, now: DateTime<Utc>) -> bool {
        self.drop_expired(now);
        let before = self.in_force.len();
        self.in_force.retain(|it| it.id != id);
        self.in_force.len() < before
    }

    /// Takes all rules back. The numbers go on, so that a number never means two rules.
    pub(crate) fn clear(&mut self) {
        self.in_force.clear();
    }

    /// What a call of `operation` by `provider` meets: the first rule that is for it and picks it.
    /// Each rule that was asked counts the call; those behind the one that applies are not asked.
    pub(crate) fn meet(
        &mut self,
        operation: &str,
        provider: &str,
        now: DateTime<Utc>,
    ) -> Option<FaultMet> {
        self.drop_expired(now);
        let seed = self.seed;
        let (index, met) = self
            .in_force
            .iter_mut()
            .enumerate()
            .filter(|(_, it)| it.rule.is_for(operation, provider))
            .find_map(|(index, it)| Some((index, it.ask(seed)?)))?;
        if Some(self.in_force[index].applied) == met.rule.times {
            self.in_force.remove(index);
        }
        Some(met)
    }

    fn drop_expired(&mut self, now: DateTime<Utc>) {
        self.in_force.retain(|it| it.expires_at.is_none_or(|at| now < at));
    }
}

impl FaultInForce {
    /// Counts a call, and tells what it meets if the rule picks it.
    fn ask(&mut self, seed: u32) -> Option<FaultMet> {
        self.met += 1;
        let bits = |purpose| draw::bits(seed, self.id, self.met, purpose);
        let applies = match self.rule.pick {
            Pick::Each => true,
            Pick::Nth(nth) => self.met == nth,
            Pick::Every(every) => self.met.is_multiple_of(every),
            Pick::Probability(probability) => draw::fraction(bits(Purpose::Pick)) < probability,
        };
        if !applies {
            return None;
        }
        self.applied += 1;
        let (least, most) = (*self.rule.latency_ms.start(), *self.rule.latency_ms.end());
        let more = draw::within(bits(Purpose::Latency), most.saturating_sub(least));
        let latency = Duration::from_millis(u64::from(least) + u64::from(more));
        Some(FaultMet { id: self.id, rule: Arc::clone(&self.rule), latency })
    }
}

#[cfg(test)]
mod tests;
