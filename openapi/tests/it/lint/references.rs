//! References and unused components.

use super::check;

#[test]
fn a_dangling_reference_is_found() {
    check(&[(
        "        status: { $ref: '#/components/schemas/Status' }",
        "        status: { $ref: '#/components/schemas/Statuss' }  # error: reference",
    )]);
}

#[test]
fn a_reference_into_a_component_is_found() {
    check(&[(
        "        note: { type: string, maxLength: 10, example: a note }",
        "        note: { $ref: '#/components/schemas/New/properties/plan' }  # error: reference",
    )]);
}

#[test]
fn a_reference_to_another_part_of_the_components_is_found() {
    check(&[(
        "        note: { type: string, maxLength: 10, example: a note }",
        "        note: { $ref: '#/components/headers/RequestId' }  # error: reference",
    )]);
}

#[test]
fn a_reference_out_of_the_file_is_found() {
    check(&[(
        "        note: { type: string, maxLength: 10, example: a note }",
        "        note: { $ref: 'other.yaml#/components/schemas/New' }  # error: reference",
    )]);
}

#[test]
fn keys_beside_a_reference_are_found() {
    check(&[(
        "        status: { $ref: '#/components/schemas/Status' }",
        "        status:\n          $ref: '#/components/schemas/Status'\n          x-provenance: designed  # error: ref-siblings\n          description: d  # error: ref-siblings",
    )]);
}

#[test]
fn a_component_that_no_operation_needs_is_found_however_it_is_referred_to() {
    check(&[(
        "    Failure:\n",
        "    Spare: { type: object, properties: { own: { $ref: '#/components/schemas/Spare' } } }  # error: unused-component\n    Failure:\n",
    )]);
    check(&[(
        "    Failure:\n",
        "    A: { type: array, items: { $ref: '#/components/schemas/B' } }  # error: unused-component\n    B: { type: string }  # error: unused-component\n    Failure:\n",
    )]);
    check(&[
        ("security: [{ basic: [] }]\n", ""),
        (
            "basic: { type: http, scheme: basic } }",
            "basic: { type: http, scheme: basic } }  # error: unused-component",
        ),
    ]);
}
