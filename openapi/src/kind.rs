//! The kinds of object in a contract, and the keys each may have.
//!
//! One table, OpenAPI 3.0.3's and our extensions', read by everything that walks the raw tree: the
//! lowering of schemas for the validator, the search for the part `openapiv3` rejects, and the lint
//! of misspelt keys.

use serde_json::Value;

use crate::document::Document;
use crate::pointer;

/// What an object of the document is, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    OpenApi,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
    ErrorCode,
    Fallback,
    Lifecycle,
    State,
    Event,
    Condition,
    Effect,
    Transition,
    StateRefusal,
}

/// What stands under a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// A value without keys of its own, or one that is free to have any.
    Value,
    /// One object.
    One(Kind),
    /// A mapping from names to objects.
    Map(Kind),
    /// A mapping from paths or statuses to objects, which may itself be extended by `x-` keys.
    Patterned(Kind),
    /// A list of objects.
    List(Kind),
    /// A mapping from names to mappings from paths to path items.
    Callbacks,
}

use Shape::{Callbacks, List, Map, One, Patterned};

/// The key is a plain value.
const VALUE: Shape = Shape::Value;

type Keys = &'static [(&'static str, Shape)];

impl Kind {
    /// The keys an object of this kind may have, and what stands under each.
    pub(crate) fn keys(self) -> Keys {
        match self {
            Kind::OpenApi => &[
                ("openapi", VALUE),
                ("info", One(Kind::Info)),
                ("servers", List(Kind::Server)),
                ("paths", Patterned(Kind::PathItem)),
                ("components", One(Kind::Components)),
                ("security", VALUE),
                ("tags", List(Kind::Tag)),
                ("externalDocs", One(Kind::ExternalDocs)),
                ("x-error-codes", Map(Kind::ErrorCode)),
                ("x-fallback-responses", Map(Kind::Fallback)),
                ("x-lifecycles", Map(Kind::Lifecycle)),
            ],
            Kind::Info => &[
                ("title", VALUE),
                ("description", VALUE),
                ("termsOfService", VALUE),
                ("contact", One(Kind::Contact)),
                ("license", One(Kind::License)),
                ("version", VALUE),
            ],
            Kind::Contact => &[("name", VALUE), ("url", VALUE), ("email", VALUE)],
            Kind::License => &[("name", VALUE), ("url", VALUE)],
            Kind::Server => {
                &[("url", VALUE), ("description", VALUE), ("variables", Map(Kind::ServerVariable))]
            }
            Kind::ServerVariable => &[("enum", VALUE), ("default", VALUE), ("description", VALUE)],
            Kind::Components => &[
                ("schemas", Map(Kind::Schema)),
                ("responses", Map(Kind::Response)),
                ("parameters", Map(Kind::Parameter)),
                ("examples", Map(Kind::Example)),
                ("requestBodies", Map(Kind::RequestBody)),
                ("headers", Map(Kind::Header)),
                ("securitySchemes", Map(Kind::SecurityScheme)),
                ("links", Map(Kind::Link)),
                ("callbacks", Callbacks),
            ],
            Kind::PathItem => &[
                ("$ref", VALUE),
                ("summary", VALUE),
                ("description", VALUE),
                ("get", One(Kind::Operation)),
                ("put", One(Kind::Operation)),
                ("post", One(Kind::Operation)),
                ("delete", One(Kind::Operation)),
                ("options", One(Kind::Operation)),
                ("head", One(Kind::Operation)),
                ("patch", One(Kind::Operation)),
                ("trace", One(Kind::Operation)),
                ("servers", List(Kind::Server)),
                ("parameters", List(Kind::Parameter)),
            ],
            Kind::Operation => &[
                ("tags", VALUE),
                ("summary", VALUE),
                ("description", VALUE),
                ("externalDocs", One(Kind::ExternalDocs)),
                ("operationId", VALUE),
                ("parameters", List(Kind::Parameter)),
                ("requestBody", One(Kind::RequestBody)),
                ("responses", Patterned(Kind::Response)),
                ("callbacks", Callbacks),
                ("deprecated", VALUE),
                ("security", VALUE),
                ("servers", List(Kind::Server)),
                ("x-provenance", VALUE),
                ("x-refusals", VALUE),
            ],
            Kind::ExternalDocs => &[("description", VALUE), ("url", VALUE)],
            Kind::Parameter => &[
                ("name", VALUE),
                ("in", VALUE),
                ("description", VALUE),
                ("required", VALUE),
                ("deprecated", VALUE),
                ("allowEmptyValue", VALUE),
                ("style", VALUE),
                ("explode", VALUE),
                ("allowReserved", VALUE),
                ("schema", One(Kind::Schema)),
                ("example", VALUE),
                ("examples", Map(Kind::Example)),
                ("content", Map(Kind::MediaType)),
                ("x-provenance", VALUE),
            ],
            Kind::RequestBody => {
                &[("description", VALUE), ("content", Map(Kind::MediaType)), ("required", VALUE)]
            }
            Kind::MediaType => &[
                ("schema", One(Kind::Schema)),
                ("example", VALUE),
                ("examples", Map(Kind::Example)),
                ("encoding", Map(Kind::Encoding)),
            ],
            Kind::Encoding => &[
                ("contentType", VALUE),
                ("headers", Map(Kind::Header)),
                ("style", VALUE),
                ("explode", VALUE),
                ("allowReserved", VALUE),
            ],
            Kind::Response => &[
                ("description", VALUE),
                ("headers", Map(Kind::Header)),
                ("content", Map(Kind::MediaType)),
                ("links", Map(Kind::Link)),
            ],
            Kind::Example => &[
                ("summary", VALUE),
                ("description", VALUE),
                ("value", VALUE),
                ("externalValue", VALUE),
            ],
            Kind::Link => &[
                ("operationRef", VALUE),
                ("operationId", VALUE),
                ("parameters", VALUE),
                ("requestBody", VALUE),
                ("description", VALUE),
                ("server", One(Kind::Server)),
            ],
            Kind::Header => &[
                ("description", VALUE),
                ("required", VALUE),
                ("deprecated", VALUE),
                ("allowEmptyValue", VALUE),
                ("style", VALUE),
                ("explode", VALUE),
                ("allowReserved", VALUE),
                ("schema", One(Kind::Schema)),
                ("example", VALUE),
                ("examples", Map(Kind::Example)),
                ("content", Map(Kind::MediaType)),
                ("x-provenance", VALUE),
            ],
            Kind::Tag => &[
                ("name", VALUE),
                ("description", VALUE),
                ("externalDocs", One(Kind::ExternalDocs)),
            ],
            Kind::Schema => SCHEMA,
            Kind::Discriminator => &[("propertyName", VALUE), ("mapping", VALUE)],
            Kind::Xml => &[
                ("name", VALUE),
                ("namespace", VALUE),
                ("prefix", VALUE),
                ("attribute", VALUE),
                ("wrapped", VALUE),
            ],
            Kind::SecurityScheme => &[
                ("type", VALUE),
                ("description", VALUE),
                ("name", VALUE),
                ("in", VALUE),
                ("scheme", VALUE),
                ("bearerFormat", VALUE),
                ("flows", One(Kind::OAuthFlows)),
                ("openIdConnectUrl", VALUE),
            ],
            Kind::OAuthFlows => &[
                ("implicit", One(Kind::OAuthFlow)),
                ("password", One(Kind::OAuthFlow)),
                ("clientCredentials", One(Kind::OAuthFlow)),
                ("authorizationCode", One(Kind::OAuthFlow)),
            ],
            Kind::OAuthFlow => &[
                ("authorizationUrl", VALUE),
                ("tokenUrl", VALUE),
                ("refreshUrl", VALUE),
                ("scopes", VALUE),
            ],
            Kind::ErrorCode => {
                &[("errorCode", VALUE), ("status", VALUE), ("meaning", VALUE), ("action", VALUE)]
            }
            Kind::Fallback => &[("errorCode", VALUE), ("response", VALUE)],
            Kind::Lifecycle => &[
                ("description", VALUE),
                ("schema", VALUE),
                ("guards", VALUE),
                ("states", Map(Kind::State)),
                ("events", Map(Kind::Event)),
                ("conditions", Map(Kind::Condition)),
                ("effects", Map(Kind::Effect)),
                ("transitions", List(Kind::Transition)),
                ("refusals", List(Kind::StateRefusal)),
            ],
            Kind::State => &[
                ("description", VALUE),
                ("initial", VALUE),
                ("terminal", VALUE),
                ("holdsTimeslot", VALUE),
            ],
            Kind::Event | Kind::Effect => &[("description", VALUE)],
            Kind::Condition => &[("description", VALUE), ("excludes", VALUE)],
            Kind::Transition => &[
                ("trigger", VALUE),
                ("from", VALUE),
                ("when", VALUE),
                ("to", VALUE),
                ("status", VALUE),
                ("effects", VALUE),
            ],
            Kind::StateRefusal => &[("trigger", VALUE), ("from", VALUE), ("refusal", VALUE)],
        }
    }

