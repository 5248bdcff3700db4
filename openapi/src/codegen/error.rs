//! Why no client, or no surface, could be made.
//!
//! Messages begin with `file:line` where the place is known, because the reader of one is usually
//! in the middle of editing the contract, and the build script prints nothing else.

use crate::Contract;

/// No client can be generated from a contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodegenError {
    /// progenitor gave up on a part of the contract.
    #[error(
        "{place}: cannot generate {part}: {reason}; run `cargo xtask lint`, which says what to change"
    )]
    Refused {
        /// `file:line`, or the file alone.
        place: String,
        /// The operation or schema, as far as it is known.
        part: String,
        /// What progenitor said, or where it panicked.
        reason: String,
    },

    /// Two values of an `x-extensible-enum` have one name in Rust.
    #[error(
        "{place}: `{first}` and `{second}` of `{schema}` are both `{variant}` in Rust; \
         rename one of them, or drop `x-extensible-enum`"
    )]
    VariantClash {
        /// `file:line` of the enum.
        place: String,
        /// The schema's name.
        schema: String,
        /// The variant both would get.
        variant: String,
        /// One value.
        first: String,
        /// The other.
        second: String,
    },

    /// What was generated is not Rust.
    #[error(
        "{place}: the generated client does not parse; run `cargo xtask lint`, and if it passes, report this"
    )]
    Unparsable {
        /// The contract's file.
        place: String,
        /// Where the parser stopped.
        #[source]
        source: syn::Error,
    },
}

impl CodegenError {
    pub(super) fn unparsable(contract: &Contract, source: syn::Error) -> Self {
        Self::Unparsable { place: contract.document().name().to_owned(), source }
    }
}

/// Source that is no generated client, so that it has no surface.
#[derive(Debug, thiserror::Error)]
#[error("read the generated client; it must be the output of `octane_openapi::codegen::generate`")]
pub struct SurfaceError(#[from] syn::Error);
