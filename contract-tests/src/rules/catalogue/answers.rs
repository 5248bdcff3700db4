//! What every answer keeps to, whatever was asked: the contract's letter, and the typed client's.

use super::Entry;
use crate::rules::Evidence::{EveryAnswer, TypedClient};
use crate::rules::{Facts, Rule};

pub(super) const RULES: &[Entry] = &[
    (
        Rule::RequestAnswered,
        Facts {
            id: "request-answered",
            title: "Every request is answered",
            promise: "A service that can be reached answers every request, to the end, within 30 seconds.",
            why: "A client that is hung up on cannot know what became of its order, and may order twice.",
            sources: &["/paths"],
            evidence: &[EveryAnswer],
        },
    ),
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
            promise: "The headers that the contract requires of an answer are there, readable, and say what it says they do.",
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
        Rule::SecretsKept,
        Facts {
            id: "secrets-kept",
            title: "No answer holds a password",
            promise: "No answer holds the password of an account, in its body or in a header.",
            why: "Answers are logged, shown and passed on; a password in one is everybody's.",
            sources: &["/components/securitySchemes/basic"],
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
        Rule::FieldsDeclared,
        Facts {
            id: "fields-declared",
            title: "Every field is declared",
            promise: "Every field of an answer is one that the contract declares.",
            why: "Nobody who writes a client from the contract knows of the field, or whether it will stay.",
            sources: &["/components/schemas"],
            evidence: &[TypedClient],
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
];
