//! Rust client source from a contract, and the part of it that a reviewer reads.
//!
//! [`generate`] is the only way from a contract to Rust: the client's build script and
//! `cargo xtask gen` both call it, so they cannot disagree. progenitor writes the operations and
//! most types; this module decides what progenitor is given (`lower`), writes what progenitor
//! cannot (`open_enum`, `error_code`, `document`, `lean`), and puts all of it together (`assemble`).
//! The same contract always gives the same bytes.
//!
//! It does not judge the contract. The lint does that, in sentences and with line numbers; what
//! reaches progenitor unlinted and makes it panic is caught and reported as a [`CodegenError`].

mod assemble;
mod document;
mod error;
mod error_code;
mod interface;
mod lean;
mod lower;
mod open_enum;
mod panics;
mod surface;

pub use error::{CodegenError, SurfaceError};
pub use surface::{Change, ChangeKind, Surface, SurfaceTextError};

use crate::Contract;

/// The Rust source of a typed client of `contract`, formatted.
///
/// The source is meant to be `include!`d in a module of a crate that depends on `chrono`,
/// `progenitor-client`, `regress`, `reqwest`, `serde`, `serde_json` and `uuid`, and that has a type
/// `crate::transport::Link` and a function `crate::transport::call` that sends a request through it.
/// How a request travels and what is added to it is decided there, by hand.
///
/// `library` is the path by which a caller reaches that module, `octane_client::control`, for the
/// examples in the documentation. They call its `Client` and answer its `Error`.
///
/// # Errors
///
/// If no client can be generated. The error names the place in the contract as far as it is known.
pub fn generate(contract: &Contract, library: &str) -> Result<String, CodegenError> {
    let tree = contract.document().value();
    let open_enums = open_enum::read(contract)?;
    let error_codes = error_code::render(contract)?;
    let lowered = lower::lower(tree);
    let tokens = interface::tokens(contract, &lowered, &open_enums, !error_codes.is_empty())?;
    let source = assemble::assemble(contract, library, tokens, &open_enums, &error_codes, &lowered)
        .map_err(|source| CodegenError::unparsable(contract, source))?;
    let name = contract.document().name();
    Ok(format!("// Generated from `{name}` by `octane-openapi`. Edits are lost.\n\n{source}"))
}

#[cfg(test)]
mod tests;
