//! The kinds of object in a contract, and the keys each may have.
//!
//! One table, OpenAPI 3.0.3's and our extensions', read by everything that walks the raw tree: the
//! lowering of schemas for the validator, the search for the part `openapiv3` rejects, and the lint
//! of misspelt keys. The table is [`Kind::keys`], the walk [`objects`].

mod keys;
mod visit;

#[cfg(feature = "tooling")]
pub(crate) use visit::Visit;
pub(crate) use visit::objects;

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

impl Kind {
    /// What an object of this kind is called in messages.
    #[cfg_attr(
        not(any(feature = "tooling", feature = "foreign")),
        expect(dead_code, reason = "read by the lint and the mending of foreign contracts alone")
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
