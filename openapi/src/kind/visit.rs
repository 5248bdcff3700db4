//! The walk over every object of a document.

use serde_json::Value;

use super::{Kind, Shape};
use crate::document::Document;
use crate::pointer;

/// One object of the document.
pub(crate) struct Visit<'d> {
    pub(crate) kind: Kind,
    pub(crate) pointer: String,
    pub(crate) value: &'d Value,
}

impl Visit<'_> {
    /// Is this only a reference to an object that stands elsewhere?
    pub(crate) fn is_reference(&self) -> bool {
        self.kind != Kind::PathItem && self.value.get("$ref").is_some()
    }
}

/// Every object of the document, parents before children, in the order of the file.
///
/// References are listed and not followed. A value of the wrong type is left out: what it should
/// have been is for the readers to say.
pub(crate) fn objects(document: &Document) -> Vec<Visit<'_>> {
    let mut visits = Vec::new();
    object(Kind::OpenApi, "", document.value(), &mut visits);
    visits
}

fn object<'d>(kind: Kind, pointer: &str, value: &'d Value, visits: &mut Vec<Visit<'d>>) {
    let Some(entries) = value.as_object() else { return };
    let visit = Visit { kind, pointer: pointer.to_owned(), value };
    let is_reference = visit.is_reference();
    visits.push(visit);
    if is_reference {
        return;
    }
    for (key, value) in entries {
        let shape = kind.keys().iter().find(|(known, _)| known == key).map(|(_, shape)| shape);
        if let Some(shape) = shape {
            children(*shape, &pointer::join(pointer, key), value, visits);
        }
    }
}

fn children<'d>(shape: Shape, at: &str, value: &'d Value, visits: &mut Vec<Visit<'d>>) {
    match shape {
        Shape::Value => {}
        Shape::One(kind) => object(kind, at, value, visits),
        Shape::Map(kind) => {
            for (key, value) in value.as_object().into_iter().flatten() {
                object(kind, &pointer::join(at, key), value, visits);
            }
        }
        Shape::Patterned(kind) => {
            let entries = value.as_object().into_iter().flatten();
            for (key, value) in entries.filter(|(key, _)| !key.starts_with("x-")) {
                object(kind, &pointer::join(at, key), value, visits);
            }
        }
        Shape::List(kind) => {
            for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                object(kind, &pointer::join(at, &index.to_string()), value, visits);
            }
        }
        Shape::Callbacks => {
            for (key, value) in value.as_object().into_iter().flatten() {
                children(Shape::Patterned(Kind::PathItem), &pointer::join(at, key), value, visits);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_visited_with_its_kind_and_references_are_not_followed() {
        let text = "\
paths:
  /a:
    get:
      parameters: [{ $ref: '#/components/parameters/P' }]
      responses:
        '200': { description: d, content: { application/json: { schema: { type: array, items: { type: string } } } } }
        x-note: 1
components:
  schemas:
    A: { properties: { x-odd: { type: string } }, additionalProperties: false, example: { type: 1 } }
";
        let document = Document::parse("t.yaml", text).unwrap();
        let visited: Vec<_> = objects(&document)
            .into_iter()
            .map(|visit| format!("{:?} {}", visit.kind, visit.pointer))
            .collect();
        let media = "/paths/~1a/get/responses/200/content/application~1json";
        assert_eq!(
            visited,
            [
                "OpenApi ".to_owned(),
                "PathItem /paths/~1a".to_owned(),
                "Operation /paths/~1a/get".to_owned(),
                "Parameter /paths/~1a/get/parameters/0".to_owned(),
                "Response /paths/~1a/get/responses/200".to_owned(),
                format!("MediaType {media}"),
                format!("Schema {media}/schema"),
                format!("Schema {media}/schema/items"),
                "Components /components".to_owned(),
                "Schema /components/schemas/A".to_owned(),
                "Schema /components/schemas/A/properties/x-odd".to_owned(),
            ]
        );
    }
}
