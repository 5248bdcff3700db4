//! What is in a body: media types, their schemas and examples.

use indexmap::IndexMap;

use super::{Reading, entries};
use crate::foreign::endpoint::{Body, Example, Media};
use crate::foreign::media::{MediaKind, media_kind};
use crate::node::Node;

/// The body that an operation takes.
pub(super) fn read_body(body: &Node<'_>, reading: &mut Reading<'_>) -> Option<Body> {
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

/// The media types of a body.
pub(super) fn read_media(content: &Node<'_>, reading: &mut Reading<'_>) -> IndexMap<String, Media> {
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

/// The one example, and those with a name.
pub(super) fn read_examples(
    owner: &Node<'_>,
    reading: &mut Reading<'_>,
) -> IndexMap<String, Example> {
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

/// Where a schema stands after following references.
pub(super) fn schema_pointer(schema: &Node<'_>, reading: &Reading<'_>) -> Option<String> {
    reading.followed(schema).map(|schema| schema.pointer)
}
