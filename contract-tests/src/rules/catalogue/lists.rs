//! Lists of orders.

use super::Entry;
use crate::rules::Evidence::{Flows, TruthTable};
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::ListComplete,
        Facts {
            id: "list-complete",
            title: "A list holds the right orders",
            promise: "A list holds exactly the provider's orders that the filters leave, newest first.",
            why: "An order that no list shows is forgotten.",
            sources: &["/paths/~1v1~1order~1nbn/get/description"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::ListAgreesWithOrder,
        Facts {
            id: "list-agrees-with-order",
            title: "A list says what the order says",
            promise: "Every line of a list agrees with the order's own detail, at once.",
            why: "People act on the list.",
            sources: &["/components/schemas/OrderSummary"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::ListPaged,
        Facts {
            id: "list-paged",
            title: "Pages neither repeat nor skip",
            promise: "Following `nextCursor` gives every order once; the last page has none.",
            why: "Nightly jobs copy orders page by page.",
            sources: &["/paths/~1v1~1order~1nbn/get/description"],
            evidence: &[Flows],
        },
    ),
];
