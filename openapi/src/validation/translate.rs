//! The validator's errors as violations.
//!
//! A violation points at what the caller has to change: a missing or unknown property itself rather
//! than the object around it, and the right variant of a union rather than the union. Its rule is a
//! place in the contract as it is written, not in the lowered copy.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::format::INTEGER_KEYWORD;
use super::lower::Wrapped;
use super::violation::{Violation, ViolationIn};
use super::{message, required_when};
use crate::document::Document;
use crate::node::Node;
use crate::operation::{Discriminator, read_discriminator};
use crate::pointer;

/// More would help nobody, and a small body can hold a great many unknown properties.
const VIOLATIONS_MAX: usize = 500;

/// What a JSON pointer may not hold as it stands in a URI fragment.
const FRAGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// `pointer` as it stands in a URI fragment.
pub(super) fn encode(pointer: &str) -> String {
    utf8_percent_encode(pointer, FRAGMENT).to_string()
}

/// The violations of one value, while they are being collected.
pub(super) struct Translation<'c> {
    document: &'c Document,
    wrapped: &'c Wrapped,
    location: ViolationIn,
    /// Put before every pointer: the name of a parameter.
    prefix: String,
    violations: Vec<Violation>,
}

impl<'c> Translation<'c> {
    pub(super) fn new(
        document: &'c Document,
        wrapped: &'c Wrapped,
        location: ViolationIn,
        prefix: String,
    ) -> Translation<'c> {
        Translation { document, wrapped, location, prefix, violations: Vec::new() }
    }

    /// The violations by pointer, then keyword, each once.
    pub(super) fn finish(mut self) -> Vec<Violation> {
        self.violations.sort_by(|a, b| {
            (&a.pointer, &a.keyword, &a.rule, &a.message)
                .cmp(&(&b.pointer, &b.keyword, &b.rule, &b.message))
        });
        self.violations.dedup();
        self.violations.truncate(VIOLATIONS_MAX);
        self.violations
    }

    /// The schema of the variant that `value` says it is, or a violation that names the tags.
    pub(super) fn choose<'d>(
        &mut self,
        discriminator: &'d Discriminator,
        schema: &str,
        value: &Value,
        at: &str,
    ) -> Option<&'d str> {
        let rule = pointer::join(schema, "discriminator");
        if !value.is_object() {
            self.push(at, "type", "must be an object".to_owned(), &rule);
            return None;
        }
        let tag = value.get(&discriminator.property).and_then(Value::as_str);
        let variant = tag.and_then(|tag| discriminator.mapping.get(tag));
        if variant.is_none() {
            let tags = discriminator.mapping.keys().map(String::as_str);
            let at = pointer::join(at, &discriminator.property);
            self.push(&at, "discriminator", message::tag(tags), &rule);
        }
        variant.map(String::as_str)
    }

    /// Adds what one error of the validator stands for.
    pub(super) fn add(&mut self, error: &ValidationError<'_>) {
        use ValidationErrorKind as Kind;
        let at = error.instance_path().as_str();
        let Rule { pointer: rule, is_wrapping } = self.rule(error);
        match error.kind() {
            Kind::Required { property } => {
                let property = property.as_str().unwrap_or_default();
                let at = pointer::join(at, property);
                self.push(&at, "required", message::missing(property), &rule);
            }
            Kind::AdditionalProperties { unexpected } => {
                for property in unexpected {
                    let at = pointer::join(at, &message::cut(property));
                    let message = message::unknown(property);
                    self.push(&at, "additionalProperties", message, &rule);
                }
            }
            Kind::Custom { keyword, .. } if keyword == required_when::KEYWORD => {
                self.add_required_when(error.instance(), at, &rule);
            }
            Kind::Custom { keyword, .. } if keyword == INTEGER_KEYWORD => {
                let schema = pointer::split_last(&rule).map_or("", |(schema, _)| schema);
                let format = self.document.at(&pointer::join(schema, "format"));
                let message = message::width(format.and_then(Value::as_str));
                let keyword = if format.is_some() { "format" } else { "type" };
                self.push(at, keyword, message, &pointer::join(schema, keyword));
            }
            Kind::ExclusiveMinimum { .. } | Kind::ExclusiveMaximum { .. } => {
                // Draft 4 reports the bound; what makes it exclusive is a flag beside it.
                let keyword = error.kind().keyword().to_owned();
                let schema = pointer::split_last(&rule).map_or("", |(schema, _)| schema);
                let message = message::sentence(error.kind());
                self.push(at, &keyword, message, &pointer::join(schema, &keyword));
            }
            Kind::AnyOf { context } if is_wrapping => {
                // The first branch is the `null` that the value is not.
                for inner in context.iter().skip(1).flatten() {
                    self.add(inner);
                }
            }
            Kind::OneOfNotValid { context }
            | Kind::OneOfMultipleValid { context }
            | Kind::AnyOf { context } => {
                self.add_union(error, context, at, &rule);
            }
            kind => {
                let keyword = kind.keyword().to_owned();
                self.push(at, &keyword, message::sentence(kind), &rule);
            }
        }
    }

    fn add_required_when(&mut self, value: &Value, at: &str, rule: &str) {
        let document = self.document;
        let Some(declared) = document.at(rule) else { return };
        for (property, conditions) in required_when::missing(declared, value) {
            let conditions = conditions.iter().map(|(other, values)| (other.as_str(), values));
            let message = message::missing_because(property, conditions);
            let at = pointer::join(at, property);
            self.push(&at, required_when::KEYWORD, message, &pointer::join(rule, property));
        }
    }

    /// The errors of the variant a discriminator chooses; one violation if there is none.
    fn add_union(
        &mut self,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
        at: &str,
        rule: &str,
    ) {
        let schema = pointer::split_last(rule).map_or("", |(schema, _)| schema).to_owned();
        if let Some(discriminator) = self.discriminator(&schema) {
            let chosen = self.choose(&discriminator, &schema, error.instance(), at);
            let Some(chosen) = chosen else { return };
            let branches = self.document.at(rule).and_then(Value::as_array);
            let branch = branches.into_iter().flatten().position(|branch| {
                let reference = branch.get("$ref").and_then(Value::as_str);
                reference.and_then(pointer::of_reference).as_deref() == Some(chosen)
            });
            if let Some(errors) = branch.and_then(|branch| context.get(branch)) {
                for inner in errors {
                    self.add(inner);
                }
                return;
            }
        }
        let kind = error.kind();
        let keyword = kind.keyword().to_owned();
        self.push(at, &keyword, message::sentence(kind), rule);
    }

    fn discriminator(&self, schema: &str) -> Option<Discriminator> {
        let value = self.document.at(schema)?;
        let node = Node { document: self.document, pointer: schema.to_owned(), value };
        read_discriminator(&node).ok().flatten()
    }

    fn push(&mut self, at: &str, keyword: &str, message: String, rule: &str) {
        self.violations.push(Violation {
            location: self.location,
            pointer: format!("{}{at}", self.prefix),
            keyword: keyword.to_owned(),
            message,
            rule: format!("#{rule}"),
        });
    }

    /// The place, in the contract as it is written, of the keyword that was broken.
    fn rule(&self, error: &ValidationError<'_>) -> Rule {
        let fragment = error.absolute_keyword_location().and_then(jsonschema::Uri::fragment);
        match fragment {
            Some(fragment) => {
                self.unwrapped(&percent_decode_str(fragment.as_str()).decode_utf8_lossy())
            }
            None => self.unwrapped(error.schema_path().as_str()),
        }
    }

    /// A pointer into the lowered document without the branches that wrapping added.
    fn unwrapped(&self, lowered: &str) -> Rule {
        let mut pointer = String::new();
        // A schema is wrapped once; the next `anyOf` at the same pointer is the contract's own.
        let mut passed = None;
        let mut segments = lowered.split('/').skip(1);
        while let Some(segment) = segments.next() {
            let is_wrapping = segment == "anyOf"
                && passed.as_ref() != Some(&pointer)
                && self.wrapped.contains(&pointer);
            if is_wrapping {
                // What follows is the index of the branch that holds the schema.
                if segments.next().is_none() {
                    return Rule { pointer, is_wrapping };
                }
                passed = Some(pointer.clone());
                continue;
            }
            pointer.push('/');
            pointer.push_str(segment);
        }
        Rule { pointer, is_wrapping: false }
    }
}

/// A keyword of the contract.
struct Rule {
    pointer: String,
    /// Is it the `anyOf` that the lowering put around a nullable schema?
    is_wrapping: bool,
}
