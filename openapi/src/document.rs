//! One file as a tree.
//!
//! Nothing is interpreted here: a [`Document`] keeps every key as it was written, in its order, with
//! its line. The lint depends on that, since the typed model drops what it does not know.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

#[cfg(feature = "foreign")]
use crate::place::Warning;
use crate::place::{Place, ReadError};
use crate::{pointer, yaml};

/// A chain of references longer than this goes round in a circle.
const REFERENCES_MAX: usize = 32;

/// A YAML or JSON file, parsed, with the line of every node.
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    value: Value,
    lines: HashMap<String, u32>,
}

impl Document {
    /// Parses `text`; `name` stands for the file in messages.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Document, ReadError> {
        let name = name.into();
        let yaml::Tree { value, lines } = yaml::read(&name, text)?;
        Ok(Document { name, value, lines })
    }

    /// Parses a file that is not ours to mend; see [`yaml::read_leniently`].
    #[cfg(feature = "foreign")]
    pub(crate) fn parse_leniently(
        name: impl Into<String>,
        text: &str,
    ) -> Result<(Document, Vec<Warning>), ReadError> {
        let name = name.into();
        let (yaml::Tree { value, lines }, warnings) = yaml::read_leniently(&name, text)?;
        Ok((Document { name, value, lines }, warnings))
    }

    /// The same document with another tree, whose nodes have the lines of those at their pointers.
    #[cfg(feature = "foreign")]
    pub(crate) fn with_value(self, value: Value) -> Document {
        Document { value, ..self }
    }

    /// Reads and parses the file at `path`.
    pub fn read(path: impl AsRef<Path>) -> Result<Document, ReadError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Document::parse(file, &text),
            Err(source) => Err(ReadError::File { file, source }),
        }
    }

    /// The file as it is named in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole tree, keys in the order of the file.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The line of the node at a JSON pointer, or of its nearest ancestor that exists.
    ///
    /// The line of a mapping entry is that of its key. A leading `#` is ignored.
    pub fn line(&self, pointer: &str) -> u32 {
        let mut pointer = pointer.strip_prefix('#').unwrap_or(pointer);
        loop {
            if let Some(line) = self.lines.get(pointer) {
                return *line;
            }
            match pointer.rsplit_once('/') {
                Some((parent, _)) => pointer = parent,
                None => return 1,
            }
        }
    }

    /// [`line`](Self::line), with the file.
    pub fn place(&self, pointer: &str) -> Place {
        Place { file: self.name.clone(), line: self.line(pointer) }
    }

    /// The node at a JSON pointer, with or without a leading `#`.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer.strip_prefix('#').unwrap_or(pointer))
    }

    /// The node a local reference such as `#/components/schemas/Order` points at.
    ///
    /// `None` if it dangles or leads out of the file.
    pub fn resolve(&self, reference: &str) -> Option<&Value> {
        self.value.pointer(&pointer::of_reference(reference)?)
    }

    /// The pointer reached from `pointer` by following `$ref` until there is none.
    ///
    /// `None` if a reference dangles, leads out of the file or goes round in a circle.
    pub fn follow(&self, pointer: &str) -> Option<String> {
        let mut pointer = pointer.strip_prefix('#').unwrap_or(pointer).to_owned();
        for _ in 0..REFERENCES_MAX {
            let value = self.value.pointer(&pointer)?;
            match value.get("$ref") {
                Some(reference) => pointer = pointer::of_reference(reference.as_str()?)?,
                None => return Some(pointer),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
components:
  schemas:
    A: { $ref: '#/components/schemas/B' }
    B:
      type: string
    C: { $ref: '#/components/schemas/C' }
    D: { $ref: 'other.yaml#/D' }
";

    #[test]
    fn a_node_that_does_not_exist_has_the_line_of_its_nearest_ancestor() {
        let document = Document::parse("t.yaml", TEXT).unwrap();
        assert_eq!(document.line("/components/schemas/B/pattern/x"), 4);
        assert_eq!(document.place("#/components/schemas/B/type").to_string(), "t.yaml:5");
        assert_eq!(document.line("/nowhere"), 1);
    }

    #[test]
    fn references_are_followed_to_their_end() {
        let document = Document::parse("t.yaml", TEXT).unwrap();
        let follow = |name: &str| document.follow(&format!("/components/schemas/{name}"));
        assert_eq!(follow("A").as_deref(), Some("/components/schemas/B"));
        assert_eq!(follow("C"), None, "a circle has no end");
        assert_eq!(follow("D"), None, "another file is not read");
        assert!(document.resolve("#/components/schemas/B/type").is_some());
        assert!(document.resolve("#/components/schemas/Z").is_none());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Document::read("no/such/file.yaml").unwrap_err();
        assert_eq!(error.to_string(), "`no/such/file.yaml` cannot be read");
    }
}
