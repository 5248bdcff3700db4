//! Which requests are refused whatever state an order is in, and that a refusal does nothing else.

use super::Entry;
use crate::rules::Evidence::{Faults, Flows, Negatives, TruthTable};
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::CredentialsRequired,
        Facts {
            id: "credentials-required",
            title: "Nothing without credentials",
            promise: "A call without valid credentials is answered 401 and does nothing.",
            why: "Orders hold addresses and cost money.",
            sources: &["/security", "/x-error-codes/Unauthenticated"],
            evidence: &[Negatives],
        },
    ),
    (
        Rule::ProtocolRefusals,
        Facts {
            id: "protocol-refusals",
            title: "What HTTP forbids is refused by name",
            promise: "A wrong path, method, `Accept`, size or content type is refused with its own status and code, in the contract's order of judgement.",
            why: "A caller who misconfigured something must be told what, and not that the order is missing.",
            sources: &["/x-fallback-responses", "/info/description"],
            evidence: &[Negatives],
        },
    ),
    (
        Rule::BadInputRefused,
        Facts {
            id: "bad-input-refused",
            title: "Invalid input is refused for what is wrong",
            promise: "A request that breaks schemas is answered 400 with every keyword that it breaks, at its place and with its rule, and with no other.",
            why: "Input that slips through goes on to nbn; a vague refusal costs a support call.",
            sources: &["/x-error-codes/InvalidRequest"],
            evidence: &[Negatives, Flows],
        },
    ),
    (
        Rule::ValidInputAccepted,
        Facts {
            id: "valid-input-accepted",
            title: "Valid input is accepted",
            promise: "A request within every bound of its schema is accepted where the state allows it.",
            why: "Whoever keeps to the contract must not be refused for it.",
            sources: &["/paths"],
            evidence: &[Negatives],
        },
    ),
    (
        Rule::RefusalChangesNothing,
        Facts {
            id: "refusal-changes-nothing",
            title: "A refused request changes nothing",
            promise: "After a refusal, or a failure before the call was carried out, every order, list and timeslot is as it was before.",
            why: "A caller who was told no believes that nothing happened.",
            sources: &["/info/description"],
            evidence: &[TruthTable, Negatives, Flows, Faults],
        },
    ),
    (
        Rule::OthersSeeNothing,
        Facts {
            id: "others-see-nothing",
            title: "Another provider's orders do not exist",
            promise: "Another provider's order is not found, on reads and on writes, and is in no list.",
            why: "Providers are competitors; an order shows where their customers live.",
            sources: &["/info/description", "/x-error-codes/OrderNotFound"],
            evidence: &[TruthTable, Flows],
        },
    ),
];
