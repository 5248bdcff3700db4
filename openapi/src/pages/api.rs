//! The reference of a contract: every operation, error code and type.

use serde_json::Value;

use super::markdown::{Page, Table, code};
use super::{LIFECYCLE_FILE, error_codes, examples, operation, types};
use crate::{Contract, Operation, Provenance};

/// The reference of every operation, with the answers of any request, the error codes and the types.
pub fn api_page(contract: &Contract) -> String {
    let mut page = Page::of(contract);
    page.heading(1, contract.title());
    let mut intro = format!("Version {}.", contract.version());
    if !contract.lifecycles().is_empty() {
        intro.push_str(&format!(" When an operation is legal: [lifecycle]({LIFECYCLE_FILE})."));
    }
    page.block(&intro);
    page.block(contract.openapi().info.description.as_deref().unwrap_or_default());
    servers(&mut page, contract);
    credentials(&mut page, contract);

    page.heading(2, "Operations");
    overview(&mut page, contract);
    provenance(&mut page, contract);
    for operation in contract.operations() {
        operation::section(&mut page, contract, operation);
    }
    any_request(&mut page, contract);
    error_codes::section(&mut page, contract);
    types::section(&mut page, contract);
    page.finish()
}

fn servers(page: &mut Page, contract: &Contract) {
    let mut table = Table::new(["base URL", "server"]);
    for server in &contract.openapi().servers {
        table.row([code(&server.url), server.description.clone().unwrap_or_default()]);
    }
    page.block(&table.render());
}

fn credentials(page: &mut Page, contract: &Contract) {
    let schemes = contract.document().at("/components/securitySchemes").and_then(Value::as_object);
    let schemes = schemes.into_iter().flatten().map(|(name, scheme)| {
        let scheme_name = scheme["scheme"].as_str().unwrap_or(name);
        let description = scheme["description"].as_str().unwrap_or_default();
        format!("**Credentials**: HTTP {}. {description}", capitalised(scheme_name))
    });
    page.block(&schemes.collect::<Vec<_>>().join("\n\n"));
}

/// The operations by tag, in the order of the file.
fn overview(page: &mut Page, contract: &Contract) {
    let tags = &contract.openapi().tags;
    for tag in tags {
        let mut table = Table::new(["operation", "call", "what it does", "provenance"]);
        for operation in contract.operations() {
            if tag_of(contract, operation) == Some(&tag.name) {
                table.row(operation::overview(operation));
            }
        }
        let description = tag.description.as_deref().unwrap_or_default();
        page.block(&format!("**{}.** {description}", tag.name));
        page.block(&table.render());
    }
    let known = |operation: &Operation| {
        tags.iter().any(|tag| tag_of(contract, operation) == Some(tag.name.as_str()))
    };
    let mut table = Table::new(["operation", "call", "what it does", "provenance"]);
    for operation in contract.operations().iter().filter(|operation| !known(operation)) {
        table.row(operation::overview(operation));
    }
    page.block(&table.render());
}

fn tag_of<'c>(contract: &'c Contract, operation: &Operation) -> Option<&'c str> {
    contract.document().at(&operation.pointer)?["tags"][0].as_str()
}

/// What the words of provenance mean, where more than one of them is used.
fn provenance(page: &mut Page, contract: &Contract) {
    let mut used = contract.operations().iter().filter_map(|operation| operation.provenance);
    let first = used.next();
    if used.all(|provenance| Some(provenance) == first) {
        return;
    }
    let lines = Provenance::ALL.map(|provenance| {
        let meaning = match provenance {
            Provenance::Documented => "Octane's public pages say so.",
            Provenance::Inferred => "Octane's public pages imply it.",
            Provenance::Designed => "Octane's public pages are silent, and this contract decides.",
        };
        format!("- *{provenance}*: {meaning}")
    });
    page.block(&format!(
        "*Provenance* says where an operation comes from, and a part of it that comes from elsewhere:\n\n{}",
        lines.join("\n")
    ));
}

/// The answers that any operation may give, or that come in place of one.
fn any_request(page: &mut Page, contract: &Contract) {
    if contract.fallbacks().is_empty() {
        return;
    }
    page.heading(2, error_codes::ANY_REQUEST);
    page.block("What answers a request that reaches no operation, or in place of one.");
    let mut table = Table::new(["status", "when", "error code", "headers"]);
    for fallback in contract.fallbacks().values() {
        let [status, when, _, headers] = operation::answer(contract, &fallback.response);
        table.row([status, when, super::markdown::link(&fallback.error_code), headers]);
    }
    page.block(&table.render());
    examples::answers(page, contract.fallbacks().values().map(|fallback| &fallback.response));
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
