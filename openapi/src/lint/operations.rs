//! Operations that say everything a reader needs, on paths that can be routed.

use std::collections::HashMap;

use serde_json::Value;

use super::words::suggestion;
use super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::operation::{Operation, ParameterLocation};
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.contract.operations() {
        missing_summary(operation, findings);
        missing_success(operation, findings);
        missing_unauthorized(operation, findings);
        path_parameters(context, operation, findings);
    }
    path_templates(context, findings);
    conflicting_paths(context, findings);
    unknown_tags(context, findings);
    unknown_schemes(context, findings);
}

/// `missing-summary`: an operation without a line of its own in lists.
fn missing_summary(operation: &Operation, findings: &mut Findings<'_>) {
    if operation.summary.trim().is_empty() {
        findings.add(
            &operation.pointer,
            "missing-summary",
            format!("`{}` has no summary", operation.id),
            "add a `summary` of one line",
        );
    }
}

/// `missing-success`: an operation that can only fail.
fn missing_success(operation: &Operation, findings: &mut Findings<'_>) {
    if !operation.responses.keys().any(|status| (200..300).contains(status)) {
        findings.add(
            &pointer::join(&operation.pointer, "responses"),
            "missing-success",
            format!("`{}` documents no success", operation.id),
            "add a response from \"200\" to \"299\"",
        );
    }
}

/// `missing-unauthorized`: an operation that needs credentials and does not say what refuses them.
fn missing_unauthorized(operation: &Operation, findings: &mut Findings<'_>) {
    if operation.secured && !operation.responses.contains_key(&401) {
        findings.add(
            &pointer::join(&operation.pointer, "responses"),
            "missing-unauthorized",
            format!("`{}` needs credentials and documents no 401", operation.id),
            "add a response \"401\", or `security: []`",
        );
    }
}

/// `path-parameter`: a placeholder without a parameter, or the other way round, or an optional one.
fn path_parameters(context: &Context<'_>, operation: &Operation, findings: &mut Findings<'_>) {
    let placeholders: Vec<&str> = operation.path.split('/').filter_map(placeholder).collect();
    let declared = || {
        let parameters = operation.parameters.iter();
        parameters.filter(|parameter| parameter.location == ParameterLocation::Path)
    };
    for name in &placeholders {
        if !declared().any(|parameter| parameter.name == *name) {
            let known = declared().map(|parameter| parameter.name.as_str());
            let otherwise = format!("add `{{ name: {name}, in: path, required: true, … }}`");
            findings.add(
                &operation.pointer,
                "path-parameter",
                format!("`{}` does not declare the path parameter `{name}`", operation.id),
                suggestion(name, known, &otherwise),
            );
        }
    }
    for parameter in declared() {
        if !placeholders.contains(&parameter.name.as_str()) {
            findings.add(
                &parameter.pointer,
                "path-parameter",
                format!("the path `{}` has no `{{{}}}`", operation.path, parameter.name),
                "put the placeholder into the path, or remove the parameter",
            );
        }
        if !parameter.required {
            let node = context.node(&parameter.pointer);
            let at = node.get("required").map_or(node.pointer, |required| required.pointer);
            findings.add(
                &at,
                "path-parameter",
                format!("the path parameter `{}` is not required", parameter.name),
                "write `required: true`; a path without it is another path",
            );
        }
    }
}

fn placeholder(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// `path-template`: a segment that is only in part a placeholder, or names one twice.
fn path_templates(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (path, at) in paths(context) {
        let mut names: Vec<&str> = Vec::new();
        for segment in path.split('/') {
            match placeholder(segment) {
                Some(name) if names.contains(&name) => findings.add(
                    &at,
                    "path-template",
                    format!("the path names `{{{name}}}` twice"),
                    "give each placeholder a name of its own",
                ),
                Some(name) => names.push(name),
                None if segment.contains(['{', '}']) => findings.add(
                    &at,
                    "path-template",
                    format!("the segment `{segment}` is only in part a placeholder"),
                    "make the placeholder a segment of its own",
                ),
                None => {}
            }
        }
    }
}

/// `path-conflict`: two paths that differ in the names of their placeholders alone.
fn conflicting_paths(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for (path, at) in paths(context) {
        let shape = |segment| placeholder(segment).map_or(segment, |_| "{}");
        let shape: Vec<&str> = path.split('/').map(shape).collect();
        let shape = shape.join("/");
        if let Some(first) = first.get(&shape) {
            findings.add(
                &at,
                "path-conflict",
                format!("no router can tell `{path}` from `{first}`"),
                "name the placeholders alike, and put the operations under one path",
            );
        }
        first.entry(shape).or_insert(path);
    }
}

fn paths<'c>(context: &Context<'c>) -> Vec<(&'c str, String)> {
    let paths = Node::root(context.document).get("paths").and_then(|paths| paths.entries().ok());
    let paths = paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/'));
    paths.map(|(path, item)| (path, item.pointer)).collect()
}

/// `unknown-tag`: a tag that the document does not describe.
fn unknown_tags(context: &Context<'_>, findings: &mut Findings<'_>) {
    let described: Vec<&str> = context
        .of(Kind::Tag)
        .filter_map(|tag| tag.value.get("name").and_then(Value::as_str))
        .collect();
    for operation in context.of(Kind::Operation) {
        let tags = operation.get("tags").and_then(|tags| tags.items().ok());
        for tag in tags.into_iter().flatten() {
            let Some(name) = tag.value.as_str().filter(|name| !described.contains(name)) else {
                continue;
            };
            let otherwise = "describe it under `tags` of the document";
            findings.add(
                &tag.pointer,
                "unknown-tag",
                format!("the tag `{name}` is described nowhere"),
                suggestion(name, described.iter().copied(), otherwise),
            );
        }
    }
}

/// `unknown-scheme`: a security requirement that names no security scheme.
fn unknown_schemes(context: &Context<'_>, findings: &mut Findings<'_>) {
    let schemes = context.document.at("/components/securitySchemes").and_then(Value::as_object);
    let known = || schemes.into_iter().flatten().map(|(name, _)| name.as_str());
    let owners = [Kind::OpenApi, Kind::Operation].into_iter().flat_map(|kind| context.of(kind));
    let requirements = owners.filter_map(|owner| owner.get("security")?.items().ok()).flatten();
    for (name, requirement) in requirements.filter_map(|one| one.entries().ok()).flatten() {
        if !known().any(|known| known == name) {
            findings.add(
                &requirement.pointer,
                "unknown-scheme",
                format!("there is no security scheme `{name}`"),
                suggestion(name, known(), "add it under `components: securitySchemes`"),
            );
        }
    }
}
