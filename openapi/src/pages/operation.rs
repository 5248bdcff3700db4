//! One operation, from what it is for to what it answers.

use super::error_codes::{self, ANY_REQUEST};
use super::markdown::{Page, Table, anchor, code, enumerate, link};
use super::schema::Schema;
use super::types::{body_link, origin};
use super::{LIFECYCLE_FILE, examples};
use crate::{Contract, Operation, Provenance, RequestBody, Response};

/// Objects inside the body's objects are listed this deep; deeper ones are not anything people write.
const DEPTH_MAX: usize = 4;

/// Adds the section of `operation`.
pub(super) fn section(page: &mut Page, contract: &Contract, operation: &Operation) {
    page.heading(3, &operation.id);
    page.block(&headline(contract, operation));
    page.block(&operation.description);
    parameters(page, contract, operation);
    if let Some(body) = &operation.request_body {
        request_body(page, contract, body, operation.provenance);
    }
    answers(page, contract, operation);
    refusals(page, contract, operation);

    page.block("**Examples**");
    examples::requests(page, contract, operation);
    examples::answers(page, own_answers(contract, operation));
}

fn headline(contract: &Contract, operation: &Operation) -> String {
    let call = code(&format!("{} {}", operation.method, operation.path));
    let mut parts = vec![format!("**{}**", operation.summary), call];
    parts.extend(operation.provenance.map(|provenance| format!("*{provenance}*")));
    if !operation.secured && contract.operations().iter().any(|operation| operation.secured) {
        parts.push("no credentials".to_owned());
    }
    parts.join(" · ")
}

fn parameters(page: &mut Page, contract: &Contract, operation: &Operation) {
    if operation.parameters.is_empty() {
        return;
    }
    let mut table = Table::new(["parameter", "in", "type", "required", "rules", "meaning"]);
    for parameter in &operation.parameters {
        let schema = Schema::at(contract.document(), &parameter.schema);
        let required = if parameter.required { "yes" } else { "" };
        let origin = origin(schema.provenance(), operation.provenance);
        table.row([
            code(&parameter.name),
            parameter.location.to_string(),
            schema.kind_link(),
            required.to_owned(),
            schema.rules(),
            [parameter.description.as_str(), &origin].join(" "),
        ]);
    }
    page.block("**Parameters**");
    page.block(&table.render());
}

fn request_body(
    page: &mut Page,
    contract: &Contract,
    body: &RequestBody,
    around: Option<Provenance>,
) {
    let document = contract.document();
    let need = if body.required { "required" } else { "optional" };
    let title = format!("**Request body**: {need}, `{}`", body.media_type);
    let Some(discriminator) = &body.discriminator else {
        let schema = Schema::at(document, &body.schema);
        page.block(&format!("{title}, {}", introduce(&schema, around)));
        return page.block(&properties(&schema, around));
    };
    page.block(&format!("{title}. `{}` tells what else it holds.", discriminator.property));
    for (tag, pointer) in &discriminator.mapping {
        let schema = Schema::at(document, pointer);
        let tag = code(&format!("{}: {tag}", discriminator.property));
        page.block(&format!("{tag} is {}", introduce(&schema, around)));
        page.block(&properties(&schema, around));
    }
}

/// The name of a schema, where it comes from, and what holds for it as a whole.
fn introduce(schema: &Schema<'_>, around: Option<Provenance>) -> String {
    let mut text = schema.name().map_or_else(|| schema.kind(), code);
    let origin = origin(schema.provenance(), around);
    if !origin.is_empty() {
        text = format!("{text} {origin}");
    }
    text.push('.');
    if !schema.description().is_empty() {
        text = format!("{text} {}", schema.description().trim_end());
    }
    if schema.is_closed() {
        text.push_str(" Other properties are refused.");
    }
    text
}

fn properties(schema: &Schema<'_>, around: Option<Provenance>) -> String {
    let mut table = Table::new(["property", "type", "required", "rules", "meaning"]);
    rows(&mut table, schema, "", schema.provenance().or(around), 0);
    table.render()
}

/// Adds the properties of an object, and below each object among them its own: whoever writes a body
/// sees all of it at once.
fn rows(
    table: &mut Table<5>,
    schema: &Schema<'_>,
    prefix: &str,
    around: Option<Provenance>,
    depth: usize,
) {
    for property in schema.properties() {
        let schema = &property.schema;
        let name = format!("{prefix}{}", property.name);
        let (inner, inner_prefix, kind) = match schema.items() {
            Some(items) if items.is_object() => {
                (Some(items), format!("{name}[]."), "list of objects".to_owned())
            }
            None if schema.is_object() => {
                (Some(schema.clone()), format!("{name}."), "object".to_owned())
            }
            _ => (None, String::new(), schema.kind_link()),
        };
        table.row([
            code(&name),
            kind,
            property.required,
            schema.rules(),
            [schema.description(), &origin(schema.provenance(), around)].join(" "),
        ]);
        if let Some(inner) = inner.filter(|_| depth < DEPTH_MAX) {
            rows(table, &inner, &inner_prefix, inner.provenance().or(around), depth + 1);
        }
    }
}

/// The answers that are not those of any request.
fn own_answers<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
) -> impl Iterator<Item = &'c Response> {
    let shared = |response: &Response| {
        contract.fallbacks().values().any(|other| other.response.pointer == response.pointer)
    };
    operation.responses.values().filter(move |response| !shared(response))
}

fn answers(page: &mut Page, contract: &Contract, operation: &Operation) {
    let mut table = Table::new(["status", "when", "body", "headers"]);
    let mut own = Vec::new();
    for response in own_answers(contract, operation) {
        own.push(response.status);
        table.row(answer(contract, response));
    }
    page.block("**Answers**");
    page.block(&table.render());
    let statuses = operation.responses.keys();
    let shared: Vec<String> =
        statuses.filter(|status| !own.contains(status)).map(ToString::to_string).collect();
    if !shared.is_empty() {
        page.block(&format!("Like {} also {}.", link_any_request(), enumerate(&shared, "or")));
    }
}

fn link_any_request() -> String {
    format!("[any request](#{})", anchor(ANY_REQUEST))
}

/// Status, occasion, body and headers of an answer.
pub(super) fn answer(contract: &Contract, response: &Response) -> [String; 4] {
    let document = contract.document();
    let body = response.schema.as_ref().map(|pointer| body_link(&Schema::at(document, pointer)));
    let headers = response.headers.iter().map(|(name, header)| {
        let need = if header.required { "" } else { ", where known" };
        format!("{}{need}: {}", code(name), header.description.trim_end())
    });
    [
        response.status.to_string(),
        response.description.clone(),
        body.unwrap_or_default(),
        headers.collect::<Vec<_>>().join("<br>"),
    ]
}

fn refusals(page: &mut Page, contract: &Contract, operation: &Operation) {
    let table = error_codes::refusals(contract, &operation.refusals);
    if table.is_empty() {
        return;
    }
    page.block("**Refusals**, in order of precedence");
    page.block(&table);
    let mut lifecycles = contract.lifecycles().values();
    if lifecycles.any(|lifecycle| lifecycle.guards.contains(&operation.id)) {
        page.block(&format!(
            "What it does in each state of an order: [lifecycle]({LIFECYCLE_FILE}#{}).",
            anchor(&operation.id)
        ));
    }
}

/// A row of the overview.
pub(super) fn overview(operation: &Operation) -> [String; 4] {
    [
        link(&operation.id),
        code(&format!("{} {}", operation.method, operation.path)),
        operation.summary.clone(),
        operation.provenance.map(|provenance| provenance.to_string()).unwrap_or_default(),
    ]
}
