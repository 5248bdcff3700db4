//! Validation: every keyword, its pointer and the place of its rule.

use octane_openapi::{Contract, ParameterLocation, Validators};
use serde_json::{Value, json};

const CONTRACT: &str = r##"
openapi: 3.0.3
info: { title: T, version: 1.0.0 }
paths:
  /things/{thingId}:
    post:
      operationId: putThing
      parameters:
        - { name: thingId, in: path, required: true, schema: { $ref: '#/components/schemas/ThingId' } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: state, in: query, schema: { type: array, maxItems: 2, items: { type: string, enum: [A, B] } } }
        - { name: X-Flag, in: header, schema: { type: boolean } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }
      responses:
        '200':
          description: done
          content: { application/json: { schema: { $ref: '#/components/schemas/Envelope' } } }
        '204': { description: nothing }
  /orders:
    post:
      operationId: createOrder
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Create' } } }
      responses:
        '200':
          description: done
          content: { application/json: { schema: { type: object, properties: { order: { $ref: '#/components/schemas/Create' } } } } }
components:
  responses:
    NotFound:
      description: none
      content: { application/json: { schema: { type: object, required: [success], properties: { success: { type: boolean, enum: [false] } } } } }
  schemas:
    ThingId: { type: string, pattern: '^TH\d{3}$' }
    Thing:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        id: { type: integer, format: int64 }
        name: { type: string, minLength: 2, maxLength: 4 }
        small: { type: integer, format: int32 }
        count: { type: integer }
        at: { type: string, format: date-time }
        day: { type: string, format: date }
        key: { type: string, format: uuid }
        price: { type: number, minimum: 0, exclusiveMinimum: true, multipleOf: 0.5 }
        tags: { type: array, minItems: 1, uniqueItems: true, items: { $ref: '#/components/schemas/ThingId' } }
        reason: { type: string, enum: [Late, Other] }
        comment: { type: string }
        maybe: { type: string, nullable: true, minLength: 2 }
        maybeReason: { type: string, nullable: true, enum: [Late] }
        part: { nullable: true, allOf: [{ $ref: '#/components/schemas/Part' }] }
        choice: { nullable: true, anyOf: [{ type: string, minLength: 3 }, { type: integer }] }
        a/b~c: { type: string }
      x-required-when: { comment: { reason: [Other] } }
      example: { id: { not: a schema }, $schema: nor this }
    Part:
      type: object
      required: [size]
      properties: { size: { type: integer } }
    Envelope:
      type: object
      required: [success, response]
      properties:
        success: { type: boolean, enum: [true] }
        response: { $ref: '#/components/schemas/Thing' }
    Create:
      oneOf:
        - { $ref: '#/components/schemas/New' }
        - { $ref: '#/components/schemas/End' }
      discriminator:
        propertyName: orderType
        mapping: { New: '#/components/schemas/New', End: End }
    New:
      type: object
      additionalProperties: false
      required: [orderType, plan]
      properties: { orderType: { type: string, enum: [New] }, plan: { type: integer } }
    End:
      type: object
      additionalProperties: false
      required: [orderType, date]
      properties: { orderType: { type: string, enum: [End] }, date: { type: string, format: date } }
x-error-codes:
  PathNotFound: { errorCode: 1, status: 404, meaning: none, action: none }
x-fallback-responses:
  '404': { errorCode: PathNotFound, response: '#/components/responses/NotFound' }
"##;

fn validators() -> Validators {
    Validators::new(&Contract::parse("t.yaml", CONTRACT).unwrap()).unwrap()
}

/// `thing` is valid but for what `expect` says: pointer, keyword, rule.
#[track_caller]
fn check_thing(thing: &Value, expect: &[(&str, &str, &str)]) {
    let found = validators().request_body("putThing", thing);
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.pointer.as_str(), one.keyword.as_str(), one.rule.as_str()))
        .collect();
    assert_eq!(found, expect);
}

/// As `check_thing`, for one property `name` of an otherwise valid thing.
#[track_caller]
fn check(property: &str, value: Value, keyword: Option<&str>) {
    let mut thing = json!({ "name": "abc" });
    thing[property] = value;
    let pointer = format!("/{property}");
    let rule =
        |keyword: &str| format!("#/components/schemas/Thing/properties/{property}/{keyword}");
    match keyword {
        None => check_thing(&thing, &[]),
        Some(keyword) => check_thing(&thing, &[(&pointer, keyword, &rule(keyword))]),
    }
}

