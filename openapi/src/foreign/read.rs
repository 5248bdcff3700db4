//! Reads the endpoints of a mended document, leaving out what cannot be read with a warning.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::endpoint::{
    Answer, AnswerHeader, Body, Endpoint, Example, Input, Location, Media, Status, Style,
};
use super::media::{MediaKind, media_kind};
use super::security::{Scheme, read_schemes, read_security};
use super::servers::read_bases;
use crate::document::Document;
use crate::node::Node;
use crate::operation::Method;
use crate::place::Warning;
use crate::pointer;

/// Header parameters that OpenAPI ignores: other parts of the contract are about them.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// A document being read, and what is found on the way.
pub(super) struct Reading<'r> {
    pub(super) document: &'r Document,
    warnings: &'r mut Vec<Warning>,
}

impl<'r> Reading<'r> {
    pub(super) fn warn(
        &mut self,
        pointer: &str,
        problem: impl Into<String>,
        consequence: impl Into<String>,
    ) {
        // What many operations refer to is read, and warned of, many times; each is told once.
        self.warnings.push(Warning::new(self.document.place(pointer), problem, consequence));
    }

    /// What the node's reference leads to; `None` if mending took it away.
    pub(super) fn followed<'n>(&self, node: &Node<'n>) -> Option<Node<'n>> {
        node.clone().followed().ok().filter(|node| node.value.is_object())
    }

    fn text(&self, node: &Node<'_>, key: &str) -> Option<String> {
        node.value.get(key)?.as_str().map(str::to_owned)
    }

    fn flag(&self, node: &Node<'_>, key: &str) -> Option<bool> {
        node.value.get(key)?.as_bool()
    }
}

/// The entries of a mapping, or none.
pub(super) fn entries<'n>(node: Option<&Node<'n>>) -> Vec<(&'n str, Node<'n>)> {
    node.and_then(|node| node.entries().ok()).unwrap_or_default()
}

/// What an operation has of the document around it.
struct Around {
    bases: Vec<String>,
    schemes: IndexMap<String, Option<Scheme>>,
    security: Vec<Vec<Scheme>>,
}

/// Every operation that can be served, in the order of the file.
pub(super) fn read_endpoints(document: &Document, warnings: &mut Vec<Warning>) -> Vec<Endpoint> {
    let root = Node::root(document);
    let reading = &mut Reading { document, warnings };
    let schemes = read_schemes(&root, reading);
    let security = root
        .get("security")
        .map(|list| read_security(&list, &schemes, reading))
        .unwrap_or_default();
    let bases = read_bases(&root, reading).unwrap_or_else(|| vec![String::new()]);
    let around = Around { bases, schemes, security };
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut ids = HashSet::new();
    let paths = root.get("paths");
    if paths.as_ref().is_none_or(|paths| !paths.value.is_object()) {
        reading.warn("/paths", "the contract has no `paths`", "there is nothing to serve");
    }
    for (path, item) in entries(paths.as_ref()) {
        if path.starts_with("x-") {
            continue;
        }
        if !path.starts_with('/') {
            let problem = format!("the path `{path}` does not begin with a slash");
            reading.warn(&item.pointer, problem, "it is left out");
            continue;
        }
        let Some(item) = reading.followed(&item) else { continue };
        let bases = read_bases(&item, reading);
        let shared = read_inputs(&item, path, reading);
        for (key, operation) in entries(Some(&item)) {
            let Some(method) = Method::from_key(key).filter(|_| operation.value.is_object()) else {
                continue;
            };
            let id = unique_id(&operation, method, path, &ids, reading);
            ids.insert(id.clone());
            let own = read_inputs(&operation, path, reading);
            let inputs = inherited(&shared, own);
            check_placeholders(path, &inputs, &operation, reading);
            let endpoint = Endpoint {
                id,
                method,
                path: path.to_owned(),
                bases: read_bases(&operation, reading)
                    .or_else(|| bases.clone())
                    .unwrap_or_else(|| around.bases.clone()),
                inputs,
                body: operation.get("requestBody").and_then(|body| read_body(&body, reading)),
                answers: read_answers(&operation, reading),
                security: match operation.get("security") {
                    Some(list) => read_security(&list, &around.schemes, reading),
                    None => around.security.clone(),
                },
                pointer: operation.pointer,
            };
            endpoints.push(endpoint);
        }
    }
    endpoints
}

/// The `operationId`, or a name made of method and path, which no operation has so far.
fn unique_id(
    operation: &Node<'_>,
    method: Method,
    path: &str,
    ids: &HashSet<String>,
    reading: &mut Reading<'_>,
) -> String {
    let own = reading.text(operation, "operationId").filter(|id| !id.is_empty());
    if let Some(own) = own {
        if !ids.contains(&own) {
            return own;
        }
        let at = pointer::join(&operation.pointer, "operationId");
        let problem = format!("another operation is called `{own}` too");
        reading.warn(&at, problem, "this one is called by its method and path");
    }
    let derived = derived_id(method, path);
    let numbered = (2..).map(|number| format!("{derived}{number}"));
    let mut names = std::iter::once(derived.clone()).chain(numbered);
    names.find(|name| !ids.contains(name)).expect("there are more numbers than operations")
}

/// `getPetsPetId` of `GET /pets/{petId}`.
fn derived_id(method: Method, path: &str) -> String {
    let mut id = method.as_str().to_ascii_lowercase();
    for word in path.split(|character: char| !character.is_alphanumeric()) {
        let mut characters = word.chars();
        id.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        id.push_str(characters.as_str());
    }
    id
}

