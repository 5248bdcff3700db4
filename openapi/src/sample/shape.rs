//! A schema and everything it is combined of, as one set of demands.
//!
//! `allOf` adds its demands to the schema's own; of `oneOf` and `anyOf` one branch is taken, by chance.
//! Demands that meet are narrowed: the higher minimum, the types both allow.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};

use super::chance::Chance;
use crate::document::Document;
use crate::pointer;

/// What a value has to be.
#[derive(Debug, Default)]
pub(super) struct Shape<'d> {
    /// Any type if there is none.
    pub(super) types: Option<Vec<&'d str>>,
    pub(super) is_nullable: bool,
    /// The values of `enum`.
    pub(super) values: Option<Vec<&'d Value>>,
    pub(super) format: Option<&'d str>,
    pub(super) patterns: Vec<&'d str>,
    pub(super) length: Bounds,
    pub(super) minimum: Option<Bound>,
    pub(super) maximum: Option<Bound>,
    pub(super) multiple_of: Option<f64>,
    pub(super) item_count: Bounds,
    pub(super) is_unique: bool,
    pub(super) items: Vec<&'d Value>,
    pub(super) property_count: Bounds,
    pub(super) properties: IndexMap<&'d str, Vec<&'d Value>>,
    pub(super) required: IndexSet<&'d str>,
    /// The schemas of properties that are not declared.
    pub(super) additional: Vec<&'d Value>,
    /// The only properties there may be, if some part of the schema allows no others.
    pub(super) closed: Option<IndexSet<&'d str>>,
    /// The properties whose value a discriminator fixes.
    pub(super) tags: Vec<(&'d str, String)>,
    /// The schemas it is made of. One that is combined of itself demands nothing new.
    parts: Vec<&'d Value>,
}

/// How many there may be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    pub(super) min: usize,
    pub(super) max: Option<usize>,
}

/// An end of a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) at: f64,
    pub(super) is_exclusive: bool,
}

impl Bounds {
    fn narrow(&mut self, schema: &Map<String, Value>, min: &str, max: &str) {
        let count = |key: &str| {
            let count = schema.get(key)?;
            count.as_u64().and_then(|count| usize::try_from(count).ok())
        };
        self.min = self.min.max(count(min).unwrap_or(0));
        self.max = [self.max, count(max)].into_iter().flatten().min();
    }
}

/// What a schema may be combined of by chance.
pub(super) struct Combining<'d, 'c> {
    pub(super) document: &'d Document,
    pub(super) chance: &'c mut Chance,
    /// The schemas whose values are being made: a branch that leads back to one is taken last.
    pub(super) within: &'c [&'d Value],
    /// The first branch is taken rather than any.
    pub(super) is_plain: bool,
}

impl<'d> Shape<'d> {
    /// The demands of all `schemas` at once; `None` if no value can meet them.
    pub(super) fn of(schemas: &[&'d Value], mut combining: Combining<'d, '_>) -> Option<Shape<'d>> {
        let mut shape = Shape::default();
        let mut is_nullable = true;
        for schema in schemas {
            let schema = resolved(combining.document, schema)?;
            is_nullable &= schema.get("nullable") == Some(&Value::Bool(true));
            shape.add(schema, &mut combining)?;
        }
        shape.is_nullable =
            is_nullable || shape.types.as_ref().is_some_and(|types| types.contains(&"null"));
        Some(shape)
    }

    fn add(&mut self, schema: &'d Value, combining: &mut Combining<'d, '_>) -> Option<()> {
        let schema = resolved(combining.document, schema)?;
        if self.parts.iter().any(|part| std::ptr::eq(*part, schema)) {
            return Some(());
        }
        self.parts.push(schema);
        let schema = schema.as_object()?;
        self.add_own(schema)?;
        for member in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(member, combining)?;
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                let branch = combining.choose(branches)?;
                self.add_tag(schema, branch);
                self.add(branch, combining)?;
            }
        }
        Some(())
    }

