//! Bad requests: each is answered by the first thing wrong with it, in the order the contract lays
//! down, and changes nothing.

use octane_mock_server::{MockServer, SeedOrder};
use serde_json::{Value, json};

use crate::support::{Call, HARBOUR, OUTBACK, Reply, call, get, post, server};

const CANCEL: &str = "/v1/order/nbn/1001/cancel";

/// A server with one order that could be withdrawn, 1001.
fn server_with_order() -> MockServer {
    let server = server();
    server.world().seed_order(&SeedOrder::in_state("Scheduled")).unwrap();
    server
}

/// Sends `call` and expects this status, this error, and that the order is as it was.
#[track_caller]
fn check(call: Call, status: u16, error_code: i64) -> Reply {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (reply, before, after) = runtime.block_on(async {
        let router = server_with_order().router();
        let before = get("/v1/order/nbn/1001").to(&router).await;
        let reply = call.to(&router).await;
        (reply, before, get("/v1/order/nbn/1001").to(&router).await)
    });
    assert_eq!((reply.status, reply.error_code()), (status, error_code), "{:#}", reply.body);
    assert_eq!(reply.body["success"], false);
    assert_eq!(reply.headers["content-type"], "application/json");
    assert_eq!(before, after, "a refused request changed the order");
    reply
}

/// As [`check`], for an invalid request: expects exactly these violations, as
/// `part pointer keyword`.
#[track_caller]
fn check_violations(call: Call, expected: &[&str]) {
    let reply = check(call, 400, 1001);
    let text = |violation: &Value, key: &str| violation[key].as_str().unwrap().to_owned();
    let violations = reply.body["violations"].as_array().expect("violations are listed");
    let found: Vec<_> = violations
        .iter()
        .map(|it| format!("{} {} {}", text(it, "in"), text(it, "pointer"), text(it, "keyword")))
        .collect();
    assert_eq!(found, expected);
    for violation in violations {
        assert!(!text(violation, "message").is_empty());
        assert!(text(violation, "rule").starts_with("#/"), "{violation}");
    }
}

fn withdraw() -> Call {
    post(CANCEL, &json!({"reason": "CostDeclined"}))
}

fn withdraw_with(body: &Value) -> Call {
    post(CANCEL, body)
}

#[test]
fn credentials_that_are_missing_malformed_or_wrong_are_challenged() {
    let wrong = [
        None,
        Some("Basic"),
        Some("Basic !!!"),
        Some("Basic bm8tY29sb24="),
        Some("Bearer aGFyYm91cjpoYXJib3VyLXRlc3Qtc2VjcmV0"),
        Some("Basic aGFyYm91cjp3cm9uZw=="),
        Some("Basic /w=="),
    ];
    for credentials in wrong {
        let reply = check(withdraw().with("authorization", credentials), 401, 1002);
        let challenge = &reply.headers["www-authenticate"];
        assert_eq!(challenge, "Basic realm=\"octane\", charset=\"UTF-8\"");
    }
    check(withdraw().header("authorization", OUTBACK), 401, 1002);
}

#[test]
fn the_scheme_of_the_credentials_is_read_without_regard_to_case() {
    check(get("/v1/order/nbn/1002").by(&HARBOUR.replace("Basic", "bASIC")), 404, 3001);
}

#[test]
fn what_comes_first_in_the_order_of_judgement_is_answered() {
    // Everything is wrong with the first of these; each of the next mends one thing.
    let big = "x".repeat(300_000);
    let wrong = |method, path| {
        call(method, path)
            .with("authorization", None)
            .header("accept", "text/html")
            .header("content-type", "text/plain")
            .body(big.clone())
    };
    check(wrong("DELETE", "/v1/nowhere"), 401, 1002);
    check(wrong("DELETE", "/v1/nowhere").by(HARBOUR), 404, 1003);
    check(wrong("DELETE", CANCEL).by(HARBOUR), 405, 1004);
    check(wrong("POST", CANCEL).by(HARBOUR), 406, 1005);
    check(wrong("POST", CANCEL).by(HARBOUR).with("accept", None), 413, 1006);
    let small = || wrong("POST", CANCEL).by(HARBOUR).with("accept", None).body("{");
    check(small(), 415, 1007);
    check(small().with("content-type", Some("application/json")), 400, 1001);
    check(post("/v1/order/nbn/1999/cancel", &json!({})), 400, 1001);
    check(post("/v1/order/nbn/1999/cancel", &json!({"reason": "CostDeclined"})), 404, 3001);
}

#[test]
fn a_method_that_a_path_does_not_take_is_answered_with_those_it_does() {
    let allow = |reply: Reply| reply.headers["allow"].to_str().unwrap().to_owned();
    assert_eq!(allow(check(call("PATCH", "/v1/order/nbn"), 405, 1004)), "POST, GET");
    assert_eq!(allow(check(call("PUT", "/v1/order/nbn/1001"), 405, 1004)), "GET");
    assert_eq!(allow(check(get(CANCEL), 405, 1004)), "POST");
}

