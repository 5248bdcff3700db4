//! A position in a document, with typed reads whose errors name the place.
//!
//! Used wherever the contract's own extensions and the parts the typed model resolves badly are
//! read: `openapiv3` reports a wrong type without saying where it stands.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::place::ReadError;
use crate::pointer;

/// One node of a document.
#[derive(Clone)]
pub(crate) struct Node<'d> {
    pub(crate) document: &'d Document,
    pub(crate) pointer: String,
    pub(crate) value: &'d Value,
}

impl<'d> Node<'d> {
    pub(crate) fn root(document: &'d Document) -> Node<'d> {
        Node { document, pointer: String::new(), value: document.value() }
    }

    /// The entry `key`, unless it is absent or this is no mapping.
    pub(crate) fn get(&self, key: &str) -> Option<Node<'d>> {
        let value = self.value.get(key)?;
        Some(Node { document: self.document, pointer: pointer::join(&self.pointer, key), value })
    }

    pub(crate) fn require(&self, key: &str) -> Result<Node<'d>, ReadError> {
        self.object()?;
        self.get(key)
            .ok_or_else(|| self.error(format!("{} has no `{key}`", self.name()), "add one"))
    }

    pub(crate) fn object(&self) -> Result<&'d Map<String, Value>, ReadError> {
        self.value.as_object().ok_or_else(|| self.expected("a mapping"))
    }

    pub(crate) fn entries(&self) -> Result<Vec<(&'d str, Node<'d>)>, ReadError> {
        let entries = self.object()?.iter().map(|(key, value)| {
            let pointer = pointer::join(&self.pointer, key);
            (key.as_str(), Node { document: self.document, pointer, value })
        });
        Ok(entries.collect())
    }

    pub(crate) fn items(&self) -> Result<Vec<Node<'d>>, ReadError> {
        let items = self.value.as_array().ok_or_else(|| self.expected("a list"))?;
        let nodes = items.iter().enumerate().map(|(index, value)| Node {
            document: self.document,
            pointer: pointer::join(&self.pointer, &index.to_string()),
            value,
        });
        Ok(nodes.collect())
    }

    pub(crate) fn str(&self) -> Result<&'d str, ReadError> {
        self.value.as_str().ok_or_else(|| self.expected("a text"))
    }

    pub(crate) fn string(&self) -> Result<String, ReadError> {
        self.str().map(str::to_owned)
    }

    pub(crate) fn boolean(&self) -> Result<bool, ReadError> {
        self.value.as_bool().ok_or_else(|| self.expected("`true` or `false`"))
    }

    pub(crate) fn integer(&self) -> Result<i64, ReadError> {
        self.value.as_i64().ok_or_else(|| self.expected("an integer"))
    }

    pub(crate) fn status(&self) -> Result<u16, ReadError> {
        let status = self.value.as_u64().and_then(|status| u16::try_from(status).ok());
        status
            .filter(|status| (100..600).contains(status))
            .ok_or_else(|| self.expected("an HTTP status (an integer from 100 to 599)"))
    }

    pub(crate) fn strings(&self) -> Result<Vec<String>, ReadError> {
        self.items()?.iter().map(Node::string).collect()
    }

    /// The text at `key`, or an empty one.
    pub(crate) fn text_or_empty(&self, key: &str) -> Result<String, ReadError> {
        self.get(key).map_or_else(|| Ok(String::new()), |node| node.string())
    }

    /// The flag at `key`, or `false`.
    pub(crate) fn flag(&self, key: &str) -> Result<bool, ReadError> {
        self.get(key).map_or(Ok(false), |node| node.boolean())
    }

    /// The list of texts at `key`, or none.
    pub(crate) fn strings_or_none(&self, key: &str) -> Result<Vec<String>, ReadError> {
        self.get(key).map_or_else(|| Ok(Vec::new()), |node| node.strings())
    }

    /// This node, or what its `$ref` leads to.
    pub(crate) fn followed(self) -> Result<Node<'d>, ReadError> {
        if self.value.get("$ref").is_none() {
            return Ok(self);
        }
        let document = self.document;
        let target = document
            .follow(&self.pointer)
            .and_then(|pointer| Some((document.at(&pointer)?, pointer)));
        match target {
            Some((value, pointer)) => Ok(Node { document, pointer, value }),
            None => {
                let reference = self.value["$ref"].as_str().unwrap_or("(no text)");
                Err(self.error(
                    format!("the reference `{reference}` leads nowhere"),
                    "refer to something under `components` of the same file",
                ))
            }
        }
    }

    pub(crate) fn error(&self, problem: impl Into<String>, remedy: impl Into<String>) -> ReadError {
        ReadError::malformed(self.document.place(&self.pointer), problem, remedy)
    }

    fn expected(&self, what: &str) -> ReadError {
        self.error(format!("{} is {}", self.name(), describe(self.value)), format!("write {what}"))
    }

    /// The node's key in backticks, for messages.
    fn name(&self) -> String {
        match pointer::split_last(&self.pointer) {
            Some((_, last)) => format!("`{last}`"),
            None => "the document".to_owned(),
        }
    }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
