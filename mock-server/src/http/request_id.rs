//! The id by which a request is found again: in its answer, in the log, and in the journal.

use axum::http::{HeaderMap, HeaderName};

/// The header that carries it, in requests and answers.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long an id of the caller may be.
const CHARS_MAX: usize = 128;

/// The caller's own id, if it has one that is 1 to 128 letters, digits, `-`, `_`, `.` or `:`.
pub(crate) fn of_caller(headers: &HeaderMap) -> Option<String> {
    let mut sent = headers.get_all(HEADER).iter();
    let (Some(id), None) = (sent.next(), sent.next()) else { return None };
    let id = id.to_str().ok()?;
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.:".contains(&it);
    let is_well_formed = (1..=CHARS_MAX).contains(&id.len()) && id.bytes().all(is_plain);
    is_well_formed.then(|| id.to_owned())
}
