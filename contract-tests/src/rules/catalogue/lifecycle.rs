//! What the state of an order decides, and what an order tells of it.

use super::Entry;
use crate::rules::Evidence::{Flows, TruthTable};
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::Lifecycle,
        Facts {
            id: "lifecycle",
            title: "The state decides",
            promise: "The state of an order decides what a call or an event of the network does, and what it is answered.",
            why: "Withdrawing too late costs a technician's visit; refusing too early costs a customer.",
            sources: &["/x-lifecycles/nbnOrder/transitions", "/x-lifecycles/nbnOrder/refusals"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::StatusHistoryComplete,
        Facts {
            id: "status-history-complete",
            title: "The history tells every status",
            promise: "`statusHistory` holds every status the order has had, with its moment and cause; `status` and `updatedAt` agree with the last.",
            why: "Disputes about charges are settled by it.",
            sources: &["/components/schemas/NbnOrder/properties/statusHistory"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::WithdrawableTold,
        Facts {
            id: "withdrawable-told",
            title: "An order says whether it can be withdrawn",
            promise: "`isWithdrawable` is true exactly if `cancelNbnOrder` would be accepted now.",
            why: "Portals show the button by it.",
            sources: &["/components/schemas/NbnOrder/properties/isWithdrawable"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::WithdrawalRecorded,
        Facts {
            id: "withdrawal-recorded",
            title: "A withdrawal is recorded as asked and decided",
            promise: "`withdrawal` repeats reason and comment, and tells when it was asked for, when decided and how.",
            why: "It is the provider's proof that it asked in time.",
            sources: &["/components/schemas/Withdrawal", "/x-lifecycles/nbnOrder/effects"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::LateWithdrawalFee,
        Facts {
            id: "late-withdrawal-fee",
            title: "A late withdrawal costs one fee",
            promise: "Reaching Withdrawn less than 24 hours before a booked timeslot, counted from when the withdrawal was asked for, adds one LATE_WITHDRAWAL_FEE of 90.00, and nothing else charges.",
            why: "It is money.",
            sources: &[
                "/paths/~1v1~1order~1nbn~1{orderId}~1cancel/post/description",
                "/x-lifecycles/nbnOrder/effects/chargeLateWithdrawal",
            ],
            evidence: &[Flows],
        },
    ),
    (
        Rule::RemediationDate,
        Facts {
            id: "remediation-date",
            title: "A held order tells the planned day",
            promise: "`plannedRemediationDate` is there while nbn remedies a shortfall, a day of the location's time zone, and gone afterwards.",
            why: "Customers are told that day.",
            sources: &["/components/schemas/NbnOrder/properties/plannedRemediationDate"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::OnlyActivationsWithdrawn,
        Facts {
            id: "only-activations-withdrawn",
            title: "Only activations can be withdrawn",
            promise: "The withdrawal of a modification or disconnection is refused first, whatever its state.",
            why: "A disconnection that half happened leaves a customer without service.",
            sources: &["/x-error-codes/OrderNotActivation"],
            evidence: &[Flows],
        },
    ),
];
