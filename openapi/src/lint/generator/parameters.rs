//! Parameters the generated client can send.

use std::collections::HashMap;

use super::super::words::snake_case;
use super::super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::operation::{Operation, ParameterLocation};
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for parameter in context.of(Kind::Parameter) {
        cookie(&parameter, findings);
        style(&parameter, findings);
        content(&parameter, findings);
        reserved_header(&parameter, findings);
    }
    for operation in context.contract.operations() {
        shape(context, operation, findings);
        names(operation, findings);
    }
}

/// `parameter-cookie`: a parameter in a cookie.
fn cookie(parameter: &Node<'_>, findings: &mut Findings<'_>) {
    if let Some(place) = parameter.get("in").filter(|place| place.value == "cookie") {
        let problem = "the client cannot send cookies";
        findings.add(&place.pointer, "parameter-cookie", problem, "use a header");
    }
}

/// `parameter-style`: any style but the usual one of its place.
fn style(parameter: &Node<'_>, findings: &mut Findings<'_>) {
    let usual = match parameter.get("in").and_then(|place| place.value.as_str()) {
        Some("query") => "form",
        Some("path" | "header") => "simple",
        _ => return,
    };
    let style = parameter.get("style");
    if let Some(style) = style.filter(|style| style.value != usual) {
        findings.add(
            &style.pointer,
            "parameter-style",
            format!("the client cannot send the style {}", style.value),
            format!("remove it; `{usual}` is the usual one here"),
        );
    }
}

/// `parameter-header`: a header that OpenAPI describes elsewhere, and ignores here.
fn reserved_header(parameter: &Node<'_>, findings: &mut Findings<'_>) {
    let name = parameter.value.get("name").and_then(|name| name.as_str()).unwrap_or_default();
    let reserved = ["accept", "content-type", "authorization"];
    let is_header = parameter.value.get("in").is_some_and(|place| place == "header");
    if is_header && reserved.contains(&name.to_lowercase().as_str()) {
        findings.add(
            &pointer::join(&parameter.pointer, "name"),
            "parameter-header",
            format!("OpenAPI ignores a header parameter named `{name}`"),
            "describe it by media types and `security`",
        );
    }
}

/// `parameter-content`: a parameter with `content` in place of a `schema`.
fn content(parameter: &Node<'_>, findings: &mut Findings<'_>) {
    if parameter.get("schema").is_none() {
        let at = parameter.get("content").map_or(parameter.pointer.clone(), |node| node.pointer);
        findings.add(
            &at,
            "parameter-content",
            "the parameter has no `schema`",
            "describe it with a `schema`; `content` is not read",
        );
    }
}

/// `parameter-type`: objects in the query or path, lists in headers or paths.
fn shape(context: &Context<'_>, operation: &Operation, findings: &mut Findings<'_>) {
    for parameter in &operation.parameters {
        let Some(schema) = context.document.at(&parameter.schema) else { continue };
        let composed = ["properties", "allOf", "oneOf"].iter().any(|key| schema.get(key).is_some());
        let own = schema.get("type").and_then(|own| own.as_str());
        let own = own.unwrap_or(if composed { "object" } else { "string" });
        let sendable = match parameter.location {
            ParameterLocation::Query => own != "object",
            ParameterLocation::Path | ParameterLocation::Header => {
                !matches!(own, "object" | "array")
            }
        };
        if !sendable {
            findings.add(
                &pointer::join(&parameter.pointer, "schema"),
                "parameter-type",
                format!("the client cannot send an {own} in the {}", parameter.location),
                "make it a parameter of plain values, or put it into the body",
            );
        }
    }
}

/// `parameter-name`: two parameters, or a parameter and the body, with one name in Rust.
fn names(operation: &Operation, findings: &mut Findings<'_>) {
    let mut first = HashMap::new();
    for parameter in &operation.parameters {
        let name = snake_case(&parameter.name);
        if name == "body" && operation.request_body.is_some() {
            findings.add(
                &parameter.pointer,
                "parameter-name",
                format!("`{}` has a parameter named `body` beside its body", operation.id),
                "rename the parameter",
            );
        }
        if let Some((location, written)) = first.get(&name) {
            findings.add(
                &parameter.pointer,
                "parameter-name",
                format!(
                    "the {} parameter `{}` and the {location} parameter `{written}` of `{}` would both be `{name}` in the client",
                    parameter.location, parameter.name, operation.id
                ),
                "rename one of them",
            );
        }
        first.entry(name).or_insert((parameter.location, parameter.name.as_str()));
    }
}
