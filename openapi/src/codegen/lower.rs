//! The contract as progenitor is to see it.
//!
//! The contract says what a server checks; the client's types say what a caller may hold. Where the
//! two differ, the difference is made here, on a copy of the tree:
//!
//! - `x-` extensions and examples go: progenitor ignores them, and one beside a `date-time` would
//!   keep it from being recognised.
//! - Bounds of integers go. typify turns `minimum: 1` into a `NonZero` type and ignores the rest;
//!   an id or a page size is an `i64` or `i32`, and the server judges it.
//! - `additionalProperties: false` goes. It makes a misspelt request field a violation, but in a
//!   client it would make a new response field a failure. Requests are typed anyway.
//! - A named `date-time` or constant number is put in the place of its references: a moment is
//!   `DateTime<FixedOffset>` everywhere (the conversion is set in [`super::interface`]), and the
//!   number 0 needs no type of its own.
//! - A required property with one possible value becomes a default, so that nobody has to write
//!   `success: true` or repeat the tag of the variant just chosen.
//! - A code fence without a language becomes `text`: rustdoc would compile and run it.

use serde_json::{Map, Value};

/// A lowered contract: OpenAPI without extensions, ready for progenitor.
pub(super) struct Lowered {
    /// The document.
    pub(super) tree: Value,
    /// Names of the component schemas that are plain numbers: `OrderId`, `Amount`.
    pub(super) numbers: Vec<Number>,
}

/// A component schema that is nothing but a number, and so becomes a newtype.
pub(super) struct Number {
    /// The schema's name.
    pub(super) name: String,
    /// Whether it is an integer.
    pub(super) integer: bool,
}

/// The contract `tree` as progenitor is to see it.
pub(super) fn lower(tree: &Value) -> Lowered {
    let mut tree = tree.clone();
    let inlined = take_inlined(&mut tree);
    keywords(&mut tree, &inlined);
    let numbers = numbers(&tree);
    Lowered { tree, numbers }
}

/// Keywords whose children are names, so that a child called `x-…` or `example` is kept.
const NAMED: [&str; 14] = [
    "callbacks",
    "content",
    "encoding",
    "headers",
    "links",
    "mapping",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
    "variables",
];

fn keywords(node: &mut Value, inlined: &Map<String, Value>) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| keywords(item, inlined)),
        Value::Object(object) => {
            if let Some(schema) = referenced(object, inlined) {
                *object = schema;
            }
            object.retain(|key, _| !key.starts_with("x-") && key != "example" && key != "examples");
            for (key, child) in object.iter_mut() {
                match key.as_str() {
                    "default" | "enum" | "required" => {}
                    "description" | "summary" => fences(child),
                    key if NAMED.contains(&key) && child.is_object() => names(child, inlined),
                    _ => keywords(child, inlined),
                }
            }
            // After the children: a property may have become a constant by losing its reference.
            schema(object);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn names(node: &mut Value, inlined: &Map<String, Value>) {
    for child in node.as_object_mut().into_iter().flat_map(Map::values_mut) {
        keywords(child, inlined);
    }
}

fn schema(object: &mut Map<String, Value>) {
    match type_of(object) {
        Some("integer") => {
            object.retain(|key, _| !INTEGER_BOUNDS.contains(&key.as_str()));
        }
        Some("string") if is_moment(object) => {
            object.retain(|key, _| !matches!(key.as_str(), "pattern" | "minLength" | "maxLength"));
        }
        _ => {}
    }
    object.retain(|key, value| key != "additionalProperties" || *value != Value::Bool(false));
    constants(object);
}

const INTEGER_BOUNDS: [&str; 5] =
    ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// Makes a default of every required property that can only have one value.
fn constants(object: &mut Map<String, Value>) {
    // A parameter has a `required` too, which is a boolean.
    let Some(Value::Array(required)) = object.get_mut("required") else { return };
    let mut required = std::mem::take(required);
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        required.retain(|name| {
            let property = name.as_str().and_then(|name| properties.get_mut(name)?.as_object_mut());
            let Some(property) = property else { return true };
            let Some(only) = only_value(property) else { return true };
            if type_of(property) == Some("integer") {
                // typify would make a newtype of it, with a fallible constructor.
                property.retain(|key, _| key != "enum");
            }
            property.insert("default".to_owned(), only);
            false
        });
    }
    object.insert("required".to_owned(), Value::Array(required));
}

fn type_of(schema: &Map<String, Value>) -> Option<&str> {
    schema.get("type").and_then(Value::as_str)
}

fn only_value(schema: &Map<String, Value>) -> Option<Value> {
    match schema.get("enum")?.as_array()?.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn is_moment(schema: &Map<String, Value>) -> bool {
    type_of(schema) == Some("string")
        && schema.get("format").and_then(Value::as_str) == Some("date-time")
}

/// Takes the component schemas out of the tree that stand for no type of their own.
fn take_inlined(tree: &mut Value) -> Map<String, Value> {
    let mut inlined = Map::new();
    if let Some(Value::Object(schemas)) = tree.pointer_mut("/components/schemas") {
        schemas.retain(|name, schema| {
            let alias = schema.as_object().is_some_and(|schema| {
                is_moment(schema)
                    || (type_of(schema) == Some("integer") && only_value(schema).is_some())
            });
            if alias {
                inlined.insert(format!("#/components/schemas/{name}"), schema.take());
            }
            !alias
        });
    }
    inlined
}

fn referenced(
    object: &Map<String, Value>,
    inlined: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    inlined.get(object.get("$ref")?.as_str()?)?.as_object().cloned()
}

fn numbers(tree: &Value) -> Vec<Number> {
    let schemas = tree.pointer("/components/schemas").and_then(Value::as_object);
    schemas
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema.get("enum").is_none() && schema.get("nullable").is_none())
        .filter_map(|(name, schema)| match schema.get("type")?.as_str()? {
            "integer" => Some(Number { name: name.clone(), integer: true }),
            "number" => Some(Number { name: name.clone(), integer: false }),
            _ => None,
        })
        .collect()
}

fn fences(text: &mut Value) {
    if let Value::String(text) = text
        && text.contains("```")
    {
        *text = fenced_as_text(text);
    }
}

/// A description in which no fence is without a language.
pub(super) fn fenced_as_text(text: &str) -> String {
    let mut open = false;
    let lines = text.lines().map(|line| match line.trim_start() {
        "```" if !open => {
            open = true;
            line.replace("```", "```text")
        }
        fence if fence.starts_with("```") => {
            open = !open;
            line.to_owned()
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
