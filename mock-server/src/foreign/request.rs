//! What is wrong with a request, every violation at once.

use axum::http::{HeaderMap, header};
use mime::Mime;
use octane_openapi::foreign::{
    Body, Decoded, Endpoint, ForeignContract, Media, MediaKind, Sent, form_body, media_kind,
};
use octane_openapi::{Direction, Violation, ViolationIn};
use serde_json::Value;

use crate::http::body::parse;

/// What is wrong with the parameters.
pub(super) fn parameters(
    contract: &ForeignContract,
    endpoint: &Endpoint,
    sent: &Sent,
) -> Vec<Violation> {
    let schemas = contract.schemas();
    let mut violations = Vec::new();
    for input in &endpoint.inputs {
        let location = ViolationIn::from(input.location);
        let pointer = format!("/{}", input.name.replace('~', "~0").replace('/', "~1"));
        let violation = |keyword: &str, message: String| Violation {
            location,
            pointer: pointer.clone(),
            keyword: keyword.to_owned(),
            message,
            rule: format!("#{}", input.pointer),
        };
        match input.decode(schemas.document(), sent) {
            Decoded::Absent if input.required => {
                violations.push(violation("required", format!("`{}` is required", input.name)));
            }
            Decoded::Absent => {}
            Decoded::Broken(problem) => {
                violations.push(violation("style", format!("`{}` {problem}", input.name)));
            }
            Decoded::Value(Value::String(text)) if text.is_empty() && input.allow_empty => {}
            Decoded::Value(value) => {
                let Some(schema) = &input.schema else { continue };
                let direction = Direction::Request;
                violations
                    .extend(schemas.violations(schema, direction, location, &pointer, &value));
            }
        }
    }
    violations
}

/// Why a body is refused before it is looked into.
pub(super) struct UnsupportedMediaType(pub(super) String);

/// The media type of `declared` that the headers say the body is in; `None` if there is no body and
/// there need not be one.
pub(super) fn media_type<'c>(
    declared: &'c Body,
    headers: &HeaderMap,
    is_empty: bool,
) -> Result<Option<(MediaKind, &'c Media)>, UnsupportedMediaType> {
    let expected = || declared.content.keys().map(String::as_str).collect::<Vec<_>>().join(" or ");
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (value, another) = (values.next(), values.next());
    let Some(value) = value else {
        // An empty body has no type, and whether there may be none is a question of its own.
        return match is_empty {
            true => Ok(None),
            false => Err(UnsupportedMediaType(format!("`Content-Type` must say {}.", expected()))),
        };
    };
    let unsupported = || UnsupportedMediaType(format!("The body must be {}.", expected()));
    if another.is_some() {
        return Err(UnsupportedMediaType("`Content-Type` was sent more than once.".to_owned()));
    }
    let sent: Mime =
        value.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(unsupported)?;
    let is_plain = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if !is_plain {
        return Err(UnsupportedMediaType("The body must not be compressed.".to_owned()));
    }
    let found = declared
        .content
        .iter()
        .filter_map(|(range, media)| Some((specificity(range, &sent)?, media)))
        .max_by_key(|(specificity, _)| *specificity);
    let (_, media) = found.ok_or_else(unsupported)?;
    Ok(Some((media_kind(sent.essence_str()), media)))
}

/// How closely a declared media type or range describes the one that was sent.
fn specificity(range: &str, sent: &Mime) -> Option<u8> {
    let range: Mime = range.parse().ok()?;
    if range.essence_str() == sent.essence_str() {
        return Some(2);
    }
    match (range.type_(), range.subtype()) {
        (of, mime::STAR) if of == sent.type_() => Some(1),
        (mime::STAR, mime::STAR) => Some(0),
        _ => None,
    }
}

/// What is wrong with a body in this media type.
pub(super) fn body(
    contract: &ForeignContract,
    kind: MediaKind,
    media: &Media,
    bytes: &[u8],
) -> Vec<Violation> {
    let schemas = contract.schemas();
    let rule = format!("#{}", media.pointer);
    let syntax = |message: String| {
        vec![Violation {
            location: ViolationIn::Body,
            pointer: String::new(),
            keyword: "syntax".to_owned(),
            message,
            rule: rule.clone(),
        }]
    };
    let value = match (kind, std::str::from_utf8(bytes)) {
        (MediaKind::Opaque, _) => return Vec::new(),
        (MediaKind::Json, _) => match parse(bytes, &rule) {
            Ok(value) => value,
            Err(violation) => return vec![*violation],
        },
        (MediaKind::Form | MediaKind::Text, Err(_)) => {
            return syntax("the body is not UTF-8".to_owned());
        }
        (MediaKind::Form, Ok(text)) => {
            match form_body(schemas.document(), media.schema.as_deref(), text) {
                Ok(value) => value,
                Err(problem) => return syntax(format!("the form {problem}")),
            }
        }
        (MediaKind::Text, Ok(text)) => Value::String(text.to_owned()),
    };
    let Some(schema) = &media.schema else { return Vec::new() };
    schemas.violations(schema, Direction::Request, ViolationIn::Body, "", &value)
}

/// A body that must be there and is not.
pub(super) fn missing_body(declared: &Body) -> Violation {
    Violation {
        location: ViolationIn::Body,
        pointer: String::new(),
        keyword: "required".to_owned(),
        message: "a body is required".to_owned(),
        rule: format!("#{}", declared.pointer),
    }
}