    /// What an object of this kind is called in messages.
    #[cfg_attr(
        not(any(feature = "tooling", feature = "foreign")),
        allow(dead_code, reason = "read by the lint and the mending of foreign contracts alone")
    )]
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Kind::OpenApi => "the document",
            Kind::Info => "`info`",
            Kind::Contact => "`contact`",
            Kind::License => "`license`",
            Kind::Server => "a server",
            Kind::ServerVariable => "a server variable",
            Kind::Components => "`components`",
            Kind::PathItem => "a path",
            Kind::Operation => "an operation",
            Kind::ExternalDocs => "`externalDocs`",
            Kind::Parameter => "a parameter",
            Kind::RequestBody => "a request body",
            Kind::MediaType => "a media type",
            Kind::Encoding => "an encoding",
            Kind::Response => "a response",
            Kind::Example => "an example",
            Kind::Link => "a link",
            Kind::Header => "a header",
            Kind::Tag => "a tag",
            Kind::Schema => "a schema",
            Kind::Discriminator => "a discriminator",
            Kind::Xml => "`xml`",
            Kind::SecurityScheme => "a security scheme",
            Kind::OAuthFlows => "`flows`",
            Kind::OAuthFlow => "an OAuth flow",
            Kind::ErrorCode => "an error code",
            Kind::Fallback => "a fallback response",
            Kind::Lifecycle => "a lifecycle",
            Kind::State => "a state",
            Kind::Event => "an event",
            Kind::Condition => "a condition",
            Kind::Effect => "an effect",
            Kind::Transition => "a transition",
            Kind::StateRefusal => "a refusal",
        }
    }
}

