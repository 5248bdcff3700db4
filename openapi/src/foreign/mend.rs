//! Takes out of a document what nothing behind could use.
//!
//! What is left is a tree in which every reference leads somewhere in the same file and every
//! keyword of a schema has a value of its own kind. A schema that had to go accepts everything; any
//! other object that had to go is `null`, which readers take for absent. Lines stay what they were,
//! since nothing moves.

use serde_json::{Value, json};

use super::schema;
use crate::document::Document;
use crate::kind::{self, Kind};
use crate::place::Warning;
use crate::pointer;

/// One change of the tree.
pub(super) enum Edit {
    /// The node at this pointer becomes this value.
    Replace(String, Value),
    /// The entry at this pointer goes.
    Remove(String),
}

/// The document without what is of no use, with a warning for each thing that is missed.
pub(super) fn mend(document: Document, warnings: &mut Vec<Warning>) -> Document {
    let mut mending = Mending { document: &document, edits: Vec::new(), warnings };
    for object in kind::objects(&document) {
        if object.is_reference()
            || (object.kind == Kind::PathItem && object.value.get("$ref").is_some())
        {
            mending.reference(object.kind, &object.pointer, object.value);
        } else if object.kind == Kind::Schema {
            schema::mend(&mut mending, &object.pointer, object.value);
        }
    }
    let edits = mending.edits;
    let mut value = document.value().clone();
    for edit in edits {
        // What stood inside of something that is gone needs no change any more.
        match edit {
            Edit::Replace(at, with) => {
                if let Some(node) = value.pointer_mut(&at) {
                    *node = with;
                } else if let Some((parent, key)) = pointer::split_last(&at)
                    && let Some(parent) = value.pointer_mut(parent).and_then(Value::as_object_mut)
                {
                    parent.insert(key, with);
                }
            }
            Edit::Remove(at) => {
                let Some((parent, key)) = pointer::split_last(&at) else { continue };
                if let Some(parent) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
                    parent.shift_remove(&key);
                }
            }
        }
    }
    document.with_value(value)
}

/// A document being mended.
pub(super) struct Mending<'m> {
    pub(super) document: &'m Document,
    edits: Vec<Edit>,
    warnings: &'m mut Vec<Warning>,
}

impl Mending<'_> {
    pub(super) fn warn(
        &mut self,
        pointer: &str,
        problem: impl Into<String>,
        consequence: impl Into<String>,
    ) {
        self.warnings.push(Warning::new(self.document.place(pointer), problem, consequence));
    }

    pub(super) fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// Takes out the entry `key` of the object at `pointer`, with a warning.
    pub(super) fn drop_key(&mut self, pointer: &str, key: &str, problem: impl Into<String>) {
        let at = pointer::join(pointer, key);
        self.warn(&at, problem, "it is not checked");
        self.edit(Edit::Remove(at));
    }

    fn reference(&mut self, kind: Kind, pointer: &str, value: &Value) {
        let at = pointer::join(pointer, "$ref");
        if self
            .document
            .follow(pointer)
            .is_some_and(|it| self.document.at(&it).is_some_and(Value::is_object))
        {
            if kind == Kind::Schema {
                self.siblings(pointer, value);
            }
            return;
        }
        let written = value["$ref"].as_str();
        let problem = match written {
            None => "a reference that is no text".to_owned(),
            Some(written) if !written.starts_with('#') => {
                format!("the reference `{written}` leads out of the file")
            }
            Some(written) => {
                match pointer::of_reference(written).and_then(|it| self.document.at(&it)) {
                    Some(_) => format!("the reference `{written}` goes round in a circle"),
                    None => format!("the reference `{written}` leads nowhere"),
                }
            }
        };
        match kind {
            Kind::Schema => {
                self.warn(&at, problem, "any value is accepted there");
                self.edit(Edit::Replace(pointer.to_owned(), json!({})));
            }
            Kind::Response => {
                self.warn(&at, problem, "the answer has no body");
                self.edit(Edit::Replace(pointer.to_owned(), json!({ "description": "" })));
            }
            other => {
                self.warn(&at, problem, format!("{} is missing there", other.noun()));
                self.edit(Edit::Replace(pointer.to_owned(), Value::Null));
            }
        }
    }

    /// OpenAPI 3.0 ignores what stands beside a `$ref`, which not everybody who writes it knows.
    fn siblings(&mut self, pointer: &str, value: &Value) {
        for key in value.as_object().into_iter().flat_map(|schema| schema.keys()) {
            if schema::is_assertion(key) {
                let problem = format!("`{key}` stands beside a `$ref`");
                self.warn(
                    &pointer::join(pointer, key),
                    problem,
                    "it is ignored, as OpenAPI 3.0 says",
                );
            }
        }
    }
}
