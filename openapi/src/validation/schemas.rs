//! The rules of any document, each compiled when it is first asked for.
//!
//! [`Validators`](super::Validators) compile a contract of ours whole, so that a broken schema stops
//! the start. A foreign contract may have thousands of schemas of which a test touches ten, and one
//! broken schema must not keep the others from being served; so here a rule is compiled by the first
//! value held against it, and one that cannot be compiled accepts everything, which
//! [`Schemas::defect`] tells.
//!
//! A rule holds a copy of everything its schema refers to, which in a big contract may be all of it;
//! so not all rules are kept at once: see [`NODES_MAX`].
//!
//! `readOnly` and `writeOnly` make of one schema two: see [`Direction`].

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::compiler::{Compiled, Compiler};
use super::lower::{self, Audience};
use super::translate::Translation;
use super::{UNIONS_MAX, ValidationBuildError, Violation, ViolationIn};
use crate::document::Document;

/// How many nodes of schemas the kept rules may be made of, some 300 bytes each. Beyond it all are
/// forgotten, and compiled again when they are needed: a test touches few operations many times.
const NODES_MAX: usize = 150_000;

/// A rule; `None` if there is no such schema, and an error if it cannot be compiled.
type Rule = Result<Option<Compiled>, ValidationBuildError>;

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the caller: what is `readOnly` is not required.
    Request,
    /// To the caller: what is `writeOnly` is not required.
    Response,
}

/// The rules of a document.
#[derive(Debug)]
pub struct Schemas {
    document: Arc<Document>,
    requests: Rules,
    /// `None` if no property is for one direction alone, so that the rules are the same.
    responses: Option<Rules>,
}

#[derive(Debug)]
struct Rules {
    compiler: Compiler,
    wrapped: lower::Wrapped,
    /// A `std` lock: a rule is looked up or put in under it, and never waited for.
    compiled: RwLock<Kept>,
}

/// The rules that are kept.
#[derive(Debug, Default)]
struct Kept {
    rules: HashMap<String, Arc<Rule>>,
    nodes: usize,
}

impl Schemas {
    /// The rules of `document`, of which none is compiled yet.
    ///
    /// # Errors
    ///
    /// If a reference leads nowhere.
    pub fn new(document: Arc<Document>) -> Result<Schemas, ValidationBuildError> {
        let requests = Rules::new(&document, Audience::Requests)?;
        let responses = match lower::is_directed(&document) {
            true => Some(Rules::new(&document, Audience::Responses)?),
            false => None,
        };
        Ok(Schemas { document, requests, responses })
    }

    /// The document whose rules these are.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What is wrong with `value` held against the schema at `pointer`. Every pointer to a value
    /// begins with `prefix`: nothing for a body, `/name` for a parameter.
    pub fn violations(
        &self,
        pointer: &str,
        direction: Direction,
        location: ViolationIn,
        prefix: &str,
        value: &Value,
    ) -> Vec<Violation> {
        let rules = self.rules(direction);
        let mut translation =
            Translation::new(&self.document, &rules.wrapped, location, prefix.to_owned());
        let mut schema = pointer.to_owned();
        for _ in 0..UNIONS_MAX {
            let rule = rules.rule(&self.document, &schema);
            match rule.as_ref() {
                Ok(None) | Err(_) => break,
                Ok(Some(Compiled::Plain(validator))) => {
                    for error in validator.iter_errors(value) {
                        translation.add(&error);
                    }
                    break;
                }
                Ok(Some(Compiled::Union(discriminator))) => {
                    match translation.choose(discriminator, &schema, value, "") {
                        Some(variant) => schema = variant.to_owned(),
                        None => break,
                    }
                }
            }
        }
        translation.finish()
    }

    /// Is `value` what the schema at `pointer` says?
    pub fn is_valid(&self, pointer: &str, direction: Direction, value: &Value) -> bool {
        self.violations(pointer, direction, ViolationIn::Body, "", value).is_empty()
    }

    /// Why the schema at `pointer` cannot be compiled, if it cannot: it accepts everything.
    pub fn defect(&self, pointer: &str, direction: Direction) -> Option<String> {
        let rule = self.rules(direction).rule(&self.document, pointer);
        rule.as_ref().as_ref().err().map(ToString::to_string)
    }

    fn rules(&self, direction: Direction) -> &Rules {
        match (direction, &self.responses) {
            (Direction::Response, Some(responses)) => responses,
            (Direction::Response, None) | (Direction::Request, _) => &self.requests,
        }
    }
}

impl Rules {
    fn new(document: &Document, audience: Audience) -> Result<Rules, ValidationBuildError> {
        let (compiler, wrapped) = Compiler::new(document, audience)?;
        Ok(Rules { compiler, wrapped, compiled: RwLock::default() })
    }

    fn rule(&self, document: &Document, pointer: &str) -> Arc<Rule> {
        let known = self.compiled.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(rule) = known.rules.get(pointer) {
            return Arc::clone(rule);
        }
        drop(known);
        // Compiled outside the lock: two requests may do so at once, and the first one's rule stays.
        let rule = Arc::new(self.compiler.compile(document, pointer));
        let nodes = self.compiler.nodes(pointer);
        let mut known = self.compiled.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = known.rules.get(pointer) {
            return Arc::clone(first);
        }
        if known.nodes.saturating_add(nodes) > NODES_MAX {
            *known = Kept::default();
        }
        known.nodes += nodes;
        known.rules.insert(pointer.to_owned(), Arc::clone(&rule));
        rule
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_are_forgotten_rather_than_kept_without_bound() {
        // A hundred schemas that refer to each other in a ring: each rule is made of all of them.
        let schemas = (0..100).map(|index| {
            let next = format!("#/components/schemas/S{}", (index + 1) % 100);
            let properties = json!({ "next": { "$ref": next }, "n": { "type": "integer" } });
            (format!("S{index}"), json!({ "type": "object", "properties": properties }))
        });
        let schemas: serde_json::Map<String, Value> = schemas.collect();
        let text = json!({ "openapi": "3.0.3", "components": { "schemas": schemas } }).to_string();
        let document = Arc::new(Document::parse("t.json", &text).unwrap());
        let schemas = Schemas::new(document).unwrap();
        let mut most = 0;
        for _ in 0..3 {
            for index in 0..100 {
                let pointer = format!("/components/schemas/S{index}");
                let value = json!({ "next": { "n": "x" } });
                assert!(!schemas.is_valid(&pointer, Direction::Request, &value));
                let kept = schemas.requests.compiled.read().unwrap();
                assert!(kept.nodes <= NODES_MAX);
                most = most.max(kept.rules.len());
            }
        }
        assert!(most > 10, "{most} rules are too few to be of use");
    }
}
