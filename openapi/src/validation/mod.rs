//! Is this value what the contract says?
//!
//! Every schema that a body, parameter or response needs is compiled once, from a copy of the
//! document lowered to JSON Schema Draft 4. All violations of a value are reported at once, sorted by
//! pointer, each with the place of the broken rule in the contract.
//!
//! A `oneOf` with a discriminator is not validated as a `oneOf`, whose one error would say nothing:
//! the discriminator chooses the variant, and the value is held against that.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use crate::contract::Contract;
use crate::document::Document;
use crate::operation::ParameterLocation;
use crate::place::Place;
use crate::pointer;

mod compiler;
mod format;
mod lower;
mod message;
mod required_when;
#[cfg(feature = "sample")]
mod schemas;
mod translate;
mod violation;

use compiler::{Compiled, Compiler};
use lower::Audience;
#[cfg(feature = "sample")]
pub use schemas::{Direction, Schemas};
use translate::Translation;
pub use violation::{Violation, ViolationIn};

/// A chain of variants that are unions themselves longer than this goes round in a circle.
const UNIONS_MAX: usize = 8;

/// A schema of the contract that cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("{place}: this schema cannot be compiled: {problem}")]
pub struct ValidationBuildError {
    /// The schema.
    pub place: Place,
    /// What is wrong with it.
    pub problem: String,
}

/// A status the contract does not document for an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{subject} documents no answer {status}; it documents {}", statuses(.documented))]
pub struct Undocumented {
    /// The operation, in backticks, or the fallbacks.
    pub subject: String,
    /// The status that was asked for.
    pub status: u16,
    /// What is documented.
    pub documented: Vec<u16>,
}

