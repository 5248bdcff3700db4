//! HTTP Basic, RFC 7617.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::test_data::TestData;

/// The provider whose credentials the headers carry, or what is wrong with them.
///
/// The reason never repeats what was sent. The comparison takes no care of timing: the passwords
/// are published test data.
pub(crate) fn authenticate<'a>(
    headers: &HeaderMap,
    test_data: &'a TestData,
) -> Result<&'a str, &'static str> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let value = sent.next().ok_or("No credentials were sent.")?;
    if sent.next().is_some() {
        return Err("More than one `Authorization` header was sent.");
    }
    let malformed = "The credentials are not HTTP Basic.";
    let (scheme, token) = value.to_str().ok().and_then(|it| it.split_once(' ')).ok_or(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed);
    }
    let pair = STANDARD.decode(token.trim()).map_err(|_| malformed)?;
    let pair = String::from_utf8(pair).map_err(|_| malformed)?;
    let (username, password) = pair.split_once(':').ok_or(malformed)?;
    test_data
        .provider(username)
        .filter(|provider| provider.password == password)
        .map(|provider| provider.username.as_str())
        .ok_or("The user name or password is wrong.")
}
