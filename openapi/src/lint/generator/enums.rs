//! Enums of answers, whose next value must not break the clients that are out there.

use std::collections::HashSet;

use super::super::{Context, Findings};
use crate::kind::Kind;
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    closed_enum(context, findings);
}

/// `closed-enum`: an enum that is only answered, that has several values and no answer to a new one.
///
/// An enum that requests share is left alone: clients cannot send a value they do not know.
fn closed_enum(context: &Context<'_>, findings: &mut Findings<'_>) {
    let contract = context.contract;
    let operations = contract.operations();
    let answered = operations.iter().flat_map(|one| one.responses.values());
    let answered = reached(context, answered.filter_map(|response| response.schema.clone()));
    let bodies =
        operations.iter().filter_map(|one| Some(one.request_body.as_ref()?.schema.clone()));
    let parameters = operations.iter().flat_map(|one| &one.parameters);
    let parameters = parameters.map(|parameter| parameter.schema.clone());
    let requested = reached(context, bodies.chain(parameters));
    for schema in context.of(Kind::Schema) {
        if !answered.contains(&schema.pointer) || requested.contains(&schema.pointer) {
            continue;
        }
        let values = schema.get("enum").and_then(|values| values.strings().ok());
        if values.is_some_and(|values| values.len() > 1)
            && schema.get("x-extensible-enum").is_none()
        {
            findings.add(
                &pointer::join(&schema.pointer, "enum"),
                "closed-enum",
                "a new value in an answer would fail in every client that does not know it",
                "name the enum under `components: schemas` and add `x-extensible-enum: true`, or `false` if it can never grow",
            );
        }
    }
}

/// The pointers of all schemas reached from `start`, through references and into parts.
fn reached(context: &Context<'_>, start: impl Iterator<Item = String>) -> HashSet<String> {
    let mut reached = HashSet::new();
    let mut next: Vec<String> = start.collect();
    while let Some(pointer) = next.pop() {
        let Some(pointer) = context.document.follow(&pointer) else { continue };
        if !reached.insert(pointer.clone()) {
            continue;
        }
        let inside = format!("{pointer}/");
        let parts = context.objects.iter().filter(|object| object.kind == Kind::Schema);
        let parts = parts.filter(|object| object.pointer.starts_with(&inside));
        next.extend(parts.map(|object| object.pointer.clone()));
    }
    reached
}
