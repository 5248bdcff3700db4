//! The outline of a schema: as much of it as is needed to read a text by.
//!
//! A parameter or a form field is sent as text, and only the schema tells a number from a text of
//! digits, or how many values there are. The outline looks through references and `allOf`, `oneOf`
//! and `anyOf`; whether the value then is what the schema says is for the rules.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::Document;
use crate::pointer;
use crate::validation::typed;

/// A schema that refers to itself without end is looked into this deep.
const DEPTH_MAX: usize = 16;

/// What may be sent where a schema stands.
pub(super) struct Outline<'d> {
    document: &'d Document,
    /// The schema itself, and those it is combined of: pointers.
    parts: Vec<String>,
    types: BTreeSet<&'d str>,
}

impl<'d> Outline<'d> {
    /// The outline of the schema at `pointer`; of a schema that accepts everything if there is none.
    pub(super) fn new(document: &'d Document, pointer: Option<&str>) -> Outline<'d> {
        let mut outline = Outline { document, parts: Vec::new(), types: BTreeSet::new() };
        if let Some(pointer) = pointer {
            outline.add(pointer, 0);
        }
        outline
    }

    fn add(&mut self, pointer: &str, depth: usize) {
        let Some(pointer) = self.document.follow(pointer).filter(|_| depth < DEPTH_MAX) else {
            return;
        };
        let Some(schema) = self.document.at(&pointer) else { return };
        match schema.get("type") {
            Some(Value::String(one)) => {
                self.types.insert(one);
            }
            Some(Value::Array(several)) => {
                self.types.extend(several.iter().filter_map(Value::as_str));
            }
            _ => {}
        }
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            self.types.insert("null");
        }
        for combination in ["allOf", "oneOf", "anyOf"] {
            let members = schema.get(combination).and_then(Value::as_array).map_or(0, Vec::len);
            for member in 0..members {
                self.add(&format!("{pointer}/{combination}/{member}"), depth + 1);
            }
        }
        self.parts.push(pointer);
    }

    pub(super) fn is_array(&self) -> bool {
        self.types.contains("array") || self.child("items").is_some()
    }

    pub(super) fn is_object(&self) -> bool {
        self.types.contains("object") || self.properties().next().is_some()
    }

    /// The outline of the items of a list.
    pub(super) fn items(&self) -> Outline<'d> {
        Outline::new(self.document, self.child("items").as_deref())
    }

    /// The names of the properties of an object.
    pub(super) fn properties(&self) -> impl Iterator<Item = &'d str> + use<'_, 'd> {
        let document = self.document;
        let declared =
            self.parts.iter().filter_map(move |part| document.at(part)?.get("properties"));
        declared.filter_map(Value::as_object).flat_map(Map::keys).map(String::as_str)
    }

    /// The outline of a property.
    pub(super) fn property(&self, name: &str) -> Outline<'d> {
        let at = |part: &String| pointer::join(&pointer::join(part, "properties"), name);
        let declared = self.parts.iter().map(at).find(|at| self.document.at(at).is_some());
        Outline::new(
            self.document,
            declared.or_else(|| self.child("additionalProperties")).as_deref(),
        )
    }

    fn child(&self, keyword: &str) -> Option<String> {
        let at = self.parts.iter().map(|part| pointer::join(part, keyword));
        let mut at = at.filter(|at| self.document.at(at).is_some_and(Value::is_object));
        at.next()
    }

    /// A text as the value that is meant; a text where it is none of the schema's types.
    pub(super) fn value(&self, text: &str) -> Value {
        for scalar in ["integer", "number", "boolean"] {
            let value = typed(scalar, text);
            if self.types.contains(scalar) && !value.is_string() {
                return value;
            }
        }
        if self.types.contains("null") && matches!(text, "" | "null") {
            return Value::Null;
        }
        Value::String(text.to_owned())
    }
}
