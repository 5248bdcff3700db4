//! The journal: what was asked of a world and what was answered.

use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use octane_mock_server::{Clock, Config, MockServer, SeedOrder};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Call, HARBOUR, MONDAY, OUTBACK, call, config, get, post, server};

const CANCEL: &str = "/v1/order/nbn/1001/cancel";

fn withdraw() -> Call {
    post(CANCEL, &json!({"reason": "CostDeclined"}))
}

fn server_with_order(state: &str) -> MockServer {
    let server = server();
    server.world().seed_order(&SeedOrder::in_state(state)).unwrap();
    server
}

async fn journal(router: &Router, query: &str) -> Value {
    get(&format!("/_mock/journal{query}")).to(router).await.expect(200)
}

fn exchanges(journal: &Value) -> &Vec<Value> {
    journal["exchanges"].as_array().unwrap()
}

fn ids(journal: &Value) -> Vec<i64> {
    exchanges(journal).iter().map(|it| it["exchangeId"].as_i64().unwrap()).collect()
}

/// An exchange in a line, as much of it as there is.
fn line(exchange: &Value) -> String {
    let field = |name: &str| match &exchange[name] {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let violations = exchange["violations"].as_array().unwrap().len();
    format!(
        "{} {} {} → {} {} | {} by {} | {}: {} → {} | {violations} violations",
        field("exchangeId"),
        field("method"),
        field("path"),
        field("status"),
        field("errorCode"),
        field("operation"),
        field("provider"),
        field("orderId"),
        field("statusBefore"),
        field("statusAfter"),
    )
}

/// Requests of every kind: that make an order, look at it, change it, are refused by it, name one that
/// is not there, and come to nothing before an operation.
async fn requests_of_every_kind(router: &Router) {
    let qualify = json!({"productSelection": "nbn", "locationId": "LOC000000000001"});
    let qualified = post("/v1/qualification/check", &qualify).to(router).await.expect(200);
    let order = json!({
        "orderType": "New",
        "subOrderType": "New",
        "serviceClass": qualified["location"]["serviceClass"],
        "remoteOrderId": qualified["remoteOrderId"],
        "qualificationSearchId": qualified["qualificationSearchId"],
        "remoteQualificationSearchId": qualified["remoteQualificationSearchId"],
        "service": {"custNo": 100_001, "csn": "nbn-tc4"},
    });
    let create = || post("/v1/order/nbn", &order);
    for (call, status) in [
        (create(), 201),
        (create(), 409),
        (get("/v1/order/nbn/1001?"), 200),
        (get("/v1/order/nbn?limit=5"), 200),
        (withdraw().by(OUTBACK), 404),
        (withdraw(), 200),
        (withdraw(), 409),
        (post(CANCEL, &json!({"reason": "Other", "coment": "typo"})), 400),
        (call("POST", CANCEL).json("{"), 400),
        (
            post(
                "/v1/appointment/nbn",
                &json!({"orderId": 1001, "timeslotId": "0123456789abcdef"}),
            ),
            409,
        ),
        (withdraw().with("authorization", None), 401),
        (get("/v1/nowhere"), 404),
        (call("DELETE", CANCEL), 405),
        (withdraw().header("accept", "text/html"), 406),
        (withdraw().body("x".repeat(300_000)), 413),
        (withdraw().with("content-type", Some("text/plain")), 415),
    ] {
        let reply = call.to(router).await;
        assert_eq!(reply.status, status, "{}", reply.body);
    }
}

#[tokio::test]
async fn every_request_is_in_it_with_the_order_before_and_after() {
    let router = server().router();
    requests_of_every_kind(&router).await;
    let journal = journal(&router, "").await;
    let lines: Vec<_> = exchanges(&journal).iter().rev().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert_eq!((&journal["dropped"], &journal["capacity"]), (&json!(0), &json!(1000)));
}

#[tokio::test]
async fn an_exchange_is_read_with_headers_and_bodies() {
    let router = server_with_order("Scheduled").router();
    withdraw().header("x-request-id", "mine-1").to(&router).await.expect(202);
    let exchange = get("/_mock/journal/1").to(&router).await.expect(200);
    assert_eq!(exchange["requestId"], "mine-1");
    assert_eq!(exchange["at"], MONDAY);
    assert_eq!(exchange["request"]["body"], r#"{"reason":"CostDeclined"}"#);
    let answer: Value =
        serde_json::from_str(exchange["response"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(answer["response"]["status"], "PendingWithdrawal");
    let headers = exchange["response"]["headers"].as_array().unwrap();
    assert!(headers.contains(&json!({"name": "x-request-id", "value": "mine-1"})), "{headers:?}");
    let missing = get("/_mock/journal/2").to(&router).await;
    assert_eq!((missing.status, missing.error_code()), (404, 9018));
    assert_eq!(missing.body["errorMessage"], "The journal holds the exchanges 1 to 1, and not 2.");
}

#[tokio::test]
async fn filters_narrow_the_list_together_and_pages_follow_each_other() {
    let router = server().router();
    requests_of_every_kind(&router).await;
    for (query, expected) in [
        ("?operation=cancelNbnOrder&status=409", vec![8]),
        ("?operation=cancelNbnOrder&status=401", vec![12]),
        ("?provider=outback", vec![6]),
        ("?orderId=1001&valid=true", vec![11, 8, 7, 6, 4, 3, 2]),
        ("?orderId=1001&valid=false", vec![17, 16, 10, 9]),
        ("?status=404", vec![13, 6]),
        ("?limit=2", vec![17, 16]),
        ("?limit=2&before=16", vec![15, 14]),
        ("?before=1", vec![]),
    ] {
        assert_eq!(ids(&journal(&router, query).await), expected, "{query}");
    }
    assert_eq!(get("/_mock/journal?status=99").to(&router).await.status, 400);
}

#[tokio::test]
async fn credentials_are_never_in_it() {
    let server = server_with_order("Scheduled");
    let router = server.router();
    let secret = "hunter2-harbour-test-secret";
    let wrong = Some("Basic aGFyYm91cjpodW50ZXIy");
    let body =
        json!({"reason": "CostDeclined", "password": secret, "deep": [{"apiToken": secret}]});
    let calls = [
        post(CANCEL, &body),
        post(CANCEL, &body).with("authorization", wrong),
        post(&format!("{CANCEL}?api_key={secret}"), &body).header("cookie", secret),
        post(CANCEL, &body).header("x-api-key", secret).header("x-auth-token", secret),
        call("POST", CANCEL).json(&format!(r#"{{"secret": "{secret}"#)),
    ];
    for call in calls {
        call.to(&router).await;
    }
    let mut shown = journal(&router, "").await.to_string();
    for id in ids(&journal(&router, "").await) {
        let exchange = get(&format!("/_mock/journal/{id}")).to(&router).await.expect(200);
        shown.push_str(&exchange.to_string());
        shown.push_str(&format!(
            "{:?}",
            server.world().journal().exchange(u64::try_from(id).unwrap())
        ));
    }
    for credential in ["hunter2", "aGFyYm91cj", HARBOUR] {
        assert!(!shown.contains(credential), "{credential} is in {shown}");
    }
    // In the list a query, and of each exchange, told and printed, all that was sent.
    assert_eq!(shown.matches("(replaced)").count(), 1 + 2 * (3 + 1 + 5 + 5 + 2), "{shown}");
}

#[tokio::test]
async fn long_texts_are_cut() {
    let router = server_with_order("Scheduled").router();
    let long = "x".repeat(20_000);
    let body = json!({"reason": "Other", "comment": long});
    let path = format!("{CANCEL}?x={}", "y".repeat(3_000));
    post(&path, &body).header("x-long", &long).header("z-after", "lost").to(&router).await;
    let exchange = get("/_mock/journal/1").to(&router).await.expect(200);
    assert_eq!(exchange["path"].as_str().unwrap().len(), 2_000);
    assert_eq!(exchange["request"]["body"].as_str().unwrap().len(), 16 * 1024);
    assert_eq!(exchange["request"]["bodyIsCut"], true);
    assert!(exchange["request"]["headers"].to_string().len() < 16 * 1024);
    assert_eq!(exchange["response"]["bodyIsCut"], false);

    let many: Vec<_> = (0..2_000).map(|it| format!(r#""unknown{it}": 1"#)).collect();
    let reply = call("POST", CANCEL).json(&format!("{{{}}}", many.join(","))).to(&router).await;
    let exchange = get("/_mock/journal/2").to(&router).await.expect(200);
    let kept = exchange["violations"].as_array().unwrap();
    let all = reply.body["violations"].as_array().unwrap();
    assert!(kept.len() < all.len() && *kept == all[..kept.len()], "{} kept", kept.len());
}

#[tokio::test]
async fn the_oldest_make_place_for_the_newest() {
    let with_capacity = |journal_capacity| {
        MockServer::new(Config { journal_capacity, ..config() }).unwrap().router()
    };
    let router = with_capacity(3);
    for _ in 0..5 {
        get("/v1/order/nbn").to(&router).await.expect(200);
    }
    let kept = journal(&router, "").await;
    assert_eq!((ids(&kept), &kept["dropped"]), (vec![5, 4, 3], &json!(2)));
    let gone = get("/_mock/journal/2").to(&router).await;
    assert_eq!(gone.body["errorMessage"], "The journal holds the exchanges 3 to 5, and not 2.");

    let none = with_capacity(0);
    get("/v1/order/nbn").to(&none).await.expect(200);
    let kept = journal(&none, "").await;
    assert_eq!((ids(&kept), &kept["dropped"], &kept["capacity"]), (vec![], &json!(1), &json!(0)));
}

#[tokio::test]
async fn it_holds_so_many_bytes_and_no_more() {
    let router = server().router();
    // Each takes nearly 16 KiB, so that 16 MiB hold fewer than 1,000 of them with what is around.
    let long = "x".repeat(16_200);
    for _ in 0..1_000 {
        get("/v1/order/nbn").header("x-long", &long).to(&router).await.expect(200);
    }
    let kept = journal(&router, "?limit=1000").await;
    let held = exchanges(&kept).len();
    assert!((900..1_000).contains(&held), "{held}");
    assert_eq!(kept["dropped"], 1_000 - held);
}

#[tokio::test]
async fn the_same_requests_leave_the_same_journal() {
    let run = async || {
        let router = server().router();
        requests_of_every_kind(&router).await;
        let list = journal(&router, "").await;
        let mut all = vec![list.to_string()];
        for id in ids(&list) {
            all.push(get(&format!("/_mock/journal/{id}")).to(&router).await.body.to_string());
        }
        all
    };
    let first = run().await;
    assert!(first[0].contains(r#""durationMicroseconds":0"#), "{}", first[0]);
    assert_eq!(first, run().await);
}

#[tokio::test]
async fn while_the_clock_runs_it_tells_how_long_the_answer_took() {
    let clock = Clock::running(MONDAY.parse().unwrap(), 1).unwrap();
    let router = MockServer::new(Config { clock, ..config() }).unwrap().router();
    get("/v1/order/nbn").to(&router).await.expect(200);
    let took = journal(&router, "").await["exchanges"][0]["durationMicroseconds"].as_i64().unwrap();
    assert!(took > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_before_and_after_is_what_the_decision_saw() {
    const ORDERS: i64 = 40;
    const TRIES: usize = 6;
    let server = server();
    for _ in 0..ORDERS {
        server.world().seed_order(&SeedOrder::in_state("Scheduled")).unwrap();
    }
    let router = server.router();
    let mut tasks = tokio::task::JoinSet::new();
    for order in 1001..1001 + ORDERS {
        for _ in 0..TRIES {
            let router = router.clone();
            tasks.spawn(async move {
                let path = format!("/v1/order/nbn/{order}/cancel");
                post(&path, &json!({"reason": "CostDeclined"})).to(&router).await
            });
        }
    }
    tasks.join_all().await;
    for order in 1001..1001 + ORDERS {
        let of_order = journal(&router, &format!("?orderId={order}")).await;
        let told = |exchange: &Value| {
            let state = |name: &str| exchange[name].as_str().unwrap().to_owned();
            (exchange["status"].as_i64().unwrap(), state("statusBefore"), state("statusAfter"))
        };
        let mut told: Vec<_> = exchanges(&of_order).iter().map(told).collect();
        told.sort();
        let pending = || "PendingWithdrawal".to_owned();
        let mut expected = vec![(202, "Scheduled".to_owned(), pending())];
        expected.resize(TRIES, (409, pending(), pending()));
        assert_eq!(told, expected, "order {order}");
    }
}

#[tokio::test]
async fn a_request_whose_client_goes_away_is_in_it_without_a_status() {
    let router = server_with_order("Scheduled").router();
    let endless =
        Body::from_stream(futures_util::stream::pending::<Result<&[u8], std::io::Error>>());
    let request = Request::post(CANCEL)
        .header("authorization", HARBOUR)
        .header("content-type", "application/json")
        .body(endless)
        .unwrap();
    let mut answer = Box::pin(router.clone().oneshot(request));
    let polled = std::future::poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
    assert!(polled.is_pending());
    assert_eq!(ids(&journal(&router, "").await), Vec::<i64>::new());
    drop(answer);
    let journal = journal(&router, "").await;
    insta::assert_snapshot!(line(&journal["exchanges"][0]));
}

#[tokio::test]
async fn worlds_have_journals_of_their_own_and_number_their_requests() {
    let router = server().router();
    post("/_mock/worlds", &json!({"name": "a"})).to(&router).await.expect(201);
    get("/worlds/a/v1/order/nbn?limit=1").to(&router).await.expect(200);
    let reply = get("/v1/order/nbn").header("octane-world", "a").to(&router).await;
    assert_eq!(reply.headers["x-request-id"], "a-2");
    assert_eq!(ids(&journal(&router, "").await), Vec::<i64>::new());
    let of_a = get("/worlds/a/_mock/journal").to(&router).await.expect(200);
    assert_eq!(ids(&of_a), [2, 1]);
    assert_eq!(of_a["exchanges"][1]["path"], "/v1/order/nbn?limit=1");
}

#[tokio::test]
async fn an_id_of_the_caller_is_kept_if_it_is_well_formed() {
    let router = server().router();
    for (sent, answered) in [
        ("0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("no spaces", "default-1"),
        ("", "default-2"),
        (&"x".repeat(129), "default-3"),
    ] {
        let reply = get("/v1/order/nbn").header("x-request-id", sent).to(&router).await;
        assert_eq!(reply.headers["x-request-id"], answered);
    }
}

#[tokio::test]
async fn it_is_emptied_when_asked_to_and_with_the_world_and_its_numbers_go_on() {
    let server = server_with_order("Scheduled");
    let router = server.router();
    call("PUT", "/_mock/snapshots/s").to(&router).await.expect(200);
    let tried = async |cell: &str| {
        let coverage = get("/_mock/coverage").to(&router).await.expect(200);
        let cells = coverage["lifecycle"].as_array().unwrap().clone();
        let in_state =
            cells.into_iter().find(|it| it["state"] == cell && it["trigger"] == "cancelNbnOrder");
        in_state.unwrap()["count"].as_i64().unwrap()
    };
    withdraw().to(&router).await.expect(202);
    post("/_mock/snapshots/s/restore", &json!(null)).to(&router).await.expect(200);
    assert_eq!(ids(&journal(&router, "").await), Vec::<i64>::new());
    withdraw().to(&router).await.expect(202);
    assert_eq!(ids(&journal(&router, "").await), [2]);
    post("/_mock/reset", &json!(null)).to(&router).await.expect(200);
    assert_eq!(ids(&journal(&router, "").await), Vec::<i64>::new());
    assert_eq!(tried("Scheduled").await, 2, "the coverage is that of all tests");
    get("/v1/order/nbn").to(&router).await.expect(200);
    let emptied = call("DELETE", "/_mock/journal").to(&router).await.expect(200);
    assert_eq!(emptied, json!({"exchanges": [], "dropped": 0, "capacity": 1000}));
    assert_eq!(tried("Scheduled").await, 0);
    get("/v1/order/nbn").to(&router).await.expect(200);
    assert_eq!(ids(&journal(&router, "").await), [4]);
}

#[tokio::test]
async fn what_goes_wrong_on_purpose_is_in_it_with_what_was_done_all_the_same() {
    let router = server_with_order("Scheduled").router();
    let fault = |rule: Value| post("/_mock/faults", &rule);
    let lost = json!({"effect": "Reset", "stage": "AfterHandling", "times": 1});
    let unavailable = json!({"effect": "Response", "status": 503, "stage": "AfterHandling"});
    fault(lost).to(&router).await.expect(201);
    fault(unavailable).to(&router).await.expect(201);
    let request = Request::post(CANCEL)
        .header("authorization", HARBOUR)
        .header("content-type", "application/json")
        .body(Body::from(r#"{"reason": "CostDeclined"}"#))
        .unwrap();
    router.clone().oneshot(request).await.unwrap();
    assert_eq!(withdraw().to(&router).await.status, 503);
    let journal = journal(&router, "").await;
    let exchanges = exchanges(&journal);
    let told = |it: &Value| format!("{} | fault {}", line(it), it["faultId"]);
    insta::assert_snapshot!(exchanges.iter().rev().map(told).collect::<Vec<_>>().join("\n"));
}
