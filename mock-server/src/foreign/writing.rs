//! An answer, written: of an example, or of data made to obey the schema.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use octane_openapi::Direction;
use octane_openapi::foreign::{AnswerHeader, ForeignContract, MediaKind, media_kind};
use octane_openapi::sample::{Examples, Sampling, Unsatisfied, sample, seed_of};
use serde_json::{Value, json};

use super::choice::{Choice, ChosenBody};
use crate::http::ResponseCheck;

/// Headers that are about how a message is sent, and not for a contract to say.
const FRAMING: [&str; 10] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The properties that hold the HTTP status where they are numbers.
pub(super) const STATUSES: [&str; 3] = ["status", "statusCode", "status_code"];

/// What answers are made by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing<'c> {
    pub(super) contract: &'c ForeignContract,
    pub(super) response_check: ResponseCheck,
    /// Follows from everything that may tell one answer from another.
    pub(super) seed: u64,
    /// Is everything made, whatever examples there are?
    pub(super) is_dynamic: bool,
}

impl Writing<'_> {
    /// The chosen answer as a response.
    ///
    /// # Errors
    /// If no value obeys the schema of its body.
    pub(super) fn response(self, choice: &Choice<'_>) -> Result<Response<Body>, Unsatisfied> {
        let body = match &choice.body {
            Some(body) => {
                let value = self.with_status(choice.status, body, self.value(body)?);
                Some((body.media_type, bytes(body, &value)))
            }
            None => None,
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() =
            StatusCode::from_u16(choice.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, declared) in &choice.answer.headers {
            let header = name.parse::<HeaderName>().ok();
            let header = header.filter(|name| !FRAMING.contains(&name.as_str()));
            let value = self.header(name, declared);
            if let Some((header, value)) = header.zip(value) {
                response.headers_mut().insert(header, value);
            }
        }
        if let Some((media_type, bytes)) = body {
            let media_type = HeaderValue::from_str(media_type);
            // A media type that is no header value is one nobody could have asked for.
            response.headers_mut().extend(media_type.ok().map(|it| (header::CONTENT_TYPE, it)));
            *response.body_mut() = Body::from(bytes);
        }
        Ok(response)
    }

    /// The value of a body.
    pub(super) fn value(self, body: &ChosenBody<'_>) -> Result<Value, Unsatisfied> {
        if let Some(example) = body.example {
            return Ok(example.value.clone());
        }
        let schemas = self.contract.schemas();
        let schema = body.media.schema.as_deref();
        let is_judged = self.response_check == ResponseCheck::On
            && matches!(media_kind(body.media_type), MediaKind::Json | MediaKind::Text);
        let is_fit = |value: &Value| {
            let schema = schema.filter(|_| is_judged);
            schema.is_none_or(|schema| schemas.is_valid(schema, Direction::Response, value))
        };
        let mut examples = body.media.examples.values().map(|example| &example.value);
        if let Some(example) = examples.find(|value| !self.is_dynamic && is_fit(value)) {
            return Ok(example.clone());
        }
        match schema {
            Some(schema) => self.sampled(schema, body.media_type),
            None => Ok(match media_kind(body.media_type) {
                MediaKind::Json => json!({}),
                MediaKind::Text | MediaKind::Form | MediaKind::Opaque => json!(""),
            }),
        }
    }

    /// A failure that tells its HTTP status in its body, and that no example speaks for, tells the
    /// one it is sent with.
    fn with_status(self, status: u16, body: &ChosenBody<'_>, value: Value) -> Value {
        let is_made = body.example.is_none() && (self.is_dynamic || body.media.examples.is_empty());
        let Some(schema) = body.media.schema.as_deref().filter(|_| is_made && status >= 400) else {
            return value;
        };
        let mut told = value.clone();
        for key in STATUSES {
            if let Some(number) = told.get_mut(key).filter(|it| it.is_number()) {
                *number = json!(status);
            }
        }
        let is_valid = self.contract.schemas().is_valid(schema, Direction::Response, &told);
        if is_valid { told } else { value }
    }

    fn sampled(self, schema: &str, what: &str) -> Result<Value, Unsatisfied> {
        let schemas = self.contract.schemas();
        let sampling = Sampling {
            seed: seed_of(self.seed, &[what]),
            direction: Direction::Response,
            examples: if self.is_dynamic { Examples::Ignored } else { Examples::Used },
        };
        sample(schemas.document(), schema, sampling, |value| {
            schemas.is_valid(schema, Direction::Response, value)
        })
    }

    fn header(self, name: &str, declared: &AnswerHeader) -> Option<HeaderValue> {
        let example = declared.example.clone().filter(|_| !self.is_dynamic);
        let schema = declared.schema.as_deref();
        let value = example.or_else(|| self.sampled(schema?, name).ok())?;
        HeaderValue::from_str(&simple(&value)).ok()
    }
}

fn bytes(body: &ChosenBody<'_>, value: &Value) -> Vec<u8> {
    match (media_kind(body.media_type), value) {
        (MediaKind::Text | MediaKind::Form | MediaKind::Opaque, Value::String(text)) => {
            text.clone().into_bytes()
        }
        _ => serde_json::to_vec(value).expect("a JSON value is serialised"),
    }
}

/// A value in OpenAPI's style for headers, `a,b`.
fn simple(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(simple).collect::<Vec<_>>().join(","),
        Value::Object(entries) => {
            let pairs = entries.iter().map(|(key, value)| format!("{key},{}", simple(value)));
            pairs.collect::<Vec<_>>().join(",")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
