//! Coverage: which operations, statuses and cells of the lifecycle the tests have touched.

use axum::Router;
use octane_mock_server::{Config, MockServer, Network, SeedOrder};
use serde_json::{Value, json};

use crate::support::{call, config, get, post, server};

async fn coverage(router: &Router) -> Value {
    get("/_mock/coverage").to(router).await.expect(200)
}

/// The cells that were tried, as `state trigger: count`, and `!` behind those that are not legal.
fn tried(coverage: &Value) -> Vec<String> {
    let cells = coverage["lifecycle"].as_array().unwrap();
    let tried = cells.iter().filter(|cell| cell["count"] != 0);
    tried
        .map(|cell| {
            let mark = if cell["isLegal"] == true { "" } else { "!" };
            let (state, trigger) = (cell["state"].as_str(), cell["trigger"].as_str());
            format!("{} {}{mark}: {}", state.unwrap(), trigger.unwrap(), cell["count"])
        })
        .collect()
}

fn status_count(coverage: &Value, operation: &str, status: u16) -> Option<i64> {
    let operations = coverage["operations"].as_array().unwrap();
    let statuses = operations.iter().find(|it| it["operation"] == operation).unwrap()["statuses"]
        .as_array()
        .unwrap();
    statuses.iter().find(|it| it["status"] == status).and_then(|it| it["count"].as_i64())
}

#[tokio::test]
async fn at_first_every_operation_and_cell_is_there_and_untouched() {
    let untouched = coverage(&server().router()).await;
    assert_eq!(tried(&untouched), Vec::<String>::new());
    let operations = untouched["operations"].as_array().unwrap();
    assert_eq!(operations.len(), 7);
    assert_eq!(status_count(&untouched, "cancelNbnOrder", 202), Some(0));
    assert_eq!(status_count(&untouched, "cancelNbnOrder", 201), None, "it is not documented");
    let cells = untouched["lifecycle"].as_array().unwrap();
    let of_kind = |kind: &str, is_legal: bool| {
        cells.iter().filter(|it| it["kind"] == kind && it["isLegal"] == is_legal).count()
    };
    assert_eq!(of_kind("Operation", true) + of_kind("Operation", false), 2 * 12);
    assert_eq!(of_kind("NetworkEvent", false), 0);
    assert!(of_kind("NetworkEvent", true) > 20);
}

#[tokio::test]
async fn statuses_count_by_operation_also_those_refused_before_it() {
    let router = server().router();
    let cancel = || post("/v1/order/nbn/1001/cancel", &json!({"reason": "CostDeclined"}));
    cancel().to(&router).await.expect(404);
    cancel().to(&router).await.expect(404);
    cancel().with("authorization", None).to(&router).await.expect(401);
    call("POST", "/v1/order/nbn/1001/cancel").json("{").to(&router).await.expect(400);
    get("/v1/nowhere").to(&router).await.expect(404);
    let touched = coverage(&router).await;
    let count = |status| status_count(&touched, "cancelNbnOrder", status);
    assert_eq!([count(404), count(401), count(400), count(200)], [2, 1, 1, 0].map(Some));
}

#[tokio::test]
async fn a_cell_counts_what_the_lifecycle_decided_and_nothing_else() {
    let server = server();
    let router = server.router();
    server.world().seed_order(&SeedOrder::in_state("AppointmentRequired")).unwrap();
    let send = async |call: crate::support::Call| call.to(&router).await.status;
    let event = |event: &str| post("/_mock/orders/1001/events", &json!({"event": event}));
    let book = json!({"orderId": 1001, "timeslotId": "0123456789abcdef"});
    let withdraw = || post("/v1/order/nbn/1001/cancel", &json!({"reason": "CostDeclined"}));
    // No such timeslot: that is not for the lifecycle to say.
    assert_eq!(send(post("/v1/appointment/nbn", &book)).await, 422);
    assert_eq!(send(event("complete")).await, 409);
    assert_eq!(send(event("hold")).await, 200);
    assert_eq!(send(post("/v1/appointment/nbn", &book)).await, 409);
    assert_eq!(send(withdraw()).await, 202);
    assert_eq!(send(withdraw()).await, 409);
    assert_eq!(send(withdraw()).await, 409);
    assert_eq!(
        tried(&coverage(&router).await),
        [
            "AppointmentRequired hold: 1",
            "AppointmentRequired complete!: 1",
            "Held cancelNbnOrder: 1",
            "Held bookAppointment!: 1",
            "PendingWithdrawal cancelNbnOrder!: 2",
        ]
    );
}

#[tokio::test]
async fn what_nbn_does_by_itself_counts() {
    let config = Config { network: Network::Auto, ..config() };
    let server = MockServer::new(config).unwrap();
    let router = server.router();
    server.world().seed_order(&SeedOrder::in_state("Submitted")).unwrap();
    post("/_mock/clock/advance", &json!({"seconds": 86_400})).to(&router).await.expect(200);
    let tried = tried(&coverage(&router).await);
    assert_eq!(tried[..2], ["Submitted acknowledge: 1", "Acknowledged accept: 1"]);
}