#[test]
fn only_the_paths_of_the_contract_exist() {
    for path in [
        "/",
        "/v1",
        "/v1/order/nbn/",
        "/v1//order/nbn",
        "/V1/order/nbn",
        "/v1/order/nbn/1001/cancel/x",
    ] {
        check(get(path), 404, 1003);
    }
}

#[test]
fn a_body_must_be_declared_to_be_json_in_utf8_and_plain() {
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/xml"),
        Some("application/json; charset=iso-8859-1"),
        Some("json"),
    ] {
        check(withdraw().with("content-type", content_type), 415, 1007);
    }
    check(withdraw().header("content-encoding", "gzip"), 415, 1007);
    check(withdraw().header("content-type", "application/json"), 415, 1007);
}

#[test]
fn a_body_that_is_not_json_is_a_syntax_violation() {
    let deep = "[".repeat(100_000);
    let bodies = [
        "",
        " ",
        "{",
        "{'reason': 1}",
        "nul",
        "{\"a\":1}x",
        "\u{0}",
        "{\"a\":\"\\ud800\"}",
        "1e999",
        &deep,
    ];
    for body in bodies {
        check_violations(call("POST", CANCEL).json(body), &["body  syntax"]);
    }
    let not_utf8 = call("POST", CANCEL).json("").body(&b"{\"reason\":\"\xff\"}"[..]);
    check_violations(not_utf8, &["body  syntax"]);
}

#[test]
fn a_body_of_ten_megabytes_is_too_large() {
    let comment = "x".repeat(10_000_000);
    check(withdraw_with(&json!({"reason": "Other", "comment": comment})), 413, 1006);
}

#[test]
fn json_that_is_no_object_is_a_type_violation() {
    for body in [json!(null), json!([]), json!(7), json!("Other"), json!(true)] {
        check_violations(withdraw_with(&body), &["body  type"]);
    }
}

#[test]
fn every_violation_is_listed_at_once() {
    check_violations(
        withdraw_with(&json!({"reason": 7, "comment": "", "why": null, "~/": 1})),
        &[
            "body /comment minLength",
            "body /reason enum",
            "body /reason type",
            "body /why additionalProperties",
            "body /~0~1 additionalProperties",
        ],
    );
    check_violations(withdraw_with(&json!({})), &["body /reason required"]);
    check_violations(withdraw_with(&json!({"reason": "Because"})), &["body /reason enum"]);
}

#[test]
fn other_needs_a_comment_and_the_rest_do_not() {
    check_violations(
        withdraw_with(&json!({"reason": "Other"})),
        &["body /comment x-required-when"],
    );
}

#[test]
fn a_comment_may_be_long_in_any_script_but_hold_no_control_characters() {
    let with_comment =
        |comment: &str| withdraw_with(&json!({"reason": "Other", "comment": comment}));
    check_violations(with_comment(&"🐨".repeat(1001)), &["body /comment maxLength"]);
    check_violations(with_comment("a\u{0}b"), &["body /comment pattern"]);
    check_violations(with_comment("a\u{7f}b"), &["body /comment pattern"]);
}

#[test]
fn identifiers_take_their_own_alphabet_only() {
    let qualify = |location: &str| {
        let body = json!({"productSelection": "nbn", "locationId": location});
        post("/v1/qualification/check", &body)
    };
    for location in [
        "LOC00000000001",
        "LOC0000000000012",
        "loc000000000001",
        "LOC00000000000\u{0}",
        "LOC00000000000𝟙",
        "LOC000000000001\n",
    ] {
        check_violations(qualify(location), &["body /locationId pattern"]);
    }
    let book = |name: &str| {
        let contact = json!({"name": name, "phone": "1"});
        let body = json!({"orderId": 1001, "timeslotId": "a", "contact": contact});
        post("/v1/appointment/nbn", &body)
    };
    for name in ["<script>", "Zoë", "🐨", "a\u{0}"] {
        check_violations(book(name), &["body /contact/name pattern"]);
    }
}

#[test]
fn a_body_with_variants_is_held_against_the_one_it_names() {
    let create = |body: &Value| post("/v1/order/nbn", body);
    check_violations(create(&json!({"orderType": "Old"})), &["body /orderType discriminator"]);
    check_violations(create(&json!({})), &["body /orderType discriminator"]);
    let service = json!({"custNo": 100_001, "csn": "nbn-tc4"});
    check_violations(
        create(
            &json!({"orderType": "Terminate", "subOrderType": "PlanChange", "service": service}),
        ),
        &["body /custReqDate required", "body /subOrderType enum"],
    );
    check_violations(
        create(&json!({
            "orderType": "Change",
            "subOrderType": "PlanChange",
            "service": {"custNo": 1.5, "csn": "nbn-tc3", "planNo": 99_999_999_999_999_999_999u128 as f64},
            "custReqDate": "2026-02-30T00:00:00Z",
        })),
        &[
            "body /custReqDate format",
            "body /service/csn enum",
            "body /service/custNo type",
            "body /service/planNo format",
        ],
    );
}