/// The path item's parameters, then the operation's own, which win.
fn inherited(shared: &[Input], own: Vec<Input>) -> Vec<Input> {
    let is_overridden = |input: &Input| {
        own.iter().any(|own| own.name == input.name && own.location == input.location)
    };
    let mut inputs: Vec<Input> =
        shared.iter().filter(|input| !is_overridden(input)).cloned().collect();
    inputs.extend(own);
    inputs
}

fn check_placeholders(
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

fn read_inputs(owner: &Node<'_>, path: &str, reading: &mut Reading<'_>) -> Vec<Input> {
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

fn read_body(body: &Node<'_>, reading: &mut Reading<'_>) -> Option<Body> {
    let node = reading.followed(body)?;
    let content = node.get("content").map(|content| read_media(&content, reading));
    let content = content.unwrap_or_default();
    if content.is_empty() {
        reading.warn(&node.pointer, "a request body without a media type", "it is not looked at");
        return None;
    }
    for (media_type, media) in &content {
        if media_kind(media_type) == MediaKind::Opaque && media.schema.is_some() {
            let problem = format!("a request body in `{media_type}`");
            reading.warn(&media.pointer, problem, "it is taken unchecked");
        }
    }
    let required = reading.flag(&node, "required").unwrap_or(false);
    Some(Body { required, content, pointer: node.pointer })
}

fn read_media(content: &Node<'_>, reading: &mut Reading<'_>) -> IndexMap<String, Media> {
    let mut read = IndexMap::new();
    for (media_type, node) in entries(Some(content)) {
        let media = Media {
            schema: node.get("schema").and_then(|schema| schema_pointer(&schema, reading)),
            examples: read_examples(&node, reading),
            pointer: node.pointer,
        };
        read.insert(media_type.to_owned(), media);
    }
    read
}

fn read_examples(owner: &Node<'_>, reading: &mut Reading<'_>) -> IndexMap<String, Example> {
    let mut examples = IndexMap::new();
    let mut add = |name: &str, node: Node<'_>| {
        let example = Example { value: node.value.clone(), pointer: node.pointer };
        examples.insert(name.to_owned(), example);
    };
    if let Some(example) = owner.get("example") {
        add("example", example);
    }
    for (name, example) in entries(owner.get("examples").as_ref()) {
        let Some(example) = reading.followed(&example) else { continue };
        match example.get("value") {
            Some(value) => add(name, value),
            None => reading.warn(
                &example.pointer,
                format!("the example `{name}` has no `value`"),
                "it is left out; nothing outside of the contract is read",
            ),
        }
    }
    examples
}

fn read_answers(operation: &Node<'_>, reading: &mut Reading<'_>) -> Vec<Answer> {
    let mut answers = Vec::new();
    let declared = operation.get("responses");
    for (key, node) in entries(declared.as_ref()) {
        if key.starts_with("x-") {
            continue;
        }
        let Some(status) = read_status(key) else {
            let problem = format!("`{key}` is no status");
            reading.warn(&node.pointer, problem, "the answer is left out");
            continue;
        };
        let Some(node) = reading.followed(&node) else { continue };
        let content = node.get("content").map(|content| read_media(&content, reading));
        let headers = node.get("headers").map(|headers| read_headers(&headers, reading));
        answers.push(Answer {
            status,
            headers: headers.unwrap_or_default(),
            content: content.unwrap_or_default(),
            pointer: node.pointer,
        });
    }
    if answers.is_empty() {
        let problem = "an operation without a documented answer";
        reading.warn(&operation.pointer, problem, "it is answered with 501");
    }
    answers
}

fn read_status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    if let Some(class) = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
        return class.parse().ok().filter(|class| (1..=5).contains(class)).map(Status::Range);
    }
    key.parse().ok().filter(|status| (100..600).contains(status)).map(Status::Exact)
}

fn read_headers(declared: &Node<'_>, reading: &mut Reading<'_>) -> IndexMap<String, AnswerHeader> {
    let mut headers = IndexMap::new();
    for (name, node) in entries(Some(declared)) {
        let Some(node) = reading.followed(&node) else { continue };
        let examples = read_examples(&node, reading);
        let header = AnswerHeader {
            schema: node.get("schema").and_then(|schema| schema_pointer(&schema, reading)),
            example: examples.into_values().next().map(|example| example.value),
            pointer: node.pointer,
        };
        headers.insert(name.to_owned(), header);
    }
    headers
}

/// Where a schema stands after following references.
fn schema_pointer(schema: &Node<'_>, reading: &Reading<'_>) -> Option<String> {
    reading.followed(schema).map(|schema| schema.pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_without_a_name_is_called_by_its_method_and_path() {
        assert_eq!(derived_id(Method::Get, "/pets/{petId}"), "getPetsPetId");
        assert_eq!(derived_id(Method::Post, "/a/{b}.{c}"), "postABC");
        assert_eq!(derived_id(Method::Get, "/"), "get");
    }

    #[test]
    fn statuses_are_exact_ranges_or_the_rest() {
        assert_eq!(read_status("404"), Some(Status::Exact(404)));
        assert_eq!(read_status("4XX"), Some(Status::Range(4)));
        assert_eq!(read_status("default"), Some(Status::Default));
        assert_eq!(read_status("9XX"), None);
        assert_eq!(read_status("42"), None);
        assert_eq!(read_status("ok"), None);
    }
}
