//! A body in `application/x-www-form-urlencoded`, read as the object its schema is about.

use serde_json::{Map, Value};

use super::outline::Outline;
use super::style::Sent;
use crate::document::Document;

/// The object a form stands for: a field sent several times is a list where the schema says so, and
/// an object inside of it is JSON, which is how OpenAPI encodes one by default.
///
/// # Errors
///
/// A sentence that says what is no form.
pub fn form_body(document: &Document, schema: Option<&str>, text: &str) -> Result<Value, String> {
    let outline = Outline::new(document, schema);
    let mut object = Map::new();
    for (name, raw) in Sent::pairs(text) {
        let name = Sent::decoded(&name)?;
        let text = Sent::decoded(&raw)?;
        let field = outline.property(&name);
        if field.is_array() {
            let value = field.items().value(&text);
            match object.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(value),
                other => *other = value,
            }
            continue;
        }
        let value = match field.is_object() {
            true => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            false => field.value(&text),
        };
        if object.contains_key(&name) {
            return Err(format!("`{name}` is sent more than once; send it once"));
        }
        object.insert(name, value);
    }
    Ok(Value::Object(object))
}
