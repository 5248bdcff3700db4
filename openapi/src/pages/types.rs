//! The types of a contract, each once.
//!
//! Objects that answers are made of get a section, since many operations answer the same ones.
//! Objects that are only sent are not repeated here: they stand below the operation that takes them.
//! Success envelopes differ in one property alone and share a table, as do all schemas of plain
//! values.

use std::collections::BTreeSet;

use super::markdown::{Page, Table, code, link, mark};
use super::schema::Schema;
use crate::{Contract, Provenance};

/// Adds the section, if the contract has types that something leads to.
pub(super) fn section(page: &mut Page, contract: &Contract) {
    let (objects, envelopes): (Vec<_>, Vec<_>) = named(contract, &reached(contract, Side::Answers))
        .into_iter()
        .filter(Schema::is_object)
        .partition(|schema| payload(schema).is_none());
    let mut values = named(contract, &reached(contract, Side::Both));
    values.retain(|schema| !schema.is_object() && schema.items().is_none());
    values.retain(|schema| schema.parts().is_empty());
    if objects.is_empty() && envelopes.is_empty() && values.is_empty() {
        return;
    }

    page.heading(2, "Types");
    if !envelopes.is_empty() {
        page.heading(3, "Envelopes of success");
        page.block(
            "`success` is `true` and `errorCode` is 0 in each; what was asked for is in `response`.",
        );
        let mut table = Table::new(["envelope", "`response`"]);
        for envelope in &envelopes {
            let name = envelope.name().unwrap_or_default();
            let payload = payload(envelope).map(|payload| payload.kind_link());
            table.row([format!("{}{}", mark(name), code(name)), payload.unwrap_or_default()]);
        }
        page.block(&table.render());
    }
    for object in &objects {
        page.heading(3, object.name().unwrap_or_default());
        page.block(&[object.description(), &origin(object.provenance(), None)].join(" "));
        page.block(&properties(object));
    }
    if !values.is_empty() {
        page.heading(3, "Plain values");
        let mut table = Table::new(["type", "kind", "rules", "meaning"]);
        for value in &values {
            let name = value.name().unwrap_or_default();
            table.row([
                format!("{}{}", mark(name), code(name)),
                value.kind(),
                value.promises(),
                [value.description(), &origin(value.provenance(), None)].join(" "),
            ]);
        }
        page.block(&table.render());
    }
}

/// Where a schema comes from, unless that is where everything around it comes from.
pub(super) fn origin(own: Option<Provenance>, around: Option<Provenance>) -> String {
    match own {
        Some(own) if Some(own) != around => format!("*({own})*"),
        _ => String::new(),
    }
}

/// What a success envelope carries.
pub(super) fn payload<'c>(schema: &Schema<'c>) -> Option<Schema<'c>> {
    schema.property("success")?;
    schema.property("response")
}

fn properties(object: &Schema<'_>) -> String {
    let mut table = Table::new(["property", "type", "always", "rules", "meaning"]);
    for property in object.properties() {
        let schema = &property.schema;
        // A named type says the rest itself, one click away.
        let (rules, meaning, own) = match schema.name() {
            Some(_) => (String::new(), schema.gist(), None),
            None => (schema.promises(), schema.description(), schema.provenance()),
        };
        table.row([
            code(property.name),
            schema.kind_link(),
            property.required,
            rules,
            [meaning, &origin(own, object.provenance())].join(" "),
        ]);
    }
    table.render()
}

/// Which schemas of a contract are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Answers,
    Both,
}

/// The pointers of every schema that answers, or answers and requests, are made of.
fn reached(contract: &Contract, side: Side) -> BTreeSet<String> {
    let document = contract.document();
    let mut roots = Vec::new();
    let fallbacks = contract.fallbacks().values().map(|fallback| &fallback.response);
    let operations = contract.operations();
    for response in operations.iter().flat_map(|o| o.responses.values()).chain(fallbacks) {
        roots.extend(&response.schema);
        roots.extend(response.headers.values().map(|header| &header.schema));
    }
    if side == Side::Both {
        for operation in operations {
            roots.extend(operation.parameters.iter().map(|parameter| &parameter.schema));
            roots.extend(operation.request_body.iter().map(|body| &body.schema));
        }
    }
    let mut open: Vec<Schema<'_>> =
        roots.into_iter().map(|pointer| Schema::at(document, pointer)).collect();
    let mut seen = BTreeSet::new();
    while let Some(schema) = open.pop() {
        if seen.insert(schema.pointer.clone()) {
            open.extend(schema.parts());
        }
    }
    seen
}

/// Those of `pointers` that have a name, in the order of the contract.
fn named<'c>(contract: &'c Contract, pointers: &BTreeSet<String>) -> Vec<Schema<'c>> {
    let document = contract.document();
    let schemas = document.at("/components/schemas").and_then(|schemas| schemas.as_object());
    let names = schemas.into_iter().flat_map(|schemas| schemas.keys());
    names
        .map(|name| Schema::at(document, &format!("/components/schemas/{name}")))
        .filter(|schema| schema.name().is_some() && pointers.contains(&schema.pointer))
        .collect()
}

/// A link to the type of an answer, and to what its envelope carries.
pub(super) fn body_link(schema: &Schema<'_>) -> String {
    match (schema.name(), payload(schema)) {
        (Some(name), Some(payload)) => format!("{} of {}", link(name), payload.kind_link()),
        _ => schema.kind_link(),
    }
}
