//! References, and the components nobody refers to.

use std::collections::HashSet;

use serde_json::Value;

use super::words::suggestion;
use super::{Context, Findings};
use crate::kind::Kind;
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let references = references(context);
    dangling(context, findings, &references);
    ref_siblings(context, findings);
    unused_components(context, findings, &references);
}

/// One reference: where it stands, what it says, and the part of `components` it must lead to.
struct Reference<'c> {
    pointer: String,
    text: &'c str,
    section: &'static str,
}

/// Every reference of the document, whatever key it stands under.
fn references<'c>(context: &Context<'c>) -> Vec<Reference<'c>> {
    let mut references = Vec::new();
    for object in &context.objects {
        let mut add = |pointer: String, value: Option<&'c Value>, section| {
            if let Some(text) = value.and_then(Value::as_str) {
                references.push(Reference { pointer, text, section });
            }
        };
        let at = |key: &str| pointer::join(&object.pointer, key);
        match object.kind {
            Kind::Discriminator => {
                let mapping = object.value.get("mapping").and_then(Value::as_object);
                for (tag, target) in mapping.into_iter().flatten() {
                    // A bare name stands for a schema, and is checked when the contract is read.
                    if target.as_str().is_some_and(|target| target.contains(['#', '/'])) {
                        let at = pointer::join(&at("mapping"), tag);
                        add(at, Some(target), "schemas");
                    }
                }
            }
            Kind::Lifecycle => add(at("schema"), object.value.get("schema"), "schemas"),
            Kind::Fallback => add(at("response"), object.value.get("response"), "responses"),
            kind if object.is_reference() => {
                if let Some(section) = section(kind) {
                    add(at("$ref"), object.value.get("$ref"), section);
                }
            }
            _ => {}
        }
    }
    references
}

/// The part of `components` where objects of a kind stand.
fn section(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Schema => Some("schemas"),
        Kind::Response => Some("responses"),
        Kind::Parameter => Some("parameters"),
        Kind::Example => Some("examples"),
        Kind::RequestBody => Some("requestBodies"),
        Kind::Header => Some("headers"),
        Kind::SecurityScheme => Some("securitySchemes"),
        Kind::Link => Some("links"),
        _ => None,
    }
}

/// `reference`: a reference that dangles, leads out of the file or into a part of a component.
fn dangling(context: &Context<'_>, findings: &mut Findings<'_>, references: &[Reference<'_>]) {
    for Reference { pointer: at, text, section } in references {
        let prefix = format!("#/components/{section}/");
        let name = text.strip_prefix(prefix.as_str());
        let (problem, remedy) = match name {
            None if !text.starts_with('#') => (
                format!("the reference `{text}` leads out of the file"),
                format!("move what it means to `{prefix}` and refer to it there"),
            ),
            Some(name) if !name.contains('/') => {
                if context.document.resolve(text).is_some() {
                    continue;
                }
                let known = context.document.at(&prefix[..prefix.len() - 1]);
                let known = known.and_then(Value::as_object).into_iter().flatten();
                let known = known.map(|(known, _)| known.as_str());
                let otherwise = format!("add it under `components: {section}`");
                (
                    format!("the reference `{text}` leads nowhere"),
                    suggestion(name, known, &otherwise),
                )
            }
            _ => (
                format!("the reference `{text}` does not lead to one of the `{section}`"),
                format!("give what it means a name of its own under `components: {section}`"),
            ),
        };
        findings.add(at, "reference", problem, remedy);
    }
}

/// `ref-siblings`: keys beside a `$ref`, which every reader ignores.
fn ref_siblings(context: &Context<'_>, findings: &mut Findings<'_>) {
    for object in context.objects.iter().filter(|object| object.is_reference()) {
        let keys = object.value.as_object().into_iter().flatten().map(|(key, _)| key);
        for key in keys.filter(|key| *key != "$ref") {
            let remedy = if object.kind == Kind::Schema {
                "move it to the schema referred to, or give this one a name of its own"
            } else {
                "move it to the object referred to"
            };
            findings.add(
                &pointer::join(&object.pointer, key),
                "ref-siblings",
                format!("`{key}` beside a `$ref` is ignored"),
                remedy,
            );
        }
    }
}

/// `unused-component`: a component that no operation needs, however many steps away.
fn unused_components(
    context: &Context<'_>,
    findings: &mut Findings<'_>,
    references: &[Reference<'_>],
) {
    let mut used: HashSet<String> = HashSet::new();
    let mut next: Vec<String> = references
        .iter()
        .filter(|reference| component(&reference.pointer).is_none())
        .filter_map(|reference| component(&pointer::of_reference(reference.text)?))
        .collect();
    next.extend(required_schemes(context));
    while let Some(reached) = next.pop() {
        if used.insert(reached.clone()) {
            let inside = references
                .iter()
                .filter(|reference| component(&reference.pointer).as_ref() == Some(&reached));
            next.extend(inside.filter_map(|one| component(&pointer::of_reference(one.text)?)));
        }
    }
    let components = context.document.at("/components").and_then(Value::as_object);
    for (section, named) in components.into_iter().flatten() {
        for (name, _) in named.as_object().into_iter().flatten() {
            let at = pointer::join(&pointer::join("/components", section), name);
            if !used.contains(&at) {
                let problem = format!("nothing needs `{name}` of the `{section}`");
                findings.add(&at, "unused-component", problem, "refer to it, or remove it");
            }
        }
    }
}

/// `/components/schemas/A`, of anything in it.
fn component(pointer: &str) -> Option<String> {
    let mut segments = pointer.strip_prefix("/components/")?.splitn(3, '/');
    let (section, name) = (segments.next()?, segments.next()?);
    Some(format!("/components/{section}/{name}"))
}

/// The security schemes that the document or an operation requires, which they do by name.
fn required_schemes(context: &Context<'_>) -> Vec<String> {
    let owners = context.objects.iter();
    let owners = owners.filter(|one| matches!(one.kind, Kind::OpenApi | Kind::Operation));
    let requirements = owners.filter_map(|owner| owner.value.get("security")?.as_array()).flatten();
    let names = requirements.filter_map(Value::as_object).flatten().map(|(name, _)| name);
    names.map(|name| pointer::join("/components/securitySchemes", name)).collect()
}
