//! What is promised of the service as a whole, and of no one call.

use super::Entry;
use crate::rules::Evidence::{Flows, Negatives, Races, TruthTable};
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::Linearizable,
        Facts {
            id: "linearizable",
            title: "Calls at once are as if in turn",
            promise: "Calls made at once are answered, and seen afterwards, as if one came after the other.",
            why: "Two clerks press the button at the same time: one visit is sold twice, or a withdrawal is lost.",
            sources: &[
                "/x-lifecycles/nbnOrder",
                "/paths/~1v1~1appointment~1nbn~1timeslot/get/description",
            ],
            evidence: &[Races],
        },
    ),
    (
        Rule::AnswerFollows,
        Facts {
            id: "answer-follows",
            title: "An answer follows from what happened before",
            promise: "Whatever no other rule names: an answer is the one the model of the service expects.",
            why: "A difference that nobody foresaw is a difference all the same.",
            sources: &["/info/description"],
            evidence: &[TruthTable, Negatives, Flows],
        },
    ),
];
