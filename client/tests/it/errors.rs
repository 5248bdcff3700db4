//! Errors: what can be read from one, and what can never be read from its text.

use std::{
    error::Error as _,
    time::{Duration, SystemTime},
};

use octane_client::{Error, RetryAfter, types};
use serde_json::json;

use crate::support::{Answer, error_of, failure};

#[tokio::test]
async fn a_documented_failure_tells_status_code_and_message() {
    let error = error_of(Answer::json(404, &failure(3001))).await;
    assert!(matches!(error, Error::Documented { .. }));
    assert_eq!(error.status().unwrap(), 404);
    assert_eq!(error.error_code(), Some(types::ErrorCode::OrderNotFound));
    assert_eq!(error.message(), Some("for Jo Citizen"));
    assert_eq!(
        error.to_string(),
        "the service answered 404, OrderNotFound (3001): The provider has no order with this \
         number. Check the number; list the provider's orders."
    );
}

#[tokio::test]
async fn a_question_mark_is_enough() {
    async fn status(client: &octane_client::Client) -> Result<types::OrderStatus, Error> {
        Ok(client.get_nbn_order().order_id(1).send().await?.into_inner().response.status)
    }
    let (client, _) = crate::support::client(Answer::json(404, &failure(3001)));
    assert_eq!(status(&client).await.unwrap_err().status().unwrap(), 404);
}

#[tokio::test]
async fn violations_are_read_and_named_without_their_message() {
    let mut body = failure(1001);
    body["violations"] = json!([{
        "in": "body",
        "pointer": "/comment",
        "keyword": "x-required-when",
        "message": "Jo Citizen",
        "rule": "#/components/schemas/WithdrawRequest/x-required-when/comment",
    }]);
    let error = error_of(Answer::json(400, &body)).await;
    let [violation] = error.violations() else { panic!("one violation") };
    assert_eq!((violation.pointer.as_str(), violation.in_.as_str()), ("/comment", "body"));
    assert!(error.to_string().ends_with(" `/comment` breaks `x-required-when`."), "{error}");
}

#[tokio::test]
async fn neither_text_of_an_error_shows_the_body() {
    for answer in [
        Answer::json(404, &failure(3001)),
        Answer::json(418, &failure(3001)),
        Answer::json(404, &json!({ "customer": "Jo Citizen" })),
        Answer::json(200, &json!({ "customer": "Jo Citizen" })),
        Answer::text(502, "<p>Jo Citizen</p>"),
    ] {
        let error = error_of(answer).await;
        assert!(!format!("{error} {error:?} {error:#?}").contains("Jo"), "{error:?}");
    }
}

#[tokio::test]
async fn retry_after_is_read_in_seconds() {
    let error = error_of(Answer::json(429, &failure(1008)).header("retry-after", "12")).await;
    assert_eq!(error.retry_after(), Some(RetryAfter::Seconds(12)));
}

#[tokio::test]
async fn retry_after_is_read_as_a_date() {
    let date = "Fri, 31 Dec 1999 23:59:59 GMT";
    let error = error_of(Answer::json(503, &failure(1010)).header("retry-after", date)).await;
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(946_684_799);
    let retry_after = error.retry_after().unwrap();
    assert_eq!(retry_after, RetryAfter::At(moment));
    assert_eq!(retry_after.delay(moment - Duration::from_secs(3)), Duration::from_secs(3));
    assert_eq!(retry_after.delay(SystemTime::now()), Duration::ZERO);
}

#[tokio::test]
async fn retry_after_of_neither_form_is_none() {
    for value in ["soon", "-1", "1.5", ""] {
        let error = error_of(Answer::json(429, &failure(1008)).header("retry-after", value)).await;
        assert_eq!(error.retry_after(), None, "{value}");
    }
}

#[tokio::test]
async fn an_undocumented_status_keeps_its_envelope_and_its_headers() {
    let error = error_of(Answer::json(410, &failure(4242)).header("retry-after", "1")).await;
    assert!(matches!(error, Error::Undocumented { .. }));
    assert_eq!(error.status().unwrap(), 410);
    assert_eq!(error.error_code(), Some(types::ErrorCode::Unknown(4242)));
    assert_eq!(error.retry_after(), Some(RetryAfter::Seconds(1)));
    assert_eq!(
        error.to_string(),
        "the service answered 410, undocumented for this operation, Unknown (4242)"
    );
}

#[tokio::test]
async fn a_failure_without_the_envelope_keeps_its_status_and_its_headers() {
    for status in [404, 502] {
        let answer = Answer::text(status, "<html>").header("retry-after", "5");
        let error = error_of(answer).await;
        assert!(matches!(error, Error::Undecodable { .. }));
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.retry_after(), Some(RetryAfter::Seconds(5)));
        assert!(error.source().is_some());
    }
}

#[tokio::test]
async fn a_success_that_is_no_order_is_undecodable() {
    let error = error_of(Answer::json(200, &json!({ "success": true }))).await;
    assert!(matches!(error, Error::Undecodable { reply: None, .. }), "{error}");
    assert!(error.source().is_some());
}

#[tokio::test]
async fn a_request_id_is_kept_and_shown() {
    let answer = Answer::json(404, &failure(3001)).header("x-request-id", "7f3a");
    let error = error_of(answer).await;
    assert_eq!(error.request_id(), Some("7f3a"));
    let start = "the service answered 404, request id `7f3a`, OrderNotFound (3001)";
    assert!(error.to_string().starts_with(start), "{error}");
}

#[tokio::test]
async fn a_request_id_is_shown_no_longer_than_anybody_needs() {
    let answer = Answer::json(404, &failure(3001)).header("x-request-id", "a".repeat(10_000));
    assert_eq!(error_of(answer).await.request_id().unwrap().len(), 128);
}

#[tokio::test]
async fn a_refusal_is_a_decision_and_no_other_failure_is() {
    for (status, code, refusal) in [
        (409, 3010, Some(types::ErrorCode::OrderClosed)),
        (422, 3007, Some(types::ErrorCode::OrderNotActivation)),
        (409, 9999, Some(types::ErrorCode::Unknown(9999))),
        (404, 3001, None),
        (401, 1002, None),
        (503, 1010, None),
    ] {
        assert_eq!(error_of(Answer::json(status, &failure(code))).await.refusal(), refusal);
    }
}

#[tokio::test]
async fn neither_an_error_nor_its_sources_quote_the_answer() {
    let mut wrong_type = crate::support::order("Held", "2026-03-05T08:00:00Z");
    wrong_type["response"]["isWithdrawable"] = json!("Jo Citizen, expected Jo");
    let mut wrong_moment = crate::support::order("Held", "Jo Citizen");
    wrong_moment["response"]["custNo"] = json!("Jo");
    for answer in [
        Answer::json(200, &wrong_type),
        Answer::json(200, &wrong_moment),
        Answer::json(404, &json!({ "success": "Jo" })),
        Answer::text(500, "Jo"),
        Answer::text(200, "\"Jo"),
    ] {
        let error = error_of(answer).await;
        let mut shown = format!("{error} {error:?}");
        let mut source = error.source();
        while let Some(error) = source {
            shown += &format!(" {error} {error:?}");
            source = error.source();
        }
        assert!(!shown.contains("Jo"), "{shown}");
    }
}
