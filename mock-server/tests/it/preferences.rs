//! What a client may prefer of the order endpoints: a documented answer, or to be answered in spite
//! of an invalid request.

use axum::Router;
use octane_mock_server::{Config, MockServer, SeedOrder, Validation};
use serde_json::{Value, json};

use crate::support::{Call, Reply, config, get, post};

const ORDER: &str = "/v1/order/nbn/1001";
const CANCEL: &str = "/v1/order/nbn/1001/cancel";

/// A server with one order that could be withdrawn, 1001.
fn router(validation: Validation) -> Router {
    let server = MockServer::new(Config { validation, ..config() }).unwrap();
    server.world().seed_order(&SeedOrder::in_state("Scheduled")).unwrap();
    server.router()
}

fn sent(call: Call, router: &Router) -> Reply {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(call.to(router))
}

fn withdraw(prefer: &str) -> Call {
    post(CANCEL, &json!({"reason": "CostDeclined"})).header("prefer", prefer)
}

fn header<'r>(reply: &'r Reply, name: &str) -> &'r str {
    reply.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

/// Expects `preference` to be met with this status and error, and the order to be as it was.
#[track_caller]
fn check(call: Call, router: &Router, status: u16, applied: &str) -> Value {
    let before = sent(get(ORDER), router).body;
    let reply = sent(call, router);
    assert_eq!((reply.status, header(&reply, "preference-applied")), (status, applied));
    assert_eq!(sent(get(ORDER), router).body, before, "the order was changed");
    reply.body
}

#[test]
fn a_documented_answer_is_given_and_nothing_happens_to_the_order() {
    let router = router(Validation::On);
    let too_late = check(withdraw("code=409"), &router, 409, "code=409");
    assert_eq!(too_late["errorCode"], 3009);
    let named = check(withdraw("example=tooLate"), &router, 409, "example=tooLate");
    assert_eq!(named, too_late);
    let fallback = check(withdraw("code=503"), &router, 503, "code=503");
    assert_eq!(fallback["success"], false);
    let both = "code=202, example=pending";
    assert_eq!(check(withdraw(both), &router, 202, both)["success"], true);
}

#[test]
fn a_made_answer_obeys_the_contract_and_is_the_same_in_every_run() {
    let run = || {
        let router = router(Validation::On);
        [0, 1, 2].map(|_| check(withdraw("dynamic=true"), &router, 200, "dynamic=true"))
    };
    let made = run();
    assert_eq!(made, run());
    assert_ne!(made[0], made[1]);
}

#[test]
fn what_is_not_documented_is_refused_with_what_is() {
    let router = router(Validation::On);
    let refused = check(withdraw("code=418"), &router, 400, "code=418");
    let violation = &refused["violations"][0];
    assert_eq!((&violation["in"], &violation["pointer"]), (&json!("header"), &json!("/Prefer")));
    let expected = "code `418` is not documented here; choose one of 200, 202, 400, 401, 404, 405, 406, 409, 413, 415";
    let message = violation["message"].as_str().unwrap();
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn preferences_count_after_credentials_and_validation() {
    let router = router(Validation::On);
    check(withdraw("code=409").with("authorization", None), &router, 401, "");
    let invalid = post(CANCEL, &json!({})).header("prefer", "code=409");
    check(invalid, &router, 400, "");
}

fn lenient(body: &Value) -> Call {
    post(CANCEL, body).header("prefer", "handling=lenient")
}

#[test]
fn a_lenient_request_is_handled_as_far_as_its_handler_can() {
    let router = router(Validation::On);
    let without_comment = sent(lenient(&json!({"reason": "Other"})), &router);
    assert_eq!(without_comment.status, 202);
    assert_eq!(header(&without_comment, "preference-applied"), "handling=lenient");
    let violations = header(&without_comment, "octane-violations");
    assert_eq!(violations, "body /comment x-required-when");
    let noted = sent(get("/_mock/journal"), &router).body;
    let noted = &noted["response"]["exchanges"];
    assert!(noted.to_string().contains("x-required-when"), "{noted}");
    let list = get("/v1/order/nbn?limit=1000&page=2").header("prefer", "handling=lenient");
    let list = sent(list, &router);
    assert_eq!(list.status, 200);
    assert_eq!(header(&list, "octane-violations"), "query /limit maximum, query /page unknown");
}

#[test]
fn what_a_handler_cannot_cope_with_is_refused_with_every_violation() {
    let router = router(Validation::Off);
    for body in [json!({"reason": "Because", "comment": ""}), json!([])] {
        let reply = sent(lenient(&body), &router);
        assert_eq!((reply.status, reply.error_code()), (400, 1001));
        assert!(!reply.body["violations"].as_array().unwrap().is_empty());
    }
    let list = sent(get("/v1/order/nbn?limit=-1"), &router);
    assert_eq!(list.status, 400);
    let none = sent(get("/v1/order/nbn?limit=0"), &router);
    assert_eq!(none.status, 200);
}

#[test]
fn validation_can_be_switched_for_all_requests_and_back_for_one() {
    let other = || post(CANCEL, &json!({"reason": "Other"}));
    let warned = sent(other(), &router(Validation::Warn));
    assert_eq!(
        (warned.status, header(&warned, "octane-violations")),
        (202, "body /comment x-required-when")
    );
    let silent = sent(other(), &router(Validation::Off));
    assert_eq!((silent.status, header(&silent, "octane-violations")), (202, ""));
    let strict = other().header("prefer", "handling=strict");
    assert_eq!(sent(strict, &router(Validation::Off)).status, 400);
}

#[test]
fn a_lenient_request_in_another_media_type_is_read_as_json() {
    let call = lenient(&json!({"reason": "CostDeclined"})).with("content-type", Some("text/plain"));
    assert_eq!(sent(call, &router(Validation::On)).status, 202);
}

#[test]
fn the_control_plane_has_no_preferences() {
    let router = router(Validation::Off);
    let call = get("/_mock/health").header("prefer", "code=404, handling=lenient");
    let reply = sent(call, &router);
    assert_eq!((reply.status, header(&reply, "preference-applied")), (200, ""));
    assert_eq!(sent(get("/_mock/health?x=1"), &router).status, 400);
}
