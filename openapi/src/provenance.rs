//! Where a part of the contract comes from.

use std::fmt;
use std::str::FromStr;

/// How sure we are that Octane's own API looks like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// Seen in Octane's public documentation.
    Documented,
    /// Follows from what is documented.
    Inferred,
    /// Nothing is known; designed here.
    Designed,
}

impl Provenance {
    /// Every value, the surest first.
    pub const ALL: [Provenance; 3] =
        [Provenance::Documented, Provenance::Inferred, Provenance::Designed];

    /// The value as the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Provenance::Documented => "documented",
            Provenance::Inferred => "inferred",
            Provenance::Designed => "designed",
        }
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no provenance.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no provenance; write `documented`, `inferred` or `designed`")]
pub struct UnknownProvenance(String);

impl FromStr for Provenance {
    type Err = UnknownProvenance;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Provenance::ALL
            .into_iter()
            .find(|provenance| provenance.as_str() == text)
            .ok_or_else(|| UnknownProvenance(text.to_owned()))
    }
}
