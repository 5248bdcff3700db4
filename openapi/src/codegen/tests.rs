//! What is generated from small contracts, and what is said when nothing can be.

use serde_json::{Value, json};

use super::{generate, lower::lower, panics::caught, surface::Surface};
use crate::Contract;

/// A contract with one operation that answers `schema`.
fn contract(schema: &Value) -> Contract {
    parse(&json!({
        "openapi": "3.0.3",
        "info": { "title": "small", "version": "1" },
        "x-error-codes": {
            "NotToday": { "errorCode": 7, "status": 409, "meaning": "No.", "action": "Wait." },
        },
        "paths": { "/things/{thingId}": { "get": {
            "operationId": "getThing",
            "x-provenance": "designed",
            "x-refusals": ["NotToday"],
            "parameters": [
                {
                    "name": "thingId", "in": "path", "required": true,
                    "schema": { "$ref": "#/components/schemas/ThingId" },
                },
                {
                    "name": "since", "in": "query",
                    "schema": { "type": "string", "format": "date-time", "x-provenance": "inferred" },
                },
            ],
            "responses": {
                "200": {
                    "description": "The thing.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
                },
                "409": {
                    "description": "Not today.",
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Failure" } } },
                },
            },
        } } },
        "components": { "schemas": {
            "Thing": schema,
            "ThingId": { "type": "integer", "format": "int64", "minimum": 1 },
            "Moment": { "type": "string", "format": "date-time" },
            "Colour": { "type": "string", "enum": ["red", "sea green"], "x-extensible-enum": true },
            "Failure": {
                "type": "object",
                "required": ["success", "errorCode"],
                "properties": {
                    "success": { "type": "boolean", "enum": [false] },
                    "errorCode": { "type": "integer", "format": "int64" },
                },
            },
        } },
    }))
}

fn parse(tree: &Value) -> Contract {
    let text = serde_json::to_string_pretty(tree).unwrap();
    Contract::parse("small.yaml", &text).unwrap()
}

fn thing() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["colour", "kind", "madeAt"],
        "properties": {
            "colour": { "$ref": "#/components/schemas/Colour" },
            "kind": { "type": "string", "enum": ["thing"] },
            "madeAt": { "$ref": "#/components/schemas/Moment" },
            "soldAt": { "type": "string", "format": "date-time", "nullable": true },
            "parts": { "type": "array", "items": { "$ref": "#/components/schemas/ThingId" } },
        },
    })
}

#[track_caller]
fn refusal(schema: &Value) -> String {
    generate(&contract(schema), "octane_client").unwrap_err().to_string()
}

#[test]
fn the_surface_is_what_a_caller_sees() {
    let expected = "\
fn get_thing()
    .thing_id(ThingId)
    .since(DateTime<FixedOffset>) // optional
    -> Thing, or Failure;

#[non_exhaustive]
enum Colour {
    Red,
    SeaGreen,
    Unknown(String),
}

#[non_exhaustive]
enum ErrorCode {
    NotToday, // 7, status 409
    Unknown(i64),
}

struct Failure {
    error_code: i64,
    success: bool, // optional
}

struct Thing {
    colour: Colour,
    kind: ThingKind, // optional
    made_at: DateTime<FixedOffset>,
    parts: Vec<ThingId>, // optional
    sold_at: Option<DateTime<FixedOffset>>,
}

struct ThingId(i64);

enum ThingKind {
    Thing,
}
";
    let source = generate(&contract(&thing()), "octane_client").unwrap();
    assert_eq!(Surface::of(&source).unwrap().to_string(), expected);
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    for contract in [Contract::orders().unwrap(), Contract::mock_control().unwrap()] {
        let source = generate(&contract, "octane_client").unwrap();
        assert_eq!(source, generate(&contract, "octane_client").unwrap());
        assert!(!source.contains("Utc"), "a moment would lose its offset");
        assert!(!source.contains("NonZero"), "an integer's bound would reach callers");
        assert!(!source.contains("```ignore"), "an example would be listed as an ignored test");
    }
}

#[test]
fn an_operation_progenitor_gives_up_on_is_named_with_its_line() {
    let mut tree = contract(&thing()).document().value().clone();
    tree["paths"]["/things/{thingId}"]["get"]["responses"]["404"] = json!({ "description": "" });
    let said = generate(&parse(&tree), "octane_client").unwrap_err().to_string();
    let (place, rest) = said.split_once(": ").unwrap();
    assert!(place.starts_with("small.yaml:"), "{said}");
    assert!(
        rest.starts_with("cannot generate operation `getThing`: progenitor panicked: "),
        "{said}"
    );
    assert!(rest.ends_with("; run `cargo xtask lint`, which says what to change"), "{said}");
}

