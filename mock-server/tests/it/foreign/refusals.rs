//! Requests that a foreign contract does not allow.

use octane_mock_server::Validation;
use serde_json::{Value, json};

use super::{Given, LIBRARY, ORDERS, ask, given, serve, serve_validating};
use crate::support::{Call, HARBOUR};

const ORDER: &str = "/shop/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2";

fn to_orders(method: &str, path: &str) -> Call {
    ask(method, path).by(HARBOUR)
}

fn new_order() -> Value {
    json!({
        "customer": { "name": "Ada", "email": "ada@example.com" },
        "lines": [{ "sku": "ABC-1234", "quantity": 2, "price": 9.95 }],
        "deliverOn": "2026-03-02",
    })
}

/// The violations in the body, as `part pointer keyword`.
fn violations(given: &Given) -> Vec<String> {
    let body = given.json();
    let listed = body["violations"].as_array().expect("violations are listed").iter();
    let text = |violation: &Value, key: &str| violation[key].as_str().unwrap().to_owned();
    listed
        .map(|it| format!("{} {} {}", text(it, "in"), text(it, "pointer"), text(it, "keyword")))
        .collect()
}

#[track_caller]
fn check_violations(call: Call, expected: &[&str]) {
    let given = given(call, &serve(ORDERS));
    assert_eq!(given.status, 400, "{}", given.text());
    assert_eq!(violations(&given), expected, "{}", given.text());
}

#[test]
fn a_valid_request_is_answered() {
    let router = serve(ORDERS);
    let call = to_orders("POST", "/shop/v1/orders").json(&new_order().to_string());
    let given = given(call, &router);
    assert_eq!(given.status, 201, "{}", given.text());
}

#[test]
fn every_violation_of_a_body_is_listed() {
    let body = json!({
        "customer": { "name": "", "email": "nobody" },
        "lines": [{ "sku": "abc-1", "quantity": 0 }, { "quantity": "2", "price": 0 }],
        "deliverOn": "2026-02-30",
        "notes": "unknown",
    });
    check_violations(
        to_orders("POST", "/shop/v1/orders").json(&body.to_string()),
        &[
            "body /customer/email format",
            "body /customer/name minLength",
            "body /deliverOn format",
            "body /lines/0/quantity minimum",
            "body /lines/0/sku pattern",
            "body /lines/1/price exclusiveMinimum",
            "body /lines/1/quantity type",
            "body /lines/1/sku required",
            "body /notes additionalProperties",
        ],
    );
}

#[test]
fn malformed_json_and_a_missing_body_are_violations() {
    check_violations(to_orders("POST", "/shop/v1/orders").json("{\"a\":"), &["body  syntax"]);
    check_violations(to_orders("POST", "/shop/v1/orders"), &["body  required"]);
}

#[test]
fn parameters_are_judged_by_their_schemas() {
    check_violations(to_orders("GET", "/shop/v1/orders?limit=0"), &["query /limit minimum"]);
    check_violations(
        to_orders("GET", "/shop/v1/orders?limit=x&since=2026-13-01&status=new&status=old"),
        &["query /limit type", "query /since format", "query /status/1 enum"],
    );
    check_violations(to_orders("GET", "/shop/v1/orders?limit=1&limit=2"), &["query /limit style"]);
    check_violations(to_orders("GET", "/shop/v1/orders/7"), &["path /orderId format"]);
    check_violations(to_orders("GET", "/shop/v1/orders/%FF"), &["path /orderId style"]);
}

#[test]
fn a_refusal_without_a_documented_shape_is_a_problem() {
    let given = given(to_orders("GET", "/shop/v1/orders?limit=0"), &serve(ORDERS));
    assert_eq!(given.header("content-type"), "application/problem+json");
    assert_eq!(
        given.json(),
        json!({
            "title": "Bad Request",
            "status": 400,
            "detail": "The request has 1 violation.",
            "violations": [{
                "in": "query",
                "pointer": "/limit",
                "keyword": "minimum",
                "message": "must be 1 or more",
                "rule": "#/paths/~1orders/get/parameters/0/schema/minimum",
            }],
        })
    );
}

#[test]
fn a_refusal_with_a_documented_shape_has_that_shape() {
    let given = given(to_orders("POST", "/shop/v1/orders").json("{}"), &serve(ORDERS));
    assert_eq!((given.status, given.header("content-type")), (400, "application/json"));
    let body = given.json();
    assert_eq!(
        (&body["code"], &body["message"]),
        (&json!(1), &json!("The request has 3 violations."))
    );
    assert_eq!(violations(&given).len(), 3);
}