#[test]
fn a_missing_property_is_pointed_at_itself() {
    check_thing(&json!({}), &[("/name", "required", "#/components/schemas/Thing/required")]);
}

#[test]
fn each_unknown_property_is_pointed_at_itself() {
    let rule = "#/components/schemas/Thing/additionalProperties";
    check_thing(
        &json!({ "name": "abc", "x": 1, "n/o": 2 }),
        &[("/n~1o", "additionalProperties", rule), ("/x", "additionalProperties", rule)],
    );
}

#[test]
fn a_property_called_id_is_a_property() {
    check("id", json!("x"), Some("type"));
    check("id", json!(7), None);
}

#[test]
fn a_rule_behind_a_reference_is_named_where_it_stands() {
    check_thing(
        &json!({ "name": "abc", "tags": ["TH001", "TH1"] }),
        &[("/tags/1", "pattern", "#/components/schemas/ThingId/pattern")],
    );
}

#[test]
fn keys_in_rules_are_escaped_as_in_any_pointer() {
    check_thing(
        &json!({ "name": "abc", "a/b~c": 1 }),
        &[("/a~1b~0c", "type", "#/components/schemas/Thing/properties/a~1b~0c/type")],
    );
}

#[test]
fn lengths_count_code_points() {
    check("name", json!("🦀🦀🦀🦀"), None);
    check("name", json!("🦀🦀🦀🦀🦀"), Some("maxLength"));
    check("name", json!("🦀"), Some("minLength"));
}

#[test]
fn patterns_are_those_of_ecma_262() {
    let check = |id: &str, valid: bool| {
        let found =
            validators().parameter("putThing", ParameterLocation::Path, "thingId", &json!(id));
        assert_eq!(found.is_empty(), valid, "{id:?}");
    };
    check("TH123", true);
    check("TH١٢٣", false); // `\d` is ASCII.
    check("TH123\n", false); // `$` is the end of the text alone.
    check("xTH123", false);
}

#[test]
fn formats_are_checked() {
    check("at", json!("2025-03-10T08:00:00+10:00"), None);
    check("at", json!("2025-03-10T08:00:00"), Some("format"));
    check("at", json!("2025-02-30T08:00:00Z"), Some("format"));
    check("day", json!("2024-02-29"), None);
    check("day", json!("2025-02-29"), Some("format"));
    check("key", json!("123e4567-e89b-12d3-a456-426614174000"), None);
    check("key", json!("123e4567e89b12d3a456426614174000"), Some("format"));
}

#[test]
fn integer_formats_are_ranges() {
    check("small", json!(2_147_483_647), None);
    check("small", json!(2_147_483_648_i64), Some("format"));
    check("small", json!(-2_147_483_649_i64), Some("format"));
    check("id", json!(i64::MAX), None);
    check("id", json!(u64::MAX), Some("format"));
    check("id", json!(1e30), Some("format"));
    check("id", json!(1.0), Some("type"));
    check("id", json!(1.5), Some("type"));
    check("count", json!(i64::MIN), None);
    check("count", json!(u64::MAX), Some("type"));
    check("count", json!(-1e30), Some("type"));
}

#[test]
fn numbers_have_bounds() {
    check("price", json!(0.5), None);
    check("price", json!(0), Some("exclusiveMinimum"));
    check("price", json!(0.75), Some("multipleOf"));
}

#[test]
fn lists_have_bounds() {
    check("tags", json!([]), Some("minItems"));
    check("tags", json!(["TH001", "TH001"]), Some("uniqueItems"));
}

#[test]
fn an_enum_lists_what_it_allows() {
    check("reason", json!("Never"), Some("enum"));
    let found = validators().request_body("putThing", &json!({ "name": "ab", "reason": "x" }));
    assert_eq!(found[0].message, "must be one of `Late`, `Other`");
}

#[test]
fn nullable_lets_null_through_and_nothing_else() {
    check("maybe", Value::Null, None);
    check("maybe", json!("x"), Some("minLength"));
    check("maybe", json!(1), Some("type"));
    check("maybeReason", Value::Null, None);
    check("maybeReason", json!("x"), Some("enum"));
    check("name", Value::Null, Some("type"));
}

