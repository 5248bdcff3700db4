//! Fault rules: what is written into them, and what then happens to calls.
//!
//! Time is tokio's own and paused, so a wait costs none; what happens to a connection on the wire is
//! tested with the listener.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt as _;
use octane_mock_server::{MockServer, SeedOrder};
use serde_json::{Value, json};
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::support::{Call, HARBOUR, OUTBACK, call, get, post, server};

const ORDER: &str = "/v1/order/nbn/1001";
const CANCEL: &str = "/v1/order/nbn/1001/cancel";

/// A server with one order that could be withdrawn, 1001, and these fault rules.
async fn server_with(rules: &[Value]) -> (MockServer, Router) {
    let server = server();
    server.world().seed_order(&SeedOrder::in_state("Scheduled")).unwrap();
    let router = server.router();
    for rule in rules {
        post("/_mock/faults", rule).to(&router).await.expect(201);
    }
    (server, router)
}

fn withdraw() -> Call {
    post(CANCEL, &json!({"reason": "CostDeclined"}))
}

async fn status_of_order(router: &Router) -> Value {
    call("DELETE", "/_mock/faults").to(router).await.expect(200);
    get(ORDER).to(router).await.expect(200)["status"].clone()
}

/// The statuses that so many calls are answered with.
async fn statuses(router: &Router, count: usize, of: impl Fn() -> Call) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(of().to(router).await.status);
    }
    statuses
}

fn unavailable() -> Value {
    json!({"effect": "Response", "status": 503})
}

fn with(mut rule: Value, fields: &Value) -> Value {
    rule.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    rule
}

#[track_caller]
fn check_picked(fields: &Value, expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let answered = runtime.block_on(async {
        let (_server, router) = server_with(&[with(unavailable(), fields)]).await;
        statuses(&router, 8, || get(ORDER)).await
    });
    let told: String = answered.iter().map(|it| if *it == 503 { 'x' } else { '.' }).collect();
    assert_eq!(told, expected, "{fields}");
}

#[test]
fn a_rule_picks_among_the_calls_it_is_for() {
    check_picked(&json!({}), "xxxxxxxx");
    check_picked(&json!({"nth": 3}), "..x.....");
    check_picked(&json!({"every": 3}), "..x..x..");
    check_picked(&json!({"times": 2}), "xx......");
    check_picked(&json!({"every": 2, "times": 2}), ".x.x....");
    check_picked(&json!({"probability": 0}), "........");
    check_picked(&json!({"probability": 0.5}), ".x.x.xx.");
    check_picked(&json!({"operations": ["cancelNbnOrder"]}), "........");
    check_picked(&json!({"operations": ["cancelNbnOrder", "getNbnOrder"], "nth": 1}), "x.......");
    check_picked(&json!({"provider": "outback"}), "........");
    check_picked(&json!({"provider": "harbour", "nth": 2}), ".x......");
}

#[tokio::test]
async fn the_first_rule_that_applies_wins_and_those_behind_it_do_not_count_the_call() {
    let (_server, router) = server_with(&[
        json!({"effect": "Response", "status": 500, "every": 2}),
        json!({"effect": "Response", "status": 503, "every": 2}),
    ])
    .await;
    assert_eq!(statuses(&router, 6, || get(ORDER)).await, [200, 500, 503, 500, 200, 500]);
    let faults = get("/_mock/faults").to(&router).await.expect(200)["faults"].clone();
    assert_eq!((&faults[0]["met"], &faults[0]["applied"]), (&json!(6), &json!(3)));
    assert_eq!((&faults[1]["met"], &faults[1]["applied"]), (&json!(3), &json!(1)));
}

#[tokio::test]
async fn a_rule_expires_by_the_clock_of_its_world() {
    let rule = with(unavailable(), &json!({"expiresInSeconds": 60}));
    let (_server, router) = server_with(&[rule]).await;
    let told = get("/_mock/faults").to(&router).await.expect(200);
    assert_eq!(told["faults"][0]["expiresAt"], "2026-03-01T22:01:00Z");
    get(ORDER).to(&router).await.expect(503);
    post("/_mock/clock/advance", &json!({"seconds": 60})).to(&router).await.expect(200);
    get(ORDER).to(&router).await.expect(200);
    let gone = call("DELETE", "/_mock/faults/1").to(&router).await;
    assert_eq!((gone.status, gone.error_code()), (404, 9015));
}

#[tokio::test]
async fn only_admitted_calls_meet_a_fault_and_the_control_plane_none() {
    let (_server, router) = server_with(&[unavailable()]).await;
    get(ORDER).with("authorization", None).to(&router).await.expect(401);
    get("/v1/nowhere").to(&router).await.expect(404);
    call("PUT", ORDER).to(&router).await.expect(405);
    get(ORDER).header("accept", "text/html").to(&router).await.expect(406);
    get("/_mock/health").to(&router).await.expect(200);
    let faults = get("/_mock/faults").to(&router).await.expect(200);
    assert_eq!(faults["faults"][0]["met"], 0);
    // An invalid call is admitted, and meets the fault before it is looked at.
    post(CANCEL, &json!({})).to(&router).await.expect(503);
}

