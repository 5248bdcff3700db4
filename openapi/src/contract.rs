//! A contract: a document that has been understood.
//!
//! Reading goes from the raw tree, not from `openapiv3`'s model, wherever a message or a reference is
//! involved: the model resolves nothing and knows no lines. The model is kept for the generator,
//! which takes it.
//!
//! Reading is lenient where the lint is strict: an unknown error code in a list of refusals or a
//! missing `x-provenance` does not stop a contract from being read, so that the lint can report it
//! together with everything else.

use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use openapiv3::OpenAPI;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::Document;
use crate::error_code::{ErrorCode, Fallback, read_error_codes, read_fallbacks};
use crate::kind::{self, Kind};
use crate::lifecycle::{Lifecycle, read_lifecycles};
use crate::node::Node;
use crate::operation::{Operation, read_operations};
use crate::place::ReadError;

/// An OpenAPI 3.0 document with its error codes, fallback answers and lifecycles.
#[derive(Debug, Clone)]
pub struct Contract {
    /// Shared with the validators, whose messages look things up in it.
    document: Arc<Document>,
    openapi: OpenAPI,
    operations: Vec<Operation>,
    error_codes: IndexMap<String, ErrorCode>,
    fallbacks: IndexMap<u16, Fallback>,
    lifecycles: IndexMap<String, Lifecycle>,
}

impl Contract {
    /// The orders contract this crate was built with.
    ///
    /// # Errors
    ///
    /// Only while somebody is editing it: the lint keeps a broken contract out of the history.
    pub fn orders() -> Result<Contract, ReadError> {
        Contract::parse("openapi/octane-orders.yaml", include_str!("../octane-orders.yaml"))
    }

    /// The contract of the mock's control plane this crate was built with.
    ///
    /// # Errors
    ///
    /// As [`orders`](Self::orders).
    pub fn mock_control() -> Result<Contract, ReadError> {
        Contract::parse("openapi/mock-control.yaml", include_str!("../mock-control.yaml"))
    }

    /// Reads a contract from `text`; `name` stands for the file in messages.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Contract, ReadError> {
        Contract::from_document(Document::parse(name, text)?)
    }

    /// Reads the contract in the file at `path`.
    pub fn read(path: impl AsRef<Path>) -> Result<Contract, ReadError> {
        Contract::from_document(Document::read(path)?)
    }

    /// Understands a document that has been parsed.
    pub fn from_document(document: Document) -> Result<Contract, ReadError> {
        let root = Node::root(&document);
        let version = root.require("openapi")?;
        if !version.str()?.starts_with("3.0.") {
            return Err(version.error(
                format!("OpenAPI `{}` is not read", version.str()?),
                "write the contract as OpenAPI 3.0.3",
            ));
        }
        let operations = read_operations(&root)?;
        let error_codes = read_error_codes(&root)?;
        let fallbacks = read_fallbacks(&root)?;
        let lifecycles = read_lifecycles(&root)?;
        let openapi = typed(&document)?;
        let document = Arc::new(document);
        Ok(Contract { document, openapi, operations, error_codes, fallbacks, lifecycles })
    }

    /// The raw tree, with lines.
    pub fn document(&self) -> &Document {
        &self.document
    }

    #[cfg(feature = "validation")]
    pub(crate) fn shared_document(&self) -> Arc<Document> {
        Arc::clone(&self.document)
    }

    /// The typed model, as the generator takes it.
    pub fn openapi(&self) -> &OpenAPI {
        &self.openapi
    }

    /// `info.title`.
    pub fn title(&self) -> &str {
        &self.openapi.info.title
    }

    /// `info.version`.
    pub fn version(&self) -> &str {
        &self.openapi.info.version
    }

    /// Every operation, in the order of the file.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation of this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// `x-error-codes` by name.
    pub fn error_codes(&self) -> &IndexMap<String, ErrorCode> {
        &self.error_codes
    }

    /// `x-fallback-responses` by status.
    pub fn fallbacks(&self) -> &IndexMap<u16, Fallback> {
        &self.fallbacks
    }

    /// `x-lifecycles` by name.
    pub fn lifecycles(&self) -> &IndexMap<String, Lifecycle> {
        &self.lifecycles
    }

    /// The lifecycle of this name.
    pub fn lifecycle(&self, name: &str) -> Option<&Lifecycle> {
        self.lifecycles.get(name)
    }
}

/// The document as `openapiv3` understands it, or the place it stumbled over.
fn typed(document: &Document) -> Result<OpenAPI, ReadError> {
    let error = match parse::<OpenAPI>(document.value()) {
        Ok(openapi) => return Ok(openapi),
        Err(error) => error,
    };
    // The model's errors have no place, so each object is tried alone, innermost first.
    let objects = kind::objects(document);
    let culprit = objects.iter().rev().find_map(|object| {
        let error = try_alone(object.kind, object.value).err()?;
        Some((object.pointer.as_str(), error))
    });
    let (pointer, error) = culprit.unwrap_or(("", error));
    Err(ReadError::malformed(
        document.place(pointer),
        format!("this is not OpenAPI 3.0: {error}"),
        "give each key a value of the type OpenAPI 3.0.3 gives it",
    ))
}

fn try_alone(kind: Kind, value: &Value) -> Result<(), serde_json::Error> {
    use openapiv3 as model;
    fn reference_or<T: DeserializeOwned>(value: &Value) -> Result<(), serde_json::Error> {
        parse::<model::ReferenceOr<T>>(value).map(drop)
    }
    match kind {
        Kind::Info => parse::<model::Info>(value).map(drop),
        Kind::Server => parse::<model::Server>(value).map(drop),
        Kind::Components => parse::<model::Components>(value).map(drop),
        Kind::PathItem => reference_or::<model::PathItem>(value),
        Kind::Operation => parse::<model::Operation>(value).map(drop),
        Kind::Parameter => reference_or::<model::Parameter>(value),
        Kind::RequestBody => reference_or::<model::RequestBody>(value),
        Kind::MediaType => parse::<model::MediaType>(value).map(drop),
        Kind::Response => reference_or::<model::Response>(value),
        Kind::Example => reference_or::<model::Example>(value),
        Kind::Link => reference_or::<model::Link>(value),
        Kind::Header => reference_or::<model::Header>(value),
        Kind::Tag => parse::<model::Tag>(value).map(drop),
        Kind::Schema => reference_or::<model::Schema>(value),
        Kind::SecurityScheme => reference_or::<model::SecurityScheme>(value),
        Kind::OpenApi
        | Kind::Contact
        | Kind::License
        | Kind::ServerVariable
        | Kind::ExternalDocs
        | Kind::Encoding
        | Kind::Discriminator
        | Kind::Xml
        | Kind::OAuthFlows
        | Kind::OAuthFlow
        | Kind::ErrorCode
        | Kind::Fallback
        | Kind::Lifecycle
        | Kind::State
        | Kind::Event
        | Kind::Condition
        | Kind::Effect
        | Kind::Transition
        | Kind::StateRefusal => Ok(()),
    }
}

fn parse<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    T::deserialize(value)
}
