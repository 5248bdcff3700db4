//! The effects and conditions that the lifecycle names, given a meaning.
//!
//! The contract says *when* an effect happens and *what* it is called; what it does to an order is
//! said here, once. A contract that names one this server does not know is refused at start-up.

use chrono::{DateTime, TimeDelta, Utc};
use octane_openapi::{Judgement, Lifecycle, Target};

use super::event::{Event, WithdrawalOutcome};
use super::order::{ChargeKind, Order};

/// A withdrawal asked for less than this before the booked visit is charged; operation
/// `cancelNbnOrder` of the contract.
const LATE_WITHDRAWAL_BEFORE: TimeDelta = TimeDelta::hours(24);

/// The charge for it: 90.00 dollars.
const LATE_WITHDRAWAL_FEE_CENTS: u32 = 9_000;

/// When nbn plans to have remedied a shortfall if the event does not say: five to ten business days
/// are usual.
const REMEDIATION_USUALLY_TAKES: TimeDelta = TimeDelta::days(10);

/// An effect of a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    RequestWithdrawal,
    AcceptWithdrawal,
    RefuseWithdrawal,
    OvertakeWithdrawal,
    ChargeLateWithdrawal,
    BookTimeslot,
    PlanRemediation,
    EndRemediation,
    ChangeService,
}

impl Effect {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "requestWithdrawal" => Self::RequestWithdrawal,
            "acceptWithdrawal" => Self::AcceptWithdrawal,
            "refuseWithdrawal" => Self::RefuseWithdrawal,
            "overtakeWithdrawal" => Self::OvertakeWithdrawal,
            "chargeLateWithdrawal" => Self::ChargeLateWithdrawal,
            "bookTimeslot" => Self::BookTimeslot,
            "planRemediation" => Self::PlanRemediation,
            "endRemediation" => Self::EndRemediation,
            "changeService" => Self::ChangeService,
            _ => return None,
        })
    }
}

/// What came with the command, for the effects that need it.
#[derive(Debug, Clone, Default)]
pub(super) struct Input {
    /// For `requestWithdrawal`.
    pub(super) withdrawal: Option<Event>,
    /// For `bookTimeslot`.
    pub(super) booking: Option<Event>,
    /// For `planRemediation`.
    pub(super) remediation_by: Option<chrono::NaiveDate>,
}

/// The event that the effect `name` is for `order` at `now`; none if it has nothing to do.
pub(super) fn event(name: &str, order: &Order, input: &Input, now: DateTime<Utc>) -> Option<Event> {
    let effect = Effect::from_name(name).expect("the names were checked at start-up");
    match effect {
        Effect::RequestWithdrawal => input.withdrawal.clone(),
        Effect::AcceptWithdrawal => Some(Event::WithdrawalDecided(WithdrawalOutcome::Accepted)),
        Effect::RefuseWithdrawal => Some(Event::WithdrawalDecided(WithdrawalOutcome::Refused)),
        Effect::OvertakeWithdrawal => Some(Event::WithdrawalDecided(WithdrawalOutcome::Overtaken)),
        Effect::ChargeLateWithdrawal => late_withdrawal_charge(order),
        Effect::BookTimeslot => input.booking.clone(),
        Effect::PlanRemediation => {
            let today = now.with_timezone(&order.request.time_zone).date_naive();
            let usual = || today + REMEDIATION_USUALLY_TAKES;
            Some(Event::RemediationPlanned { by: input.remediation_by.unwrap_or_else(usual) })
        }
        Effect::EndRemediation => {
            order.planned_remediation_date.is_some().then_some(Event::RemediationEnded)
        }
        Effect::ChangeService => Some(Event::ServiceChanged),
    }
}

fn late_withdrawal_charge(order: &Order) -> Option<Event> {
    let (timeslot, withdrawal) = (order.booked_timeslot()?, order.withdrawal.as_ref()?);
    let notice = timeslot.start.to_utc() - withdrawal.requested_at;
    (notice < LATE_WITHDRAWAL_BEFORE).then_some(Event::Charged {
        kind: ChargeKind::LateWithdrawal,
        amount_cents: LATE_WITHDRAWAL_FEE_CENTS,
    })
}

/// Whether the condition `name` of the lifecycle holds for an order that needs a visit or not.
pub(crate) fn holds(name: &str, visit_required: bool) -> bool {
    condition(name).expect("the names were checked at start-up")(visit_required)
}

