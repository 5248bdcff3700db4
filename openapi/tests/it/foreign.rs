//! Contracts that are not ours are read whatever is in them.

use octane_openapi::foreign::ForeignContract;
use octane_openapi::{Direction, ViolationIn};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn a_schema_that_is_combined_of_itself_ends() {
    let contract = ForeignContract::parse(
        "t.yaml",
        "\
openapi: 3.0.3
paths:
  /pet:
    get:
      responses:
        '200':
          description: d
          content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } }
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      properties: { kind: { type: string } }
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
      discriminator: { propertyName: kind }
    Cat:
      allOf:
        - $ref: '#/components/schemas/Pet'
        - { type: object, required: [lives], properties: { lives: { type: integer } } }
    Dog:
      allOf: [{ $ref: '#/components/schemas/Pet' }]
",
    )
    .unwrap();
    let warnings: Vec<_> = contract.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    let (direction, location) = (Direction::Response, ViolationIn::Body);
    let pet = "/components/schemas/Pet";
    let cat = json!({ "kind": "Cat" });
    let broken = contract.schemas().violations(pet, direction, location, "", &cat);
    let pointers: Vec<_> = broken.iter().map(|violation| violation.pointer.as_str()).collect();
    assert_eq!(pointers, ["/lives"]);
    assert_eq!(contract.rehearse(), []);
}

/// A contract with something of everything.
const WHOLE: &str = r##"{
  "openapi": "3.0.3",
  "info": { "title": "t", "version": "1" },
  "servers": [{ "url": "/{v}", "variables": { "v": { "default": "v1", "enum": ["v1", "v2"] } } }],
  "security": [{ "key": [] }, {}],
  "paths": {
    "/a/{id}": {
      "parameters": [{ "$ref": "#/components/parameters/Id" }],
      "get": {
        "operationId": "a",
        "parameters": [
          { "name": "f", "in": "query", "style": "deepObject", "schema": { "$ref": "#/components/schemas/Tree" } },
          { "name": "j", "in": "header", "content": { "application/json": { "schema": { "type": "array" } } } }
        ],
        "responses": {
          "200": {
            "description": "d",
            "headers": { "X-A": { "schema": { "type": "integer", "minimum": 1 }, "example": 2 } },
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Choice" },
                "examples": { "e": { "value": { "kind": "Tree", "name": "x" } }, "r": { "$ref": "#/components/examples/E" } }
              },
              "text/plain": { "schema": { "type": "string", "pattern": "^[a-z]+$", "maxLength": 5 } }
            }
          },
          "4XX": { "$ref": "#/components/responses/Bad" }
        }
      },
      "post": {
        "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Tree" } } } },
        "responses": { "default": { "$ref": "#/components/responses/Bad" } }
      }
    }
  },
  "components": {
    "securitySchemes": { "key": { "type": "apiKey", "in": "query", "name": "k" } },
    "parameters": { "Id": { "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int32" } } },
    "examples": { "E": { "value": { "kind": "Leaf" } } },
    "responses": { "Bad": { "description": "d", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Leaf" } } } } },
    "schemas": {
      "Choice": {
        "oneOf": [{ "$ref": "#/components/schemas/Tree" }, { "$ref": "#/components/schemas/Leaf" }],
        "discriminator": { "propertyName": "kind", "mapping": { "Leaf": "#/components/schemas/Leaf" } }
      },
      "Tree": {
        "allOf": [
          { "$ref": "#/components/schemas/Leaf" },
          {
            "type": "object",
            "required": ["name"],
            "properties": {
              "name": { "type": "string", "minLength": 1, "maxLength": 9, "readOnly": true },
              "children": { "type": "array", "maxItems": 2, "uniqueItems": true, "items": { "$ref": "#/components/schemas/Tree" } },
              "weight": { "type": "number", "multipleOf": 0.5, "minimum": 0, "exclusiveMinimum": true, "nullable": true },
              "any": { "anyOf": [{ "type": "boolean" }, { "not": { "type": "string" } }] }
            },
            "additionalProperties": { "type": "string", "format": "date" }
          }
        ]
      },
      "Leaf": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "enum": ["Tree", "Leaf"] } } }
    }
  }
}"##;

/// The pointers of every node of a tree.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                pointers(value, &format!("{at}/{}", escaped(key)), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, &format!("{at}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn arb_nonsense() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1e308),
        json!(""),
        json!("{"),
        json!("array"),
        json!([]),
        json!([[], null, "a", "a"]),
        json!({}),
        json!({ "": {} }),
        json!({ "$ref": 7 }),
        json!({ "$ref": "#" }),
        json!({ "$ref": "other.yaml" }),
        json!({ "$ref": "#/components/schemas" }),
        json!({ "$ref": "#/components/schemas/Tree" }),
        json!({ "$ref": "#/components/schemas/Choice" }),
        json!({ "$ref": "#/paths/~1a~1{id}/get" }),
        json!({ "allOf": [{ "$ref": "#/components/schemas/Tree" }], "nullable": true }),
        json!({ "type": ["object", "null"], "required": ["x"], "additionalProperties": false }),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_broken_in_a_contract_the_rest_is_read_and_rehearsed(
        edits in prop::collection::vec((any::<prop::sample::Index>(), arb_nonsense()), 1..4),
    ) {
        let mut document: Value = serde_json::from_str(WHOLE).unwrap();
        for (index, nonsense) in edits {
            let mut nodes = Vec::new();
            pointers(&document, "", &mut nodes);
            // The root, its `openapi` and the number of it stay: without them it is no contract.
            nodes.retain(|at| !at.is_empty() && at != "/openapi");
            let at = index.get(&nodes);
            *document.pointer_mut(at).unwrap() = nonsense;
        }
        let contract = ForeignContract::parse("t.json", &document.to_string());
        let contract = contract.unwrap_or_else(|error| panic!("{error} {document:#}"));
        // A value of a thousand kinds of wrong is judged without a panic, too.
        for endpoint in contract.endpoints() {
            for media in endpoint.body.iter().flat_map(|body| body.content.values()) {
                if let Some(schema) = &media.schema {
                    contract.schemas().is_valid(schema, Direction::Request, &document);
                }
            }
        }
        contract.rehearse();
    }
}
