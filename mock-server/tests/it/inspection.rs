//! Orders as a tester sees them: every provider's, with their past and what may happen next.

use axum::Router;
use octane_mock_server::{MockServer, SeedOrder};
use serde_json::{Value, json};

use crate::support::{call, get, post, server};

fn seed(server: &MockServer, state: &str, provider: &str) -> i64 {
    let provider = Some(provider.to_owned());
    let wanted = SeedOrder { provider, ..SeedOrder::in_state(state) };
    server.world().seed_order(&wanted).unwrap().id()
}

#[track_caller]
fn order_ids(orders: &Value) -> Vec<i64> {
    let orders = orders["orders"].as_array().unwrap();
    orders.iter().map(|it| it["orderId"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn the_orders_of_every_provider_are_listed_newest_first_and_page_by_page() {
    let server = server();
    let router = server.router();
    assert_eq!(get("/_mock/orders").to(&router).await.expect(200), json!({"orders": []}));
    for provider in ["harbour", "outback", "harbour"] {
        seed(&server, "Scheduled", provider);
    }
    let all = get("/_mock/orders").to(&router).await.expect(200);
    assert_eq!(order_ids(&all), [1003, 1002, 1001]);
    assert_eq!(all["orders"][1]["provider"], "outback");
    assert_eq!(all["orders"][0]["isWithdrawable"], true);
    let page = get("/_mock/orders?limit=2").to(&router).await.expect(200);
    assert_eq!(order_ids(&page), [1003, 1002]);
    let rest = get("/_mock/orders?limit=2&before=1002").to(&router).await.expect(200);
    assert_eq!(order_ids(&rest), [1001]);
    assert_eq!(get("/_mock/orders?limit=0").to(&router).await.status, 400);
}

#[tokio::test]
async fn an_order_tells_its_past_in_sentences() {
    let server = server();
    let router = server.router();
    let order = seed(&server, "Scheduled", "harbour");
    let cancel = format!("/v1/order/nbn/{order}/cancel");
    let because = json!({"reason": "Other", "comment": "The house was sold."});
    post(&cancel, &because).to(&router).await.expect(202);
    let event = |body: Value| post(&format!("/_mock/orders/{order}/events"), &body);
    let refuse = json!({"event": "refuseWithdrawal", "note": "The van has left."});
    event(refuse).to(&router).await.expect(200);
    event(json!({"event": "hold"})).to(&router).await.expect(200);
    event(json!({"event": "resume"})).to(&router).await.expect(200);
    let inspected = get(&format!("/_mock/orders/{order}")).to(&router).await.expect(200);
    assert_eq!(inspected["order"]["status"], "Accepted");
    let timeline = inspected["timeline"].as_array().unwrap();
    let line = |entry: &Value| {
        let field = |name: &str| entry[name].as_str().unwrap_or("–").to_owned();
        format!("{} [{} by {}] {}", field("event"), field("status"), field("cause"), field("text"))
    };
    let lines: Vec<_> = timeline.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn an_order_that_is_not_there_is_not_found() {
    let reply = get("/_mock/orders/1999").to(&server().router()).await;
    assert_eq!((reply.status, reply.error_code()), (404, 3001));
}

/// Tries one move on an order, and tells what came of it as an inspection would: the state it led
/// to, or the number of the error that refused it.
async fn attempt(router: &Router, order: i64, a_move: &Value) -> Result<String, i64> {
    let trigger = a_move["trigger"].as_str().unwrap();
    let reply = match (a_move["kind"].as_str().unwrap(), trigger) {
        ("NetworkEvent", event) => {
            let path = format!("/_mock/orders/{order}/events");
            post(&path, &json!({"event": event})).to(router).await
        }
        ("Operation", "cancelNbnOrder") => {
            let path = format!("/v1/order/nbn/{order}/cancel");
            post(&path, &json!({"reason": "CostDeclined"})).to(router).await
        }
        ("Operation", "bookAppointment") => {
            let timeslots = "/v1/appointment/nbn/timeslot?locationId=LOC000000000001&startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-04-02T00:00:00Z&demandType=Standard%20Install";
            let free = get(timeslots).to(router).await.expect(200);
            let timeslot = &free["timeslots"][0]["timeslotId"];
            let body = json!({"orderId": order, "timeslotId": timeslot});
            post("/v1/appointment/nbn", &body).to(router).await
        }
        unknown => panic!("{unknown:?} is not a move"),
    };
    match reply.error_code() {
        0 => Ok(reply.body["response"]["status"].as_str().unwrap().to_owned()),
        error => Err(error),
    }
}

#[tokio::test]
async fn what_an_inspection_calls_legal_can_be_done_and_nothing_else_can() {
    let server = server();
    let router = server.router();
    let lifecycle = get("/_mock/lifecycle").to(&router).await.expect(200);
    let mut tried = 0;
    for state in lifecycle["states"].as_array().unwrap() {
        let state = state["name"].as_str().unwrap();
        let order = seed(&server, state, "harbour");
        let inspected = get(&format!("/_mock/orders/{order}")).to(&router).await.expect(200);
        let moves = inspected["moves"].as_array().unwrap().clone();
        // Each move is tried on the same order as it was before.
        call("PUT", "/_mock/snapshots/before").to(&router).await.expect(200);
        for a_move in moves {
            let outcome = attempt(&router, order, &a_move).await;
            assert_eq!(a_move["isLegal"], outcome.is_ok(), "{state}: {a_move}, {outcome:?}");
            assert_eq!(a_move["to"].as_str(), outcome.as_deref().ok(), "{state}: {a_move}");
            let is_refused_operation = a_move["kind"] == "Operation" && outcome.is_err();
            assert_eq!(a_move["refusal"].is_string(), is_refused_operation, "{state}: {a_move}");
            let restore = call("POST", "/_mock/snapshots/before/restore");
            restore.to(&router).await.expect(200);
            tried += 1;
        }
        post("/_mock/reset", &json!(null)).to(&router).await.expect(200);
    }
    assert_eq!(tried, 12 * 14, "twelve states, two operations and twelve network events");
}

#[tokio::test]
async fn a_disconnection_cannot_be_withdrawn_and_says_so() {
    let server = server();
    let router = server.router();
    seed(&server, "Completed", "harbour");
    let disconnection = json!({
        "orderType": "Terminate",
        "subOrderType": "Disconnect",
        "custReqDate": "2026-03-09T00:00:00+11:00",
        "service": {"custNo": 100_001, "csn": "nbn-tc4"},
    });
    let made = post("/v1/order/nbn", &disconnection).to(&router).await.expect(201);
    let path = format!("/_mock/orders/{}", made["orderId"]);
    let inspected = get(&path).to(&router).await.expect(200);
    assert_eq!(inspected["order"]["orderType"], "Terminate");
    let withdrawal = &inspected["moves"][0];
    assert_eq!(withdrawal["refusal"], "OrderNotActivation", "{withdrawal}");
}

#[tokio::test]
async fn the_lifecycle_is_told_with_a_line_for_each_state_that_is_left() {
    let lifecycle = get("/_mock/lifecycle").to(&server().router()).await.expect(200);
    let state = |name: &str| {
        let states = lifecycle["states"].as_array().unwrap();
        states.iter().find(|it| it["name"] == name).unwrap().clone()
    };
    assert_eq!(state("Submitted")["isInitial"], true);
    assert_eq!(state("Withdrawn")["isTerminal"], true);
    assert_eq!(state("Scheduled")["holdsTimeslot"], true);
    let transitions = lifecycle["transitions"].as_array().unwrap();
    let leads = |trigger: &str, from: &str| {
        let mut found = transitions.iter().filter(|it| it["trigger"] == trigger);
        found.find(|it| it["from"] == from).map(|it| it["to"].clone())
    };
    assert_eq!(leads("cancelNbnOrder", "Held"), Some(json!("PendingWithdrawal")));
    assert_eq!(leads("cancelNbnOrder", "InProgress"), None);
    assert_eq!(leads("refuseWithdrawal", "PendingWithdrawal"), Some(Value::Null));
}

#[tokio::test]
async fn the_test_data_is_told() {
    let data = get("/_mock/test-data").to(&server().router()).await.expect(200);
    assert_eq!(data["providers"][0]["username"], "harbour");
    assert_eq!(data["providers"][0]["customers"][0]["custNo"], 100_001);
    let locations = data["locations"].as_array().unwrap();
    let scenarios = data["scenarios"].as_array().unwrap();
    for name in locations.iter().filter_map(|it| it["scenario"].as_str()) {
        assert!(scenarios.iter().any(|it| it["name"] == name), "{name}");
    }
    assert!(locations.iter().any(|it| it["scenario"].is_string()));
}
