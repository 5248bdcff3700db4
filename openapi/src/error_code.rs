//! The business errors of a contract, and the answers of requests that reach no operation.
//!
//! `x-error-codes` says every error once: operations and lifecycles refer to it by name, so that the
//! HTTP status of a refusal stands in one place.

use indexmap::IndexMap;

use crate::node::Node;
use crate::operation::{Response, read_response};
use crate::place::ReadError;

/// One entry of `x-error-codes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCode {
    /// The name, `OrderNotFound`.
    pub name: String,
    /// The number on the wire.
    pub error_code: i64,
    /// The HTTP status it is sent with.
    pub status: u16,
    /// What it means.
    pub meaning: String,
    /// What the caller should do.
    pub action: String,
}

/// One entry of `x-fallback-responses`: what answers a request before it reaches an operation.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// The HTTP status.
    pub status: u16,
    /// The name of the error code it carries.
    pub error_code: String,
    /// The answer's shape.
    pub response: Response,
}

pub(crate) fn read_error_codes(root: &Node<'_>) -> Result<IndexMap<String, ErrorCode>, ReadError> {
    let Some(codes) = root.get("x-error-codes") else { return Ok(IndexMap::new()) };
    let mut read = IndexMap::new();
    for (name, code) in codes.entries()? {
        let error_code = ErrorCode {
            name: name.to_owned(),
            error_code: code.require("errorCode")?.integer()?,
            status: code.require("status")?.status()?,
            meaning: code.require("meaning")?.string()?,
            action: code.require("action")?.string()?,
        };
        read.insert(name.to_owned(), error_code);
    }
    Ok(read)
}

pub(crate) fn read_fallbacks(root: &Node<'_>) -> Result<IndexMap<u16, Fallback>, ReadError> {
    let Some(fallbacks) = root.get("x-fallback-responses") else { return Ok(IndexMap::new()) };
    let mut read = IndexMap::new();
    for (key, fallback) in fallbacks.entries()? {
        let status = key.parse().ok().filter(|status| (400..600).contains(status));
        let status: u16 = status.ok_or_else(|| {
            fallback.error(
                format!("`{key}` is no HTTP status of a failure"),
                "key each fallback by a status from 400 to 599",
            )
        })?;
        let error_code = fallback.require("errorCode")?.string()?;
        let reference = fallback.require("response")?;
        let target = reference.document.resolve(reference.str()?).ok_or_else(|| {
            reference.error(
                format!("the reference `{}` leads nowhere", reference.value),
                "refer to a response under `#/components/responses/`",
            )
        })?;
        let pointer = crate::pointer::of_reference(reference.str()?)
            .expect("a reference that resolves is a pointer");
        let target = Node { document: reference.document, pointer, value: target };
        let response = read_response(status, target)?;
        read.insert(status, Fallback { status, error_code, response });
    }
    Ok(read)
}
