//! A value in the making: objects, lists, and which kind of value a schema is about.

use serde_json::{Map, Value};

use super::chance::Chance;
use super::shape::{Combining, Shape, resolved};
use super::{Examples, Sampling, number, text};
use crate::document::Document;
use crate::validation::Direction;

/// How many values one value may be made of, so that no schema can fill the memory.
const VALUES_MAX: usize = 20_000;

/// How deep a value may go: a schema that requires itself has no end.
const DEPTH_MAX: usize = 64;

/// How often an item is made again that a list without repetition has already.
const ITEM_ATTEMPTS: usize = 24;

/// How many items or entries a value has beyond those it must have, at most.
const SPARE_MAX: u64 = 3;

/// One value in the making.
pub(super) struct Making<'d> {
    document: &'d Document,
    sampling: Sampling,
    chance: Chance,
    /// The first attempt takes what is first; the later ones what comes.
    attempt: u64,
    /// The schemas whose values are being made, from the outside in.
    within: Vec<&'d Value>,
    made: usize,
}

impl<'d> Making<'d> {
    pub(super) fn new(document: &'d Document, sampling: Sampling, attempt: u64) -> Making<'d> {
        let chance = Chance::of(sampling.seed, &["sample", &attempt.to_string()]);
        Making { document, sampling, chance, attempt, within: Vec::new(), made: 0 }
    }

    /// A value of `schema`; `None` if this attempt leads nowhere.
    pub(super) fn value_of(mut self, schema: &'d Value) -> Option<Value> {
        self.value(&[schema])
    }

    /// Are the schemas' own examples taken in this attempt?
    fn takes_examples(&self) -> bool {
        self.sampling.examples == Examples::Used && self.attempt == 0
    }

    fn value(&mut self, schemas: &[&'d Value]) -> Option<Value> {
        self.made += 1;
        if self.made > VALUES_MAX || self.within.len() > DEPTH_MAX {
            return None;
        }
        let document = self.document;
        let resolved: Vec<&Value> =
            schemas.iter().map(|schema| resolved(document, schema)).collect::<Option<_>>()?;
        if let ([schema], true) = (resolved.as_slice(), self.takes_examples())
            && let Some(example) = example(schema)
        {
            return Some(example.clone());
        }
        let depth = self.within.len();
        let combining = Combining {
            document,
            chance: &mut self.chance,
            within: &self.within,
            is_plain: self.attempt == 0 && self.sampling.examples == Examples::Used,
        };
        let shape = Shape::of(&resolved, combining)?;
        self.within.extend(&resolved);
        let value = self.shaped(&shape);
        self.within.truncate(depth);
        // What may be null is, where nothing else can be made.
        value.or_else(|| shape.is_nullable.then_some(Value::Null))
    }

    fn shaped(&mut self, shape: &Shape<'d>) -> Option<Value> {
        if let Some(values) = &shape.values {
            let fits = |value: &&&Value| has_type(value, shape.types.as_deref());
            let fitting: Vec<&Value> = values.iter().filter(fits).copied().collect();
            return (!fitting.is_empty()).then(|| (*self.chance.pick(&fitting)).clone());
        }
        let is_dynamic = self.sampling.examples == Examples::Ignored;
        if shape.is_nullable && is_dynamic && self.chance.once_in(8) {
            return Some(Value::Null);
        }
        let types = shape.types.as_deref().unwrap_or_default();
        let types: Vec<&str> = types.iter().copied().filter(|one| *one != "null").collect();
        let chosen = match types.as_slice() {
            [] if shape.types.is_some() => return Some(Value::Null),
            [] => implied_type(shape),
            [only] => only,
            several => self.chance.pick(several),
        };
        match chosen {
            "object" => self.object(shape),
            "array" => self.array(shape),
            "integer" => number::integer(shape, &mut self.chance),
            "number" => number::number(shape, &mut self.chance),
            "boolean" => Some(Value::Bool(self.chance.once_in(2))),
            _ => text::text(shape, &mut self.chance, self.attempt).map(Value::String),
        }
    }

    fn object(&mut self, shape: &Shape<'d>) -> Option<Value> {
        let mut object = Map::new();
        let max = shape.property_count.max.unwrap_or(usize::MAX);
        let spare = max.saturating_sub(shape.required.len());
        let mut optional = 0;
        for (name, schemas) in &shape.properties {
            let is_required = shape.required.contains(name);
            if self.is_other_sides(schemas)
                || shape.closed.as_ref().is_some_and(|closed| !closed.contains(name))
            {
                continue;
            }
            if !is_required {
                if optional >= spare || !self.wants_optional(schemas) {
                    continue;
                }
                // A value that cannot be made, and need not be there, is not.
                if let Some(value) = self.value(schemas) {
                    object.insert((*name).to_owned(), value);
                    optional += 1;
                }
                continue;
            }
            let value = self.value(schemas)?;
            object.insert((*name).to_owned(), value);
        }
        for name in &shape.required {
            if !object.contains_key(*name) && !shape.properties.contains_key(name) {
                let value = self.value(&shape.additional)?;
                object.insert((*name).to_owned(), value);
            }
        }
        self.fill(shape, &mut object, max)?;
        for (property, tag) in &shape.tags {
            object.insert((*property).to_owned(), Value::String(tag.clone()));
        }
        Some(Value::Object(object))
    }

    /// Adds entries that are not declared: as many as there must be, and some where the schema is
    /// about nothing else.
    fn fill(
        &mut self,
        shape: &Shape<'d>,
        object: &mut Map<String, Value>,
        max: usize,
    ) -> Option<()> {
        let is_map = shape.properties.is_empty() && !shape.additional.is_empty();
        let is_recursive = shape.additional.iter().any(|schema| self.is_within(schema));
        let wanted = if is_map && !is_recursive { 2.min(max) } else { 0 };
        let wanted = wanted.max(shape.property_count.min);
        if object.len() < wanted && shape.closed.is_some() {
            // Only what is declared can be added, whatever this attempt thought of it.
            for (name, schemas) in &shape.properties {
                if object.len() < wanted && !object.contains_key(*name) {
                    let value = self.value(schemas)?;
                    object.insert((*name).to_owned(), value);
                }
            }
            return Some(());
        }
        let mut number = 0;
        while object.len() < wanted {
            number += 1;
            let name = match number {
                1..=8 => text::word(&mut self.chance).to_owned(),
                _ => format!("{}{number}", text::word(&mut self.chance)),
            };
            if !shape.properties.contains_key(name.as_str()) && !object.contains_key(&name) {
                let value = self.value(&shape.additional)?;
                object.insert(name, value);
            }
        }
        Some(())
    }

    fn array(&mut self, shape: &Shape<'d>) -> Option<Value> {
        let min = shape.item_count.min;
        let max = shape.item_count.max.unwrap_or(usize::MAX);
        let is_recursive = shape.items.iter().any(|schema| self.is_within(schema));
        let spare = match self.sampling.examples {
            _ if is_recursive => 0,
            Examples::Used => u64::from(min == 0),
            Examples::Ignored => self.chance.below(SPARE_MAX + 1),
        };
        let wanted = usize::try_from(spare).unwrap_or_default().saturating_add(min).min(max);
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..wanted {
            let tries = if shape.is_unique { ITEM_ATTEMPTS } else { 1 };
            let item = (0..tries).find_map(|_| {
                self.value(&shape.items).filter(|item| !shape.is_unique || !items.contains(item))
            });
            match item {
                Some(item) => items.push(item),
                None if items.len() >= min => break,
                None => return None,
            }
        }
        Some(Value::Array(items))
    }

    /// Is this what only the other side sends?
    fn is_other_sides(&self, schemas: &[&'d Value]) -> bool {
        let flag = match self.sampling.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        schemas.iter().any(|schema| {
            let resolved = resolved(self.document, schema);
            resolved.is_some_and(|schema| schema.get(flag) == Some(&Value::Bool(true)))
        })
    }

    /// Is an optional property there in this attempt? Later attempts have fewer of them.
    fn wants_optional(&mut self, schemas: &[&'d Value]) -> bool {
        if schemas.iter().any(|schema| self.is_within(schema)) {
            return false;
        }
        match (self.sampling.examples, self.attempt) {
            (Examples::Used, 0..4) => true,
            (Examples::Ignored, 0..4) => self.chance.once_in(2),
            (Examples::Used | Examples::Ignored, 4..24) => self.chance.once_in(4),
            (Examples::Used | Examples::Ignored, _) => false,
        }
    }

    /// Does making a value of this schema lead back to one that is being made?
    fn is_within(&self, schema: &'d Value) -> bool {
        let Some(schema) = resolved(self.document, schema) else { return true };
        let is_made = |schema: &Value| self.within.iter().any(|it| std::ptr::eq(*it, schema));
        let inner = schema.get("items").and_then(|items| resolved(self.document, items));
        is_made(schema) || inner.is_some_and(is_made)
    }
}

/// The value a schema gives itself.
fn example(schema: &Value) -> Option<&Value> {
    let first = schema.get("examples").and_then(|examples| examples.as_array()?.first());
    schema.get("example").or(first).or_else(|| schema.get("default"))
}

fn has_type(value: &Value, types: Option<&[&str]>) -> bool {
    let Some(types) = types else { return true };
    types.iter().any(|one| match *one {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_string(),
    })
}

/// The type a schema without one is about.
fn implied_type(shape: &Shape<'_>) -> &'static str {
    let is_object = !shape.properties.is_empty()
        || !shape.required.is_empty()
        || !shape.additional.is_empty()
        || !shape.tags.is_empty()
        || shape.property_count.min > 0;
    if is_object {
        "object"
    } else if !shape.items.is_empty() || shape.item_count.min > 0 {
        "array"
    } else if shape.minimum.is_some() || shape.maximum.is_some() || shape.multiple_of.is_some() {
        "number"
    } else {
        "string"
    }
}
