//! Qualifying a location, and what may be ordered with that.

use super::Entry;
use crate::rules::Evidence::Flows;
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::QualificationAnswered,
        Facts {
            id: "qualification-answered",
            title: "A qualification tells what is at the location",
            promise: "A qualification tells the location, its service class, whether it can be ordered, and the devices there.",
            why: "The order is made from it.",
            sources: &["/paths/~1v1~1qualification~1check/post"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::QualificationBindsOrder,
        Facts {
            id: "qualification-binds-order",
            title: "An order is for what was qualified",
            promise: "The three ids come from one qualification of this provider, whose service class can be ordered and is the order's, and the device is at the location.",
            why: "Otherwise one address is qualified and another connected.",
            sources: &[
                "/paths/~1v1~1order~1nbn/post/description",
                "/x-error-codes/QualificationMismatch",
            ],
            evidence: &[Flows],
        },
    ),
    (
        Rule::QualificationExpires,
        Facts {
            id: "qualification-expires",
            title: "A qualification is good for 30 days",
            promise: "An order with a qualification older than 30 days is refused, to the second.",
            why: "What nbn offers at a place changes.",
            sources: &["/x-error-codes/QualificationExpired"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::OrderedOnce,
        Facts {
            id: "ordered-once",
            title: "A remoteOrderId orders once",
            promise: "A second create with a `remoteOrderId` is refused before anything else, and names the order there is.",
            why: "A create whose answer was lost is repeated; it must not order twice.",
            sources: &[
                "/x-error-codes/DuplicateRemoteOrder",
                "/paths/~1v1~1order~1nbn/post/description",
            ],
            evidence: &[Flows],
        },
    ),
    (
        Rule::CustomerOfProvider,
        Facts {
            id: "customer-of-provider",
            title: "Orders are for the provider's own customers",
            promise: "An order for a customer the provider does not have is refused.",
            why: "It would put a service on somebody else's bill.",
            sources: &["/x-error-codes/CustomerNotFound"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::OneChangeAtATime,
        Facts {
            id: "one-change-at-a-time",
            title: "A service is changed by one order at a time",
            promise: "A modification or disconnection needs an active service of that customer without another open one; a customer has the service of the activation completed last.",
            why: "Two changes at once have no defined end.",
            sources: &["/x-error-codes/ServiceHasOpenOrder", "/x-error-codes/NoActiveService"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::NewOrderLocated,
        Facts {
            id: "new-order-located",
            title: "A create tells where the order is",
            promise: "The `Location` of a create is the path of the new order.",
            why: "Clients follow it.",
            sources: &["/paths/~1v1~1order~1nbn/post/responses/201/headers/Location"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::IdsAreNew,
        Facts {
            id: "ids-are-new",
            title: "New things have ids of their own",
            promise: "A new order or qualification has an id that nothing had before.",
            why: "Two orders of one number cannot be told apart by anybody.",
            sources: &["/components/schemas/OrderId", "/components/schemas/Qualification"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::OrderAsRequested,
        Facts {
            id: "order-as-requested",
            title: "An order shows what was asked for",
            promise: "An order repeats its request and what that referred to, unchanged through its life, and holds nothing undeclared.",
            why: "It is what the provider reconciles its own records with.",
            sources: &["/components/schemas/NbnOrder"],
            evidence: &[Flows],
        },
    ),
];
