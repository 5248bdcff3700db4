//! The last that becomes of a request: an answer as a response, or what stands for none.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::answer::Answer;
use super::delivery::Delivery;
use super::notes::{Notes, REQUEST_ID, Trace};

/// An answer as it leaves, dated and taken down; what stands for it where its delivery lets none out.
pub(super) fn send(
    answer: Answer,
    now: DateTime<Utc>,
    delivery: Delivery,
    mut notes: Notes<'_>,
) -> Response<Body> {
    let body = serde_json::to_vec(&answer.body).expect("a JSON value is serialised");
    let body = Bytes::from(body);
    let mut response = Response::new(delivery.body(body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let date = httpdate::fmt_http_date(now.into());
    headers.extend(HeaderValue::try_from(date).ok().map(|date| (header::DATE, date)));
    for (name, value) in answer.headers {
        let value = HeaderValue::try_from(value).expect("made of the contract's own words");
        headers.insert(name, value);
    }
    if let Some(id) = notes.recording.request_id() {
        let id = HeaderValue::try_from(id).expect("well-formed or counted");
        headers.insert(REQUEST_ID, id);
    }
    notes.recording.remarks(answer.remarks);
    let status = response.status().as_u16();
    notes.trace.status = Some(status);
    notes.recording.answered(status, response.headers(), &body);
    if !delivery.leaves() {
        return unanswered(delivery, notes.trace);
    }
    response.extensions_mut().insert(delivery);
    response.extensions_mut().insert(notes.trace);
    response
}

/// What stands for a response where there is none: its body fails. 502 is what a proxy in between
/// would make of it.
pub(super) fn unanswered(delivery: Delivery, trace: Trace) -> Response<Body> {
    let mut response = Response::new(delivery.body(Bytes::new()));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(delivery);
    response.extensions_mut().insert(trace);
    response
}
