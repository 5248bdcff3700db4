//! The parameters of an operation.

use super::content::schema_pointer;
use super::{Reading, entries};
use crate::foreign::endpoint::{Input, Location, Style};
use crate::foreign::media::{MediaKind, media_kind};
use crate::node::Node;

/// Header parameters that OpenAPI ignores: other parts of the contract are about them.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// The path item's parameters, then the operation's own, which win.
pub(super) fn inherited(shared: &[Input], own: Vec<Input>) -> Vec<Input> {
    let is_overridden = |input: &Input| {
        own.iter().any(|own| own.name == input.name && own.location == input.location)
    };
    let mut inputs: Vec<Input> =
        shared.iter().filter(|input| !is_overridden(input)).cloned().collect();
    inputs.extend(own);
    inputs
}

/// Warns of what stands in the path and is no parameter.
pub(super) fn check_placeholders(
    path: &str,
    inputs: &[Input],
    operation: &Node<'_>,
    reading: &mut Reading<'_>,
) {
    for placeholder in placeholders(path) {
        let is_declared = |it: &Input| it.location == Location::Path && it.name == placeholder;
        if !inputs.iter().any(is_declared) {
            reading.warn(
                &operation.pointer,
                format!("`{{{placeholder}}}` in the path is declared nowhere"),
                "any text is taken for it",
            );
        }
    }
}

/// The names between braces.
fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The parameters that a path item or an operation declares.
pub(super) fn read_inputs(owner: &Node<'_>, path: &str, reading: &mut Reading<'_>) -> Vec<Input> {
    let Some(list) = owner.get("parameters") else { return Vec::new() };
    let Ok(items) = list.items() else {
        reading.warn(&list.pointer, "`parameters` is no list", "there are none");
        return Vec::new();
    };
    items.iter().filter_map(|item| read_input(item, path, reading)).collect()
}

fn read_input(item: &Node<'_>, path: &str, reading: &mut Reading<'_>) -> Option<Input> {
    let node = reading.followed(item)?;
    let Some(name) = reading.text(&node, "name") else {
        reading.warn(&node.pointer, "a parameter without a `name`", "it is left out");
        return None;
    };
    let location = match reading.text(&node, "in").as_deref() {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("header") => Location::Header,
        Some("cookie") => Location::Cookie,
        other => {
            let problem = format!("a parameter cannot be sent in `{}`", other.unwrap_or("nothing"));
            reading.warn(&node.pointer, problem, "it is left out");
            return None;
        }
    };
    if location == Location::Header && IGNORED_HEADERS.contains(&&*name.to_ascii_lowercase()) {
        return None;
    }
    if location == Location::Path && !placeholders(path).any(|placeholder| placeholder == name) {
        let problem = format!("the path has no `{{{name}}}`");
        reading.warn(&node.pointer, problem, "the parameter is left out");
        return None;
    }
    let (style, schema) = match node.get("content") {
        Some(content) => read_content(&content, reading),
        None => {
            let schema = node.get("schema").and_then(|schema| schema_pointer(&schema, reading));
            (read_style(&node, location, reading), schema)
        }
    };
    Some(Input {
        // A path has every one of its segments.
        required: location == Location::Path || reading.flag(&node, "required").unwrap_or(false),
        explode: reading.flag(&node, "explode").unwrap_or(style == Style::Form),
        allow_empty: reading.flag(&node, "allowEmptyValue").unwrap_or(false),
        name,
        location,
        style,
        schema,
        pointer: node.pointer,
    })
}

/// A parameter described by a media type rather than a style.
fn read_content(content: &Node<'_>, reading: &mut Reading<'_>) -> (Style, Option<String>) {
    let Some((media_type, media)) = entries(Some(content)).into_iter().next() else {
        reading.warn(&content.pointer, "`content` without a media type", "any text is taken");
        return (Style::Simple, None);
    };
    if media_kind(media_type) != MediaKind::Json {
        let problem = format!("a parameter of the media type `{media_type}`");
        reading.warn(&media.pointer, problem, "any text is taken");
        return (Style::Simple, None);
    }
    let schema = media.get("schema").and_then(|schema| schema_pointer(&schema, reading));
    (Style::Json, schema)
}

fn read_style(node: &Node<'_>, location: Location, reading: &mut Reading<'_>) -> Style {
    let default = match location {
        Location::Path | Location::Header => Style::Simple,
        Location::Query | Location::Cookie => Style::Form,
    };
    let Some(written) = node.get("style") else { return default };
    match (written.value.as_str().unwrap_or_default(), location) {
        ("simple", Location::Path | Location::Header) => Style::Simple,
        ("label", Location::Path) => Style::Label,
        ("matrix", Location::Path) => Style::Matrix,
        ("form", Location::Query | Location::Cookie) => Style::Form,
        ("spaceDelimited", Location::Query) => Style::SpaceDelimited,
        ("pipeDelimited", Location::Query) => Style::PipeDelimited,
        ("deepObject", Location::Query) => Style::DeepObject,
        (other, _) => {
            let problem = format!("the style `{other}` does not go with this parameter");
            reading.warn(&written.pointer, problem, "it is read in the usual style of its place");
            default
        }
    }
}
