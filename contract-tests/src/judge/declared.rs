//! Does the contract declare what is at a place of a body?
//!
//! Schemas of answers are open, so that a client built today reads the answers of tomorrow, and no
//! validator minds a property that none of them names. Somebody who reads the contract does.

use octane_openapi::Document;
use serde_json::Value;

/// The schema, as a JSON pointer, that does not declare the property on the way to this place of a
/// body; nothing if all are declared.
pub(super) fn undeclared(document: &Document, schema: &str, place: &str) -> Option<String> {
    let mut at = followed(document, schema);
    for token in place.split('/').skip(1) {
        match within(document, &at, token) {
            Some(next) => at = next,
            None => return Some(at),
        }
    }
    None
}

/// The schema of a member or an item of what a schema describes.
fn within(document: &Document, schema: &str, token: &str) -> Option<String> {
    let rules = document.at(schema)?;
    let found = |part: String| Some(followed(document, &part));
    if rules.get("items").is_some() && token.bytes().all(|it| it.is_ascii_digit()) {
        return found(format!("{schema}/items"));
    }
    if rules.get("properties").is_some_and(|members| members.get(unescaped(token)).is_some()) {
        return found(format!("{schema}/properties/{token}"));
    }
    for several in ["allOf", "oneOf", "anyOf"] {
        let parts = rules.get(several).and_then(Value::as_array).map_or(0, Vec::len);
        let mut parts =
            (0..parts).map(|nth| followed(document, &format!("{schema}/{several}/{nth}")));
        if let Some(next) = parts.find_map(|part| within(document, &part, token)) {
            return Some(next);
        }
    }
    match rules.get("additionalProperties") {
        Some(Value::Object(_)) => found(format!("{schema}/additionalProperties")),
        _ => None,
    }
}

fn followed(document: &Document, schema: &str) -> String {
    document.follow(schema).unwrap_or_else(|| schema.to_owned())
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
