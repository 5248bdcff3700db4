//! The document as JSON Schema Draft 4 understands it.
//!
//! Draft 4 is the dialect OpenAPI 3.0 was made from: boolean `exclusiveMinimum` and "a `$ref` ignores
//! its siblings" are native to it. What is left to do:
//!
//! - keys that are no assertions are dropped, so that a property of an example called `id` or
//!   `$schema` cannot be taken for Draft 4's;
//! - `nullable` becomes a type and an enum value, or, around `allOf`, `oneOf` and `anyOf`, a choice:
//!   `{"anyOf": [{"type": "null"}, …]}`. Those schemas are remembered, so that rules are reported
//!   where the contract has them;
//! - integers get a keyword for their width.
//!
//! Every schema stays at its pointer, so references need no change.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::ValidationBuildError;
use super::format::INTEGER_KEYWORD;
use super::required_when;
use crate::document::Document;
use crate::kind::{self, Kind};
use crate::pointer;

/// The pointers of the schemas that were put into the second branch of an `anyOf`.
pub(super) type Wrapped = HashSet<String>;

const ASSERTIONS: &[&str] = &[
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "format",
    required_when::KEYWORD,
];

/// The keywords whose values hold schemas.
const APPLICATORS: &[&str] =
    &["allOf", "oneOf", "anyOf", "not", "items", "properties", "additionalProperties"];

/// The schemas of a lowered document, innermost first, each with its own assertions alone.
pub(super) fn bare_schemas<'d>(
    document: &'d Document,
    lowered: &'d Value,
) -> impl Iterator<Item = (String, Value)> + 'd {
    let objects = kind::objects(document).into_iter().rev();
    objects.filter(|object| object.kind == Kind::Schema && !object.is_reference()).filter_map(
        |object| {
            let mut schema = lowered.pointer(&object.pointer)?.as_object()?.clone();
            schema.retain(|key, _| !APPLICATORS.contains(&key.as_str()));
            Some((object.pointer, Value::Object(schema)))
        },
    )
}

/// The lowered document, and which schemas were wrapped.
pub(super) fn lower(document: &Document) -> Result<(Value, Wrapped), ValidationBuildError> {
    let mut lowered = document.value().clone();
    let mut wrapped = Wrapped::new();
    let mut objects = kind::objects(document);
    // Children first: wrapping a schema moves what is below it.
    objects.reverse();
    for object in objects.iter().filter(|object| object.kind == Kind::Schema) {
        let schema = lowered
            .pointer_mut(&object.pointer)
            .and_then(Value::as_object_mut)
            .expect("parents are lowered after their children");
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if document.resolve(reference).is_none() {
                return Err(ValidationBuildError {
                    place: document.place(&pointer::join(&object.pointer, "$ref")),
                    problem: format!("the reference `{reference}` leads nowhere"),
                });
            }
            schema.retain(|key, _| key == "$ref");
            continue;
        }
        let nullable = schema.get("nullable") == Some(&Value::Bool(true));
        schema.retain(|key, _| ASSERTIONS.contains(&key.as_str()));
        lower_integer(schema);
        if nullable && make_nullable(schema) {
            wrapped.insert(object.pointer.clone());
        }
    }
    Ok((lowered, wrapped))
}

fn lower_integer(schema: &mut Map<String, Value>) {
    if schema.get("type").and_then(Value::as_str) != Some("integer") {
        return;
    }
    let format =
        schema.shift_remove("format").and_then(|format| format.as_str().map(str::to_owned));
    let width = format.filter(|format| matches!(format.as_str(), "int32" | "int64"));
    let width = width.unwrap_or_else(|| "integer".to_owned());
    schema.insert(INTEGER_KEYWORD.to_owned(), Value::String(width));
}

/// Lets the schema accept `null`; true if it had to be wrapped.
fn make_nullable(schema: &mut Map<String, Value>) -> bool {
    if ["allOf", "oneOf", "anyOf", "not"].iter().any(|key| schema.contains_key(*key)) {
        let inner = Value::Object(std::mem::take(schema));
        schema.insert("anyOf".to_owned(), json!([{ "type": "null" }, inner]));
        return true;
    }
    if let Some(own) = schema.get_mut("type") {
        *own = json!([own.take(), "null"]);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    false
}
