//! A schema in words: what kind of value it takes, and by which rules.
//!
//! Reads the raw tree: `openapiv3` sorts keywords by type and drops what it does not expect.

use serde_json::Value;

use super::markdown::{code, enumerate, link};
use crate::Document;
use crate::pointer;
use crate::provenance::Provenance;

const SCHEMAS: &str = "/components/schemas/";

/// A schema, references followed.
#[derive(Clone)]
pub(super) struct Schema<'c> {
    document: &'c Document,
    pub(super) pointer: String,
    value: &'c Value,
}

/// A property of an object.
pub(super) struct Property<'c> {
    pub(super) name: &'c str,
    /// `yes`, nothing, or when it must be sent.
    pub(super) required: String,
    pub(super) schema: Schema<'c>,
}

impl<'c> Schema<'c> {
    /// The schema at `pointer`. One that leads nowhere, which the lint reports, says nothing.
    pub(super) fn at(document: &'c Document, pointer: &str) -> Schema<'c> {
        const NOTHING: &Value = &Value::Null;
        let pointer = document.follow(pointer).unwrap_or_default();
        let value = if pointer.is_empty() { None } else { document.at(&pointer) };
        Schema { document, pointer, value: value.unwrap_or(NOTHING) }
    }

    /// The name, of one that stands under `components`.
    pub(super) fn name(&self) -> Option<&str> {
        self.pointer.strip_prefix(SCHEMAS).filter(|name| !name.contains('/'))
    }

    pub(super) fn description(&self) -> &'c str {
        self.value["description"].as_str().unwrap_or_default()
    }

    /// The first sentence of the description, for where the rest is one click away.
    pub(super) fn gist(&self) -> &'c str {
        let description = self.description();
        description
            .find(". ")
            .or(description.find(".\n"))
            .map_or(description, |end| &description[..=end])
    }

    /// `x-provenance`, where the schema itself has one.
    pub(super) fn provenance(&self) -> Option<Provenance> {
        self.value["x-provenance"].as_str()?.parse().ok()
    }

    /// Has it properties of its own to be listed?
    pub(super) fn is_object(&self) -> bool {
        self.value["properties"].is_object()
    }

    /// Are properties refused that it does not list?
    pub(super) fn is_closed(&self) -> bool {
        self.value["additionalProperties"] == Value::Bool(false)
    }

    pub(super) fn property(&self, name: &str) -> Option<Schema<'c>> {
        self.value["properties"].get(name)?;
        Some(self.child(&["properties", name]))
    }

    pub(super) fn properties(&self) -> Vec<Property<'c>> {
        let entries = self.value["properties"].as_object().into_iter().flatten();
        let properties = entries.map(|(name, _)| Property {
            name,
            required: self.requirement(name),
            schema: self.child(&["properties", name]),
        });
        properties.collect()
    }

    /// What the elements of an array are.
    pub(super) fn items(&self) -> Option<Schema<'c>> {
        self.value.get("items").map(|_| self.child(&["items"]))
    }

    /// The schemas it is put together from, and those of its properties and elements.
    pub(super) fn parts(&self) -> Vec<Schema<'c>> {
        let mut parts: Vec<Schema<'c>> =
            self.properties().into_iter().map(|property| property.schema).collect();
        parts.extend(self.items());
        if self.value["additionalProperties"].is_object() {
            parts.push(self.child(&["additionalProperties"]));
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            let variants = self.value[key].as_array().map_or(0, Vec::len);
            parts.extend((0..variants).map(|index| self.child(&[key, &index.to_string()])));
        }
        parts
    }

    /// The kind of value: a link to the schema's entry, if it has a name.
    pub(super) fn kind_link(&self) -> String {
        match (self.name(), self.items()) {
            (Some(name), _) => link(name),
            (None, Some(items)) => list_of(&items),
            (None, None) => self.kind(),
        }
    }

    /// The kind of value, spelt out.
    pub(super) fn kind(&self) -> String {
        let kind = self.value["type"].as_str();
        let format = self.value["format"].as_str();
        let words = match (kind, format) {
            (Some("array"), _) => match self.items() {
                Some(items) => list_of(&items),
                None => "list".to_owned(),
            },
            (Some("string"), Some(format)) => format.to_owned(),
            (Some(kind), _) => kind.to_owned(),
            (None, _) => "any".to_owned(),
        };
        if self.value["nullable"] == Value::Bool(true) { format!("{words} or null") } else { words }
    }

    /// [`rules`](Self::rules), as far as an answer promises them.
    pub(super) fn promises(&self) -> String {
        // In a request a value that is not listed is refused, however open the list is.
        let grows = self.value["x-extensible-enum"] == Value::Bool(true);
        if grows { format!("{}; may grow", self.rules()) } else { self.rules() }
    }

    /// The rules a value has to keep, beyond its kind.
    pub(super) fn rules(&self) -> String {
        let mut rules = Vec::new();
        if let Some(values) = self.value["enum"].as_array() {
            let values: Vec<String> = values.iter().map(literal).collect();
            rules.push(match values.as_slice() {
                [only] => format!("always {only}"),
                _ => enumerate(&values, "or"),
            });
        }
        if let Some(pattern) = self.value["pattern"].as_str() {
            rules.push(format!("matches {}", code(pattern)));
        }
        rules.extend(self.range("minLength", "maxLength", "character"));
        rules.extend(self.range("minimum", "maximum", ""));
        for (key, words) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if self.value[key] == Value::Bool(true) {
                rules.push(format!("without {}", literal(&self.value[words])));
            }
        }
        if let Some(step) = self.value.get("multipleOf") {
            rules.push(format!("in steps of {step}"));
        }
        rules.extend(self.range("minItems", "maxItems", "element"));
        if self.value["uniqueItems"] == Value::Bool(true) {
            rules.push("no element twice".to_owned());
        }
        if let Some(default) = self.value.get("default") {
            rules.push(format!("{} when absent", literal(default)));
        }
        rules.join("; ")
    }

    /// `1 to 100 characters`, `at least 0`.
    fn range(&self, least: &str, most: &str, unit: &str) -> Option<String> {
        let words = match (self.value.get(least), self.value.get(most)) {
            (None, None) => return None,
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (Some(least), Some(most)) if least == most => format!("always {least}"),
            (Some(least), Some(most)) => format!("{least} to {most}"),
        };
        let plural = if words.ends_with(" 1") { "" } else { "s" };
        Some(if unit.is_empty() { words } else { format!("{words} {unit}{plural}") })
    }

    fn requirement(&self, name: &str) -> String {
        let required = self.value["required"].as_array().into_iter().flatten();
        if required.into_iter().any(|required| required == name) {
            return "yes".to_owned();
        }
        let when = self.value["x-required-when"][name].as_object().into_iter().flatten();
        let when = when.map(|(other, values)| {
            let values: Vec<String> =
                values.as_array().into_iter().flatten().map(literal).collect();
            format!("when {} is {}", code(other), enumerate(&values, "or"))
        });
        when.collect::<Vec<_>>().join(", or ")
    }

    fn child(&self, segments: &[&str]) -> Schema<'c> {
        let mut pointer = self.pointer.clone();
        for segment in segments {
            pointer::push(&mut pointer, segment);
        }
        Schema::at(self.document, &pointer)
    }
}

fn list_of(items: &Schema<'_>) -> String {
    match items.name() {
        Some(name) => format!("list of {}", link(name)),
        None => format!("list of {}s", items.kind()),
    }
}

/// A value as the contract's reader would write it: words without quotes.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => code(text),
        other => code(&other.to_string()),
    }
}