#[tokio::test]
async fn a_given_response_is_the_one_of_the_contract_with_its_headers() {
    let (_server, router) = server_with(&[]).await;
    let respond = async |rule: Value, call: Call| {
        post("/_mock/faults", &rule).to(&router).await.expect(201);
        let reply = call.to(&router).await;
        // The server holds its answers against the contract, and would have made a 500 of another.
        assert_eq!(json!(reply.status), rule["status"]);
        call_clear(&router).await;
        reply
    };
    let refused = json!({"effect": "Response", "operations": ["cancelNbnOrder"], "status": 409, "example": "tooLate"});
    assert_eq!(respond(refused, withdraw()).await.error_code(), 3009);
    let waiting = json!({"effect": "Response", "status": 503, "retryAfterSeconds": 7});
    assert_eq!(respond(waiting, get(ORDER)).await.headers["retry-after"], "7");
    let busy = json!({"effect": "Response", "status": 429});
    assert_eq!(respond(busy, get(ORDER)).await.headers["retry-after"], "1");
    let challenged = respond(json!({"effect": "Response", "status": 401}), get(ORDER)).await;
    assert_eq!(challenged.headers["www-authenticate"], "Basic realm=\"octane\", charset=\"UTF-8\"");
    let made = json!({"effect": "Response", "operations": ["createNbnOrder"], "status": 201});
    let created = respond(made, post("/v1/order/nbn", &json!({}))).await;
    assert!(created.headers["location"].to_str().unwrap().starts_with("/v1/order/nbn/"));
    assert_eq!(status_of_order(&router).await, "Scheduled");
}

async fn call_clear(router: &Router) {
    let left = call("DELETE", "/_mock/faults").to(router).await.expect(200);
    assert_eq!(left, json!({"faults": []}));
}

#[tokio::test]
async fn too_many_requests_says_when_to_try_again() {
    let rule = json!({"effect": "TooManyRequests", "retryAfterSeconds": 30, "times": 1});
    let (_server, router) = server_with(&[rule]).await;
    let reply = withdraw().to(&router).await;
    assert_eq!((reply.status, reply.error_code()), (429, 1008));
    assert_eq!(reply.headers["retry-after"], "30");
    withdraw().to(&router).await.expect(202);
}

#[tokio::test]
async fn the_stage_says_whether_the_operation_is_carried_out() {
    for (stage, status) in [("BeforeHandling", "Scheduled"), ("AfterHandling", "PendingWithdrawal")]
    {
        let (_server, router) = server_with(&[with(unavailable(), &json!({"stage": stage}))]).await;
        withdraw().to(&router).await.expect(503);
        assert_eq!(status_of_order(&router).await, status);
    }
}

/// Sends a call that is not answered in full: how long it takes, its status, and the bytes of its
/// body until it ends or fails.
async fn send(router: &Router, method: Method, path: &str) -> (u128, u16, Vec<u8>, bool) {
    let body = Body::from(r#"{"reason": "CostDeclined"}"#);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", HARBOUR)
        .header("content-type", "application/json");
    let started = Instant::now();
    let response = router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
    let (parts, mut body) = response.into_parts();
    let (mut bytes, mut is_whole) = (Vec::new(), true);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend_from_slice(frame.data_ref().unwrap()),
            Err(_) => {
                is_whole = false;
                break;
            }
        }
    }
    (started.elapsed().as_millis(), parts.status.as_u16(), bytes, is_whole)
}

