//! Retries, over real sockets, against a server that fails in every way there is.

use std::time::Duration;

use octane_client::{Client, Error, Retries, types};
use serde_json::{Value, json};

use crate::support::{
    activation,
    clock::TestClock,
    failure,
    faulty::{Act, Faulty},
    order, patient_client, socket_client,
    wire::{self, Framing},
};

fn answer(status: u16, headers: &[(&str, &str)], body: &Value) -> Act {
    Act::Answer(wire::answer(status, headers, &body.to_string(), Framing::Length))
}

fn found() -> Act {
    answer(200, &[], &order("Submitted", "2026-03-05T08:00:00Z"))
}

fn withdraw_request() -> types::WithdrawRequest {
    types::WithdrawRequest { reason: types::WithdrawalReason::CustomerChangedMind, comment: None }
}

/// Every failure that may pass.
fn failures_that_may_pass() -> Vec<Act> {
    let mut failures = vec![
        Act::ResetBeforeReading,
        Act::ResetAfterReading,
        Act::CloseAfterReading,
        Act::CutHead,
        Act::CutBody(Framing::Length),
        Act::CutBody(Framing::Chunks),
        Act::CutBody(Framing::Close),
        Act::Hang,
    ];
    failures
        .extend([408, 429, 500, 502, 503, 504].map(|status| answer(status, &[], &failure(1010))));
    failures.push(Act::Answer(wire::answer(502, &[], "<html>", Framing::Length)));
    failures
}

/// A client of a server that acts so: one that hangs is not waited for longer than it takes.
fn client_for(act: &Act, url: &str) -> (Client, TestClock) {
    let hangs = matches!(act, Act::Hang);
    patient_client(url, Duration::from_millis(if hangs { 300 } else { 20_000 }))
}

#[tokio::test]
async fn a_read_is_repeated_after_every_failure_that_may_pass() {
    for act in failures_that_may_pass() {
        let server = Faulty::new([act.clone(), act.clone(), found()]).await;
        let (client, clock) = client_for(&act, &server.url());
        let answer = client.get_nbn_order().order_id(1001).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{act:?}: {error}"));
        assert_eq!(answer.response.order_id.0, 1001);
        assert_eq!(server.connections(), 3, "{act:?}");
        assert_eq!(clock.sleeps(), [200, 400].map(Duration::from_millis), "{act:?}");
    }
}

