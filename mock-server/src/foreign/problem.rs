//! A refusal, as a body.
//!
//! A contract that documents an answer for the status is taken at its word: its own shape, with what
//! is wrong in whichever text it has for that, and every violation beside it if the shape has room.
//! Otherwise, or where no such answer can be made, it is `application/problem+json`, RFC 9457.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use octane_openapi::foreign::{Endpoint, Media, MediaKind, media_kind};
use octane_openapi::{Direction, Violation};
use serde_json::{Value, json};

use super::choice::ChosenBody;
use super::writing::{STATUSES, Writing};
use crate::http::validation::{VIOLATIONS, listed};

/// The media type of RFC 9457.
const PROBLEM_JSON: &str = "application/problem+json";

/// The properties that a text for people is called by, the likeliest first.
const TEXTS: [&str; 11] = [
    "detail",
    "message",
    "errorMessage",
    "error_message",
    "error_description",
    "description",
    "reason",
    "msg",
    "error",
    "title",
    "text",
];

/// Why a request is not answered as it wished.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: u16,
    /// A sentence for people.
    pub(super) detail: String,
    pub(super) violations: Vec<Violation>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

/// A documented answer with what there is to say filled in.
struct Documented {
    media_type: String,
    body: Value,
    /// Does the body say what is wrong?
    is_told: bool,
}

impl Problem {
    /// A problem with nothing more to say than `detail`.
    pub(super) fn new(status: u16, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem { status, detail, violations: Vec::new(), headers: Vec::new() }
    }

    /// The same problem with a header more.
    pub(super) fn with_header(mut self, name: HeaderName, value: &str) -> Problem {
        let value = HeaderValue::from_str(value);
        self.headers.extend(value.ok().map(|value| (name, value)));
        self
    }

    /// A request that breaks the contract. Some contracts answer it with 422, and say so.
    pub(super) fn invalid(endpoint: &Endpoint, violations: Vec<Violation>) -> Problem {
        let documents = |status: u16| {
            let exact = octane_openapi::foreign::Status::Exact(status);
            endpoint.answers.iter().any(|answer| answer.status == exact)
        };
        let status = if documents(422) && !documents(400) { 422 } else { 400 };
        let detail = match violations.len() {
            1 => "The request has 1 violation.".to_owned(),
            count => format!("The request has {count} violations."),
        };
        Problem { violations, ..Problem::new(status, detail) }
    }

    /// The response, in the shape that the operation documents for it if it does.
    pub(super) fn response(
        self,
        endpoint: Option<&Endpoint>,
        writing: Writing<'_>,
    ) -> Response<Body> {
        let documented = endpoint.and_then(|endpoint| self.documented(endpoint, writing));
        let documented = documented.unwrap_or_else(|| {
            let (media_type, body) = (PROBLEM_JSON.to_owned(), self.body());
            Documented { media_type, body, is_told: true }
        });
        let bytes = serde_json::to_vec(&documented.body).expect("a JSON value is serialised");
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        let media_type = HeaderValue::from_str(&documented.media_type);
        headers.extend(media_type.ok().map(|it| (header::CONTENT_TYPE, it)));
        if !documented.is_told {
            let violations = HeaderValue::from_str(&listed(&self.violations)).ok();
            headers.extend(violations.map(|it| (HeaderName::from_static(VIOLATIONS), it)));
        }
        headers.extend(self.headers);
        response
    }

    fn body(&self) -> Value {
        let status = StatusCode::from_u16(self.status).ok();
        let title = status.and_then(|status| status.canonical_reason()).unwrap_or("Refused");
        let mut body = json!({ "title": title, "status": self.status, "detail": self.detail });
        if !self.violations.is_empty() {
            body["violations"] = json!(self.violations);
        }
        body
    }

    /// The documented answer of this status with what there is to say filled in.
    fn documented(&self, endpoint: &Endpoint, writing: Writing<'_>) -> Option<Documented> {
        let answer = endpoint.answer(self.status)?;
        let is_json = |media_type: &str| media_kind(media_type) == MediaKind::Json;
        let (media_type, media) = answer.content.iter().find(|(it, _)| is_json(it))?;
        let media_type = if media_type.contains('*') { "application/json" } else { media_type };
        let is_valid = |body: &Value| is_valid(writing, media, body);
        if media_type.eq_ignore_ascii_case(PROBLEM_JSON) && is_valid(&self.body()) {
            let (media_type, body) = (media_type.to_owned(), self.body());
            return Some(Documented { media_type, body, is_told: true });
        }
        let chosen = ChosenBody { media_type, media, example: None };
        let mut body = writing.value(&chosen).ok().filter(|body| is_valid(body))?;
        let keys = body.as_object().into_iter().flat_map(|object| object.keys().cloned());
        let keys: Vec<String> = keys.collect();
        if keys.is_empty() {
            // A shape that asks for nothing takes everything there is to say.
            let body = if is_valid(&self.body()) { self.body() } else { body };
            return Some(Documented { media_type: media_type.to_owned(), body, is_told: true });
        }
        let mut try_with = |key: &str, value: Value| {
            let mut changed = body.clone();
            let Some(object) = changed.as_object_mut() else { return false };
            object.insert(key.to_owned(), value);
            let is_fit = is_valid(&changed);
            if is_fit {
                body = changed;
            }
            is_fit
        };
        let is_known = |key: &&&str| keys.iter().any(|known| known == **key);
        for key in STATUSES.iter().filter(is_known) {
            try_with(key, json!(self.status));
        }
        let has_room = self.violations.is_empty() || try_with("violations", json!(self.violations));
        let sentences = self.sentences();
        let text = if has_room { &self.detail } else { &sentences };
        let has_text = TEXTS.iter().filter(is_known).any(|key| try_with(key, json!(text)));
        Some(Documented { media_type: media_type.to_owned(), body, is_told: has_room || has_text })
    }

    /// Everything there is to say in one text.
    fn sentences(&self) -> String {
        let violations: Vec<_> = self.violations.iter().map(ToString::to_string).collect();
        format!("{} {}", self.detail, violations.join("; "))
    }
}

fn is_valid(writing: Writing<'_>, media: &Media, body: &Value) -> bool {
    let schemas = writing.contract.schemas();
    media.schema.as_deref().is_none_or(|it| schemas.is_valid(it, Direction::Response, body))
}
