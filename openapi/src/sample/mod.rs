//! A value that is what a schema says.
//!
//! A value is made by following the schema, keyword by keyword, and then held against the rules like
//! any other: some schemas say what nobody can follow (`not`, two patterns at once), and whether a
//! value is right is for the validator alone to say. A value that is not right is made again from
//! the next seed, more plainly each time. What cannot be made in [`ATTEMPTS`] tries is
//! [`Unsatisfied`].
//!
//! The same seed makes the same value, on every machine and with every version of every dependency:
//! the bytes a mock answers are a promise. So chance comes from `Chance`, which is ours.
//!
//! A recursive schema ends where it may: an optional property and the items of a list are left out
//! once their schema is being made already.

use serde_json::Value;

use crate::document::Document;
use crate::place::Place;
use crate::validation::Direction;

mod chance;
mod compound;
mod number;
mod pattern;
mod shape;
mod text;

use chance::Chance;
use compound::Making;

/// How often a value is made before it is given up.
pub const ATTEMPTS: u64 = 48;

/// How a value is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Same seed, same value.
    pub seed: u64,
    /// Which way it goes: what only the other side sends is left out.
    pub direction: Direction,
    /// Whose values count.
    pub examples: Examples,
}

/// Whether a value is made of the schemas' own `example` and `default` where they have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// It is, and has every optional property: what a reader of the contract expects to see.
    Used,
    /// Everything is made, and optional properties come and go: what a client must be able to take.
    Ignored,
}

/// No value was found that is what a schema says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: no value was found that obeys this schema; give it an `example`")]
pub struct Unsatisfied {
    /// The schema.
    pub place: Place,
}

/// A value that obeys the schema at `pointer`, by the judgement of `is_valid`.
///
/// # Errors
///
/// If none was found: the schema contradicts itself, or says more than can be followed.
pub fn sample(
    document: &Document,
    pointer: &str,
    sampling: Sampling,
    is_valid: impl Fn(&Value) -> bool,
) -> Result<Value, Unsatisfied> {
    let schema = document.at(pointer);
    let found = (0..ATTEMPTS).find_map(|attempt| {
        let making = Making::new(document, sampling, attempt);
        making.value_of(schema?).filter(&is_valid)
    });
    found.ok_or_else(|| Unsatisfied { place: document.place(pointer) })
}

/// A seed made of several things, each of which changes it.
pub fn seed_of(seed: u64, parts: &[&str]) -> u64 {
    Chance::of(seed, parts).seed()
}