fn condition(name: &str) -> Option<fn(bool) -> bool> {
    match name {
        "visitRequired" => Some(|visit_required| visit_required),
        "noVisitRequired" => Some(|visit_required| !visit_required),
        _ => None,
    }
}

/// Why orders cannot be judged by a lifecycle.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// It names an effect or condition that this server cannot carry out.
    #[error(
        "the lifecycle `{lifecycle}` names the {kind} `{name}`, which this server does not know; \
         rename it, or teach it to `domain/effect.rs`"
    )]
    UnknownName {
        /// Name of the lifecycle.
        lifecycle: String,
        /// What it is.
        kind: &'static str,
        /// What it is called.
        name: String,
    },
    /// It does not say what an operation does in a state.
    #[error(
        "the lifecycle `{lifecycle}` does not say what `{operation}` does to an order that is \
         `{state}`; add a transition with a status, or a refusal (`cargo xtask lint` tells more)"
    )]
    NotTotal {
        /// Name of the lifecycle.
        lifecycle: String,
        /// The guarded operation.
        operation: String,
        /// The state.
        state: String,
    },
    /// It sends an order back from the state it starts in.
    #[error("the lifecycle `{lifecycle}` goes to `$previous` from its initial state")]
    NoPrevious {
        /// Name of the lifecycle.
        lifecycle: String,
    },
}

/// Checks that orders can be judged by `lifecycle`: that every effect and condition is known here,
/// and that every guarded operation has an answer in every state. The lint says it better, but a
/// contract given to the server may not have been linted.
pub(crate) fn check_lifecycle(lifecycle: &Lifecycle) -> Result<(), LifecycleError> {
    let name_of = || lifecycle.name.clone();
    let unknown = |kind, name: &String| LifecycleError::UnknownName {
        lifecycle: name_of(),
        kind,
        name: name.clone(),
    };
    for transition in &lifecycle.transitions {
        if let Some(name) = transition.effects.iter().find(|it| Effect::from_name(it).is_none()) {
            return Err(unknown("effect", name));
        }
        if let Some(name) = transition.when.iter().find(|it| condition(it).is_none()) {
            return Err(unknown("condition", name));
        }
        let from_initial = transition.from.iter().any(|it| it == lifecycle.initial());
        if transition.to == Target::Previous && from_initial {
            return Err(LifecycleError::NoPrevious { lifecycle: name_of() });
        }
    }
    for operation in &lifecycle.guards {
        let answers = |state: &str, visit_required| match lifecycle
            .judge(state, operation, |it| holds(it, visit_required))
        {
            Judgement::Moves(transition) => transition.status.is_some(),
            Judgement::Refused(_) => true,
            Judgement::NotLegal => false,
        };
        let silent = |state: &&String| !answers(state, true) || !answers(state, false);
        if let Some(state) = lifecycle.states.keys().find(silent) {
            let (operation, state) = (operation.clone(), state.clone());
            return Err(LifecycleError::NotTotal { lifecycle: name_of(), operation, state });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use octane_openapi::Contract;

    use super::*;

    fn lifecycle(replace: &str, with: &str) -> Lifecycle {
        let text = include_str!("../../../openapi/octane-orders.yaml");
        assert!(text.contains(replace), "`{replace}` is not in the contract");
        let contract = Contract::parse("altered.yaml", &text.replace(replace, with)).unwrap();
        contract.lifecycle("nbnOrder").unwrap().clone()
    }

    #[track_caller]
    fn check(replace: &str, with: &str, expected: &str) {
        let error = check_lifecycle(&lifecycle(replace, with)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_lifecycle_the_server_cannot_carry_out_is_refused_by_name() {
        check("[bookTimeslot]", "[bookTable]", "names the effect `bookTable`");
        check("when: noVisitRequired", "when: fullMoon", "names the condition `fullMoon`");
        check(
            "trigger: cancelNbnOrder, from: [InProgress]",
            "trigger: cancelNbnOrder, from: [Held]",
            "does not say what `cancelNbnOrder` does to an order that is `InProgress`",
        );
        check(
            "from: [Submitted], to: Acknowledged",
            "from: [Submitted], to: $previous",
            "`$previous`",
        );
    }

    #[test]
    fn the_contract_of_this_repository_can_be_carried_out() {
        check_lifecycle(&lifecycle("nbnOrder", "nbnOrder")).unwrap();
    }
}
