//! The operations of a contract, with every reference to a parameter, body or response resolved.
//!
//! Schemas stay where they are and are named by their JSON pointer, which is what validators, pages
//! and messages need of them.
//!
//! Left out, because nothing here can serve it and the lint says so: responses by range (`4XX`) or
//! `default`, cookie parameters, and all but one media type of a body.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

use crate::provenance::Provenance;

mod read;

#[cfg(feature = "validation")]
pub(crate) use read::read_discriminator;
pub(crate) use read::{read_operations, read_response};

/// An HTTP method OpenAPI knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

impl Method {
    /// Every method, in OpenAPI's order.
    pub const ALL: [Method; 8] = [
        Method::Get,
        Method::Put,
        Method::Post,
        Method::Delete,
        Method::Options,
        Method::Head,
        Method::Patch,
        Method::Trace,
    ];

    /// The method as HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Head => "HEAD",
            Method::Patch => "PATCH",
            Method::Trace => "TRACE",
        }
    }

    /// The method whose key in a path item is `key`.
    pub(crate) fn from_key(key: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.as_str().to_ascii_lowercase() == key)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One operation: a method on a path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `operationId`, unique in the contract.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template, `/v1/order/nbn/{orderId}`.
    pub path: String,
    /// One line.
    pub summary: String,
    /// The business rules, in CommonMark.
    pub description: String,
    /// `x-provenance`; absent or unknown values are the lint's business.
    pub provenance: Option<Provenance>,
    /// The path item's parameters and the operation's own, in that order.
    pub parameters: Vec<Parameter>,
    /// The request body, if the operation takes one.
    pub request_body: Option<RequestBody>,
    /// The documented answers by status.
    pub responses: IndexMap<u16, Response>,
    /// `x-refusals`: names of error codes, in order of precedence.
    pub refusals: Vec<String>,
    /// Must the caller present credentials?
    pub secured: bool,
    /// Where the operation stands: a JSON pointer.
    pub pointer: String,
}

impl Operation {
    /// The parameter of this place and name. Header names are compared without regard to case.
    pub fn parameter(&self, location: ParameterLocation, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| {
            parameter.location == location
                && match location {
                    ParameterLocation::Header => parameter.name.eq_ignore_ascii_case(name),
                    ParameterLocation::Path | ParameterLocation::Query => parameter.name == name,
                }
        })
    }
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterLocation {
    /// In a `{placeholder}` of the path.
    Path,
    /// After the question mark.
    Query,
    /// In a header field.
    Header,
}

impl ParameterLocation {
    /// The place as the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Header => "header",
        }
    }
}

impl fmt::Display for ParameterLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it is sent.
    pub location: ParameterLocation,
    /// Must it be sent?
    pub required: bool,
    /// The JSON pointer of its schema.
    pub schema: String,
    /// What it means, in CommonMark.
    pub description: String,
    /// Where the parameter stands, after following references: a JSON pointer.
    pub pointer: String,
}

/// What an operation takes in its body.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// Must there be a body?
    pub required: bool,
    /// Its media type: the JSON one if there are several.
    pub media_type: String,
    /// The JSON pointer of its schema, after following references.
    pub schema: String,
    /// How its variants are told apart, if there are variants.
    pub discriminator: Option<Discriminator>,
    /// Its examples by name; a single unnamed one is called `example`.
    pub examples: IndexMap<String, Value>,
    /// Where the body stands, after following references: a JSON pointer.
    pub pointer: String,
}

/// How the variants of a `oneOf` are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discriminator {
    /// The property whose value names the variant.
    pub property: String,
    /// The JSON pointer of each variant's schema by the value that names it.
    pub mapping: IndexMap<String, String>,
}

/// One documented answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// When it is sent.
    pub description: String,
    /// Its headers by name.
    pub headers: IndexMap<String, ResponseHeader>,
    /// Its media type: the JSON one if there are several, none if there is no body.
    pub media_type: Option<String>,
    /// The JSON pointer of the body's schema, after following references.
    pub schema: Option<String>,
    /// Its examples by name; a single unnamed one is called `example`.
    pub examples: IndexMap<String, Value>,
    /// Where the response stands, after following references: a JSON pointer.
    pub pointer: String,
}

/// A header of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeader {
    /// Is it always sent?
    pub required: bool,
    /// The JSON pointer of its schema, after following references.
    pub schema: String,
    /// What it means.
    pub description: String,
}
