//! Schemas whose generated types would be wrong.

use serde_json::Value;

use super::super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::operation::read_discriminator;
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for schema in context.of(Kind::Schema) {
        negation(&schema, findings);
        one_way_properties(&schema, findings);
        exclusive_bounds(&schema, findings);
        pattern(&schema, findings);
        combined_keywords(&schema, findings);
        union_of_enum_and_string(context, &schema, findings);
        impossible_all_of(context, &schema, findings);
        discriminated_union(context, &schema, findings);
    }
}

/// `schema-not`: `not` around anything.
fn negation(schema: &Node<'_>, findings: &mut Findings<'_>) {
    if let Some(not) = schema.get("not") {
        findings.add(
            &not.pointer,
            "schema-not",
            "the generator has no type for `not`",
            "say what the value is, not what it is not",
        );
    }
}

/// `one-way-property`: `readOnly` and `writeOnly`, which the types of both directions would have.
fn one_way_properties(schema: &Node<'_>, findings: &mut Findings<'_>) {
    for key in ["readOnly", "writeOnly"] {
        if let Some(flag) = schema.get(key).filter(|flag| flag.value == &Value::Bool(true)) {
            findings.add(
                &flag.pointer,
                "one-way-property",
                format!("`{key}` is ignored"),
                "write one schema for requests and another for answers",
            );
        }
    }
}

/// `exclusive-bound`: an exclusive bound without the bound.
fn exclusive_bounds(schema: &Node<'_>, findings: &mut Findings<'_>) {
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(flag) = schema.get(flag)
            && schema.get(bound).is_none()
        {
            findings.add(
                &flag.pointer,
                "exclusive-bound",
                format!("there is no `{bound}` to be exclusive"),
                format!("add the `{bound}`; in OpenAPI 3.0 this is a flag beside it"),
            );
        }
    }
}

/// `pattern`: a regular expression the client's engine does not read.
fn pattern(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(pattern) = schema.get("pattern") else { return };
    let Some(text) = pattern.value.as_str() else { return };
    if let Err(error) = regress::Regex::new(text) {
        findings.add(
            &pattern.pointer,
            "pattern",
            format!("`{text}` is no regular expression: {error}"),
            "write it as ECMA 262 has it",
        );
    }
}

/// `schema-combination`: keywords of a type beside `oneOf`, `anyOf` or `allOf`.
fn combined_keywords(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let combinators = ["oneOf", "anyOf", "allOf"];
    let mut present = combinators.into_iter().filter(|key| schema.get(key).is_some());
    let Some(combinator) = present.next() else { return };
    let own = ["properties", "items", "enum", "pattern", "additionalProperties", "required"];
    for key in present.chain(own.into_iter().filter(|key| schema.get(key).is_some())) {
        findings.add(
            &pointer::join(&schema.pointer, key),
            "schema-combination",
            format!("`{key}` beside `{combinator}` becomes a type that says neither"),
            format!("put it into a schema of the `{combinator}`"),
        );
    }
}

/// The schema a branch of a union stands for.
fn branches<'c>(context: &Context<'c>, schema: &Node<'c>, key: &str) -> Vec<Node<'c>> {
    let branches = schema.get(key).and_then(|list| list.items().ok()).unwrap_or_default();
    let followed = branches
        .iter()
        .filter_map(|branch| Some(context.node(&context.document.follow(&branch.pointer)?)));
    followed.collect()
}

/// `any-of-enum`: an enum that lets every text through, which becomes a struct of two options.
fn union_of_enum_and_string(context: &Context<'_>, schema: &Node<'_>, findings: &mut Findings<'_>) {
    let branches = branches(context, schema, "anyOf");
    let is_string = |branch: &Node<'_>| branch.value.get("type") == Some(&"string".into());
    let is_enum = |branch: &Node<'_>| branch.get("enum").is_some();
    let some_enum = branches.iter().any(|branch| is_string(branch) && is_enum(branch));
    let some_text = branches.iter().any(|branch| is_string(branch) && !is_enum(branch));
    if some_enum && some_text {
        findings.add(
            &pointer::join(&schema.pointer, "anyOf"),
            "any-of-enum",
            "the client would have a struct of two options for this",
            "keep the enum alone, with `x-extensible-enum: true`",
        );
    }
}

