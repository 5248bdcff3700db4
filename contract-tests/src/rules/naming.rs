//! Which rule a difference is about.
//!
//! The comparison with the model finds the difference; these functions only name it, by the place in
//! the body or by the refusal that was expected. What they do not know falls to a general rule.

use super::Rule;

/// What is compared, which decides how a difference is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// An order in detail.
    Order,
    /// A page of the list.
    List,
    /// The free timeslots of a window.
    Timeslots,
    /// Anything else, which is about one rule as a whole.
    Whole(Rule),
}

impl View {
    /// The rule that a difference at this pointer of the view breaks.
    pub fn rule_at(self, pointer: &str) -> Rule {
        match self {
            View::Order => of_order(pointer),
            View::List => of_list(pointer),
            View::Timeslots => of_timeslots(pointer),
            View::Whole(rule) => rule,
        }
    }
}

/// The rule that a difference at this pointer of an order breaks.
fn of_order(pointer: &str) -> Rule {
    match pointer.split('/').nth(1).unwrap_or_default() {
        "status" => Rule::Lifecycle,
        "isWithdrawable" => Rule::WithdrawableTold,
        "statusHistory" | "updatedAt" => Rule::StatusHistoryComplete,
        "appointment" => Rule::AppointmentRecorded,
        "charges" => Rule::LateWithdrawalFee,
        "withdrawal" => Rule::WithdrawalRecorded,
        "plannedRemediationDate" => Rule::RemediationDate,
        _ => Rule::OrderAsRequested,
    }
}

/// The rule that a difference at this pointer of a list breaks.
fn of_list(pointer: &str) -> Rule {
    let tokens: Vec<&str> = pointer.split('/').skip(1).collect();
    match tokens.as_slice() {
        ["nextCursor", ..] => Rule::ListPaged,
        // A line too many, too few, or of another order.
        ["orders"] | ["orders", _] | ["orders", _, "orderId"] => Rule::ListComplete,
        ["orders", _, _, ..] => Rule::ListAgreesWithOrder,
        _ => Rule::ListComplete,
    }
}

/// The rule that a difference at this pointer of free timeslots breaks.
fn of_timeslots(pointer: &str) -> Rule {
    if pointer.ends_with("/placesFree") { Rule::PlacesCounted } else { Rule::TimeslotsOffered }
}

/// The rule that a refusal enforces: who expected it and did not get it, or the other way round,
/// names this one.
pub fn of_refusal(name: &str) -> Rule {
    match name {
        "Unauthenticated" => Rule::CredentialsRequired,
        "PathNotFound"
        | "MethodNotAllowed"
        | "NotAcceptable"
        | "PayloadTooLarge"
        | "UnsupportedMediaType" => Rule::ProtocolRefusals,
        "InvalidRequest" | "TimeslotWindowInvalid" => Rule::BadInputRefused,
        "InternalError" | "ServiceUnavailable" => Rule::NoServerError,
        "LocationNotFound" => Rule::QualificationAnswered,
        "QualificationNotFound"
        | "QualificationMismatch"
        | "ServiceClassNotOrderable"
        | "ServiceClassMismatch"
        | "InfrastructureMismatch" => Rule::QualificationBindsOrder,
        "QualificationExpired" => Rule::QualificationExpires,
        "OrderNotFound" => Rule::OthersSeeNothing,
        "DuplicateRemoteOrder" => Rule::OrderedOnce,
        "CustomerNotFound" => Rule::CustomerOfProvider,
        "NoActiveService" | "ServiceHasOpenOrder" => Rule::OneChangeAtATime,
        "OrderNotActivation" => Rule::OnlyActivationsWithdrawn,
        "WithdrawalAlreadyPending"
        | "PastPointOfNoReturn"
        | "OrderClosed"
        | "AppointmentNotExpected"
        | "EventNotLegal" => Rule::Lifecycle,
        "TimeslotNotFound" | "TimeslotPassed" => Rule::TimeslotBookable,
        "TimeslotFull" => Rule::PlaceSoldOnce,
        _ => Rule::AnswerFollows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use octane_openapi::Contract;

    #[test]
    fn a_difference_is_named_by_where_it_is() {
        let at = |view: View, pointer| view.rule_at(pointer).id();
        assert_eq!(at(View::Order, "/charges/0/chargeAmount"), "late-withdrawal-fee");
        assert_eq!(at(View::Order, "/service/planNo"), "order-as-requested");
        assert_eq!(at(View::List, "/orders/3"), "list-complete");
        assert_eq!(at(View::List, "/orders/3/orderId"), "list-complete");
        assert_eq!(at(View::List, "/orders/3/status"), "list-agrees-with-order");
        assert_eq!(at(View::Timeslots, "/timeslots/0/placesFree"), "places-counted");
        assert_eq!(at(View::Timeslots, "/timeslots/0"), "timeslots-offered");
    }

    #[test]
    fn every_refusal_of_the_contract_enforces_a_rule() {
        let contract = Contract::orders().expect("the contract is linted");
        for name in contract.error_codes().keys() {
            let known = of_refusal(name) != Rule::AnswerFollows;
            assert!(known || name == "TooManyRequests", "{name}");
        }
    }
}
