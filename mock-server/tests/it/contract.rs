//! The server and its contract: what happens when they do not fit.

use octane_mock_server::{Config, MockServer, ResponseCheck, SeedOrder, TestData};
use octane_openapi::Contract;
use serde_json::json;

use crate::support::{BROKEN, config, get, post};

const ORDERS: &str = include_str!("../../../openapi/octane-orders.yaml");

fn altered(edits: &[(&str, &str)]) -> Contract {
    let mut text = ORDERS.to_owned();
    for (replace, with) in edits {
        assert!(text.contains(replace), "`{replace}` is not in the contract");
        text = text.replace(replace, with);
    }
    Contract::parse("altered.yaml", &text).unwrap()
}

fn serve(contract: Contract) -> MockServer {
    MockServer::new(Config { contract: Some(contract), ..config() }).unwrap()
}

#[track_caller]
fn check_refused_at_start(edits: &[(&str, &str)], expected: &str) {
    let config = Config { contract: Some(altered(edits)), ..config() };
    let error = MockServer::new(config).expect_err("the server must not start");
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn a_handler_without_its_operation_stops_the_start() {
    check_refused_at_start(
        &[("operationId: getNbnOrder", "operationId: readNbnOrder")],
        "a handler for the operation `getNbnOrder`, which contract `altered.yaml` does not have",
    );
    check_refused_at_start(&[("nbnOrder:\n", "nbnOrders:\n")], "no lifecycle `nbnOrder`");
    check_refused_at_start(&[("\"405\": { errorCode", "\"407\": { errorCode")], "no `405`");
}

#[tokio::test]
async fn an_operation_without_a_handler_answers_its_first_example() {
    let plan = r#"
paths:
  /v1/plan/{planNo}:
    get:
      operationId: getPlan
      summary: Get a plan
      x-provenance: designed
      parameters:
        - { name: planNo, in: path, required: true, schema: { type: integer } }
      responses:
        "200":
          description: The plan.
          content:
            application/json:
              schema: { type: object }
              examples:
                one: { value: { planNo: 501 } }
"#;
    let with_plan = altered(&[("\npaths:\n", plan)]);
    let router = serve(with_plan).router();
    let reply = get("/v1/plan/501").to(&router).await;
    assert_eq!((reply.status, reply.body), (200, json!({"planNo": 501})));
    assert_eq!(get("/v1/plan/x").to(&router).await.status, 400);
}

#[tokio::test]
async fn an_altered_lifecycle_is_what_judges() {
    let never_too_late = altered(&[
        (
            "from: [Accepted, AppointmentRequired, Scheduled, Held], to: PendingWithdrawal",
            "from: [Accepted, AppointmentRequired, Scheduled, Held, InProgress], to: PendingWithdrawal",
        ),
        (
            "      - { trigger: cancelNbnOrder, from: [InProgress], refusal: PastPointOfNoReturn }\n",
            "",
        ),
    ]);
    let server = serve(never_too_late);
    let order = server.world().seed_order(&SeedOrder::in_state("InProgress")).unwrap();
    let path = format!("/v1/order/nbn/{}/cancel", order.id());
    let reply = post(&path, &json!({"reason": "CostDeclined"})).to(&server.router()).await;
    assert_eq!(reply.expect(202)["status"], "PendingWithdrawal");
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_does_not_leave() {
    // A contract whose order numbers have a bound that the server does not know of.
    let contract = || {
        altered(&[(
            "    OrderId:\n      description: Number of an order.\n      type: integer\n",
            "    OrderId:\n      description: Number of an order.\n      type: integer\n      maximum: 999\n",
        )])
    };
    for (response_check, status) in [(ResponseCheck::On, 500), (ResponseCheck::Off, 200)] {
        let config = Config { contract: Some(contract()), response_check, ..config() };
        let server = MockServer::new(config).unwrap();
        server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
        let reply = get("/v1/order/nbn").sent_to(server.router()).await;
        assert_eq!((reply.status, reply.body["errorMessage"] == BROKEN), (status, status == 500));
    }
}

#[test]
fn test_data_of_ones_own_is_served() {
    let own = "
providers: [{ username: u, password: p, name: U, customers: [{ custNo: 1, name: C }] }]
locations: []
";
    let test_data = TestData::parse("own.yaml", own).unwrap();
    let server = MockServer::new(Config { test_data, ..config() }).unwrap();
    assert_eq!(server.world().test_data().providers().count(), 1);
    assert!(server.world().seed_order(&SeedOrder::in_state("Held")).is_err());
}
