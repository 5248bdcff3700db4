//! What the client generator cannot take.

use super::check;

const NOTE: &str = "note: { type: string, maxLength: 10, example: a note }";

#[track_caller]
fn check_note(schema: &str, rules: &str) {
    check(&[(NOTE, &format!("note: {schema}  # error: {rules}"))]);
}

/// One more parameter of `listThings`.
#[track_caller]
fn check_parameter(parameter: &str, rules: &str) {
    let header = "        - { name: X-Trace,";
    check(&[(header, &format!("        - {{ {parameter} }}  # error: {rules}\n{header}"))]);
}

#[test]
fn successes_are_of_one_type() {
    let second = "'202': { $ref: '#/components/responses/Thing' }";
    check(&[(second, "'202': { description: no body }  # error: response-types")]);
    check(&[(
        second,
        "'202': { description: d, content: { application/json: { schema: { type: string }, example: a } } }  # error: response-types",
    )]);
}

#[test]
fn failures_are_of_one_type() {
    check(&[
        (
            "        '409': { $ref: '#/components/responses/Conflict' }",
            "        '409': { description: d, content: { application/json: { schema: { type: string } } } }  # error: response-types",
        ),
        ("    Conflict:\n", "    Conflict:  # error: unused-component\n"),
    ]);
}

#[test]
fn answers_are_documented_by_status() {
    let status = "'204': { description: It is. }";
    for key in ["default", "4XX", "'42'"] {
        check(&[(
            status,
            &format!("{status}\n        {key}: {{ description: d }}  # error: response-status"),
        )]);
    }
}

#[test]
fn answers_are_json_with_a_schema() {
    let status = "'204': { description: It is. }";
    check(&[(
        status,
        "'200': { description: d, content: { application/json: {} } }  # error: response-media-type",
    )]);
    check(&[(
        status,
        "'200': { description: d, content: { text/plain: { schema: { type: string }, example: a } } }  # error: response-media-type",
    )]);
    check(&[(
        "          schema: { $ref: '#/components/schemas/Failure' }\n          example: { errorCode: 2001 }",
        "          schema: { $ref: '#/components/schemas/Failure' }\n          example: { errorCode: 2001 }\n        application/problem+json:  # error: response-media-type\n          schema: { $ref: '#/components/schemas/Failure' }",
    )]);
}

#[test]
fn a_request_body_has_one_media_type_the_client_can_send() {
    check(&[(
        "              other: { value: { reason: Other, comment: c } }\n",
        "              other: { value: { reason: Other, comment: c } }\n          text/plain: { schema: { type: string } }  # error: request-media-type\n",
    )]);
    check(&[(
        "          application/json:\n            schema: { $ref: '#/components/schemas/CloseRequest' }",
        "          multipart/form-data:  # error: request-media-type\n            schema: { $ref: '#/components/schemas/CloseRequest' }",
    )]);
}

#[test]
fn a_request_body_is_required() {
    check(&[(
        "      requestBody:\n        required: true\n",
        "      requestBody:\n        required: false  # error: optional-body\n",
    )]);
    check(&[("    Create:\n      required: true\n", "    Create:  # error: optional-body\n")]);
}

#[test]
fn a_get_has_no_body() {
    check(&[(
        "      x-refusals: [ThingNotFound]\n",
        "      x-refusals: [ThingNotFound]\n      requestBody: { $ref: '#/components/requestBodies/Create' }  # error: request-body\n",
    )]);
}

#[test]
fn encodings_links_callbacks_and_path_references_are_found() {
    check(&[(
        "            schema: { $ref: '#/components/schemas/CloseRequest' }",
        "            schema: { $ref: '#/components/schemas/CloseRequest' }\n            encoding: { reason: { contentType: text/plain } }  # error: encoding",
    )]);
    check(&[(
        "'204': { description: It is. }",
        "'204': { description: It is., links: {} }  # error: dropped",
    )]);
    check(&[(
        "      security: []\n",
        "      security: []\n      callbacks: {}  # error: dropped\n",
    )]);
    check(&[("  /health:\n", "  /health:\n    $ref: '#/paths/~1things'  # error: dropped\n")]);
}

#[test]
fn parameters_are_sent_in_the_usual_way() {
    check_parameter("name: a, in: cookie, schema: { type: string }", "parameter-cookie");
    check_parameter(
        "name: a, in: query, style: deepObject, schema: { type: string }",
        "parameter-style",
    );
    check_parameter(
        "name: a, in: query, style: pipeDelimited, schema: { type: array, items: { type: string } }",
        "parameter-style",
    );
    check_parameter(
        "name: a, in: query, content: { application/json: { schema: { type: string } } }",
        "parameter-content",
    );
    check_parameter("name: a, in: query, schema: { type: object }", "parameter-type");
    check_parameter(
        "name: a, in: query, schema: { properties: { b: { type: string } } }",
        "parameter-type",
    );
    check_parameter(
        "name: a, in: header, schema: { type: array, items: { type: string } }",
        "parameter-type",
    );
}

