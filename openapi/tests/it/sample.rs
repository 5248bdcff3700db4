//! Values that are made of schemas: each is what its schema says, and the same for the same seed.

use octane_openapi::Direction;
use octane_openapi::foreign::ForeignContract;
use octane_openapi::sample::{Examples, Sampling, Unsatisfied, sample};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A contract whose schema `S` is the one in question. `Tree` and `List` are there to refer to.
fn contract(schema: &Value) -> ForeignContract {
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": {},
        "components": { "schemas": {
            "S": schema,
            "Tree": {
                "type": "object",
                "required": ["name", "children"],
                "properties": {
                    "name": { "type": "string", "minLength": 1 },
                    "parent": { "$ref": "#/components/schemas/Tree" },
                    "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
                },
                "additionalProperties": false,
            },
            "List": {
                "oneOf": [
                    {
                        "type": "object",
                        "required": ["head", "tail"],
                        "properties": {
                            "head": { "type": "integer" },
                            "tail": { "$ref": "#/components/schemas/List" },
                        },
                    },
                    { "type": "string", "enum": ["end"] },
                ],
            },
        } },
    });
    ForeignContract::parse("t.json", &document.to_string()).unwrap()
}

fn made(contract: &ForeignContract, sampling: Sampling) -> Result<Value, Unsatisfied> {
    let (schemas, schema) = (contract.schemas(), "/components/schemas/S");
    sample(schemas.document(), schema, sampling, |value| {
        schemas.is_valid(schema, sampling.direction, value)
    })
}

fn responses(seed: u64, examples: Examples) -> Sampling {
    Sampling { seed, direction: Direction::Response, examples }
}

/// A schema that some value satisfies.
fn arb_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0..20_usize, 0..20_usize).prop_map(|(min, more)| {
            json!({ "type": "string", "minLength": min, "maxLength": min + more })
        }),
        prop::sample::select(vec![
            "date",
            "date-time",
            "time",
            "duration",
            "email",
            "hostname",
            "ipv4",
            "ipv6",
            "uri",
            "uri-reference",
            "uuid",
            "byte",
            "password",
            "json-pointer",
            "regex",
            "unheard-of",
        ])
        .prop_map(|format| json!({ "type": "string", "format": format })),
        prop::sample::select(vec![
            "^[A-Z]{3}-[0-9]{4}$",
            "^(a|bb|ccc)+$",
            r"^\d{1,3}(\.\d{1,3}){3}$",
            r"^\S+@\S+$",
            r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}",
            "x{3}",
            r"^(?=.*\d)(?=.*[a-z]).{4,12}$",
        ])
        .prop_map(|pattern| json!({ "type": "string", "pattern": pattern })),
        (-1000..1000_i64, 0..50_i64, any::<bool>()).prop_map(|(min, more, exclusive)| {
            let max = min + more + 2;
            json!({
                "type": "integer", "minimum": min, "maximum": max,
                "exclusiveMinimum": exclusive, "exclusiveMaximum": exclusive,
            })
        }),
        (1..40_i64, -500..500_i64).prop_map(|(step, min)| {
            json!({ "type": "integer", "format": "int32", "multipleOf": step, "minimum": min })
        }),
        (prop::sample::select(vec![0.01, 0.1, 0.25, 0.5, 2.5, 10.0]), -50..50_i64).prop_map(
            |(step, max)| json!({ "type": "number", "multipleOf": step, "maximum": max })
        ),
        (-5..5_i64).prop_map(|min| {
            json!({
                "type": "number", "minimum": min, "maximum": min + 1,
                "exclusiveMinimum": true, "exclusiveMaximum": true,
            })
        }),
        Just(json!({ "type": "boolean", "nullable": true })),
        Just(json!({ "enum": ["a", 1, null, { "b": [2] }] })),
        Just(json!({ "type": "string", "enum": ["on", "off"], "nullable": true })),
        Just(json!({})),
        Just(json!({ "type": "string", "not": { "enum": ["amber", "basin"] } })),
        Just(json!({ "$ref": "#/components/schemas/Tree" })),
        Just(json!({ "$ref": "#/components/schemas/List" })),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let properties = prop::collection::btree_map("[a-e]", (inner.clone(), any::<bool>()), 0..4);
        let object = (properties.clone(), any::<bool>())
            .prop_map(|(properties, closed)| object_of(&properties, &json!(!closed)));
        let map = (inner.clone(), 0..3_usize).prop_map(|(values, min)| {
            json!({ "type": "object", "additionalProperties": values, "minProperties": min })
        });
        let array = (inner.clone(), 0..3_usize, 0..3_usize).prop_map(|(items, min, more)| {
            json!({ "type": "array", "items": items, "minItems": min, "maxItems": min + more })
        });
        let set = (1..4_i64).prop_map(|min| {
            json!({
                "type": "array", "uniqueItems": true, "minItems": min,
                "items": { "type": "integer", "minimum": 1, "maximum": 6 },
            })
        });
        // Names apart, so that no property is asked for two contradicting things.
        let all_of = (properties.clone(), inner.clone()).prop_map(|(properties, other)| {
            json!({ "allOf": [
                object_of(&properties, &json!(true)),
                { "type": "object", "required": ["z"], "properties": { "z": other } },
            ] })
        });
        let one_of = (properties, inner.clone()).prop_map(|(properties, other)| {
            let mut left = object_of(&properties, &json!(true));
            left["properties"]["kind"] = json!({ "type": "string", "enum": ["left"] });
            left["required"] = json!(["kind"]);
            json!({ "oneOf": [
                left,
                {
                    "type": "object", "required": ["kind"],
                    "properties": { "kind": { "type": "string", "enum": ["right"] }, "z": other },
                },
            ] })
        });
        let any_of =
            (inner.clone(), inner).prop_map(|(one, other)| json!({ "anyOf": [one, other] }));
        prop_oneof![object, map, array, set, all_of, one_of, any_of]
    })
}

