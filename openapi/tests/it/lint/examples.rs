//! Examples.

use super::check;

#[test]
fn an_invalid_example_is_found_wherever_it_stands() {
    check(&[(
        "example: { things: [{ id: 1, status: Open }] }",
        "example: { things: [{ id: x, status: Open }] }  # error: invalid-example",
    )]);
    check(&[(
        "other: { value: { reason: Other, comment: c } }",
        "other: { value: { reason: Other } }  # error: invalid-example",
    )]);
    check(&[(
        "New: { value: { kind: New, plan: basic } }",
        "New: { value: { kind: New, plan: BASIC } }  # error: invalid-example",
    )]);
    check(&[(
        "New: { value: { kind: New, plan: basic } }",
        "New: { value: { kind: Old } }  # error: invalid-example",
    )]);
    check(&[("example: 1 }", "example: one }  # error: invalid-example")]);
    check(&[(
        "maxLength: 10, example: a note }",
        "maxLength: 10, example: a very long note }  # error: invalid-example",
    )]);
    check(&[("maximum: 100 } }", "maximum: 100, default: 0 } }  # error: invalid-example")]);
}

#[test]
fn a_nested_mistake_is_found_on_its_own_line() {
    check(&[(
        "example: { things: [{ id: 1, status: Open }] }",
        "example:\n                things:\n                  - id: 1\n                    status: Opne  # error: invalid-example",
    )]);
}

#[test]
fn every_request_and_every_success_has_an_example() {
    check(&[
        ("          examples:\n            new: { $ref: '#/components/examples/New' }\n", ""),
        (
            "    Create:\n      required: true\n      content:\n",
            "    Create:\n      required: true\n      content:  # error: missing-example\n",
        ),
        ("  examples:\n    New: { value: { kind: New, plan: basic } }\n", ""),
    ]);
    check(&[
        ("              example: { things: [{ id: 1, status: Open }] }\n", ""),
        ("          content:\n", "          content:  # error: missing-example\n"),
    ]);
}

#[test]
fn a_schema_that_cannot_be_compiled_is_found() {
    check(&[(
        "x-required-when: { comment: { reason: [Other] } }",
        "x-required-when: { comment: [Other] }  # error: invalid-schema",
    )]);
}
