//! How often a provider may call.

use axum::Router;
use octane_mock_server::{Config, MockServer};
use serde_json::{Value, json};

use crate::support::{Call, OUTBACK, call, config, get, post, server};

/// One a second: whatever a test does in less than that is one call and many too many.
const ONE: &str = "1/1";

fn limited() -> MockServer {
    MockServer::new(Config { rate_limit: Some(ONE.parse().unwrap()), ..config() }).unwrap()
}

fn put(path: &str, body: &Value) -> Call {
    call("PUT", path).json(&body.to_string())
}

/// Calls until one call is refused. The limit goes by real time, and a machine may stall.
async fn refusal(router: &Router, call: impl Fn() -> Call) -> crate::support::Reply {
    for _ in 0..1_000 {
        let reply = call().to(router).await;
        if reply.status == 429 {
            return reply;
        }
    }
    panic!("a thousand calls were answered")
}

#[tokio::test]
async fn a_provider_that_calls_too_often_is_told_when_to_call_again() {
    let router = limited().router();
    let reply = refusal(&router, || get("/v1/order/nbn")).await;
    assert_eq!(reply.error_code(), 1008);
    assert_eq!(reply.headers["retry-after"], "1");
    assert_eq!(reply.body["errorMessage"], "Too many requests; try again in 1 second.");
}

#[tokio::test]
async fn providers_are_counted_apart_and_the_control_plane_is_not_counted() {
    let router = limited().router();
    refusal(&router, || get("/v1/order/nbn")).await;
    get("/v1/order/nbn").by(OUTBACK).to(&router).await.expect(200);
    for _ in 0..10 {
        get("/_mock/health").to(&router).await.expect(200);
    }
}

#[tokio::test]
async fn credentials_come_before_the_rate_and_everything_else_after_it() {
    let router = limited().router();
    refusal(&router, || get("/v1/nowhere")).await;
    for _ in 0..10 {
        get("/v1/order/nbn").with("authorization", None).to(&router).await.expect(401);
    }
}

#[tokio::test]
async fn the_settings_change_the_limit_and_lift_it() {
    let router = server().router();
    let set = |limit: Value| put("/_mock/settings", &json!({"rateLimit": limit}));
    let told = set(json!({"requestsPerSecond": 1})).to(&router).await.expect(200);
    assert_eq!(told["rateLimit"], json!({"requestsPerSecond": 1, "burst": 1}));
    refusal(&router, || get("/v1/order/nbn")).await;
    let told = set(json!({"requestsPerSecond": 5, "burst": 7})).to(&router).await.expect(200);
    assert_eq!(told["rateLimit"], json!({"requestsPerSecond": 5, "burst": 7}));
    let told = set(json!({"requestsPerSecond": 0})).to(&router).await.expect(200);
    assert_eq!(told, json!({"network": "Manual"}));
    for _ in 0..100 {
        get("/v1/order/nbn").to(&router).await.expect(200);
    }
}

#[tokio::test]
async fn a_new_world_has_the_limit_of_the_default_one_and_counts_for_itself() {
    let router = limited().router();
    post("/_mock/worlds", &json!({"name": "a"})).to(&router).await.expect(201);
    let limit = get("/worlds/a/_mock/settings").to(&router).await.expect(200);
    assert_eq!(limit["rateLimit"], json!({"requestsPerSecond": 1, "burst": 1}));
    refusal(&router, || get("/v1/order/nbn")).await;
    get("/worlds/a/v1/order/nbn").to(&router).await.expect(200);
}
