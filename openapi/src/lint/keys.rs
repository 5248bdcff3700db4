//! Keys that mean nothing.
//!
//! `openapiv3` ignores them, so a `requried` list would simply not be there.

use super::words::suggestion;
use super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    unknown_keys(context, findings);
    unknown_path_and_status_keys(context, findings);
    component_names(context, findings);
}

/// `unknown-key`, `unknown-extension`: a key that an object of its kind does not have.
fn unknown_keys(context: &Context<'_>, findings: &mut Findings<'_>) {
    for object in context.objects.iter().filter(|object| !object.is_reference()) {
        for key in object.value.as_object().into_iter().flatten().map(|(key, _)| key) {
            let known = || object.kind.keys().iter().map(|(known, _)| *known);
            if known().any(|known| known == key) {
                continue;
            }
            let at = pointer::join(&object.pointer, key);
            let noun = object.kind.noun();
            if key.starts_with("x-") {
                unknown_extension(findings, &at, key, noun, known());
            } else {
                let list = known().filter(|known| !known.starts_with("x-")).collect::<Vec<_>>();
                let otherwise = format!("remove it; {noun} has `{}`", list.join("`, `"));
                let remedy = suggestion(key, known(), &otherwise);
                findings.add(&at, "unknown-key", format!("{noun} has no key `{key}`"), remedy);
            }
        }
    }
}

fn unknown_extension<'k>(
    findings: &mut Findings<'_>,
    at: &str,
    key: &str,
    noun: &str,
    known: impl Iterator<Item = &'k str>,
) {
    let problem = format!("the extension `{key}` means nothing on {noun}");
    let remedy =
        suggestion(key, known.filter(|known| known.starts_with("x-")), "remove it, or move it");
    findings.add(at, "unknown-extension", problem, remedy);
}

/// `unknown-key`: a path that is no path, a status that is no status.
fn unknown_path_and_status_keys(context: &Context<'_>, findings: &mut Findings<'_>) {
    let root = Node::root(context.document);
    let paths = root.get("paths").into_iter();
    for (path, item) in paths.filter_map(|paths| paths.entries().ok()).flatten() {
        if path.starts_with("x-") {
            unknown_extension(findings, &item.pointer, path, "`paths`", std::iter::empty());
        } else if !path.starts_with('/') {
            let remedy = format!("write `/{path}`");
            findings.add(&item.pointer, "unknown-key", format!("`{path}` is no path"), remedy);
        }
    }
    let responses = context.of(Kind::Operation).filter_map(|operation| operation.get("responses"));
    for (status, response) in responses.filter_map(|all| all.entries().ok()).flatten() {
        if status.starts_with("x-") {
            unknown_extension(
                findings,
                &response.pointer,
                status,
                "`responses`",
                std::iter::empty(),
            );
        }
    }
}

/// `component-name`: a name that OpenAPI does not allow for a component.
fn component_names(context: &Context<'_>, findings: &mut Findings<'_>) {
    let sections = context.of(Kind::Components).filter_map(|all| all.entries().ok()).flatten();
    for (name, component) in sections.filter_map(|(_, section)| section.entries().ok()).flatten() {
        let allowed = |character: char| {
            character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
        };
        if name.is_empty() || !name.chars().all(allowed) {
            findings.add(
                &component.pointer,
                "component-name",
                format!("`{name}` is no name for a component"),
                "use letters, digits, `.`, `_` and `-`",
            );
        }
    }
}