const SCHEMA: Keys = &[
    ("title", VALUE),
    ("multipleOf", VALUE),
    ("maximum", VALUE),
    ("exclusiveMaximum", VALUE),
    ("minimum", VALUE),
    ("exclusiveMinimum", VALUE),
    ("maxLength", VALUE),
    ("minLength", VALUE),
    ("pattern", VALUE),
    ("maxItems", VALUE),
    ("minItems", VALUE),
    ("uniqueItems", VALUE),
    ("maxProperties", VALUE),
    ("minProperties", VALUE),
    ("required", VALUE),
    ("enum", VALUE),
    ("type", VALUE),
    ("allOf", List(Kind::Schema)),
    ("oneOf", List(Kind::Schema)),
    ("anyOf", List(Kind::Schema)),
    ("not", One(Kind::Schema)),
    ("items", One(Kind::Schema)),
    ("properties", Map(Kind::Schema)),
    // Also a boolean, which has no keys to look at.
    ("additionalProperties", One(Kind::Schema)),
    ("description", VALUE),
    ("format", VALUE),
    ("default", VALUE),
    ("nullable", VALUE),
    ("discriminator", One(Kind::Discriminator)),
    ("readOnly", VALUE),
    ("writeOnly", VALUE),
    ("xml", One(Kind::Xml)),
    ("externalDocs", One(Kind::ExternalDocs)),
    ("example", VALUE),
    ("deprecated", VALUE),
    ("x-provenance", VALUE),
    ("x-extensible-enum", VALUE),
    ("x-required-when", VALUE),
];

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
                children(Patterned(Kind::PathItem), &pointer::join(at, key), value, visits);
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
