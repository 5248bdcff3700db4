//! Schemas that mean what they seem to say.

use super::check;

const NOTE: &str = "note: { type: string, maxLength: 10, example: a note }";

#[track_caller]
fn check_note(schema: &str, rules: &str) {
    check(&[(NOTE, &format!("note: {schema}  # error: {rules}"))]);
}

#[test]
fn a_type_is_one_of_openapis() {
    check_note("{ type: strng }", "invalid-schema, schema-type");
    check_note("{ type: array }", "schema-type");
}

#[test]
fn a_format_is_one_that_something_checks() {
    check_note("{ type: string, format: datetime }", "schema-format");
    check_note("{ type: string, format: int32 }", "schema-format");
}

#[test]
fn a_keyword_is_one_of_the_schemas_type() {
    check_note("{ type: integer, maxLength: 3 }", "schema-keyword");
    check_note("{ type: string, minimum: 3 }", "schema-keyword");
}

#[test]
fn a_required_property_is_described() {
    check(&[
        ("required: [kind, plan]", "required: [kind, plan, pln]  # error: required-property"),
        ("plan: basic }", "plan: basic, pln: x }"),
    ]);
}

#[test]
fn bounds_leave_some_value() {
    check_note("{ type: string, minLength: 3, maxLength: 2 }", "crossed-bounds");
}

#[test]
fn the_values_of_an_enum_are_of_its_type_and_differ() {
    check_note("{ type: string, enum: [1] }", "enum-value");
    check_note("{ type: string, enum: [a, a] }", "closed-enum, enum-value");
}

#[test]
fn only_a_named_string_enum_is_extensible() {
    check_note("{ type: string, enum: [a, b], x-extensible-enum: true }", "extensible-enum");
    check(&[("x-extensible-enum: true", "x-extensible-enum: yes  # error: extensible-enum")]);
}

#[test]
fn a_condition_is_about_properties_and_values_that_exist() {
    let rule = "x-required-when: { comment: { reason: [Other] } }";
    let with = |rule: &str| format!("x-required-when: {rule}  # error: required-when");
    check(&[(rule, &with("{ coment: { reason: [Done] } }"))]);
    check(&[(rule, &with("{ comment: { raeson: [Other] } }"))]);
    check(&[(rule, &with("{ comment: { reason: [Othr] } }"))]);
}
