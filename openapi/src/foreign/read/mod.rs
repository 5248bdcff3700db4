//! Reads the endpoints of a mended document, leaving out what cannot be read with a warning.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::endpoint::Endpoint;
use super::security::{Scheme, read_schemes, read_security};
use super::servers::read_bases;
use crate::document::Document;
use crate::node::Node;
use crate::operation::Method;
use crate::place::Warning;
use crate::pointer;

mod answers;
mod content;
mod inputs;

use answers::read_answers;
use content::read_body;
use inputs::{check_placeholders, inherited, read_inputs};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_without_a_name_is_called_by_its_method_and_path() {
        assert_eq!(derived_id(Method::Get, "/pets/{petId}"), "getPetsPetId");
        assert_eq!(derived_id(Method::Post, "/a/{b}.{c}"), "postABC");
        assert_eq!(derived_id(Method::Get, "/"), "get");
    }
}
