//! What a verification could not show, and why.
//!
//! A report that passes says which of the contract's answers it never saw: each documented status of
//! each operation, each refusal an operation lists, each cell of the lifecycle; and what it never
//! sent and saw accepted: each value of an enum, each bound, each optional field. Some a target cannot
//! be made to show; of the others, CI wants every one.

use octane_openapi::Method;
use serde::Serialize;

use crate::coverage::Coverage;
use crate::judge::Judge;
use crate::reach::Trigger;
use crate::rules::Rule;
use crate::rules::naming::of_refusal;
use crate::truth_table::{Operation, State};

/// Something of the contract that was not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// What.
    pub what: String,
    /// Why.
    pub because: Because,
}

/// Why something was not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Because {
    /// The server answers it only when it fails or is overrun, which nothing here makes it do.
    NeedsFaultControl,
    /// It takes an act of the network or the passing of time, which need a control plane.
    NeedsControlPlane,
    /// The profile or the budget left it out, or the target did not come to it.
    NotTried,
}

impl Because {
    /// Every reason.
    pub const ALL: [Because; 3] =
        [Because::NeedsFaultControl, Because::NeedsControlPlane, Because::NotTried];

    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Because::NeedsFaultControl => "needs fault control",
            Because::NeedsControlPlane => "needs the control plane, or time",
            Because::NotTried => "was not seen, though this target could be made to show it",
        }
    }
}

/// What can be done to the target beside calling it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// nbn can be played and the clock moved.
    pub network: bool,
    /// The server can be made to fail.
    pub faults: bool,
}

/// Everything that was not seen, in the order of the contract.
pub fn gaps(judge: &Judge, coverage: &Coverage, control: Control) -> Vec<Gap> {
    let contract = &judge.orders().contract;
    let mut found = Vec::new();
    let mut missing = |what: String, because: Because| found.push(Gap { what, because });
    let of_status = |status: u16| match status {
        429 | 500.. if !control.faults => Because::NeedsFaultControl,
        _ => Because::NotTried,
    };
    let of_time = |takes_time: bool, otherwise| match takes_time && !control.network {
        true => Because::NeedsControlPlane,
        false => otherwise,
    };
    for operation in contract.operations() {
        for status in operation.responses.keys() {
            if coverage.count(&operation.id, *status) == 0 {
                let because = of_time(is_of_state(&operation.id, *status), of_status(*status));
                missing(format!("{} {status}", operation.id), because);
            }
        }
    }
    for (status, fallback) in contract.fallbacks() {
        if !coverage.answers.keys().any(|(_, seen)| seen == status) {
            missing(format!("{status} {}", fallback.error_code), of_status(*status));
        }
    }
    for (name, code) in contract.error_codes() {
        if !coverage.refusals.contains_key(name) {
            let because = of_time(takes_time(name), of_status(code.status));
            missing(format!("refusal {name}"), because);
        }
    }
    for goal in judge.goals().without(&coverage.sent) {
        // A request of each kind that moves an order takes an order in the state for it.
        let waits = contract.operation(&goal.operation).is_some_and(|it| it.method != Method::Get)
            && !control.network;
        let because = if waits { Because::NeedsControlPlane } else { Because::NotTried };
        missing(goal.to_string(), because);
    }
    let untried = if control.network { Because::NotTried } else { Because::NeedsControlPlane };
    for state in State::ALL {
        for trigger in Trigger::all() {
            if !coverage.cells.contains_key(&(state, trigger)) {
                missing(format!("{} in {state}", trigger.name()), untried);
            }
        }
    }
    found
}

/// Whether an answer takes an order in a state that only nbn brings about.
fn is_of_state(operation: &str, status: u16) -> bool {
    let guarded = Operation::ALL.iter().any(|it| it.name() == operation);
    guarded && matches!(status, 200 | 202 | 409 | 422)
}

/// Whether a refusal takes an order that nbn has moved, or time that has passed.
fn takes_time(refusal: &str) -> bool {
    matches!(
        of_refusal(refusal),
        Rule::Lifecycle
            | Rule::OnlyActivationsWithdrawn
            | Rule::QualificationExpires
            | Rule::OneChangeAtATime
            | Rule::TimeslotBookable
            | Rule::PlaceSoldOnce
    )
}
