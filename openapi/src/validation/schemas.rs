//! The rules of any document, each compiled when it is first asked for.
//!
//! [`Validators`](super::Validators) compile a contract of ours whole, so that a broken schema stops
//! the start. A foreign contract may have thousands of schemas of which a test touches ten, and one
//! broken schema must not keep the others from being served; so here a rule is compiled by the first
//! value held against it, and one that cannot be compiled accepts everything, which
//! [`Schemas::defect`] tells.
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
    compiled: RwLock<HashMap<String, Arc<Rule>>>,
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
        if let Some(rule) = known.get(pointer) {
            return Arc::clone(rule);
        }
        drop(known);
        // Compiled outside the lock: two requests may do so at once, and the first one's rule stays.
        let rule = Arc::new(self.compiler.compile(document, pointer));
        let mut known = self.compiled.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(pointer.to_owned()).or_insert(rule))
    }
}
