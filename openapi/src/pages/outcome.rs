//! What may come of a trigger in a state, whatever the conditions.

use crate::{Judgement, Lifecycle};

/// Every outcome that some order in `state` meets: several where conditions decide, none where the
/// trigger is not legal for any.
pub(super) fn outcomes<'l>(
    lifecycle: &'l Lifecycle,
    state: &str,
    trigger: &str,
) -> Vec<Judgement<'l>> {
    let mut outcomes = Vec::new();
    for holding in holdings(lifecycle, trigger) {
        let outcome = lifecycle.judge(state, trigger, |name| holding.contains(&name));
        if outcome != Judgement::NotLegal && !outcomes.contains(&outcome) {
            outcomes.push(outcome);
        }
    }
    // Moves come first, so that a refusal reads as the rest.
    outcomes.sort_by_key(|outcome| !matches!(outcome, Judgement::Moves(_)));
    outcomes
}

/// The sets of conditions that may hold together, of those the trigger's transitions depend on.
fn holdings<'l>(lifecycle: &'l Lifecycle, trigger: &str) -> Vec<Vec<&'l str>> {
    let mut conditions: Vec<&str> = Vec::new();
    for transition in lifecycle.transitions.iter().filter(|t| t.trigger == trigger) {
        let when = transition.when.as_deref();
        conditions.extend(when.filter(|when| !conditions.contains(when)));
    }
    let excluded = |a: &str, b: &str| {
        let excludes = |a: &str, b: &str| {
            lifecycle.conditions.get(a).is_some_and(|a| a.excludes.as_deref() == Some(b))
        };
        excludes(a, b) || excludes(b, a)
    };
    let mut holdings: Vec<Vec<&str>> = vec![Vec::new()];
    for condition in conditions {
        let with: Vec<Vec<&str>> = holdings
            .iter()
            .filter(|holding| !holding.iter().any(|other| excluded(condition, other)))
            .map(|holding| holding.iter().copied().chain([condition]).collect())
            .collect();
        holdings.extend(with);
    }
    holdings
}
