//! How often a request was sent, on the way from the transport to the error.
//!
//! Between the two is progenitor, whose types have room for a status, headers and a reqwest error
//! and no more. So the number travels as a header of answers and as the fragment of the URL in
//! errors, both of which HTTP never sends. The header is there for callers too, on answers that came
//! at the second attempt or later.

use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};

const HEADER: HeaderName = HeaderName::from_static("x-octane-client-attempts");
const FRAGMENT: &str = "attempts=";

/// Notes in the headers of an answer that it came at this attempt.
pub(crate) fn note(headers: &mut HeaderMap, attempts: u32) {
    if attempts > 1 {
        headers.insert(HEADER, HeaderValue::from(attempts));
    } else {
        // Not the service's to say.
        headers.remove(HEADER);
    }
}

/// The attempt at which an answer came.
pub(crate) fn of(headers: &HeaderMap) -> u32 {
    let attempts = headers.get(HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
    attempts.unwrap_or(1)
}

/// Notes in an error how many attempts came to it, where that is more than one.
pub(crate) fn note_error(error: reqwest::Error, url: &Url, attempts: u32) -> reqwest::Error {
    let mut url = url.clone();
    url.set_fragment(Some(&format!("{FRAGMENT}{attempts}")));
    error.with_url(url)
}

/// Takes out of an error how many attempts came to it.
pub(crate) fn take(error: &mut reqwest::Error) -> u32 {
    let Some(url) = error.url_mut() else { return 1 };
    let attempts = url.fragment().and_then(|text| text.strip_prefix(FRAGMENT)?.parse().ok());
    url.set_fragment(None);
    attempts.unwrap_or(1)
}
