//! Verifying what was called, in sentences.

use axum::Router;
use octane_mock_server::{Config, MockServer, SeedOrder};
use serde_json::{Value, json};

use crate::support::{OUTBACK, config, get, post, server};

/// A journal of: three withdrawals of 1001 (accepted, refused, invalid), one of 1002, one of 1001 by
/// somebody else, and two reads of 1003.
async fn router() -> Router {
    let server = server();
    for _ in 0..3 {
        server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    }
    let router = server.router();
    let cancel = |order: i64, reason: &str| {
        post(&format!("/v1/order/nbn/{order}/cancel"), &json!({"reason": reason}))
    };
    for call in [
        cancel(1001, "CostDeclined"),
        cancel(1001, "CostDeclined"),
        cancel(1001, "Other"),
        cancel(1002, "CostDeclined"),
        cancel(1001, "CostDeclined").by(OUTBACK),
        get("/v1/order/nbn/1003"),
        get("/v1/order/nbn/1003"),
    ] {
        call.to(&router).await;
    }
    router
}

async fn verify(router: &Router, request: Value) -> Value {
    post("/_mock/journal/verify", &request).to(router).await.expect(200)
}

#[tokio::test]
async fn it_says_what_was_expected_and_what_was_seen() {
    let router = router().await;
    let mut sentences = Vec::new();
    for request in [
        json!({"operation": "cancelNbnOrder", "orderId": 1002, "exactly": 1}),
        json!({"operation": "cancelNbnOrder", "orderId": 1001, "exactly": 1}),
        json!({"operation": "cancelNbnOrder", "atLeast": 2, "atMost": 5}),
        json!({"operation": "getNbnOrder", "atMost": 1}),
        json!({"operation": "getNbnOrder"}),
        json!({"valid": false, "exactly": 0}),
        json!({"valid": false, "operation": "getNbnOrder", "exactly": 0}),
        json!({}),
        json!({"atLeast": 0}),
        json!({"provider": "outback", "status": 404, "exactly": 2}),
        // What comes closest.
        json!({"operation": "cancelNbnOrder", "orderId": 1003, "exactly": 1}),
        json!({"operation": "cancelNbnOrder", "orderId": 1001, "status": 200}),
        json!({"operation": "getNbnOrder", "valid": false}),
        json!({"operation": "getNbnOrder", "provider": "outback"}),
        json!({"operation": "bookAppointment", "orderId": 1001}),
        json!({"operation": "getNbnOrder", "orderId": 1001, "status": 404}),
        json!({"status": 201}),
    ] {
        let verified = verify(&router, request.clone()).await;
        assert_eq!(
            verified["count"],
            verified["exchangeIds"].as_array().unwrap().len(),
            "{verified}"
        );
        let mark = if verified["satisfied"] == true { "✓" } else { "✗" };
        sentences.push(format!("{request}\n{mark} {}", verified["message"].as_str().unwrap()));
    }
    insta::assert_snapshot!(sentences.join("\n\n"));
}

#[tokio::test]
async fn an_empty_journal_is_said_to_be() {
    let verified = verify(&server().router(), json!({"operation": "getNbnOrder"})).await;
    assert_eq!(
        verified["message"],
        "At least 1 getNbnOrder was expected, and there was none; the journal is empty."
    );
}

#[tokio::test]
async fn long_lists_are_cut_in_sentences() {
    let router = server().router();
    for _ in 0..130 {
        get("/v1/order/nbn").to(&router).await.expect(200);
    }
    let verified = verify(&router, json!({"exactly": 1})).await;
    assert_eq!(
        verified["message"],
        "Exactly 1 call was expected, and there were 130: exchanges 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and \
         120 more."
    );
    assert_eq!(verified["exchangeIds"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn what_depends_on_dropped_exchanges_is_not_answered_and_the_rest_is() {
    let router = MockServer::new(Config { journal_capacity: 2, ..config() }).unwrap().router();
    for _ in 0..4 {
        get("/v1/order/nbn").to(&router).await.expect(200);
    }
    // Two are held and two dropped: between two and four.
    let check = async |expected: Value, satisfied: Option<bool>| {
        let reply = post("/_mock/journal/verify", &expected).to(&router).await;
        match satisfied {
            Some(satisfied) => assert_eq!(reply.expect(200)["satisfied"], satisfied, "{expected}"),
            None => {
                assert_eq!((reply.status, reply.error_code()), (409, 9019), "{expected}");
                assert_eq!(
                    reply.body["errorMessage"],
                    "The journal keeps 2 exchanges and has dropped 2, which may have been such calls."
                );
            }
        }
    };
    check(json!({"atLeast": 2}), Some(true)).await;
    check(json!({"atLeast": 3}), None).await;
    check(json!({"atLeast": 5}), Some(false)).await;
    check(json!({"atMost": 1}), Some(false)).await;
    check(json!({"atMost": 3}), None).await;
    check(json!({"atMost": 4}), Some(true)).await;
    check(json!({"exactly": 1}), Some(false)).await;
    check(json!({"exactly": 3}), None).await;
    check(json!({"atLeast": 2, "atMost": 4}), Some(true)).await;
}

#[tokio::test]
async fn numbers_that_contradict_each_other_and_unknown_operations_are_refused() {
    let router = server().router();
    for (request, pointer) in [
        (json!({"exactly": 1, "atLeast": 1}), "/exactly"),
        (json!({"exactly": 1, "atMost": 1}), "/exactly"),
        (json!({"atLeast": 2, "atMost": 1}), "/atMost"),
        (json!({"exactly": -1}), "/exactly"),
    ] {
        let reply = post("/_mock/journal/verify", &request).to(&router).await;
        assert_eq!((reply.status, &reply.body["violations"][0]["pointer"]), (400, &json!(pointer)));
    }
    let unknown = json!({"operation": "withdrawOrder", "exactly": 0});
    let reply = post("/_mock/journal/verify", &unknown).to(&router).await;
    assert_eq!((reply.status, reply.error_code()), (422, 9013));
}
