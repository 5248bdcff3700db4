//! Error codes, refusals and fallbacks.

use super::check;

#[test]
fn numbers_are_positive_and_unique() {
    check(&[
        (
            "{ errorCode: 2002, status: 409, meaning: It is closed., action: Nothing. }",
            "{ errorCode: 2001, status: 409, meaning: It is closed., action: Nothing. }  # error: error-code-number",
        ),
        ("closed: { value: { errorCode: 2002 } }", "closed: { value: { errorCode: 2001 } }"),
    ]);
    check(&[
        (
            "{ errorCode: 2002, status: 409, meaning: It is closed., action: Nothing. }",
            "{ errorCode: 0, status: 409, meaning: It is closed., action: Nothing. }  # error: error-code-number",
        ),
        ("closed: { value: { errorCode: 2002 } }", "closed: { value: { errorCode: 0 } }"),
    ]);
}

#[test]
fn names_are_variants_and_texts_say_something() {
    check(&[
        ("  ThingClosed: {", "  thing_closed: {"),
        ("action: Nothing. }", "action: Nothing. }  # error: error-code-name"),
        ("x-refusals: [ThingNotFound, ThingClosed]", "x-refusals: [ThingNotFound, thing_closed]"),
        ("refusal: ThingClosed", "refusal: thing_closed"),
    ]);
    check(&[("action: Nothing. }", "action: '' }  # error: error-code-text")]);
}

#[test]
fn an_error_has_the_status_of_a_failure() {
    check(&[
        (
            "{ errorCode: 2002, status: 409, meaning: It is closed., action: Nothing. }",
            "{ errorCode: 2002, status: 200, meaning: It is closed., action: Nothing. }  # error: error-code-status",
        ),
        (
            "'409': { $ref: '#/components/responses/Conflict' }",
            "'409': { $ref: '#/components/responses/Conflict' }  # error: unexplained-status",
        ),
        (
            "closed: { value: { errorCode: 2002 } }",
            "closed: { value: { errorCode: 2002 } }  # error: example-error-code",
        ),
    ]);
}

#[test]
fn an_error_is_used() {
    check(&[(
        "x-fallback-responses:",
        "  Spare: { errorCode: 9, status: 409, meaning: m, action: a }  # error: unused-error-code\nx-fallback-responses:",
    )]);
}

#[test]
fn a_refusal_is_a_known_error_listed_once() {
    check(&[
        ("x-refusals: [ThingNotFound]", "x-refusals: [ThingNotFond]  # error: refusal"),
        (
            "'404': { $ref: '#/components/responses/NotFound' }",
            "'404': { $ref: '#/components/responses/NotFound' }  # error: unexplained-status",
        ),
    ]);
    check(&[(
        "x-refusals: [ThingNotFound]",
        "x-refusals: [ThingNotFound, ThingNotFound]  # error: refusal",
    )]);
}

#[test]
fn the_status_of_a_refusal_is_documented_on_the_operation() {
    check(&[(
        "x-refusals: [ThingNotFound]",
        "x-refusals: [ThingNotFound, ThingClosed]  # error: refusal",
    )]);
}

#[test]
fn a_fallback_is_a_known_error_of_its_status() {
    check(&[
        (
            "'401': { errorCode: Unauthenticated, response",
            "'401': { errorCode: ThingNotFound, response",
        ),
        (
            "response: '#/components/responses/Unauthenticated' }",
            "response: '#/components/responses/Unauthenticated' }  # error: fallback",
        ),
        ("action: Say who. }", "action: Say who. }  # error: unused-error-code"),
    ]);
    check(&[
        ("'401': { errorCode: Unauthenticated, response", "'401': { errorCode: Nobody, response"),
        (
            "response: '#/components/responses/Unauthenticated' }",
            "response: '#/components/responses/Unauthenticated' }  # error: fallback",
        ),
        ("action: Say who. }", "action: Say who. }  # error: unused-error-code"),
    ]);
}

#[test]
fn a_documented_failure_is_one_that_something_answers() {
    check(&[
        ("x-refusals: [ThingNotFound]", "x-refusals: []"),
        (
            "'404': { $ref: '#/components/responses/NotFound' }",
            "'404': { $ref: '#/components/responses/NotFound' }  # error: unexplained-status",
        ),
    ]);
}

#[test]
fn an_example_of_a_failure_has_the_number_of_an_error_of_its_status() {
    check(&[(
        "example: { errorCode: 2001 }",
        "example: { errorCode: 2002 }  # error: example-error-code",
    )]);
    check(&[(
        "closed: { value: { errorCode: 2002 } }",
        "closed: { value: { errorCode: 7 } }  # error: example-error-code",
    )]);
}
