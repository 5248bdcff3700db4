//! What is known of every rule, as a table in chapters.
//!
//! `sources` are JSON pointers into the order contract; the first is where a failure points unless
//! the check knows a nearer place.

use super::{Facts, Rule};

mod answers;
mod appointments;
mod lifecycle;
mod lists;
mod ordering;
mod refusals;
mod whole;

/// A rule, and what is known of it.
pub type Entry = (Rule, Facts);

const CHAPTERS: [&[Entry]; 7] = [
    answers::RULES,
    refusals::RULES,
    lifecycle::RULES,
    ordering::RULES,
    appointments::RULES,
    lists::RULES,
    whole::RULES,
];

/// Every rule, chapter by chapter.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    CHAPTERS.into_iter().flatten()
}