    fn add_own(&mut self, schema: &'d Map<String, Value>) -> Option<()> {
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        match schema.get("type") {
            Some(Value::String(one)) => self.narrow_types(&[one])?,
            Some(Value::Array(several)) => {
                let several: Vec<&str> = several.iter().filter_map(Value::as_str).collect();
                self.narrow_types(&several)?;
            }
            _ => {}
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let allowed = |value: &&Value| self.values.as_ref().is_none_or(|it| it.contains(value));
            let values: Vec<&Value> = values.iter().filter(allowed).collect();
            self.values = (!values.is_empty()).then_some(values);
            self.values.as_ref()?;
        }
        self.format = self.format.or(text("format"));
        self.patterns.extend(text("pattern"));
        self.length.narrow(schema, "minLength", "maxLength");
        self.item_count.narrow(schema, "minItems", "maxItems");
        self.property_count.narrow(schema, "minProperties", "maxProperties");
        self.is_unique |= schema.get("uniqueItems") == Some(&Value::Bool(true));
        if let Some(bound) = bound(schema, "minimum", "exclusiveMinimum") {
            let tighter = |it: &Bound| (it.at, it.is_exclusive) > (bound.at, bound.is_exclusive);
            self.minimum = Some(self.minimum.filter(tighter).unwrap_or(bound));
        }
        if let Some(bound) = bound(schema, "maximum", "exclusiveMaximum") {
            let tighter = |it: &Bound| (-it.at, it.is_exclusive) > (-bound.at, bound.is_exclusive);
            self.maximum = Some(self.maximum.filter(tighter).unwrap_or(bound));
        }
        let multiple_of = schema.get("multipleOf").and_then(Value::as_f64);
        self.multiple_of = match (self.multiple_of, multiple_of) {
            (Some(one), Some(other)) => Some(common_multiple(one, other)),
            (one, other) => one.or(other),
        };
        self.items.extend(schema.get("items"));
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            self.properties.entry(name).or_default().push(property);
        }
        let required = schema.get("required").and_then(Value::as_array);
        self.required.extend(required.into_iter().flatten().filter_map(Value::as_str));
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => {
                let own = properties.into_iter().flat_map(Map::keys).map(String::as_str);
                let own =
                    own.filter(|name| self.closed.as_ref().is_none_or(|it| it.contains(name)));
                self.closed = Some(own.collect());
            }
            Some(additional) if additional.is_object() => self.additional.push(additional),
            _ => {}
        }
        Some(())
    }

    fn narrow_types(&mut self, types: &[&'d str]) -> Option<()> {
        let Some(known) = &self.types else {
            self.types = Some(types.to_vec());
            return Some(());
        };
        let narrowed: Vec<&str> = known
            .iter()
            .filter_map(|known| match *known {
                known if types.contains(&known) => Some(known),
                "number" if types.contains(&"integer") => Some("integer"),
                "integer" if types.contains(&"number") => Some("integer"),
                _ => None,
            })
            .collect();
        self.types = (!narrowed.is_empty()).then_some(narrowed);
        self.types.as_ref().map(|_| ())
    }

    /// Fixes the tag that a discriminator wants to see on the chosen branch.
    fn add_tag(&mut self, schema: &'d Map<String, Value>, branch: &Value) {
        let Some(discriminator) = schema.get("discriminator") else { return };
        let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else {
            return;
        };
        let Some(target) = branch.get("$ref").and_then(Value::as_str) else { return };
        let target = pointer::of_reference(target);
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        let tag = mapping.into_iter().flatten().find(|(tag, mapped)| {
            let mapped = mapped.as_str().unwrap_or(tag);
            target.is_some()
                && (pointer::of_reference(mapped) == target
                    || target.as_deref().map(pointer::last).as_deref() == Some(mapped))
        });
        let tag = match (tag, &target) {
            (Some((tag, _)), _) => tag.clone(),
            (None, Some(target)) => pointer::last(target),
            (None, None) => return,
        };
        self.tags.push((property, tag));
    }
}

impl<'d> Combining<'d, '_> {
    fn choose(&mut self, branches: &'d [Value]) -> Option<&'d Value> {
        let ends = |branch: &&Value| {
            resolved(self.document, branch)
                .is_some_and(|it| !self.within.iter().any(|within| std::ptr::eq(*within, it)))
        };
        let ending: Vec<&Value> = branches.iter().filter(ends).collect();
        let among = if ending.is_empty() { branches.iter().collect() } else { ending };
        if self.is_plain { among.first().copied() } else { Some(*self.chance.pick(&among)) }
    }
}

/// The schema itself, or what its references lead to.
pub(super) fn resolved<'d>(document: &'d Document, schema: &'d Value) -> Option<&'d Value> {
    match schema.get("$ref") {
        None => Some(schema),
        Some(reference) => {
            let pointer = pointer::of_reference(reference.as_str()?)?;
            document.at(&document.follow(&pointer)?)
        }
    }
}

fn bound(schema: &Map<String, Value>, key: &str, exclusive: &str) -> Option<Bound> {
    let at = schema.get(key).and_then(Value::as_f64)?;
    Some(Bound { at, is_exclusive: schema.get(exclusive) == Some(&Value::Bool(true)) })
}

/// A multiple of both, the lowest if they are whole numbers of a modest size.
fn common_multiple(one: f64, other: f64) -> f64 {
    let (mut a, mut b) = (one.max(other), one.min(other));
    for _ in 0..64 {
        if b <= f64::EPSILON * one {
            break;
        }
        (a, b) = (b, a % b);
    }
    one / a * other
}