#[test]
fn nullable_around_a_reference_reports_rules_where_the_contract_has_them() {
    check("part", Value::Null, None);
    check("part", json!({ "size": 1 }), None);
    check_thing(
        &json!({ "name": "abc", "part": {} }),
        &[("/part/size", "required", "#/components/schemas/Part/required")],
    );
    check("choice", Value::Null, None);
    check("choice", json!(true), Some("anyOf"));
}

#[test]
fn x_required_when_is_one_violation_at_the_missing_property() {
    check_thing(
        &json!({ "name": "abc", "reason": "Other" }),
        &[("/comment", "x-required-when", "#/components/schemas/Thing/x-required-when/comment")],
    );
    check("reason", json!("Late"), None);
    check_thing(&json!({ "name": "abc", "reason": "Other", "comment": "c" }), &[]);
    let found = validators().request_body("putThing", &json!({ "name": "ab", "reason": "Other" }));
    assert_eq!(found[0].message, "is required when `reason` is `Other`: `comment` is missing");
}

#[test]
fn violations_are_all_reported_and_sorted_by_pointer() {
    check_thing(
        &json!({ "small": "x", "name": "abcde", "reason": "Other", "zzz": 1, "maybe": 1 }),
        &[
            ("/comment", "x-required-when", "#/components/schemas/Thing/x-required-when/comment"),
            ("/maybe", "type", "#/components/schemas/Thing/properties/maybe/type"),
            ("/name", "maxLength", "#/components/schemas/Thing/properties/name/maxLength"),
            ("/small", "type", "#/components/schemas/Thing/properties/small/type"),
            ("/zzz", "additionalProperties", "#/components/schemas/Thing/additionalProperties"),
        ],
    );
}

#[test]
fn a_body_with_a_discriminator_is_held_against_the_chosen_variant_alone() {
    let found = validators().request_body("createOrder", &json!({ "orderType": "End", "plan": 1 }));
    let found: Vec<_> = found.iter().map(|one| (&*one.pointer, &*one.rule)).collect();
    assert_eq!(
        found,
        [
            ("/date", "#/components/schemas/End/required"),
            ("/plan", "#/components/schemas/End/additionalProperties"),
        ]
    );
}

#[test]
fn a_missing_or_unknown_tag_is_one_violation_that_names_the_tags() {
    for body in [json!({}), json!({ "orderType": "Never" }), json!({ "orderType": 7 })] {
        let found = validators().request_body("createOrder", &body);
        let [one] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&*one.pointer, &*one.keyword), ("/orderType", "discriminator"));
        assert_eq!(one.rule, "#/components/schemas/Create/discriminator");
        assert!(one.message.starts_with("must be one of `New`, `End`"), "{}", one.message);
    }
    let found = validators().request_body("createOrder", &json!([]));
    assert_eq!((&*found[0].pointer, &*found[0].keyword), ("", "type"));
}

#[test]
fn a_union_inside_a_body_is_held_against_the_chosen_variant_too() {
    let body = json!({ "order": { "orderType": "New" } });
    let found = validators().response("createOrder", 200, &body).unwrap();
    let found: Vec<_> = found.iter().map(|one| (&*one.pointer, &*one.rule)).collect();
    assert_eq!(found, [("/order/plan", "#/components/schemas/New/required")]);
    let body = json!({ "order": { "orderType": "Never" } });
    let found = validators().response("createOrder", 200, &body).unwrap();
    assert_eq!((&*found[0].pointer, &*found[0].keyword), ("/order/orderType", "discriminator"));
}

#[test]
fn answers_are_held_against_their_status() {
    let validators = validators();
    let good = json!({ "success": true, "response": { "name": "abc" } });
    assert_eq!(validators.response("putThing", 200, &good), Ok(vec![]));
    let bad = validators.response("putThing", 200, &json!({ "success": false, "response": {} }));
    let bad: Vec<_> = bad.unwrap().into_iter().map(|one| (one.pointer, one.rule)).collect();
    assert_eq!(
        bad,
        [
            ("/response/name".to_owned(), "#/components/schemas/Thing/required".to_owned()),
            (
                "/success".to_owned(),
                "#/components/schemas/Envelope/properties/success/enum".to_owned()
            ),
        ]
    );
    assert_eq!(validators.response("putThing", 204, &Value::Null), Ok(vec![]));
    let undocumented = validators.response("putThing", 500, &good).unwrap_err();
    assert_eq!(
        undocumented.to_string(),
        "`putThing` documents no answer 500; it documents 200, 204"
    );
    assert_eq!(validators.fallback(404, &json!({ "success": false })), Ok(vec![]));
    assert_eq!(validators.fallback(404, &json!({})).unwrap()[0].pointer, "/success");
    assert!(validators.fallback(405, &json!({})).is_err());
}

