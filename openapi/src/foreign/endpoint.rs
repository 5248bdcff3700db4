//! What a foreign contract says of one operation.
//!
//! References are resolved, except those of schemas, which are named by their JSON pointer: that is
//! what rules and samples are asked for by.

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

use super::security::Requirement;
use crate::operation::Method;
use crate::validation::ViolationIn;

/// One operation: a method on a path.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `operationId`, or a name made of method and path where there is none. Unique in the contract.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template, `/pets/{petId}`, without a base path.
    pub path: String,
    /// The base paths of its servers, without a trailing slash; an empty one is the root.
    pub bases: Vec<String>,
    /// The path item's parameters and the operation's own, in that order.
    pub inputs: Vec<Input>,
    /// The request body, if the operation takes one.
    pub body: Option<Body>,
    /// The documented answers, in the order of the file.
    pub answers: Vec<Answer>,
    /// The ways to be let in, of which one must be gone; none if everybody is.
    pub security: Vec<Requirement>,
    /// Where the operation stands: a JSON pointer.
    pub pointer: String,
}

impl Endpoint {
    /// The documented answer of this status: its own, that of its range, or `default`.
    pub fn answer(&self, status: u16) -> Option<&Answer> {
        let of = |wanted: Status| self.answers.iter().find(|answer| answer.status == wanted);
        of(Status::Exact(status)).or_else(|| of(Status::Range(status / 100))).or_else(|| {
            // An answer before the last one is never what `default` is about.
            of(Status::Default).filter(|_| status >= 200)
        })
    }

    /// What is answered when nothing goes wrong, with its status: the lowest documented success,
    /// then `default`, then the lowest of what there is.
    pub fn success(&self) -> Option<(u16, &Answer)> {
        let mut answers: Vec<_> =
            self.answers.iter().map(|answer| (answer.status.typical(), answer)).collect();
        answers.sort_by_key(|(status, answer)| match (answer.status, status) {
            (Status::Exact(_), 200..300) => (0, *status),
            (Status::Range(_), 200..300) => (1, *status),
            (Status::Default, _) => (2, *status),
            (Status::Exact(_) | Status::Range(_), _) => (3, *status),
        });
        answers.into_iter().next()
    }
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Where it is sent.
    pub location: Location,
    /// Must it be sent?
    pub required: bool,
    /// How it is written.
    pub style: Style,
    /// Does each item or property stand for itself?
    pub explode: bool,
    /// May it be sent without a value?
    pub allow_empty: bool,
    /// The JSON pointer of its schema; any value will do if there is none.
    pub schema: Option<String>,
    /// Where the parameter stands: a JSON pointer.
    pub pointer: String,
}

/// Where a parameter or an API key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl From<Location> for ViolationIn {
    fn from(location: Location) -> ViolationIn {
        match location {
            Location::Path => ViolationIn::Path,
            Location::Query => ViolationIn::Query,
            Location::Header => ViolationIn::Header,
            Location::Cookie => ViolationIn::Cookie,
        }
    }
}

/// How the value of a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// `a,b`: path and header.
    Simple,
    /// `.a.b`: path.
    Label,
    /// `;name=a,b`: path.
    Matrix,
    /// `name=a&name=b` or `name=a,b`: query and cookie.
    Form,
    /// `name=a%20b`: query.
    SpaceDelimited,
    /// `name=a|b`: query.
    PipeDelimited,
    /// `name[key]=value`: query.
    DeepObject,
    /// As JSON: a parameter with a JSON media type under `content`.
    Json,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Must there be one?
    pub required: bool,
    /// By media type or range of them, `application/json` or `image/*`.
    pub content: IndexMap<String, Media>,
    /// Where the body stands: a JSON pointer.
    pub pointer: String,
}

/// A body in one media type.
#[derive(Debug, Clone)]
pub struct Media {
    /// The JSON pointer of its schema; any value will do if there is none.
    pub schema: Option<String>,
    /// Its examples by name; a single unnamed one is called `example`.
    pub examples: IndexMap<String, Example>,
    /// Where the media type stands: a JSON pointer.
    pub pointer: String,
}

/// An example of a body.
#[derive(Debug, Clone)]
pub struct Example {
    /// The example itself.
    pub value: Value,
    /// Where it stands: a JSON pointer.
    pub pointer: String,
}

/// Which statuses a documented answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// This one.
    Exact(u16),
    /// `4XX` is 4.
    Range(u16),
    /// `default`: those not documented otherwise.
    Default,
}

impl Status {
    /// A status this is about: the first of a range, 200 for `default`.
    pub fn typical(self) -> u16 {
        match self {
            Status::Exact(status) => status,
            Status::Range(class) => class * 100,
            Status::Default => 200,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Exact(status) => write!(f, "{status}"),
            Status::Range(class) => write!(f, "{class}XX"),
            Status::Default => f.write_str("default"),
        }
    }
}

/// A documented answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// When it is sent.
    pub status: Status,
    /// Its headers by name.
    pub headers: IndexMap<String, AnswerHeader>,
    /// Its body by media type; none if it has no body.
    pub content: IndexMap<String, Media>,
    /// Where the answer stands: a JSON pointer.
    pub pointer: String,
}

/// A header of an answer.
#[derive(Debug, Clone)]
pub struct AnswerHeader {
    /// The JSON pointer of its schema; any value will do if there is none.
    pub schema: Option<String>,
    /// Its first example.
    pub example: Option<Value>,
    /// Where the header stands: a JSON pointer.
    pub pointer: String,
}
