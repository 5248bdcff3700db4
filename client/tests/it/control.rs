//! The control plane's client: the same hook, no credentials, its own codes.
#![cfg(feature = "control")]

use octane_client::BuildError;
use octane_client::control::{Client, Error, types};
use reqwest::header::AUTHORIZATION;
use serde_json::json;

use crate::support::Answer;

#[tokio::test]
async fn an_event_that_is_not_legal_is_refused_with_the_legal_ones() {
    let transport = |request: reqwest::Request| async move {
        assert_eq!(request.url().path(), "/_mock/orders/1001/events");
        assert!(request.headers().get(AUTHORIZATION).is_none());
        let body = json!({
            "success": false,
            "errorCode": 9002,
            "errorMessage": "no",
            "legalEvents": ["acknowledge", "reject"],
        });
        Ok(Answer::json(409, &body).into_response())
    };
    let client = Client::builder("http://127.0.0.1:4010").transport(transport).build().unwrap();
    let event = types::NetworkEventRequest::builder().event("complete");
    let call = client.send_network_event().order_id(1001).body(event).send().await;
    let error = Error::from(call.unwrap_err());
    assert_eq!(error.error_code(), Some(types::ErrorCode::EventNotLegal));
    assert_eq!(error.envelope().unwrap().legal_events, ["acknowledge", "reject"]);
}

#[tokio::test]
async fn a_token_is_sent_with_every_call_and_shown_in_none() {
    let transport = |request: reqwest::Request| async move {
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer 0123456789abcdef");
        assert!(!format!("{request:?}").contains("0123456789abcdef"));
        let body = json!({"success": false, "errorCode": 1002, "errorMessage": "no"});
        Ok(Answer::json(401, &body).into_response())
    };
    let builder = Client::builder("http://mock.test").token("0123456789abcdef");
    assert!(!format!("{builder:?}").contains("0123456789abcdef"), "{builder:?}");
    let client = builder.transport(transport).build().unwrap();
    let error = Error::from(client.get_health().send().await.unwrap_err());
    assert_eq!(error.error_code(), Some(types::ErrorCode::Unauthenticated));
}

#[test]
fn a_token_that_no_header_carries_is_refused() {
    for token in ["", "two words", "line\nbreak", "ä"] {
        let error = Client::builder("http://mock.test").token(token).build().unwrap_err();
        assert!(matches!(error, BuildError::Token), "{token:?}: {error}");
    }
}
