//! Worlds and snapshots: isolated states in one server.

use axum::Router;
use octane_mock_server::{MockServer, SeedOrder};
use serde_json::{Value, json};

use crate::support::{Call, call, get, post, server};

async fn make(router: &Router, name: &str) {
    post("/_mock/worlds", &json!({"name": name})).to(router).await.expect(201);
}

fn put(path: &str) -> Call {
    call("PUT", path)
}

fn seed(server: &MockServer, world: &str, state: &str) -> i64 {
    let world = server.worlds().get(world).unwrap();
    world.seed_order(&SeedOrder::in_state(state)).unwrap().id()
}

async fn status_of(router: &Router, path: &str) -> Value {
    get(path).to(router).await.expect(200)["status"].clone()
}

#[tokio::test]
async fn worlds_do_not_see_each_other() {
    let server = server();
    let router = server.router();
    make(&router, "a").await;
    make(&router, "b").await;
    assert_eq!(seed(&server, "a", "Held"), 1001);
    assert_eq!(seed(&server, "b", "Scheduled"), 1001);
    assert_eq!(status_of(&router, "/worlds/a/v1/order/nbn/1001").await, "Held");
    assert_eq!(status_of(&router, "/worlds/b/v1/order/nbn/1001").await, "Scheduled");
    get("/v1/order/nbn/1001").to(&router).await.expect(404);
    let in_b = get("/v1/order/nbn/1001").header("octane-world", "b");
    assert_eq!(in_b.to(&router).await.expect(200)["status"], "Scheduled");
}

#[tokio::test]
async fn a_world_has_a_clock_and_a_reset_of_its_own() {
    let server = server();
    let router = server.router();
    make(&router, "a").await;
    seed(&server, "default", "Held");
    seed(&server, "a", "Held");
    post("/worlds/a/_mock/clock/advance", &json!({"seconds": 60})).to(&router).await.expect(200);
    post("/worlds/a/_mock/reset", &json!(null)).to(&router).await.expect(200);
    let now = |reply: Value| reply["now"].clone();
    assert_eq!(
        now(get("/worlds/a/_mock/clock").to(&router).await.expect(200)),
        "2026-03-01T22:01:00Z"
    );
    assert_eq!(now(get("/_mock/clock").to(&router).await.expect(200)), "2026-03-01T22:00:00Z");
    get("/v1/order/nbn/1001").to(&router).await.expect(200);
    get("/worlds/a/v1/order/nbn/1001").to(&router).await.expect(404);
}

#[tokio::test]
async fn a_world_is_made_listed_and_dropped() {
    let server = server();
    let router = server.router();
    let world = json!({"name": "b", "seed": 9, "now": "2027-01-01T00:00:00Z"});
    let made = post("/_mock/worlds", &world).to(&router).await.expect(201);
    assert_eq!(made, json!({"worlds": ["default", "b"]}));
    assert_eq!(get("/worlds/b/_mock/health").to(&router).await.expect(200)["seed"], 9);
    assert_eq!(
        get("/worlds/b/_mock/clock").to(&router).await.expect(200)["now"],
        "2027-01-01T00:00:00Z"
    );
    let twice = post("/_mock/worlds", &world).to(&router).await;
    assert_eq!((twice.status, twice.error_code()), (409, 9009));
    let dropped = call("DELETE", "/_mock/worlds/b").to(&router).await.expect(200);
    assert_eq!(dropped, json!({"worlds": ["default"]}));
    for name in ["b", "default"] {
        let refused = call("DELETE", &format!("/_mock/worlds/{name}")).to(&router).await;
        assert_eq!((refused.status, refused.error_code()), (404, 9008));
    }
    let misnamed = post("/_mock/worlds", &json!({"name": "B/../c"})).to(&router).await;
    assert_eq!(misnamed.body["violations"][0]["keyword"], "pattern");
}

#[tokio::test]
async fn a_world_that_was_not_made_does_not_exist() {
    let router = server().router();
    for path in ["/worlds/typo/v1/order/nbn", "/worlds/typo/_mock/clock", "/worlds//v1/order/nbn"] {
        let reply = get(path).to(&router).await;
        assert_eq!((reply.status, reply.error_code()), (404, 1003), "{path}");
    }
    let reply = get("/v1/order/nbn").header("octane-world", "typo").to(&router).await;
    assert!(reply.body["errorMessage"].as_str().unwrap().contains("`typo`"), "{}", reply.body);
}

#[tokio::test]
async fn a_flood_of_worlds_is_refused_and_the_others_go_on() {
    let router = server().router();
    for number in 0..256 {
        make(&router, &format!("w{number}")).await;
    }
    let refused = post("/_mock/worlds", &json!({"name": "one-more"})).to(&router).await;
    assert_eq!((refused.status, refused.error_code()), (409, 9010));
    get("/worlds/w255/v1/order/nbn").to(&router).await.expect(200);
}

#[tokio::test]
async fn a_restored_world_is_as_it_was_clock_and_places_included() {
    let server = server();
    let router = server.router();
    let order = seed(&server, "default", "Scheduled");
    let path = format!("/v1/order/nbn/{order}");
    let timeslots = "/v1/appointment/nbn/timeslot?locationId=LOC000000000001&startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-03-05T00:00:00Z&demandType=Standard%20Install";
    let before = [get(&path).to(&router).await, get(timeslots).to(&router).await];
    let kept = put("/_mock/snapshots/before").to(&router).await.expect(200);
    assert_eq!(kept, json!({"snapshots": ["before"]}));

    post("/_mock/clock/advance", &json!({"seconds": 3600})).to(&router).await.expect(200);
    let reason = json!({"reason": "CostDeclined"});
    post(&format!("{path}/cancel"), &reason).to(&router).await.expect(202);
    post(&format!("/_mock/orders/{order}/events"), &json!({"event": "confirmWithdrawal"}))
        .to(&router)
        .await
        .expect(200);
    assert_ne!(before[0], get(&path).to(&router).await);
    assert_ne!(before[1], get(timeslots).to(&router).await);

    for _ in 0..2 {
        let restored = call("POST", "/_mock/snapshots/before/restore").to(&router).await;
        assert_eq!(restored.expect(200)["orders"], 1);
        assert_eq!(before[0], get(&path).to(&router).await);
        assert_eq!(before[1], get(timeslots).to(&router).await);
        // The snapshot is not changed by what happens to the world.
        post(&format!("{path}/cancel"), &reason).to(&router).await.expect(202);
    }
}

#[tokio::test]
async fn snapshots_are_listed_dropped_and_bounded() {
    let router = server().router();
    for number in 0..64 {
        put(&format!("/_mock/snapshots/s{number}")).to(&router).await.expect(200);
    }
    put("/_mock/snapshots/s0").to(&router).await.expect(200);
    let refused = put("/_mock/snapshots/s64").to(&router).await;
    assert_eq!((refused.status, refused.error_code()), (409, 9012));
    call("DELETE", "/_mock/snapshots/s0").to(&router).await.expect(200);
    let left = get("/_mock/snapshots").to(&router).await.expect(200);
    assert_eq!(left["snapshots"].as_array().unwrap().len(), 63);
    for gone in [call("DELETE", "/_mock/snapshots/s0"), call("POST", "/_mock/snapshots/s0/restore")]
    {
        let refused = gone.to(&router).await;
        assert_eq!((refused.status, refused.error_code()), (404, 9011));
    }
}