#[test]
fn a_header_that_openapi_ignores_is_no_parameter() {
    check_parameter("name: Accept, in: header, schema: { type: string }", "parameter-header");
}

#[test]
fn what_the_client_does_not_show_is_said_in_words() {
    check_note("{ type: string, deprecated: true }", "deprecated");
    check(&[(
        NOTE,
        "note: { type: string, deprecated: true, description: Deprecated; use `tags`. }",
    )]);
    let secured = "      security: []\n";
    check(&[(secured, &format!("{secured}      servers: [{{ url: / }}]  # error: dropped\n"))]);
}

#[test]
fn an_enum_of_answers_says_whether_it_may_grow() {
    check_note("{ type: string, enum: [a, b] }", "closed-enum");
    check(&[("      x-extensible-enum: true\n", "      x-extensible-enum: false\n")]);
    check(&[(
        "      enum: [Open, Busy, Closing, Closed]\n      x-extensible-enum: true\n",
        "      enum: [Open, Busy, Closing, Closed]  # error: closed-enum\n",
    )]);
}

#[test]
fn a_path_parameter_has_the_usual_style() {
    check(&[
        ("in: path, required: true,", "in: path, style: label, required: true,"),
        ("example: 1 }", "example: 1 }  # error: parameter-style"),
    ]);
}

#[test]
fn parameters_have_names_of_their_own() {
    check(&[(
        "      x-refusals: [ThingNotFound]\n",
        "      x-refusals: [ThingNotFound]\n      parameters:\n        - { name: thing_id, in: query, schema: { type: string } }  # error: parameter-name\n",
    )]);
    check(&[(
        "      x-refusals: [ThingNotFound, ThingClosed]\n",
        "      x-refusals: [ThingNotFound, ThingClosed]\n      parameters:\n        - { name: body, in: query, schema: { type: string } }  # error: parameter-name\n",
    )]);
}

#[test]
fn names_stay_apart_in_rust() {
    check(&[(
        NOTE,
        "note: { type: string }\n        No_te: { type: string }\n        noTe: { type: string }  # error: property-name",
    )]);
    check_note("{ type: string, enum: [a-b, a_b] }", "closed-enum, enum-name");
    check_note("{ type: string, enum: ['+', a] }", "closed-enum, enum-name");
    check(&[(
        "    Failure:\n",
        "    thing: { type: string }  # error: schema-name, unused-component\n    Failure:\n",
    )]);
    check(&[("operationId: getHealth", "operationId: get_thing  # error: operation-name")]);
}

#[test]
fn schemas_say_what_is_and_not_what_is_not() {
    check_note("{ not: { type: string } }", "schema-not");
}

#[test]
fn one_schema_serves_one_direction() {
    check_note("{ type: string, readOnly: true }", "one-way-property");
    check_note("{ type: string, writeOnly: true }", "one-way-property");
}

#[test]
fn an_exclusive_bound_has_its_bound() {
    check_note("{ type: integer, format: int64, exclusiveMinimum: true }", "exclusive-bound");
}

#[test]
fn a_pattern_is_a_regular_expression() {
    check_note("{ type: string, pattern: '^(' }", "invalid-schema, pattern");
}

#[test]
fn combinations_stand_alone() {
    check_note(
        "{ allOf: [{ type: object }], properties: { a: { type: string } } }",
        "schema-combination",
    );
}

#[test]
fn an_open_enum_is_no_union() {
    check_note("{ anyOf: [{ type: string, enum: [a] }, { type: string }] }", "any-of-enum");
}

#[test]
fn the_parts_of_an_all_of_agree() {
    check_note(
        "{ allOf: [{ type: object, additionalProperties: false }, { type: object }] }",
        "all-of-closed",
    );
    check_note(
        "{ allOf: [{ properties: { a: { type: string } } }, { properties: { a: { type: integer, format: int64 } } }] }",
        "all-of-closed",
    );
}

#[test]
fn the_variants_of_a_union_can_be_told_apart() {
    check_note("{ oneOf: [{ type: string }, { type: boolean }] }", "discriminator");
    check(&[(
        "kind: { type: string, enum: [Copy] }",
        "kind: { type: string }  # error: discriminator",
    )]);
    check(&[(
        "kind: { type: string, enum: [Copy] }",
        "kind: { type: string, enum: [Cpy] }  # error: discriminator",
    )]);
    check(&[
        (
            "    Copy:\n      type: object\n      required: [kind]\n",
            "    Copy:\n      type: object\n",
        ),
        (
            "kind: { type: string, enum: [Copy] }",
            "kind: { type: string, enum: [Copy] }  # error: discriminator",
        ),
    ]);
    check(&[
        ("          Copy: '#/components/schemas/Copy'\n", ""),
        (
            "        - { $ref: '#/components/schemas/Copy' }",
            "        - { $ref: '#/components/schemas/Copy' }  # error: discriminator",
        ),
    ]);
    check(&[
        ("        - { $ref: '#/components/schemas/Copy' }\n", ""),
        (
            "          Copy: '#/components/schemas/Copy'",
            "          Copy: '#/components/schemas/Copy'  # error: discriminator",
        ),
    ]);
}
