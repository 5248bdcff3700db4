//! Misspelt keys and extensions, provenance.

use super::check;

#[test]
fn a_misspelt_key_is_found_in_every_kind_of_object() {
    check(&[("title: Things,", "titel: x, title: Things, # error: unknown-key\n ")]);
    check(&[("required: [id]", "requried: [id]  # error: unknown-key")]);
    check(&[(
        "      summary: List things",
        "      summary: List things\n      sumary: x  # error: unknown-key",
    )]);
    check(&[(
        "description: No credentials.",
        "description: No credentials.\n      contents: {}  # error: unknown-key",
    )]);
    check(&[("Busy: {}", "Busy: { terminl: true }  # error: unknown-key")]);
    check(&[(
        "meaning: Who?, action: Say who. }",
        "meaning: Who?, action: Say who., code: 1 }  # error: unknown-key",
    )]);
}

#[test]
fn keys_of_free_mappings_and_examples_are_not_keys_of_the_contract() {
    check(&[("example: { things: [", "example: { requried: 1, things: [")]);
    check(&[(
        "plan: { type: string,",
        "requried: { type: string }\n        plan: { type: string,",
    )]);
}

#[test]
fn an_unknown_extension_is_found() {
    check(&[
        ("x-provenance: inferred", "x-provenence: inferred  # error: unknown-extension"),
        ("    post:\n", "    post:  # error: missing-provenance\n"),
    ]);
    check(&[(
        "x-extensible-enum: true",
        "x-extensible-enum: true\n      x-refusals: [A]  # error: unknown-extension",
    )]);
    check(&[("  /health:", "  x-note: 1  # error: unknown-extension\n  /health:")]);
    check(&[(
        "'204': { description: It is. }",
        "'204': { description: It is. }\n        x-note: {}  # error: unknown-extension",
    )]);
}

#[test]
fn a_path_begins_with_a_slash() {
    check(&[("  /health:", "  health:  # error: unknown-key")]);
}

#[test]
fn a_component_has_a_name_openapi_allows() {
    check(&[(
        "  headers:\n",
        "  headers:\n    'Request Id': { schema: { type: string } }  # error: component-name, unused-component\n",
    )]);
}

#[test]
fn every_operation_says_where_it_comes_from() {
    check(&[
        (
            "    get:\n      operationId: getThing\n",
            "    get:  # error: missing-provenance\n      operationId: getThing\n",
        ),
        ("      x-provenance: documented\n", ""),
    ]);
}

#[test]
fn provenance_has_three_values_wherever_it_stands() {
    check(&[("x-provenance: documented", "x-provenance: documentd  # error: unknown-provenance")]);
    check(&[(
        "x-extensible-enum: true",
        "x-extensible-enum: true\n      x-provenance: 1  # error: unknown-provenance",
    )]);
}