#[test]
fn a_schema_progenitor_gives_up_on_is_named() {
    let said = refusal(&json!({ "type": "string", "enum": ["a-b", "a_b"] }));
    assert!(said.contains("cannot generate schema `Thing`: "), "{said}");
}

#[test]
fn two_values_with_one_name_in_rust_are_refused() {
    let schema = json!({
        "type": "string", "enum": ["AM", "am"], "x-extensible-enum": true,
    });
    let said = refusal(&schema);
    let expected = ": `AM` and `am` of `Thing` are both `Am` in Rust; rename one of them, or drop \
                    `x-extensible-enum`";
    assert!(said.ends_with(expected), "{said}");
    assert!(
        refusal(&json!({ "type": "string", "enum": ["Unknown"], "x-extensible-enum": true }))
            .contains("`an unknown value` and `Unknown`")
    );
}

#[test]
fn an_error_code_that_is_no_name_in_rust_is_refused() {
    for name in ["not-today", "Unknown"] {
        let mut tree = contract(&thing()).document().value().clone();
        let code = tree["x-error-codes"]["NotToday"].take();
        tree["x-error-codes"] = json!({ name: code });
        tree["paths"]["/things/{thingId}"]["get"]["x-refusals"] = json!([name]);
        let said = generate(&parse(&tree), "octane_client").unwrap_err().to_string();
        assert!(said.contains(&format!("cannot generate error code `{name}`: ")), "{said}");
    }
}

#[test]
fn lowering_drops_what_a_client_must_not_judge() {
    let lowered = lower(contract(&thing()).document().value()).tree;
    assert_eq!(lowered.get("x-error-codes"), None);
    let schemas = &lowered["components"]["schemas"];
    assert_eq!(schemas["ThingId"], json!({ "type": "integer", "format": "int64" }));
    assert_eq!(schemas.get("Moment"), None);
    assert_eq!(schemas["Thing"].get("additionalProperties"), None);
    assert_eq!(schemas["Thing"]["required"], json!(["colour", "madeAt"]));
    assert_eq!(schemas["Thing"]["properties"]["kind"]["default"], "thing");
    let moment = json!({ "type": "string", "format": "date-time" });
    assert_eq!(schemas["Thing"]["properties"]["madeAt"], moment);
}

#[test]
fn a_constant_that_has_a_name_is_a_default_too() {
    let tree = json!({"components": {"schemas": {
        "Envelope": {
            "type": "object",
            "required": ["errorCode"],
            "properties": { "errorCode": { "$ref": "#/components/schemas/NoError" } },
        },
        "NoError": { "type": "integer", "format": "int64", "enum": [0] },
    }}});
    let envelope = &lower(&tree).tree["components"]["schemas"]["Envelope"];
    assert_eq!(envelope["required"], json!([]));
    let error_code = json!({ "type": "integer", "format": "int64", "default": 0 });
    assert_eq!(envelope["properties"]["errorCode"], error_code);
}

#[test]
fn lowering_keeps_properties_whose_names_look_like_keywords() {
    let schema = json!({
        "type": "object",
        "required": ["example"],
        "properties": {
            "example": { "type": "string" },
            "x-ray": { "type": "string" },
            "required": { "type": "boolean" },
        },
    });
    let lowered = lower(contract(&schema).document().value()).tree;
    assert_eq!(lowered["components"]["schemas"]["Thing"], schema);
}

#[test]
fn a_fence_without_a_language_is_not_a_doc_test() {
    let mut schema = thing();
    schema["description"] = json!("As in\n```\ncurl\n```\nand\n```sh\nls\n```");
    let lowered = lower(contract(&schema).document().value()).tree;
    assert_eq!(
        lowered["components"]["schemas"]["Thing"]["description"],
        "As in\n```text\ncurl\n```\nand\n```sh\nls\n```"
    );
}

#[test]
fn a_panic_becomes_its_first_line() {
    assert_eq!(caught(|| 1), Ok(1));
    assert_eq!(
        caught(|| -> () { panic!("odd thing\nand its {} pages", 7) }),
        Err("progenitor panicked: odd thing".to_owned())
    );
}

#[test]
fn source_that_is_not_rust_has_no_surface() {
    assert!(Surface::of("pub fn").is_err());
}