fn statuses(documented: &[u16]) -> String {
    match documented {
        [] => "none".to_owned(),
        some => some.iter().map(u16::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// The compiled rules of a contract.
#[derive(Debug)]
pub struct Validators {
    document: Arc<Document>,
    /// Schemas that the lowering wrapped; see [`lower`].
    wrapped: lower::Wrapped,
    /// One rule per schema, by its pointer, whoever uses it.
    compiled: HashMap<String, Compiled>,
    operations: HashMap<String, Rules>,
    fallbacks: IndexMap<u16, Option<String>>,
}

#[derive(Debug)]
struct Rules {
    /// The schema of the body.
    body: Option<String>,
    parameters: Vec<ParameterRules>,
    /// The schema of each documented answer; none where there is no body.
    responses: IndexMap<u16, Option<String>>,
}

#[derive(Debug)]
struct ParameterRules {
    location: ParameterLocation,
    name: String,
    schema: String,
}

impl Validators {
    /// Compiles the rules of `contract`.
    ///
    /// # Errors
    ///
    /// If a schema is no schema: a pattern that is no regular expression, a dangling reference.
    pub fn new(contract: &Contract) -> Result<Validators, ValidationBuildError> {
        let mut operations = HashMap::new();
        for operation in contract.operations() {
            let body = operation.request_body.as_ref().map(|body| body.schema.clone());
            let parameters = operation.parameters.iter().map(|parameter| ParameterRules {
                location: parameter.location,
                name: parameter.name.clone(),
                schema: parameter.schema.clone(),
            });
            let responses = operation.responses.values();
            let rules = Rules {
                body,
                parameters: parameters.collect(),
                responses: responses.map(|one| (one.status, one.schema.clone())).collect(),
            };
            operations.insert(operation.id.clone(), rules);
        }
        let fallbacks = contract.fallbacks().values();
        let fallbacks: IndexMap<_, _> =
            fallbacks.map(|one| (one.status, one.response.schema.clone())).collect();

        let mut schemas: Vec<&str> = Vec::new();
        for rules in operations.values() {
            schemas.extend(rules.body.as_deref());
            schemas.extend(rules.parameters.iter().map(|parameter| parameter.schema.as_str()));
            schemas.extend(rules.responses.values().flatten().map(String::as_str));
        }
        schemas.extend(fallbacks.values().flatten().map(String::as_str));
        let document = contract.shared_document();
        let (wrapped, compiled) = compile(&document, schemas)?;
        Ok(Validators { document, wrapped, compiled, operations, fallbacks })
    }

    /// Compiles single schemas of `document`, for [`schema`](Self::schema).
    #[cfg(feature = "tooling")]
    pub(crate) fn of_schemas(
        document: &Arc<Document>,
        schemas: Vec<&str>,
    ) -> Result<Validators, ValidationBuildError> {
        let (wrapped, compiled) = compile(document, schemas)?;
        Ok(Validators {
            document: Arc::clone(document),
            wrapped,
            compiled,
            operations: HashMap::new(),
            fallbacks: IndexMap::new(),
        })
    }

    /// What is wrong with `body` as the request body of an operation.
    ///
    /// Nothing, if the operation takes no body or is not in the contract.
    pub fn request_body(&self, operation_id: &str, body: &Value) -> Vec<Violation> {
        let rules = self.operations.get(operation_id);
        self.body(rules.and_then(|rules| rules.body.as_deref()), body)
    }

    /// What is wrong with `value` as a parameter of an operation. Pointers begin with its name.
    ///
    /// Nothing, if the contract declares no such parameter.
    pub fn parameter(
        &self,
        operation_id: &str,
        location: ParameterLocation,
        name: &str,
        value: &Value,
    ) -> Vec<Violation> {
        let Some(rules) = self.parameter_rules(operation_id, location, name) else {
            return Vec::new();
        };
        let prefix = pointer::join("", &rules.name);
        let mut translation = self.translation(location.into(), prefix);
        self.check(&rules.schema, value, &mut translation);
        translation.finish()
    }

    /// The texts sent for one parameter as the value its schema is about: a number where the schema
    /// says number and the text is one, a list where it says list.
    ///
    /// A text that is not what the schema says stays a text, for [`parameter`](Self::parameter) to
    /// report. Of several texts for a parameter that is no list, the first counts.
    pub fn parameter_value(
        &self,
        operation_id: &str,
        location: ParameterLocation,
        name: &str,
        texts: &[&str],
    ) -> Value {
        let rules = self.parameter_rules(operation_id, location, name);
        let schema = rules.and_then(|rules| self.document.at(&rules.schema));
        let type_of = |schema: Option<&Value>| {
            schema.and_then(|schema| schema.get("type")?.as_str()).unwrap_or("string").to_owned()
        };
        if type_of(schema) == "array" {
            let items = rules
                .and_then(|rules| self.document.follow(&pointer::join(&rules.schema, "items")));
            let item = type_of(items.and_then(|pointer| self.document.at(&pointer)));
            return texts.iter().map(|text| typed(&item, text)).collect();
        }
        typed(&type_of(schema), texts.first().copied().unwrap_or_default())
    }

    /// What is wrong with `body` as the documented answer of an operation with this status.
    ///
    /// # Errors
    ///
    /// If the contract documents no such answer.
    pub fn response(
        &self,
        operation_id: &str,
        status: u16,
        body: &Value,
    ) -> Result<Vec<Violation>, Undocumented> {
        let responses = self.operations.get(operation_id).map(|rules| &rules.responses);
        let schema = responses.and_then(|responses| responses.get(&status));
        let schema = schema.ok_or_else(|| Undocumented {
            subject: format!("`{operation_id}`"),
            status,
            documented: responses.map(|some| some.keys().copied().collect()).unwrap_or_default(),
        })?;
        Ok(self.body(schema.as_deref(), body))
    }

    /// What is wrong with `body` as the answer of a request that reaches no operation.
    ///
    /// # Errors
    ///
    /// If the contract has no fallback for this status.
    pub fn fallback(&self, status: u16, body: &Value) -> Result<Vec<Violation>, Undocumented> {
        let schema = self.fallbacks.get(&status).ok_or_else(|| Undocumented {
            subject: "`x-fallback-responses`".to_owned(),
            status,
            documented: self.fallbacks.keys().copied().collect(),
        })?;
        Ok(self.body(schema.as_deref(), body))
    }

    /// What is wrong with `value` held against the schema at `pointer`, which must be compiled.
    #[cfg(feature = "tooling")]
    pub(crate) fn schema(&self, pointer: &str, value: &Value) -> Vec<Violation> {
        self.body(Some(pointer), value)
    }

    fn body(&self, schema: Option<&str>, body: &Value) -> Vec<Violation> {
        let mut translation = self.translation(ViolationIn::Body, String::new());
        if let Some(schema) = schema {
            self.check(schema, body, &mut translation);
        }
        translation.finish()
    }

    fn parameter_rules(
        &self,
        operation_id: &str,
        location: ParameterLocation,
        name: &str,
    ) -> Option<&ParameterRules> {
        let rules = self.operations.get(operation_id)?;
        rules.parameters.iter().find(|parameter| {
            parameter.location == location
                && match location {
                    ParameterLocation::Header => parameter.name.eq_ignore_ascii_case(name),
                    ParameterLocation::Path | ParameterLocation::Query => parameter.name == name,
                }
        })
    }

    fn translation(&self, location: ViolationIn, prefix: String) -> Translation<'_> {
        Translation::new(&self.document, &self.wrapped, location, prefix)
    }

    fn check<'v>(&'v self, mut schema: &'v str, value: &Value, translation: &mut Translation<'_>) {
        for _ in 0..UNIONS_MAX {
            match self.compiled.get(schema) {
                None => return,
                Some(Compiled::Plain(validator)) => {
                    for error in validator.iter_errors(value) {
                        translation.add(&error);
                    }
                    return;
                }
                Some(Compiled::Union(discriminator)) => {
                    match translation.choose(discriminator, schema, value, "") {
                        Some(variant) => schema = variant,
                        None => return,
                    }
                }
            }
        }
    }
}

/// Compiles each of `schemas`, and what they choose among, once.
fn compile(
    document: &Document,
    schemas: Vec<&str>,
) -> Result<(lower::Wrapped, HashMap<String, Compiled>), ValidationBuildError> {
    let (compiler, wrapped) = Compiler::new(document, Audience::Both)?;
    let mut compiled = HashMap::new();
    let mut waiting: Vec<String> = schemas.into_iter().map(str::to_owned).collect();
    while let Some(pointer) = waiting.pop() {
        if compiled.contains_key(&pointer) {
            continue;
        }
        // A parameter without a schema (it has `content`) takes any value; the lint refuses it.
        let Some(rule) = compiler.compile(document, &pointer)? else { continue };
        if let Compiled::Union(discriminator) = &rule {
            waiting.extend(discriminator.mapping.values().cloned());
        }
        compiled.insert(pointer, rule);
    }
    Ok((wrapped, compiled))
}

/// `text` as a value of the JSON type `expected`, if it is one.
pub(crate) fn typed(expected: &str, text: &str) -> Value {
    let parsed = match expected {
        // JSON's own grammar, so that `010`, `+1` and `1e400` stay the texts they are, without the
        // space it allows around a value.
        _ if text.contains(|character: char| character.is_ascii_whitespace()) => None,
        "integer" => {
            serde_json::from_str(text).ok().filter(|value: &Value| value.is_i64() || value.is_u64())
        }
        "number" => serde_json::from_str(text).ok().filter(Value::is_number),
        "boolean" => match text {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}
