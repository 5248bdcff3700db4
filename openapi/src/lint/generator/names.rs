//! Names that stay apart when they become Rust.

use std::collections::HashMap;

use serde_json::Value;

use super::super::words::{pascal_case, snake_case};
use super::super::{Context, Findings};
use crate::kind::Kind;
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    properties(context, findings);
    enum_values(context, findings);
    schema_names(context, findings);
    operation_ids(context, findings);
}

/// Reports each of `names` that becomes the same identifier as one before it.
fn collisions<'n>(
    names: impl Iterator<Item = (&'n str, String)>,
    identifier: fn(&str) -> String,
    rule: &'static str,
    findings: &mut Findings<'_>,
) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for (name, at) in names {
        let becomes = identifier(name);
        match first.get(&becomes) {
            Some(first) if *first != name => findings.add(
                &at,
                rule,
                format!("`{first}` and `{name}` would both be `{becomes}` in the client"),
                "rename one of them",
            ),
            _ => {}
        }
        first.entry(becomes).or_insert(name);
    }
}

/// `property-name`: `fooBar` and `foo_bar` in one object.
fn properties(context: &Context<'_>, findings: &mut Findings<'_>) {
    for schema in context.of(Kind::Schema) {
        let Some(properties) = schema.get("properties") else { continue };
        let names = properties.entries().into_iter().flatten();
        let names = names.map(|(name, node)| (name, node.pointer));
        collisions(names, snake_case, "property-name", findings);
    }
}

/// `enum-name`: `a-b` and `a_b` in one enum, or a value that has nothing to make a name of.
fn enum_values(context: &Context<'_>, findings: &mut Findings<'_>) {
    for schema in context.of(Kind::Schema) {
        let values = schema.get("enum").and_then(|values| values.items().ok()).unwrap_or_default();
        let texts = || values.iter().filter_map(|value| Some((value.value.as_str()?, value)));
        let names = texts().map(|(text, value)| (text, value.pointer.clone()));
        collisions(names, pascal_case, "enum-name", findings);
        for (text, value) in texts().filter(|(text, _)| pascal_case(text).is_empty()) {
            findings.add(
                &value.pointer,
                "enum-name",
                format!("`{text}` has no letter or digit to name it by"),
                "spell the value out",
            );
        }
    }
}

/// `schema-name`: two component schemas that become one type.
fn schema_names(context: &Context<'_>, findings: &mut Findings<'_>) {
    let schemas = context.document.at("/components/schemas").and_then(Value::as_object);
    let names = schemas
        .into_iter()
        .flatten()
        .map(|(name, _)| (name.as_str(), pointer::join("/components/schemas", name)));
    collisions(names, pascal_case, "schema-name", findings);
}

/// `operation-name`: two operations that become one method.
fn operation_ids(context: &Context<'_>, findings: &mut Findings<'_>) {
    let operations =
        context.contract.operations().iter().map(|operation| {
            (operation.id.as_str(), pointer::join(&operation.pointer, "operationId"))
        });
    collisions(operations, snake_case, "operation-name", findings);
}
