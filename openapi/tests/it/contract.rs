//! Reading a contract.

use octane_openapi::{Contract, Method, ParameterLocation, Provenance};
use serde_json::json;

const CONTRACT: &str = r##"
openapi: 3.0.3
info: { title: Things, version: 1.2.0 }
security: [{ basic: [] }]
paths:
  /things/{id}:
    parameters:
      - { $ref: '#/components/parameters/Id' }
      - { name: limit, in: query, schema: { type: integer } }
    get:
      operationId: getThing
      summary: Get one thing
      x-provenance: inferred
      x-refusals: [ThingNotFound]
      parameters:
        - { name: limit, in: query, required: true, schema: { type: string } }
      responses:
        200:
          description: found
          headers: { ETag: { $ref: '#/components/headers/ETag' } }
          content:
            text/plain: {}
            application/json:
              schema: { $ref: '#/components/schemas/Alias' }
              example: { name: a }
        '404': { $ref: '#/components/responses/NotFound' }
        4XX: { description: left out }
    post:
      operationId: postThing
      security: []
      requestBody: { $ref: '#/components/requestBodies/Thing' }
      responses: { '204': { description: done } }
components:
  securitySchemes: { basic: { type: http, scheme: basic } }
  parameters: { Id: { name: id, in: path, required: true, schema: { type: string } } }
  headers: { ETag: { required: true, schema: { type: string } } }
  examples: { A: { value: { kind: A } } }
  requestBodies:
    Thing:
      required: true
      content:
        application/json:
          schema: { $ref: '#/components/schemas/Either' }
          examples: { a: { $ref: '#/components/examples/A' } }
  responses: { NotFound: { description: none } }
  schemas:
    Alias: { $ref: '#/components/schemas/Thing' }
    Thing: { type: object, properties: { name: { type: string } } }
    Either:
      oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }]
      discriminator: { propertyName: kind }
    A: { type: object, properties: { kind: { type: string, enum: [A] } } }
    B: { type: object, properties: { kind: { type: string, enum: [B] } } }
x-error-codes:
  ThingNotFound: { errorCode: 3001, status: 404, meaning: m, action: a }
x-fallback-responses:
  '404': { errorCode: ThingNotFound, response: '#/components/responses/NotFound' }
"##;

fn contract() -> Contract {
    Contract::parse("t.yaml", CONTRACT).unwrap()
}

#[test]
fn operations_come_in_the_order_of_the_file_with_everything_resolved() {
    let contract = contract();
    assert_eq!((contract.title(), contract.version()), ("Things", "1.2.0"));
    let ids: Vec<_> = contract.operations().iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["getThing", "postThing"]);

    let get = contract.operation("getThing").unwrap();
    assert_eq!((get.method, get.path.as_str()), (Method::Get, "/things/{id}"));
    assert_eq!(get.provenance, Some(Provenance::Inferred));
    assert_eq!(get.refusals, ["ThingNotFound"]);
    assert_eq!(contract.document().place(&get.pointer).to_string(), "t.yaml:10");

    let ok = &get.responses[&200];
    assert_eq!(ok.schema.as_deref(), Some("/components/schemas/Thing"));
    assert_eq!(ok.media_type.as_deref(), Some("application/json"));
    assert_eq!(ok.examples["example"], json!({ "name": "a" }));
    assert!(ok.headers["ETag"].required);
    assert_eq!(get.responses[&404].pointer, "/components/responses/NotFound");
    assert_eq!(get.responses.keys().copied().collect::<Vec<_>>(), [200, 404]);
}

#[test]
fn an_operation_overrides_the_parameters_of_its_path() {
    let contract = contract();
    let get = contract.operation("getThing").unwrap();
    let names: Vec<_> =
        get.parameters.iter().map(|one| (one.name.as_str(), one.required)).collect();
    assert_eq!(names, [("id", true), ("limit", true)]);
    assert_eq!(
        get.parameter(ParameterLocation::Path, "id").unwrap().schema,
        "/components/parameters/Id/schema"
    );
    let post = contract.operation("postThing").unwrap();
    assert!(!post.parameter(ParameterLocation::Query, "limit").unwrap().required);
}

#[test]
fn an_empty_security_list_opens_an_operation() {
    let contract = contract();
    assert!(contract.operation("getThing").unwrap().secured);
    assert!(!contract.operation("postThing").unwrap().secured);
}

#[test]
fn a_discriminator_without_a_mapping_names_the_schemas() {
    let contract = contract();
    let body = contract.operation("postThing").unwrap().request_body.as_ref().unwrap();
    let discriminator = body.discriminator.as_ref().unwrap();
    assert_eq!(discriminator.property, "kind");
    assert_eq!(discriminator.mapping["B"], "/components/schemas/B");
    assert_eq!(body.examples["a"], json!({ "kind": "A" }));
}

#[test]
fn error_codes_and_fallbacks_are_read() {
    let contract = contract();
    assert_eq!(contract.error_codes()["ThingNotFound"].error_code, 3001);
    assert_eq!(contract.fallbacks()[&404].error_code, "ThingNotFound");
    assert_eq!(contract.fallbacks()[&404].response.description, "none");
}

#[track_caller]
fn check_refused(from: &str, to: &str, expect: &str) {
    let error = Contract::parse("t.yaml", &CONTRACT.replacen(from, to, 1)).unwrap_err();
    assert_eq!(error.to_string(), expect);
}

#[test]
fn what_cannot_be_read_says_where_and_how_to_mend_it() {
    check_refused(
        "3.0.3",
        "3.1.0",
        "t.yaml:2: OpenAPI `3.1.0` is not read; write the contract as OpenAPI 3.0.3",
    );
    check_refused(
        "      operationId: postThing\n",
        "",
        "t.yaml:28: `post` has no `operationId`; add one",
    );
    check_refused(
        "operationId: postThing",
        "operationId: getThing",
        "t.yaml:29: `getThing` already names GET /things/{id}; give each operation an `operationId` of its own",
    );
    check_refused(
        "#/components/requestBodies/Thing",
        "#/components/requestBodies/Gone",
        "t.yaml:31: the reference `#/components/requestBodies/Gone` leads nowhere; refer to something under `components` of the same file",
    );
    check_refused(
        "in: query, required",
        "in: body, required",
        "t.yaml:16: a parameter cannot be sent in `body`; write `path`, `query` or `header`",
    );
    check_refused(
        "errorCode: 3001",
        "errorCode: many",
        "t.yaml:55: `errorCode` is a text; write an integer",
    );
}

#[test]
fn what_the_typed_model_rejects_is_placed_at_the_innermost_object() {
    let message = |from: &str, to: &str| {
        let broken = CONTRACT.replacen(from, to, 1);
        Contract::parse("t.yaml", &broken).unwrap_err().to_string()
    };
    let error = message("enum: [B]", "enum: B");
    assert!(error.starts_with("t.yaml:53: this is not OpenAPI 3.0: "), "{error}");
    let error = message("scheme: basic }", "scheme: [] }");
    assert!(error.starts_with("t.yaml:34: this is not OpenAPI 3.0: "), "{error}");
    let error = message("version: 1.2.0", "vresion: 1.2.0");
    assert!(error.starts_with("t.yaml:3: this is not OpenAPI 3.0: "), "{error}");
}

#[test]
fn the_embedded_contracts_are_read() {
    for contract in [Contract::orders(), Contract::mock_control()] {
        contract.unwrap();
    }
}