fn object_of(
    properties: &std::collections::BTreeMap<String, (Value, bool)>,
    additional: &Value,
) -> Value {
    let required = properties.iter().filter(|(_, (_, required))| *required);
    let required: Vec<_> = required.map(|(name, _)| name).collect();
    let schemas = properties.iter().map(|(name, (schema, _))| (name.clone(), schema.clone()));
    let mut object = json!({
        "type": "object",
        "properties": Value::Object(schemas.collect()),
        "additionalProperties": additional,
    });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_schema_says_a_value_is_made_that_obeys_it(
        schema in arb_schema(),
        seed in any::<u64>(),
    ) {
        let contract = contract(&schema);
        prop_assert!(contract.warnings().is_empty(), "{:?}", contract.warnings());
        for examples in [Examples::Used, Examples::Ignored] {
            let value = made(&contract, responses(seed, examples));
            let value = value.unwrap_or_else(|error| panic!("{error} {schema:#}"));
            let schemas = contract.schemas();
            let is_valid = schemas.is_valid("/components/schemas/S", Direction::Response, &value);
            prop_assert!(is_valid, "{value} is not {schema:#}");
            prop_assert_eq!(made(&contract, responses(seed, examples)).unwrap(), value);
        }
    }
}

/// What is made of `schema`: the contract's own examples used, and a seed whose bytes are a promise.
#[track_caller]
fn check(schema: &Value, expected: &Value) {
    assert_eq!(&made(&contract(schema), responses(7, Examples::Used)).unwrap(), expected);
}

#[test]
fn a_schema_that_gives_itself_a_value_has_it() {
    check(&json!({ "type": "string", "example": "here", "default": "there" }), &json!("here"));
    check(&json!({ "type": "string", "default": "there" }), &json!("there"));
    check(
        &json!({
            "type": "object",
            "properties": { "a": { "type": "integer", "example": 3 }, "b": { "type": "boolean", "default": false } },
        }),
        &json!({ "a": 3, "b": false }),
    );
}

#[test]
fn a_value_of_its_own_that_breaks_a_schema_is_not_used() {
    let schema = json!({ "type": "integer", "minimum": 5, "maximum": 5, "example": 3 });
    check(&schema, &json!(5));
}

#[test]
fn what_only_the_other_side_sends_is_left_out() {
    let schema = json!({
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": { "type": "integer", "readOnly": true, "example": 1 },
            "secret": { "type": "string", "writeOnly": true, "example": "s" },
        },
    });
    let contract = contract(&schema);
    let of = |direction| made(&contract, Sampling { direction, ..responses(1, Examples::Used) });
    assert_eq!(of(Direction::Response).unwrap(), json!({ "id": 1 }));
    assert_eq!(of(Direction::Request).unwrap(), json!({ "secret": "s" }));
}

#[test]
fn a_discriminator_is_obeyed() {
    let schema = json!({
        "oneOf": [{ "$ref": "#/components/schemas/Tree" }],
        "discriminator": { "propertyName": "name", "mapping": { "oak": "#/components/schemas/Tree" } },
    });
    let value = made(&contract(&schema), responses(7, Examples::Ignored)).unwrap();
    assert_eq!(value["name"], "oak");
}

#[test]
fn a_schema_that_nothing_obeys_is_named_with_its_line() {
    let contract = contract(&json!({ "type": "integer", "minimum": 3, "maximum": 2 }));
    let error = made(&contract, responses(1, Examples::Used)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "t.json:1: no value was found that obeys this schema; give it an `example`"
    );
}

#[test]
fn a_seed_makes_one_value_and_another_seed_another() {
    let contract = contract(&json!({ "type": "string", "format": "uuid" }));
    let of = |seed| made(&contract, responses(seed, Examples::Ignored)).unwrap();
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}