#[test]
fn an_order_number_that_is_none_is_a_violation_of_the_path() {
    for number in ["abc", "1001x", "1.0", "%00", "%F0%9F%90%A8", "+1", ""] {
        let path = format!("/v1/order/nbn/{number}/cancel");
        let call = post(&path, &json!({"reason": "CostDeclined"}));
        check_violations(call, &["path /orderId type"]);
    }
    check_violations(get("/v1/order/nbn/9223372036854775808"), &["path /orderId format"]);
    check_violations(get("/v1/order/nbn/%FF"), &["path  syntax"]);
    check(get("/v1/order/nbn/-1"), 404, 3001);
    check(get("/v1/order/nbn/9223372036854775807"), 404, 3001);
}

#[test]
fn paging_out_of_range_is_a_violation_of_the_query() {
    let list = |query: &str| get(&format!("/v1/order/nbn?{query}"));
    for limit in ["0", "-1"] {
        check_violations(list(&format!("limit={limit}")), &["query /limit minimum"]);
    }
    check_violations(list("limit=101"), &["query /limit maximum"]);
    for limit in ["", "ten", "1.5", "99999999999999999999", "%00"] {
        check_violations(list(&format!("limit={limit}")), &["query /limit type"]);
    }
    check_violations(list("limit=1&limit=1"), &["query /limit duplicate"]);
    check_violations(list("Limit=1&page=2"), &["query /Limit unknown", "query /page unknown"]);
    check_violations(list("status=Lost"), &["query /status enum"]);
    check_violations(
        list("limit=0&custNo=x&createdFrom=yesterday"),
        &["query /custNo type", "query /createdFrom format", "query /limit minimum"],
    );
}

#[test]
fn a_time_whose_plus_was_not_encoded_is_explained() {
    let reply = check(get("/v1/order/nbn?createdFrom=2026-03-01T00:00:00+11:00"), 400, 1001);
    let message = reply.body["violations"][0]["message"].as_str().unwrap();
    assert!(message.contains("%2B"), "{message}");
}

#[test]
fn required_query_parameters_are_asked_for() {
    check_violations(
        get("/v1/appointment/nbn/timeslot?locationId=LOC1"),
        &[
            "query /locationId pattern",
            "query /startDateTime required",
            "query /endDateTime required",
            "query /demandType required",
        ],
    );
}

#[test]
fn a_cursor_that_is_not_this_lists_own_is_a_violation() {
    for cursor in ["x", "e30", "%00", "%F0%9F%90%A8"] {
        let path = format!("/v1/order/nbn?cursor={cursor}");
        check_violations(get(&path), &["query /cursor cursor"]);
    }
    check_violations(get("/v1/order/nbn?cursor="), &["query /cursor minLength"]);
}

#[test]
fn another_providers_order_does_not_exist() {
    check(get("/v1/order/nbn/1001").by(OUTBACK), 404, 3001);
    check(withdraw().by(OUTBACK), 404, 3001);
    let book = json!({"orderId": 1001, "timeslotId": "a"});
    check(post("/v1/appointment/nbn", &book).by(OUTBACK), 404, 3001);
}

#[test]
fn the_control_plane_judges_by_its_own_contract() {
    check(get("/_mock/nowhere").with("authorization", None), 404, 1003);
    check(get("/_mock/console"), 404, 1003);
    check(call("DELETE", "/_mock/clock"), 405, 1004);
    check_violations(
        post("/_mock/clock/advance", &json!({"seconds": -1})),
        &["body /seconds minimum"],
    );
    check_violations(
        post("/_mock/orders/x/events", &json!({"event": 1})),
        &["path /orderId type", "body /event type"],
    );
    check(post("/_mock/orders/1999/events", &json!({"event": "accept"})), 404, 3001);
    let illegal = check(post("/_mock/orders/1001/events", &json!({"event": "accept"})), 409, 9002);
    let legal = json!(["requireReschedule", "hold", "start", "cancelByNetwork"]);
    assert_eq!(illegal.body["legalEvents"], legal);
    check(post("/_mock/orders/1001/events", &json!({"event": "cancelNbnOrder"})), 409, 9002);
    check(post("/_mock/orders", &json!({"state": "Lost"})), 422, 9005);
    check(post("/_mock/orders", &json!({"state": "Held", "provider": "x"})), 422, 9003);
    check(post("/_mock/orders", &json!({"state": "Held", "custNo": 1})), 422, 3003);
    let not_orderable = json!({"state": "Held", "locationId": "LOC000000000003"});
    check(post("/_mock/orders", &not_orderable), 422, 2005);
    let nowhere = json!({"state": "Held", "locationId": "LOC999999999999"});
    check(post("/_mock/orders", &nowhere), 422, 2001);
    let no_visit = json!({"state": "Scheduled", "locationId": "LOC000000000002"});
    check(post("/_mock/orders", &no_visit), 422, 9005);
    for now in ["1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
        for mode in ["Fixed", "Running"] {
            let clock = json!({"mode": mode, "now": now});
            check(call("PUT", "/_mock/clock").json(&clock.to_string()), 422, 9007);
        }
    }
}