#[test]
fn a_shape_without_room_for_violations_says_them_in_its_text() {
    let add = ask("POST", "/live/api/media").header("authorization", "Bearer t");
    let given = given(add.json(r#"{"kind": "film", "title": ""}"#), &serve(LIBRARY));
    assert_eq!((given.status, given.header("content-type")), (422, "application/json"));
    let body = given.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    let text = body["msg"].as_str().unwrap();
    for part in ["2 violations", "`/title` must have at least 1", "`minutes` is missing"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_range_or_the_default_is_a_documented_shape_too() {
    let given = given(ask("GET", "/live/api/media?sort=size"), &serve(LIBRARY));
    assert_eq!((given.status, given.header("content-type")), (400, "application/problem+json"));
    assert_eq!(violations(&given), ["query /sort/0 enum"]);
}

#[test]
fn who_presents_nothing_or_something_malformed_is_not_let_in() {
    let router = serve(ORDERS);
    let challenge =
        "Basic realm=\"Plain orders\", charset=\"UTF-8\", ApiKey realm=\"Plain orders\"";
    let wrong = [
        ask("GET", ORDER),
        ask("GET", ORDER).by("Basic !!!"),
        ask("GET", ORDER).by("Bearer token"),
        ask("GET", ORDER).header("x-api-key", ""),
    ];
    for call in wrong {
        let given = given(call, &router);
        assert_eq!((given.status, given.header("www-authenticate")), (401, challenge));
        assert_eq!(given.header("content-type"), "application/problem+json");
        assert!(!given.text().contains("!!!") && !given.text().contains("token\""));
    }
    assert_eq!(given(ask("GET", ORDER).by(HARBOUR), &router).status, 200);
    assert_eq!(given(ask("GET", ORDER).header("x-api-key", "anything"), &router).status, 200);
}

#[test]
fn one_of_several_ways_in_has_to_be_gone_whole() {
    let router = serve(LIBRARY);
    let film = json!({ "kind": "film", "title": "M", "minutes": 111 }).to_string();
    let add = |query: &str| ask("POST", &format!("/live/api/media{query}")).json(&film);
    assert_eq!(given(add(""), &router).status, 401);
    assert_eq!(given(add("?branch=north"), &router).status, 401);
    // A token alone is enough by OpenID Connect.
    assert_eq!(given(add("").by("Bearer t"), &router).status, 200);
    // Credentials are optional there.
    assert_eq!(given(ask("GET", "/live/api/media/1"), &router).status, 200);
}

#[test]
fn what_comes_first_in_the_order_of_judgement_is_answered() {
    // Everything is wrong with the first of these; each of the next mends one thing.
    let router = serve(ORDERS);
    let check = |call: Call, status: u16| {
        let given = given(call, &router);
        assert_eq!(given.status, status, "{}", given.text());
        given
    };
    let wrong = |method: &str, path: &str| {
        let big = "x".repeat(9 * 1024 * 1024);
        ask(method, path).header("accept", "text/html").header("content-type", "text/x").body(big)
    };
    let nowhere = check(wrong("PUT", "/orders"), 404).json();
    let expected = "There is no path `/orders`: every path begins with `/shop/v1`.";
    assert_eq!(nowhere["detail"], expected);
    let allowed = check(wrong("PUT", "/shop/v1/orders"), 405);
    assert_eq!(allowed.header("allow"), "GET, HEAD, OPTIONS, POST");
    check(wrong("POST", "/shop/v1/orders"), 401);
    let authorised = || wrong("POST", "/shop/v1/orders").by(HARBOUR);
    assert_eq!(check(authorised(), 406).json()["detail"], "The answer is application/json.");
    check(authorised().with("accept", None), 413);
    let small = || authorised().with("accept", None).body("{");
    assert_eq!(check(small(), 415).json()["detail"], "The body must be application/json.");
    check(small().with("content-type", Some("application/json")), 400);
}

#[test]
fn head_and_options_are_answered_where_get_is() {
    let router = serve(ORDERS);
    let head = given(to_orders("HEAD", ORDER), &router);
    assert_eq!((head.status, head.text()), (200, ""));
    assert_eq!(head.header("content-type"), "application/json");
    let options = given(ask("OPTIONS", ORDER), &router);
    assert_eq!((options.status, options.header("allow")), (204, "GET, HEAD, OPTIONS, DELETE"));
}

#[test]
fn an_answer_without_a_body_has_none() {
    let gone = given(to_orders("DELETE", ORDER), &serve(ORDERS));
    assert_eq!((gone.status, gone.text(), gone.header("content-type")), (204, "", ""));
}

#[test]
fn validation_can_be_switched_to_warnings_or_off() {
    let invalid = || to_orders("GET", "/shop/v1/orders?limit=0");
    let warned = given(invalid(), &serve_validating(ORDERS, Validation::Warn));
    assert_eq!((warned.status, warned.header("octane-violations")), (200, "query /limit minimum"));
    let silent = given(invalid(), &serve_validating(ORDERS, Validation::Off));
    assert_eq!((silent.status, silent.header("octane-violations")), (200, ""));
    let strict = invalid().header("prefer", "handling=strict");
    assert_eq!(given(strict, &serve_validating(ORDERS, Validation::Off)).status, 400);
    let unknown = ask("GET", "/shop/v1/orders");
    assert_eq!(given(unknown, &serve_validating(ORDERS, Validation::Off)).status, 401);
}

#[test]
fn one_request_can_ask_to_be_answered_in_spite_of_its_violations() {
    let router = serve(ORDERS);
    for body in ["{\"a\":", "{}"] {
        let call = to_orders("POST", "/shop/v1/orders").json(body);
        let given = given(call.header("prefer", "handling=lenient"), &router);
        assert_eq!((given.status, given.header("preference-applied")), (201, "handling=lenient"));
        assert!(given.header("octane-violations").starts_with("body "));
    }
    let text = to_orders("POST", "/shop/v1/orders").header("content-type", "text/plain").body("x");
    let given = given(text.header("prefer", "handling=lenient"), &router);
    assert_eq!(
        (given.status, given.header("octane-violations")),
        (201, "header /Content-Type content")
    );
}
