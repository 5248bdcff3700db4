//! From a schema of the document to something a value can be held against.
//!
//! All schemas are compiled against one lowered copy of the document, which is registered as a
//! whole, so that references need no change and recursion costs nothing.

#[cfg(feature = "sample")]
use std::collections::HashSet;
use std::sync::Arc;

use jsonschema::{Draft, PatternCache, Registry, Validator};
use serde_json::{Value, json};

use super::lower::{self, Audience, Wrapped};
use super::{ValidationBuildError, format, required_when, translate};
use crate::document::Document;
use crate::node::Node;
use crate::operation::{Discriminator, read_discriminator};
#[cfg(feature = "sample")]
use crate::pointer;

/// The lowered document is registered under this name; it never leaves this module.
const BASE: &str = "urn:octane:contract";

/// What a value is held against.
#[derive(Debug)]
pub(super) enum Compiled {
    Plain(Validator),
    /// The schemas of the variants are compiled under their own pointers.
    Union(Discriminator),
}

/// Compiles schemas of one document.
#[derive(Debug)]
pub(super) struct Compiler {
    lowered: Arc<Value>,
    registry: Registry<'static>,
    patterns: PatternCache,
}

impl Compiler {
    /// A compiler of rules for `audience`, and which schemas the lowering wrapped.
    pub(super) fn new(
        document: &Document,
        audience: Audience,
    ) -> Result<(Compiler, Wrapped), ValidationBuildError> {
        let (lowered, wrapped) = lower::lower(document, audience)?;
        let lowered = Arc::new(lowered);
        let registry = Registry::new()
            .draft(Draft::Draft4)
            .add(BASE, Arc::clone(&lowered))
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| ValidationBuildError {
                place: document.place(""),
                problem: error.to_string(),
            })?;
        Ok((Compiler { lowered, registry, patterns: PatternCache::new() }, wrapped))
    }

    /// How many nodes the schema at `pointer` has, with all that it refers to: what a compiled rule
    /// takes of memory is in proportion, since no two rules share what both refer to.
    #[cfg(feature = "sample")]
    pub(super) fn nodes(&self, pointer: &str) -> usize {
        let mut followed = HashSet::new();
        let mut waiting: Vec<&Value> = self.lowered.pointer(pointer).into_iter().collect();
        let mut nodes = 0;
        while let Some(node) = waiting.pop() {
            nodes += 1;
            match node {
                Value::Object(entries) => {
                    let reference = entries.get("$ref").and_then(Value::as_str);
                    let target = reference.and_then(pointer::of_reference);
                    if let Some(target) = target.filter(|it| followed.insert(it.clone())) {
                        waiting.extend(self.lowered.pointer(&target));
                    }
                    waiting.extend(entries.values());
                }
                Value::Array(items) => waiting.extend(items),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        nodes
    }

    /// The schema at `pointer`; `None` if nothing stands there.
    pub(super) fn compile(
        &self,
        document: &Document,
        pointer: &str,
    ) -> Result<Option<Compiled>, ValidationBuildError> {
        let failed = |pointer: &str, problem: String| ValidationBuildError {
            place: document.place(pointer),
            problem,
        };
        let Some(value) = document.at(pointer) else { return Ok(None) };
        let node = Node { document, pointer: pointer.to_owned(), value };
        let discriminator =
            read_discriminator(&node).map_err(|error| failed(pointer, error.to_string()))?;
        if let Some(discriminator) = discriminator {
            return Ok(Some(Compiled::Union(discriminator)));
        }
        let options = format::checked(required_when::registered(
            jsonschema::options()
                .with_draft(Draft::Draft4)
                .with_pattern_cache(self.patterns.clone())
                .offline()
                .with_registry(&self.registry),
        ));
        let reference = format!("{BASE}#{}", translate::encode(pointer));
        let validator = options.build(&json!({ "$ref": reference })).map_err(|error| {
            // The error's own place is inside the lowered copy, so the culprit is looked for.
            let culprit = lower::bare_schemas(document, &self.lowered)
                .find_map(|(pointer, schema)| Some((pointer, options.build(&schema).err()?)));
            match culprit {
                Some((pointer, error)) => {
                    failed(&format!("{pointer}{}", error.schema_path()), error.to_string())
                }
                None => failed(pointer, error.to_string()),
            }
        })?;
        Ok(Some(Compiled::Plain(validator)))
    }
}
