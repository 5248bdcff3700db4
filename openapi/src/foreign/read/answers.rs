//! The answers of an operation.

use indexmap::IndexMap;

use super::content::{read_examples, read_media, schema_pointer};
use super::{Reading, entries};
use crate::foreign::endpoint::{Answer, AnswerHeader, Status};
use crate::node::Node;

/// The answers that are declared, in the order of the file.
pub(super) fn read_answers(operation: &Node<'_>, reading: &mut Reading<'_>) -> Vec<Answer> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
