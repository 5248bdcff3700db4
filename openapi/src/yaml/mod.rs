//! YAML text into a JSON tree, with the line of every node.
//!
//! A contract is read as YAML 1.2 with the core schema, of which JSON is a subset. What YAML can say
//! and a contract has no use for is refused with a sentence rather than read in a surprising way:
//! duplicate keys, anchors and aliases, tags, several documents, numbers with leading zeros (`0615`
//! would silently lose one), `.inf` and `.nan`, integers beyond 64 bits. Keys are taken as written,
//! so `404:` and `"404":` are one key.
//!
//! A file that is not ours to mend is read leniently: of all these, what has one plain reading is read
//! so, with a warning where it is not the obvious one.
//!
//! The line of a mapping entry is that of its key, the line of a sequence element that of the
//! element: what an editor should open.

use std::collections::HashMap;

use saphyr_parser::Parser;
use serde_json::Value;

use crate::place::ReadError;
#[cfg(feature = "foreign")]
use crate::place::Warning;

mod leniency;
mod reader;
mod scalar;
mod surrogates;
#[cfg(test)]
mod tests;

use leniency::Leniency;
use reader::Reader;

/// A parsed file.
pub(crate) struct Tree {
    pub(crate) value: Value,
    /// The line of each node by its JSON pointer.
    pub(crate) lines: HashMap<String, u32>,
}

/// Parses the one document of `text`; `name` is the file in messages.
pub(crate) fn read(name: &str, text: &str) -> Result<Tree, ReadError> {
    parse(name, text, None).map(|(tree, _)| tree)
}

/// Parses the first document of `text`, with a warning for each thing [`read`] would refuse and
/// that is not read as YAML says it is.
///
/// # Errors
///
/// If it is no YAML, or holds what JSON cannot, such as a list as a key.
#[cfg(feature = "foreign")]
pub(crate) fn read_leniently(name: &str, text: &str) -> Result<(Tree, Vec<Warning>), ReadError> {
    let (tree, leniency) = parse(name, text, Some(Leniency::default()))?;
    Ok((tree, leniency.map(|it| it.warnings).unwrap_or_default()))
}

fn parse(
    name: &str,
    text: &str,
    leniency: Option<Leniency>,
) -> Result<(Tree, Option<Leniency>), ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = surrogates::joined(text);
    let events = Parser::new_from_str(&text);
    let mut reader = Reader::new(name, events, leniency);
    let value = reader.document()?;
    let (lines, leniency) = reader.found();
    Ok((Tree { value, lines }, leniency))
}
