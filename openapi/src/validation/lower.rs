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
//! - integers get a keyword for their width;
//! - what one side alone sends is not required of the other: `readOnly` and `writeOnly`.
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

/// A chain of `allOf` longer than this goes round in a circle.
const ALL_OF_MAX: usize = 16;

/// Whose values the rules are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Everybody's: `required` is what it says. Contracts of ours have nothing for one side alone.
    Both,
    /// Callers: what is `readOnly` is not required.
    #[cfg(feature = "sample")]
    Requests,
    /// The server: what is `writeOnly` is not required.
    #[cfg(feature = "sample")]
    Responses,
}

impl Audience {
    /// The flag of properties that are not required of this audience.
    fn excused(self) -> Option<&'static str> {
        match self {
            Audience::Both => None,
            #[cfg(feature = "sample")]
            Audience::Requests => Some("readOnly"),
            #[cfg(feature = "sample")]
            Audience::Responses => Some("writeOnly"),
        }
    }
}

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

/// Does the document tell what callers send from what the server sends?
#[cfg(feature = "sample")]
pub(super) fn is_directed(document: &Document) -> bool {
    let is_flagged = |schema: &Value| {
        ["readOnly", "writeOnly"].iter().any(|flag| schema.get(flag) == Some(&Value::Bool(true)))
    };
    let schemas = kind::objects(document).into_iter().filter(|it| it.kind == Kind::Schema);
    schemas.into_iter().any(|schema| is_flagged(schema.value))
}

/// The lowered document, and which schemas were wrapped.
pub(super) fn lower(
    document: &Document,
    audience: Audience,
) -> Result<(Value, Wrapped), ValidationBuildError> {
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
        if let Some(flag) = audience.excused() {
            excuse(document, &object.pointer, flag, schema);
        }
        schema.retain(|key, _| ASSERTIONS.contains(&key.as_str()));
        lower_integer(schema);
        if nullable && make_nullable(schema) {
            wrapped.insert(object.pointer.clone());
        }
    }
    Ok((lowered, wrapped))
}

/// Takes the properties that carry `flag` out of what `schema`, at `pointer`, requires.
///
/// The flag may stand in the schema itself, in one of its `allOf`, or in the one it is itself an
/// inline `allOf` of: `required` and `properties` are often written apart.
fn excuse(document: &Document, pointer: &str, flag: &str, schema: &mut Map<String, Value>) {
    let Some(Value::Array(required)) = schema.get_mut("required") else { return };
    let mut flagged = HashSet::new();
    let mut around = pointer.to_owned();
    loop {
        collect_flagged(document, &around, flag, 0, &mut flagged);
        let parent = pointer::split_last(&around).and_then(|(list, _)| pointer::split_last(list));
        match parent {
            Some((schema, key)) if key == "allOf" => around = schema.to_owned(),
            Some(_) | None => break,
        }
    }
    required.retain(|name| name.as_str().is_none_or(|name| !flagged.contains(name)));
    if required.is_empty() {
        // Draft 4 has no empty `required`.
        schema.shift_remove("required");
    }
}

/// The names of the properties of the schema at `pointer` that carry `flag`.
fn collect_flagged(
    document: &Document,
    pointer: &str,
    flag: &str,
    depth: usize,
    flagged: &mut HashSet<String>,
) {
    let Some(pointer) = document.follow(pointer).filter(|_| depth < ALL_OF_MAX) else { return };
    let Some(schema) = document.at(&pointer) else { return };
    for name in schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys)
    {
        let property = pointer::join(&pointer::join(&pointer, "properties"), name);
        let property = document.follow(&property).and_then(|property| document.at(&property));
        if property.is_some_and(|property| property.get(flag) == Some(&Value::Bool(true))) {
            flagged.insert(name.clone());
        }
    }
    let members = schema.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
    for member in 0..members {
        let member = format!("{pointer}/allOf/{member}");
        collect_flagged(document, &member, flag, depth + 1, flagged);
    }
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
