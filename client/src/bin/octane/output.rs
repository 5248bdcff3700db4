//! What is printed on standard output, and how.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Whom output is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// People.
    Text,
    /// Programs.
    Json,
}

/// Prints `value` for programs, or what `text` makes of it for people.
pub(crate) fn print<T: Serialize>(
    format: Format,
    value: &T,
    text: impl FnOnce(&T) -> String,
) -> Result<(), Failure> {
    let text = match format {
        Format::Text => plain(&text(value)),
        Format::Json => serde_json::to_string_pretty(value).expect("answers are JSON") + "\n",
    };
    write(text.as_bytes())
}

pub(crate) fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.map_err(|source| Failure::io("write the output", source))
}

/// Text without control characters but line breaks: an answer must not steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