#[tokio::test(start_paused = true)]
async fn latency_holds_an_answer_up_by_its_range() {
    let rule = json!({"effect": "Latency", "latencyMsMin": 200, "latencyMsMax": 300});
    let (_server, router) = server_with(&[rule]).await;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let (waited, status, _, is_whole) = send(&router, Method::GET, ORDER).await;
        assert_eq!((status, is_whole), (200, true));
        assert!((200..=301).contains(&waited), "{waited} ms");
        waits.push(waited);
    }
    waits.dedup();
    assert!(waits.len() > 1, "the same each time: {waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_gives_up_early_has_its_order_carried_out_or_not_by_the_stage() {
    for (stage, status) in [("BeforeHandling", "Scheduled"), ("AfterHandling", "PendingWithdrawal")]
    {
        let rule = json!({"effect": "Latency", "latencyMsMin": 60_000, "stage": stage});
        let (_server, router) = server_with(&[rule]).await;
        let patience = std::time::Duration::from_secs(1);
        let given_up = tokio::time::timeout(patience, withdraw().to(&router)).await;
        assert!(given_up.is_err());
        assert_eq!(status_of_order(&router).await, status);
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_or_a_hang_leaves_a_call_without_an_answer() {
    for effect in ["Reset", "Hang"] {
        for (stage, status) in
            [("BeforeHandling", "Scheduled"), ("AfterHandling", "PendingWithdrawal")]
        {
            let rule = json!({"effect": effect, "stage": stage, "latencyMsMin": 500});
            let (_server, router) = server_with(&[rule]).await;
            let (waited, _, bytes, is_whole) = send(&router, Method::POST, CANCEL).await;
            assert_eq!((bytes, is_whole), (vec![], false));
            let expected = if effect == "Hang" { 600_500 } else { 500 };
            assert!((expected..=expected + 2).contains(&waited), "{effect}: {waited} ms");
            assert_eq!(status_of_order(&router).await, status);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_journal_tells_what_a_fault_kept_from_the_client() {
    let journal_of = async |rule: Value| {
        let (_server, router) = server_with(&[rule]).await;
        send(&router, Method::POST, CANCEL).await;
        let told = get("/_mock/journal").to(&router).await.expect(200);
        let exchange = &told["exchanges"][0];
        let known = ["faultId", "status", "errorCode", "statusBefore", "statusAfter"];
        known.map(|field| exchange[field].clone())
    };
    let reset = |stage: &str| json!({"effect": "Reset", "stage": stage});
    assert_eq!(
        journal_of(reset("BeforeHandling")).await,
        [json!(1), json!(0), Value::Null, Value::Null, Value::Null]
    );
    let lost = journal_of(reset("AfterHandling")).await;
    assert_eq!(lost[..2], [json!(1), json!(202)], "what was carried out");
    assert_eq!(lost[3..], [json!("Scheduled"), json!("PendingWithdrawal")]);
    let masked = journal_of(with(unavailable(), &json!({"stage": "AfterHandling"}))).await;
    assert_eq!(masked[..3], [json!(1), json!(503), json!(1010)]);
    assert_eq!(masked[3..], [json!("Scheduled"), json!("PendingWithdrawal")]);
}

#[tokio::test(start_paused = true)]
async fn a_truncated_answer_is_the_beginning_of_the_whole_one() {
    let (_server, router) = server_with(&[]).await;
    let (_, _, whole, _) = send(&router, Method::GET, ORDER).await;
    for (bytes, kept) in [(json!({"bytes": 10}), 10), (json!({}), whole.len() / 2)] {
        post("/_mock/faults", &with(json!({"effect": "Truncate"}), &bytes))
            .to(&router)
            .await
            .expect(201);
        let (_, status, bytes, is_whole) = send(&router, Method::GET, ORDER).await;
        assert_eq!((status, is_whole), (200, false));
        assert_eq!(bytes, whole[..kept]);
        call_clear(&router).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_comes_at_its_speed() {
    let (_server, router) = server_with(&[]).await;
    let (_, _, whole, _) = send(&router, Method::GET, ORDER).await;
    for speed in [7, 100, 4096] {
        let rule = json!({"effect": "SlowBody", "bytesPerSecond": speed});
        post("/_mock/faults", &rule).to(&router).await.expect(201);
        let (waited, status, bytes, is_whole) = send(&router, Method::GET, ORDER).await;
        assert_eq!((status, is_whole), (200, true));
        assert_eq!(bytes, whole);
        let fair = whole.len() as u128 * 1000 / speed;
        assert!(
            (fair..fair + fair / 5 + 250).contains(&waited),
            "{speed}: {waited}, not {fair} ms"
        );
        call_clear(&router).await;
    }
}

#[tokio::test]
async fn rules_are_told_as_they_are_understood_and_taken_back_one_by_one() {
    let (_server, router) = server_with(&[
        json!({"effect": "TooManyRequests", "provider": "outback", "nth": 2}),
        json!({"effect": "Hang", "latencyMsMin": 5, "every": 4, "times": 9}),
        json!({"effect": "SlowBody", "probability": 0.25}),
    ])
    .await;
    let told = get("/_mock/faults").to(&router).await.expect(200);
    insta::assert_snapshot!(format!("{told:#}"));
    let left = call("DELETE", "/_mock/faults/2").to(&router).await.expect(200);
    let ids: Vec<_> = left["faults"].as_array().unwrap().iter().map(|it| &it["faultId"]).collect();
    assert_eq!(ids, [1, 3]);
    let again = call("DELETE", "/_mock/faults/2").to(&router).await;
    assert_eq!((again.status, again.error_code()), (404, 9015));
    get("/v1/order/nbn").by(OUTBACK).to(&router).await.expect(200);
    get("/v1/order/nbn").by(OUTBACK).to(&router).await.expect(429);
}

#[track_caller]
fn check_refused(rule: &Value, status: u16, error_code: i64, message: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let (_server, router) = server_with(&[]).await;
        let reply = post("/_mock/faults", rule).to(&router).await;
        assert_eq!((reply.status, reply.error_code()), (status, error_code), "{:#}", reply.body);
        assert_eq!(reply.body["errorMessage"], message);
        let faults = get("/_mock/faults").to(&router).await.expect(200);
        assert_eq!(faults, json!({"faults": []}));
    });
}

#[test]
fn a_rule_for_what_is_not_there_is_refused_with_what_is() {
    check_refused(
        &json!({"effect": "Reset", "operations": ["withdrawOrder"]}),
        422,
        9013,
        "The contract has no operation `withdrawOrder`.",
    );
    check_refused(
        &json!({"effect": "Reset", "provider": "nobody"}),
        422,
        9003,
        "The test data has no provider `nobody`.",
    );
    check_refused(
        &json!({"effect": "Response", "status": 409, "operations": ["getNbnOrder"]}),
        422,
        9014,
        "The operation `getNbnOrder` has no response 409; it has 200, 400, 401, 404, 406, 429, 500 \
         and 503.",
    );
    check_refused(
        &json!({"effect": "Response", "status": 503, "example": "none", "operations": ["getNbnOrder"]}),
        422,
        9014,
        "The response 503 of `getNbnOrder` has no example `none`; it has maintenance.",
    );
}

#[test]
fn a_rule_that_contradicts_itself_is_refused_with_the_contradiction() {
    let check = |rule: Value, message| check_refused(&rule, 422, 9016, message);
    check(
        json!({"effect": "Reset", "nth": 1, "every": 2}),
        "`nth` and `every` exclude each other.",
    );
    check(
        json!({"effect": "Reset", "every": 1, "probability": 0.5}),
        "`every` and `probability` exclude each other.",
    );
    check(
        json!({"effect": "Reset", "status": 503}),
        "`status` has no use with the effect `Reset`.",
    );
    check(json!({"effect": "Hang", "bytes": 3}), "`bytes` has no use with the effect `Hang`.");
    check(
        json!({"effect": "Latency", "latencyMsMin": 9, "latencyMsMax": 5}),
        "`latencyMsMin` 9 is above `latencyMsMax` 5.",
    );
    check(
        json!({"effect": "Truncate", "stage": "BeforeHandling"}),
        "`Truncate` spoils an answer, and before handling there is none.",
    );
    check_refused(&json!({"effect": "Latency"}), 400, 1001, "The request has 1 violation.");
}

#[tokio::test]
async fn a_world_has_at_the_most_a_hundred_rules() {
    let rule = json!({"effect": "Reset", "probability": 0});
    let (_server, router) = server_with(&vec![rule.clone(); 100]).await;
    let reply = post("/_mock/faults", &rule).to(&router).await;
    assert_eq!((reply.status, reply.error_code()), (409, 9017));
    get(ORDER).to(&router).await.expect(200);
}

#[tokio::test]
async fn worlds_do_not_share_faults() {
    let (_server, router) = server_with(&[unavailable()]).await;
    post("/_mock/worlds", &json!({"name": "a"})).to(&router).await.expect(201);
    get("/worlds/a/v1/order/nbn").to(&router).await.expect(200);
    get("/v1/order/nbn").to(&router).await.expect(503);
}

#[tokio::test]
async fn a_reset_takes_faults_back_and_a_snapshot_keeps_them_with_their_counts() {
    let (_server, router) = server_with(&[with(unavailable(), &json!({"nth": 2}))]).await;
    get(ORDER).to(&router).await.expect(200);
    call("PUT", "/_mock/snapshots/halfway").to(&router).await.expect(200);
    get(ORDER).to(&router).await.expect(503);
    post("/_mock/reset", &json!(null)).to(&router).await.expect(200);
    assert_eq!(get("/_mock/faults").to(&router).await.expect(200), json!({"faults": []}));
    post("/_mock/snapshots/halfway/restore", &json!(null)).to(&router).await.expect(200);
    assert_eq!(statuses(&router, 3, || get(ORDER)).await, [503, 200, 200]);
}

#[tokio::test]
async fn the_same_seed_and_the_same_calls_meet_the_same_faults() {
    let rules = [
        with(unavailable(), &json!({"probability": 0.3})),
        json!({"effect": "Response", "status": 500, "probability": 0.5}),
    ];
    let (_server, router) = server_with(&rules).await;
    let (_server, other) = server_with(&rules).await;
    let first = statuses(&router, 50, || get(ORDER)).await;
    assert_eq!(first, statuses(&other, 50, || get(ORDER)).await);
    for status in [200, 500, 503] {
        assert!(first.contains(&status), "{status} never came");
    }
}
