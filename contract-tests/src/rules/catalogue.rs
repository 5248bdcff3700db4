//! What is known of every rule, as one table to be read from top to bottom.
//!
//! `sources` are JSON pointers into the order contract; the first is where a failure points unless
//! the check knows a nearer place.

use super::Rule;

/// What is known of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Its name, which does not change.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What is promised.
    pub promise: &'static str,
    /// Whom it would hurt if it were broken.
    pub why: &'static str,
    /// Where the contract promises it.
    pub sources: &'static [&'static str],
    /// Who looks whether it is kept.
    pub evidence: &'static [Evidence],
}

/// A part of the verification that gives evidence about rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Every answer, whatever was asked, as raw bytes.
    EveryAnswer,
    /// Every answer, read and written again by the typed client.
    TypedClient,
    /// The truth table on the wire, cell by cell.
    TruthTable,
    /// Requests that break one rule each.
    Negatives,
    /// Sequences of steps, each answer and view compared with the model.
    Flows,
    /// What no sequence of steps can show, each promise by itself.
    Probes,
    /// Steps at once, which some order of them must explain.
    Races,
    /// Calls that are made to fail.
    Faults,
}

impl Evidence {
    /// Its name in lists and reports.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::EveryAnswer => "every answer",
            Evidence::TypedClient => "typed client",
            Evidence::TruthTable => "truth table",
            Evidence::Negatives => "negatives",
            Evidence::Flows => "flows",
            Evidence::Probes => "probes",
            Evidence::Races => "races",
            Evidence::Faults => "faults",
        }
    }
}

use Evidence::{EveryAnswer, Faults, Flows, Negatives, Races, TruthTable, TypedClient};

/// Every rule: the protocol, what is refused, the lifecycle, ordering, appointments, lists.
pub const ALL: &[(Rule, Facts)] = &[
    (
        Rule::StatusDocumented,
        Facts {
            id: "status-documented",
            title: "Every status is documented",
            promise: "Every status is documented for its operation, or is a fallback where there is none.",
            why: "A client handles the statuses it was told of; another one ends in its default branch.",
            sources: &["/paths", "/x-fallback-responses"],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::NoServerError,
        Facts {
            id: "no-server-error",
            title: "No request makes the server fail",
            promise: "However odd a request is, the answer is not a 5xx.",
            why: "A 500 is a bug somebody can call for at will, and hides what should have been said.",
            sources: &["/x-error-codes/InternalError"],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::ContentIsJson,
        Facts {
            id: "content-is-json",
            title: "Answers are JSON and say so",
            promise: "Every answer says it is application/json, and is.",
            why: "Clients choose their parser by the content type; a page of HTML breaks them.",
            sources: &["/info/description"],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::RequiredHeaders,
        Facts {
            id: "required-headers",
            title: "Required headers are there",
            promise: "The headers that the contract requires of an answer are there, and readable.",
            why: "A 401 without a challenge, or a 405 without `Allow`, tells a client nothing to act on.",
            sources: &[
                "/components/responses/Unauthenticated/headers",
                "/components/responses/MethodNotAllowed/headers",
                "/components/responses/TooManyRequests/headers",
            ],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::BodyMatchesSchema,
        Facts {
            id: "body-matches-schema",
            title: "Bodies match their schemas",
            promise: "Every body is what the schema of its operation and status says.",
            why: "A generated client fails on the first body that is not.",
            sources: &["/components/schemas"],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::EnvelopeConsistent,
        Facts {
            id: "envelope-consistent",
            title: "The envelope agrees with the status",
            promise: "`success: true` and `errorCode: 0` come with a status below 400, and with no other.",
            why: "Some callers look at the status, some at `success`; both must come to the same end.",
            sources: &["/components/schemas/ErrorEnvelope", "/info/description"],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::ErrorCodeDeclared,
        Facts {
            id: "error-code-declared",
            title: "Error codes are declared",
            promise: "An error code is one that the operation may answer, with its own status.",
            why: "Callers decide by the code whether to repeat, to mend or to give up.",
            sources: &["/x-error-codes"],
            evidence: &[EveryAnswer],
        },
    ),
    (
        Rule::ClientDecodes,
        Facts {
            id: "client-decodes",
            title: "The typed client reads every answer",
            promise: "The typed client reads every answer.",
            why: "An answer may be right and the generated types wrong; callers fail all the same.",
            sources: &["/components/schemas"],
            evidence: &[TypedClient],
        },
    ),
    (
        Rule::ClientKeepsEverything,
        Facts {
            id: "client-keeps-everything",
            title: "The typed client loses nothing",
            promise: "What the typed client reads and writes again is what was answered.",
            why: "A field that the types drop is invisible to every Rust caller.",
            sources: &["/components/schemas"],
            evidence: &[TypedClient],
        },
    ),
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
            promise: "A request that breaks a schema is answered 400 with a violation of that keyword at that place, and none elsewhere.",
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
    (
        Rule::AppointmentRecorded,
        Facts {
            id: "appointment-recorded",
            title: "An appointment tells its timeslot and history",
            promise: "`appointment` tells the timeslot, whether its place is held, the contact, and everything that happened to it.",
            why: "Somebody waits at home for it.",
            sources: &["/components/schemas/Appointment"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::TimeslotsOffered,
        Facts {
            id: "timeslots-offered",
            title: "Timeslots are where the rules put them",
            promise: "The free timeslots of a window are the mornings and afternoons of its weekdays in the location's time zone, none started, none beyond 90 days, the first 25.",
            why: "An hour off at the change of clocks is a missed visit.",
            sources: &["/paths/~1v1~1appointment~1nbn~1timeslot/get/description"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::PlacesCounted,
        Facts {
            id: "places-counted",
            title: "Free places are counted",
            promise: "`placesFree` is the places of the timeslot less those that orders hold; a place is free again as soon as an order lets go of it, and not before.",
            why: "Places that are never given back sell the calendar out.",
            sources: &["/components/schemas/Timeslot/properties/placesFree"],
            evidence: &[TruthTable, Flows],
        },
    ),
    (
        Rule::TimeslotBookable,
        Facts {
            id: "timeslot-bookable",
            title: "Only a coming timeslot of the area is booked",
            promise: "A timeslot of another service area, one that does not exist and one that has started are refused.",
            why: "The technician would not be there.",
            sources: &["/x-error-codes/TimeslotNotFound", "/x-error-codes/TimeslotPassed"],
            evidence: &[Flows],
        },
    ),
    (
        Rule::PlaceSoldOnce,
        Facts {
            id: "place-sold-once",
            title: "A place is sold once",
            promise: "A timeslot without a free place is refused; the order's own place counts as free to it.",
            why: "Two customers would wait for one technician.",
            sources: &["/x-error-codes/TimeslotFull"],
            evidence: &[Flows],
        },
    ),
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