#[test]
fn parameters_are_read_as_their_schema_says_and_pointed_at_by_name() {
    let validators = validators();
    let limit = |text: &str| {
        let query = ParameterLocation::Query;
        let value = validators.parameter_value("putThing", query, "limit", &[text]);
        let found = validators.parameter("putThing", query, "limit", &value);
        found.into_iter().map(|one| (one.pointer, one.keyword, one.rule)).collect::<Vec<_>>()
    };
    let rule = |keyword: &str| {
        let schema = "#/paths/~1things~1{thingId}/post/parameters/1/schema";
        vec![("/limit".to_owned(), keyword.to_owned(), format!("{schema}/{keyword}"))]
    };
    assert_eq!(limit("20"), []);
    assert_eq!(limit("0"), rule("minimum"));
    assert_eq!(limit("101"), rule("maximum"));
    for text in ["", "x", "1.0", "1e1", "+1", "010", " 1", "99999999999999999999999", "null"] {
        assert_eq!(limit(text), rule("type"), "{text:?}");
    }
    let state = |texts: &[&str]| {
        let query = ParameterLocation::Query;
        let value = validators.parameter_value("putThing", query, "state", texts);
        let found = validators.parameter("putThing", query, "state", &value);
        found.into_iter().map(|one| one.pointer).collect::<Vec<_>>()
    };
    assert_eq!(state(&["A", "B"]), [""; 0]);
    assert_eq!(state(&["A", "C"]), ["/state/1"]);
    let header = ParameterLocation::Header;
    let value = validators.parameter_value("putThing", header, "x-flag", &["true"]);
    assert_eq!(value, json!(true));
    assert_eq!(validators.parameter("putThing", header, "x-flag", &json!("yes")).len(), 1);
}

#[test]
fn no_message_repeats_what_was_sent() {
    let secret = "s3cret-".repeat(20);
    let thing = json!({
        "name": secret, "id": secret, "small": secret, "at": secret, "day": secret,
        "key": secret, "price": secret, "tags": [secret], "reason": secret, "comment": [secret],
        "maybe": [secret], "part": secret, "choice": [secret], secret.as_str(): 1,
    });
    let found = validators().request_body("putThing", &thing);
    assert!(found.len() >= 13, "{found:?}");
    for violation in found {
        let text = serde_json::to_string(&violation).unwrap();
        // The name of an unknown property is needed, and cut.
        assert!(text.matches("s3cret-").count() <= 12, "{text}");
        assert!(!violation.message.contains(&secret), "{text}");
    }
}

#[test]
fn a_violation_is_written_as_the_contract_has_it() {
    let found = validators().request_body("putThing", &json!({}));
    assert_eq!(
        serde_json::to_value(&found[0]).unwrap(),
        json!({
            "in": "body",
            "pointer": "/name",
            "keyword": "required",
            "message": "is required: `name` is missing",
            "rule": "#/components/schemas/Thing/required",
        })
    );
}

#[test]
fn a_schema_that_cannot_be_compiled_is_placed() {
    let check = |from: &str, to: &str, expect: &str| {
        let contract = Contract::parse("t.yaml", &CONTRACT.replacen(from, to, 1)).unwrap();
        let message = Validators::new(&contract).unwrap_err().to_string();
        assert!(message.starts_with(expect), "{message}");
    };
    check(r"'^TH\d{3}$'", "'^TH('", "t.yaml:37: this schema cannot be compiled");
    check(
        "items: { $ref: '#/components/schemas/ThingId' }",
        "items: { $ref: '#/components/schemas/Gone' }",
        "t.yaml:51: this schema cannot be compiled: the reference `#/components/schemas/Gone`",
    );
    check(
        "{ comment: { reason: [Other] } }",
        "[comment]",
        "t.yaml:59: this schema cannot be compiled: `x-required-when` maps",
    );
}

#[test]
fn the_embedded_contracts_can_be_validated_against() {
    for contract in [Contract::orders(), Contract::mock_control()] {
        Validators::new(&contract.unwrap()).unwrap();
    }
}
