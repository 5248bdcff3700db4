//! What is refused in a file of ours, and in one that is not ours to mend is read with a warning.

use std::collections::HashMap;

use saphyr_parser::Span;
use serde_json::{Number, Value};

use super::reader::{Reader, line};
use super::scalar;
use crate::place::{Place, ReadError, Warning};

/// How many nodes the aliases of a leniently read file may add: more than any contract, and a bound
/// on aliases of aliases of aliases.
const ALIASED_MAX: usize = 1_000_000;

/// What is kept while a file is read leniently.
#[derive(Default)]
pub(super) struct Leniency {
    /// The anchored values, each with the number of its nodes.
    anchors: HashMap<usize, (Value, usize)>,
    /// How many nodes aliases have added.
    aliased: usize,
    pub(super) warnings: Vec<Warning>,
}

impl Reader<'_> {
    /// Judges the anchor and the tag of a node.
    pub(super) fn properties(
        &mut self,
        span: Span,
        anchor: usize,
        tag: Option<String>,
    ) -> Result<(), ReadError> {
        if anchor != 0 && self.leniency.is_none() {
            return Err(self.error(
                span,
                "a YAML anchor (`&name`) is not read",
                "put the shared part under `components` and refer to it with `$ref`; quote a text that begins with `&`",
            ));
        }
        let Some(tag) = tag else { return Ok(()) };
        let problem = format!("the YAML tag `{tag}` is not read");
        let remedy = "remove it; quote a text that begins with `!`";
        let error = self.error(span, problem.clone(), remedy);
        self.lenient(span, error, &problem, "the value is taken as if it were not there")
    }

    /// Keeps a value for the aliases of its anchor.
    pub(super) fn anchored(&mut self, anchor: usize, value: &Value) {
        if let Some(leniency) = self.leniency.as_mut().filter(|_| anchor != 0) {
            leniency.anchors.insert(anchor, (value.clone(), nodes(value)));
        }
    }

    /// The value that an alias stands for.
    pub(super) fn alias(&mut self, span: Span, anchor: usize) -> Result<Value, ReadError> {
        let Some(leniency) = self.leniency.as_mut() else {
            return Err(self.error(
                span,
                "a YAML alias (`*name`) is not read",
                "refer to the shared part with `$ref`; quote a text that begins with `*`",
            ));
        };
        let anchored = leniency.anchors.get(&anchor).map(|(value, nodes)| (value.clone(), *nodes));
        let Some((value, nodes)) = anchored else {
            return Err(self.error(
                span,
                "a YAML alias stands inside what it stands for",
                "refer to a recursive schema with `$ref`",
            ));
        };
        leniency.aliased += nodes;
        if leniency.aliased > ALIASED_MAX {
            return Err(self.error(
                span,
                format!("aliases make more than {ALIASED_MAX} nodes of this file"),
                "refer to shared parts with `$ref`",
            ));
        }
        Ok(value)
    }

    /// What an unquoted scalar means.
    pub(super) fn plain(&mut self, span: Span, text: &str) -> Result<Value, ReadError> {
        scalar::plain(text).or_else(|(problem, remedy)| {
            let error = self.error(span, problem.clone(), remedy);
            // Digits alone are beyond 64 bits only if no zero leads them.
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            let is_large = !digits.starts_with('0') && digits.bytes().all(|it| it.is_ascii_digit());
            let float = text.parse().ok().and_then(Number::from_f64).filter(|_| is_large);
            match float {
                Some(float) => {
                    self.lenient(span, error, &problem, "it is rounded to a 64-bit float")?;
                    Ok(Value::Number(float))
                }
                None => {
                    self.lenient(span, error, &problem, "it is taken as a text")?;
                    Ok(Value::String(text.to_owned()))
                }
            }
        })
    }

    /// A warning if the file is read leniently, or else `error`.
    pub(super) fn lenient(
        &mut self,
        span: Span,
        error: ReadError,
        problem: &str,
        consequence: &str,
    ) -> Result<(), ReadError> {
        let place = Place { file: self.name.to_owned(), line: line(span) };
        let Some(leniency) = self.leniency.as_mut() else { return Err(error) };
        leniency.warnings.push(Warning::new(place, problem, consequence));
        Ok(())
    }
}

/// How many nodes a value has.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(entries) => entries.values().map(nodes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
