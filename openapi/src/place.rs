//! Where something stands in a file, and the error that says so.
//!
//! Every message about a contract begins with a [`Place`], in the form editors and terminals turn
//! into a link.

use std::fmt;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, as the document was named when it was read.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Something in a foreign contract that is served otherwise than it says, or not at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Warning {
    /// Where.
    pub place: Place,
    /// What is unusual there.
    pub problem: String,
    /// What is done instead.
    pub consequence: String,
}

impl Warning {
    pub(crate) fn new(
        place: Place,
        problem: impl Into<String>,
        consequence: impl Into<String>,
    ) -> Warning {
        Warning { place, problem: problem.into(), consequence: consequence.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.problem, self.consequence)
    }
}

/// Why a file is not a contract.
///
/// Only the first problem is reported: what follows a broken structure is mostly guesswork. The
/// lint reports everything at once, on a contract that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file itself could not be read.
    #[error("`{file}` cannot be read")]
    File {
        /// The path that was asked for.
        file: String,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The text is not what a contract must look like.
    #[error("{place}: {problem}; {remedy}")]
    Malformed {
        /// Where.
        place: Place,
        /// What is wrong.
        problem: String,
        /// How to mend it.
        remedy: String,
    },
}

impl ReadError {
    pub(crate) fn malformed(
        place: Place,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> ReadError {
        ReadError::Malformed { place, problem: problem.into(), remedy: remedy.into() }
    }

    /// The place of the problem, unless the file could not be read at all.
    pub fn place(&self) -> Option<&Place> {
        match self {
            ReadError::File { .. } => None,
            ReadError::Malformed { place, .. } => Some(place),
        }
    }
}