/// `all-of-closed`: an `allOf` that no object satisfies, because a part forbids what another adds.
fn impossible_all_of(context: &Context<'_>, schema: &Node<'_>, findings: &mut Findings<'_>) {
    let parts = branches(context, schema, "allOf");
    if parts.len() < 2 {
        return;
    }
    let closed =
        |part: &Node<'_>| part.value.get("additionalProperties") == Some(&Value::Bool(false));
    let at = pointer::join(&schema.pointer, "allOf");
    for (index, part) in parts.iter().enumerate() {
        let at = pointer::join(&at, &index.to_string());
        if closed(part) {
            findings.add(
                &at,
                "all-of-closed",
                "this part of the `allOf` forbids the properties of the others",
                "take `additionalProperties: false` out of it",
            );
        }
        for earlier in &parts[..index] {
            let conflict = properties(part).find(|(name, own)| {
                let other = earlier.get("properties").and_then(|all| all.get(name));
                other.is_some_and(|other| other.value.get("type") != own.value.get("type"))
            });
            if let Some((name, _)) = conflict {
                findings.add(
                    &at,
                    "all-of-closed",
                    format!("`{name}` has another type in an earlier part of the `allOf`"),
                    "describe it once",
                );
            }
        }
    }
}

fn properties<'c>(schema: &Node<'c>) -> impl Iterator<Item = (&'c str, Node<'c>)> {
    let properties = schema.get("properties").and_then(|all| all.entries().ok());
    properties.into_iter().flatten()
}

/// `discriminator`: a union whose variants the client could not tell apart.
fn discriminated_union(context: &Context<'_>, schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(variants) = schema.get("oneOf") else { return };
    let Some(discriminator) = schema.get("discriminator") else {
        findings.add(
            &variants.pointer,
            "discriminator",
            "nothing tells the variants of this `oneOf` apart",
            "add a `discriminator`, and a property with one value to each variant",
        );
        return;
    };
    let Ok(Some(read)) = read_discriminator(schema) else { return };
    let list = variants.items().unwrap_or_default();
    for variant in &list {
        let target = context.document.follow(&variant.pointer);
        let reference = variant.value.get("$ref").and_then(Value::as_str);
        let named = reference.and_then(pointer::of_reference);
        let tags: Vec<&str> = read
            .mapping
            .iter()
            .filter(|(_, pointer)| Some(*pointer) == named.as_ref())
            .map(|(tag, _)| tag.as_str())
            .collect();
        match (target, tags.as_slice()) {
            (Some(target), [tag]) if named.is_some() => {
                tag_property(context, &context.node(&target), &read.property, tag, findings);
            }
            (Some(_), _) => findings.add(
                &variant.pointer,
                "discriminator",
                "the variant does not have exactly one value in the discriminator's `mapping`",
                "make it a `$ref`, and map one value to it",
            ),
            // A dangling reference has a finding of its own.
            (None, _) => {}
        }
    }
    for (tag, target) in &read.mapping {
        let is_variant = list.iter().any(|variant| {
            let reference = variant.value.get("$ref").and_then(Value::as_str);
            reference.and_then(pointer::of_reference).as_ref() == Some(target)
        });
        if !is_variant {
            let mapping = pointer::join(&discriminator.pointer, "mapping");
            findings.add(
                &pointer::join(&mapping, tag),
                "discriminator",
                format!("`{tag}` is mapped to a schema that is no variant"),
                "add it to the `oneOf`, or remove it here",
            );
        }
    }
}

/// The property that names a variant must be required, and have that one value.
fn tag_property(
    context: &Context<'_>,
    variant: &Node<'_>,
    property: &str,
    tag: &str,
    findings: &mut Findings<'_>,
) {
    let required = variant.get("required").and_then(|list| list.strings().ok()).unwrap_or_default();
    let described = variant.get("properties").and_then(|all| all.get(property));
    let described = described.and_then(|node| context.document.follow(&node.pointer));
    let described = described.map(|pointer| context.node(&pointer));
    let values = described.as_ref().and_then(|node| node.get("enum")?.strings().ok());
    if values.as_deref() != Some(&[tag.to_owned()]) || !required.iter().any(|one| one == property) {
        findings.add(
            &described.map_or(variant.pointer.clone(), |node| node.pointer),
            "discriminator",
            format!("the client cannot tell by `{property}` that this is the variant `{tag}`"),
            format!("require `{property}: {{ type: string, enum: [{tag}] }}` in it"),
        );
    }
}