#[tokio::test]
async fn the_last_failure_is_the_error_and_tells_the_attempts() {
    for act in failures_that_may_pass() {
        let server = Faulty::new([act.clone()]).await;
        let (client, _) = client_for(&act, &server.url());
        let call = client.get_nbn_order().order_id(1001).send().await;
        let error = Error::from(call.unwrap_err());
        assert_eq!(server.connections(), 3, "{act:?}");
        // progenitor tells nothing of a success it cannot read.
        let unknown = matches!(act, Act::CutBody(Framing::Close));
        assert_eq!(error.attempts(), (!unknown).then_some(3), "{act:?}");
        assert!(error.is_transient(), "{act:?}: {error}");
        assert!(unknown || error.to_string().contains(", at attempt 3"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let (client, clock) = socket_client(&refused);
    let error = Error::from(client.get_nbn_order().order_id(1).send().await.unwrap_err());
    assert!(matches!(error, Error::Transport { attempts: 3, .. }), "{error}");
    assert_eq!(clock.sleeps().len(), 2);
    assert!(error.to_string().starts_with("the service cannot be reached"), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(!source.contains("attempts"), "the note must not stay in the URL: {source}");
}

#[tokio::test]
async fn an_answer_is_not_asked_for_again() {
    for (status, code) in
        [(400, 1001), (401, 1002), (404, 3001), (406, 1005), (409, 3010), (422, 3007)]
    {
        let server = Faulty::new([answer(status, &[], &failure(code)), found()]).await;
        let (client, _) = socket_client(&server.url());
        let error = client.get_nbn_order().order_id(1001).send().await.unwrap_err();
        assert_eq!(Error::from(error).status().unwrap(), status);
        assert_eq!(server.connections(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_call_that_is_not_safe_is_sent_once() {
    for act in failures_that_may_pass() {
        let server = Faulty::new([act.clone(), found()]).await;
        let (client, clock) = client_for(&act, &server.url());
        let call = client.cancel_nbn_order().order_id(1001).body(withdraw_request()).send().await;
        assert!(call.is_err(), "{act:?}");
        assert_eq!(server.connections(), 1, "{act:?}");
        assert!(clock.sleeps().is_empty());
    }
}

#[tokio::test]
async fn a_call_that_is_not_safe_is_repeated_if_asked_for() {
    let server = Faulty::new([Act::ResetAfterReading, found()]).await;
    let (client, _) = socket_client(&server.url());
    let client = client.with_retries(Retries::default().every_call());
    let call = client.cancel_nbn_order().order_id(1001).body(withdraw_request()).send().await;
    call.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0], received[1]);
}

#[tokio::test]
async fn without_retries_a_read_is_sent_once() {
    let server = Faulty::new([answer(503, &[], &failure(1010)), found()]).await;
    let (client, _) = socket_client(&server.url());
    let client = client.with_retries(Retries::none());
    client.get_nbn_order().order_id(1001).send().await.unwrap_err();
    assert_eq!(server.connections(), 1);
}

async fn sleeps_after(retry_after: &str) -> (TestClock, bool) {
    let busy = answer(429, &[("retry-after", retry_after)], &failure(1008));
    let server = Faulty::new([busy, found()]).await;
    let (client, clock) = socket_client(&server.url());
    let found = client.get_nbn_order().order_id(1001).send().await.is_ok();
    (clock, found)
}

#[tokio::test]
async fn retry_after_in_seconds_is_heeded_and_spread() {
    let (clock, found) = sleeps_after("7").await;
    assert_eq!((clock.sleeps(), found), (vec![Duration::from_millis(7200)], true));
}

#[tokio::test]
async fn retry_after_as_a_date_is_heeded_and_spread() {
    let (clock, found) = sleeps_after("Fri, 31 Dec 1999 23:59:09 GMT").await;
    assert_eq!((clock.sleeps(), found), (vec![Duration::from_millis(9200)], true));
}

#[tokio::test]
async fn a_date_that_is_over_asks_for_no_wait_but_a_little() {
    let (clock, found) = sleeps_after("Fri, 31 Dec 1999 23:58:00 GMT").await;
    assert_eq!((clock.sleeps(), found), (vec![Duration::from_millis(200)], true));
}

#[tokio::test]
async fn retry_after_is_capped() {
    for forever in ["3600", "18446744073709551615", "Sat, 01 Jan 2000 23:59:59 GMT"] {
        let (clock, found) = sleeps_after(forever).await;
        assert_eq!((clock.sleeps(), found), (vec![Duration::from_secs(20)], true));
    }
}

#[tokio::test]
async fn a_call_does_not_wait_beyond_its_time() {
    let busy = answer(503, &[("retry-after", "15")], &failure(1010));
    let server = Faulty::new([busy, found()]).await;
    let (client, clock) = socket_client(&server.url());
    let client = client.with_timeout(Duration::from_secs(10));
    let error = Error::from(client.get_nbn_order().order_id(1001).send().await.unwrap_err());
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.attempts(), Some(1));
    assert!(clock.sleeps().is_empty());
}

#[tokio::test]
async fn a_call_to_a_service_that_hangs_ends_with_its_time() {
    let server = Faulty::new([Act::Hang]).await;
    // By the machine's own clock, since it is the machine that waits here.
    let client = Client::builder(server.url()).timeout(Duration::from_millis(100)).build().unwrap();
    let error = Error::from(client.get_nbn_order().order_id(1001).send().await.unwrap_err());
    assert_eq!(error.to_string(), "the service did not answer in time");
    assert_eq!((error.attempts(), server.connections()), (Some(1), 1));
}

#[tokio::test]
async fn an_answer_tells_at_which_attempt_it_came() {
    let server = Faulty::new([Act::ResetAfterReading, found()]).await;
    let (client, _) = socket_client(&server.url());
    let answer = client.get_nbn_order().order_id(1001).send().await.unwrap();
    assert_eq!(answer.headers()["x-octane-client-attempts"], "2");
}

#[tokio::test]
async fn a_modification_is_not_repeated_because_it_has_no_remote_order_id() {
    let server = Faulty::new([Act::ResetAfterReading]).await;
    let (client, _) = socket_client(&server.url());
    let request: types::ModificationRequest = serde_json::from_value(json!({
        "orderType": "Change",
        "subOrderType": "PlanChange",
        "service": { "custNo": 100_001, "csn": "nbn-tc4", "planNo": 502 },
        "custReqDate": "2026-04-01T00:00:00+11:00",
    }))
    .unwrap();
    client.create_nbn_order().body(request).send().await.unwrap_err();
    assert_eq!(server.connections(), 1);
}

/// A refusal of a duplicate that names order 1001.
fn duplicate() -> Act {
    let mut refusal = failure(3002);
    refusal["orderId"] = json!(1001);
    answer(409, &[], &refusal)
}

/// Order 1001, made by [`activation`] for this customer.
fn made(customer: i64) -> Act {
    let mut envelope = order("Submitted", "2026-03-05T08:00:00Z");
    envelope["response"]["remoteOrderId"] = json!("6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001");
    envelope["response"]["service"]["custNo"] = json!(customer);
    answer(200, &[], &envelope)
}

#[tokio::test]
async fn a_duplicate_at_the_second_attempt_is_the_order_of_the_first() {
    let server = Faulty::new([Act::ResetAfterReading, duplicate(), made(100_001)]).await;
    let (client, _) = socket_client(&server.url());
    let answer = client.create_nbn_order().body(activation()).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.response.order_id.0, 1001);
    assert_eq!(answer.headers()["location"], "/v1/order/nbn/1001");
    let received: Vec<_> =
        server.received().into_iter().map(|r| format!("{} {}", r.method, r.target)).collect();
    assert_eq!(received, ["POST /v1/order/nbn", "POST /v1/order/nbn", "GET /v1/order/nbn/1001"]);
}

#[tokio::test]
async fn a_duplicate_stays_refused_where_no_attempt_can_have_made_the_order() {
    let busy = answer(429, &[], &failure(1008));
    for (acts, attempts) in [(vec![duplicate()], 1), (vec![busy, duplicate()], 2)] {
        let server = Faulty::new(acts).await;
        let (client, _) = socket_client(&server.url());
        let call = client.create_nbn_order().body(activation()).send().await;
        let error = Error::from(call.unwrap_err());
        assert_eq!(error.refusal(), Some(types::ErrorCode::DuplicateRemoteOrder));
        assert_eq!(error.order_id(), Some(types::OrderId(1001)));
        assert_eq!(error.attempts(), Some(attempts));
    }
}

#[tokio::test]
async fn a_duplicate_of_another_order_stays_refused() {
    let server = Faulty::new([Act::ResetAfterReading, duplicate(), made(200_002)]).await;
    let (client, _) = socket_client(&server.url());
    let call = client.create_nbn_order().body(activation()).send().await;
    let error = Error::from(call.unwrap_err());
    assert_eq!(error.refusal(), Some(types::ErrorCode::DuplicateRemoteOrder));
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn an_order_that_cannot_be_read_leaves_the_refusal_that_names_it() {
    let server = Faulty::new([Act::ResetAfterReading, duplicate(), Act::ResetAfterReading]).await;
    let (client, _) = socket_client(&server.url());
    let call = client.create_nbn_order().body(activation()).send().await;
    assert_eq!(Error::from(call.unwrap_err()).order_id(), Some(types::OrderId(1001)));
}
