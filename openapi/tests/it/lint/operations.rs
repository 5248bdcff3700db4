//! Operations and their paths.

use super::check;

#[test]
fn an_operation_has_a_summary() {
    check(&[
        (
            "    get:\n      operationId: getThing",
            "    get:  # error: missing-summary\n      operationId: getThing",
        ),
        ("      summary: Get a thing\n", ""),
    ]);
}

#[test]
fn an_operation_documents_a_success() {
    check(&[(
        "      responses:\n        '204': { description: It is. }",
        "      responses:  # error: missing-success\n        '304': { description: It is. }",
    )]);
}

#[test]
fn a_secured_operation_documents_401() {
    check(&[
        ("      security: []\n", ""),
        (
            "      responses:\n        '204'",
            "      responses:  # error: missing-unauthorized\n        '204'",
        ),
    ]);
}

#[test]
fn placeholders_and_path_parameters_are_the_same() {
    check(&[(
        "  /things/{thingId}:\n    parameters:\n      - { $ref: '#/components/parameters/ThingId' }\n    get:\n",
        "  /things/{thingId}:\n    get:  # error: path-parameter\n",
    )]);
    check(&[(
        "        - { name: X-Trace, in: header,",
        "        - { name: thingId, in: path, required: true, schema: { type: string } }  # error: path-parameter\n        - { name: X-Trace, in: header,",
    )]);
}

#[test]
fn a_path_parameter_is_required() {
    check(&[
        ("in: path, required: true,", "in: path, required: false,"),
        ("example: 1 }", "example: 1 }  # error: path-parameter"),
    ]);
}

#[test]
fn a_placeholder_is_a_whole_segment_and_stands_once() {
    check(&[("  /health:", "  /health/{a}.json:  # error: path-template")]);
    check(&[(
        "  /things/{thingId}/close:",
        "  /things/{thingId}/close/{thingId}:  # error: path-template",
    )]);
}

#[test]
fn two_paths_differ_in_more_than_the_names_of_placeholders() {
    check(&[(
        "  /health:\n    get:\n",
        "  /things/{name}:  # error: path-conflict\n    parameters: [{ name: name, in: path, required: true, schema: { type: string } }]\n    put:\n",
    )]);
}

#[test]
fn tags_and_security_schemes_are_known() {
    check(&[("      tags: [Thing]", "      tags: [Things]  # error: unknown-tag")]);
    check(&[(
        "security: [{ basic: [] }]",
        "security: [{ basic: [] }, { token: [] }]  # error: unknown-scheme",
    )]);
}
