//! A request body: read within a limit, declared to be JSON, and parsed.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use mime::Mime;
use octane_openapi::{Violation, ViolationIn};
use serde_json::Value;

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is larger than it may be.
    TooLarge,
    /// The connection broke, the framing is wrong, or it took too long.
    Broken,
}

/// Reads a body to its end; one of more than `bytes_max` is too large. What is left of that, the
/// listener throws away.
pub(crate) async fn read(mut body: Body, bytes_max: usize) -> Result<Bytes, BodyError> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        let Some(data) = frame.data_ref() else { continue };
        if read.len() + data.len() > bytes_max {
            return Err(BodyError::TooLarge);
        }
        read.extend_from_slice(data);
    }
    Ok(Bytes::from(read))
}

/// Whether the headers declare the body to be JSON in UTF-8, and not compressed.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut content_types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (content_types.next(), content_types.next()) else { return false };
    let Some(media_type) = value.to_str().ok().and_then(|text| text.parse::<Mime>().ok()) else {
        return false;
    };
    let is_utf8 = media_type.get_param(mime::CHARSET).is_none_or(|charset| charset == mime::UTF_8);
    let is_plain = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    media_type.essence_str() == mime::APPLICATION_JSON.essence_str() && is_utf8 && is_plain
}

/// Parses a body; `rule` is the place in the contract that asks for it.
///
/// Nesting deeper than 128 levels is refused by `serde_json`, which keeps the stack bounded.
pub(crate) fn parse(bytes: &[u8], rule: &str) -> Result<Value, Box<Violation>> {
    serde_json::from_slice(bytes).map_err(|error| {
        let message = match bytes.is_empty() {
            true => "the body is empty; it must be JSON".to_owned(),
            false => format!("the body is not JSON: {error}"),
        };
        Box::new(Violation {
            location: ViolationIn::Body,
            pointer: String::new(),
            keyword: "syntax".to_owned(),
            message,
            rule: rule.to_owned(),
        })
    })
}
