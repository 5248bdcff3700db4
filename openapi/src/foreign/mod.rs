//! Contracts that are not ours.
//!
//! A contract of ours is read strictly, by [`Contract`](crate::Contract): whoever edits it wants to be
//! stopped. One that comes from somewhere else is nobody's here to mend, so a [`ForeignContract`]
//! takes whatever can be taken, and each construct that is served otherwise than it says is a
//! [`Warning`] with its line. Only what is no OpenAPI at all is refused.
//!
//! Reading goes in two steps. The tree is *mended* first: references that lead nowhere, keywords of
//! the wrong type and patterns that are none are taken out of it, so that everything behind (the
//! rules of [`Schemas`], the `Sampler`) needs to know nothing of them. Then
//! the endpoints are read from what is left.
//!
//! It knows more of OpenAPI than [`Operation`](crate::Operation) does (ranges of statuses, several media
//! types, cookies, styles, security schemes) and nothing of our extensions, since a foreign contract
//! has none: no error codes, no fallbacks, no lifecycle. Callbacks, links and webhooks are not read.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::document::Document;
use crate::node::Node;
use crate::place::{Place, ReadError, Warning};
use crate::validation::Schemas;

mod endpoint;
mod form;
mod media;
mod mend;
mod outline;
mod read;
mod rehearsal;
mod schema;
mod security;
mod servers;
mod style;

pub use endpoint::{
    Answer, AnswerHeader, Body, Endpoint, Example, Input, Location, Media, Status, Style,
};
pub use form::form_body;
pub use media::{MediaKind, media_kind};
pub use security::{Requirement, Scheme};
pub use style::{Decoded, Sent};

/// The key that says a document is a contract of ours, with a life of orders in it.
const OURS: &str = "x-lifecycles";

/// An OpenAPI document that is served as far as it goes.
#[derive(Debug)]
pub struct ForeignContract {
    title: String,
    version: String,
    endpoints: Vec<Endpoint>,
    schemas: Schemas,
    warnings: Vec<Warning>,
}

impl ForeignContract {
    /// Reads a contract from `text`, YAML or JSON; `name` stands for the file in messages.
    ///
    /// # Errors
    ///
    /// If it is neither, or no OpenAPI 3.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<ForeignContract, ReadError> {
        let (document, warnings) = Document::parse_leniently(name, text)?;
        ForeignContract::understand(document, warnings)
    }

    /// Reads the contract in the file at `path`, unless it is one of ours: one with `x-lifecycles`,
    /// for which there is [`Contract`](crate::Contract).
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), or if there is no such file.
    pub fn read_unless_ours(path: impl AsRef<Path>) -> Result<Option<ForeignContract>, ReadError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|source| ReadError::File { file: file.clone(), source })?;
        let (document, warnings) = Document::parse_leniently(file, &text)?;
        if document.value().get(OURS).is_some() {
            return Ok(None);
        }
        ForeignContract::understand(document, warnings).map(Some)
    }

    fn understand(
        document: Document,
        mut warnings: Vec<Warning>,
    ) -> Result<ForeignContract, ReadError> {
        check_version(&document, &mut warnings)?;
        let document = Arc::new(mend::mend(document, &mut warnings));
        let endpoints = read::read_endpoints(&document, &mut warnings);
        let root = Node::root(&document);
        let info = |key: &str| {
            let text = root.get("info").and_then(|info| info.get(key));
            text.map(|text| scalar(text.value))
        };
        let title = info("title").unwrap_or_else(|| "A contract without a title".to_owned());
        let version = info("version").unwrap_or_default();
        let schemas = Schemas::new(document).map_err(|error| {
            ReadError::malformed(error.place, error.problem, "mend the contract there")
        })?;
        warnings.sort();
        warnings.dedup();
        Ok(ForeignContract { title, version, endpoints, schemas, warnings })
    }

    /// `info.title`.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// `info.version`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Every operation, in the order of the file.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The rules of its schemas.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// What is served otherwise than the contract says, by line.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The file and line of the node at a JSON pointer.
    pub fn place(&self, pointer: &str) -> Place {
        self.schemas.document().place(pointer)
    }
}

fn check_version(document: &Document, warnings: &mut Vec<Warning>) -> Result<(), ReadError> {
    let root = Node::root(document);
    if let Some(version) = root.get("swagger") {
        return Err(version.error(
            format!("Swagger `{}` is not read", scalar(version.value)),
            "convert it to OpenAPI 3.0 first",
        ));
    }
    let version = root.require("openapi")?;
    let text = scalar(version.value);
    if text.starts_with("3.0") {
        return Ok(());
    }
    if !text.starts_with("3.") {
        return Err(
            version.error(format!("OpenAPI `{text}` is not read"), "convert it to OpenAPI 3.0")
        );
    }
    warnings.push(Warning::new(
        document.place(&version.pointer),
        format!("this is OpenAPI {text}"),
        "it is read as OpenAPI 3.0, with `const`, lists of types and numeric exclusive bounds",
    ));
    Ok(())
}

/// A text or a number as it was written, more or less.
fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
