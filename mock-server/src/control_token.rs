//! The token that opens the control plane where more than this machine can reach it.

use std::fmt;

use axum::http::{HeaderMap, header};
use subtle::ConstantTimeEq as _;

/// How short a token may be. Sixteen hexadecimal digits are 64 bits, which nobody guesses over HTTP.
const LENGTH_MIN: usize = 16;

/// A secret that whoever steers the server has to send as `Authorization: Bearer`.
///
/// It is never shown: not in a `Debug`, a log or a message.
#[derive(Clone, PartialEq, Eq)]
pub struct ControlToken(Box<str>);

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a control token has at least {LENGTH_MIN} of the characters `A-Z a-z 0-9 - . _ ~ + / =`; \
     `openssl rand -hex 16` makes one"
)]
pub struct ControlTokenError;

impl ControlToken {
    /// The token of this text.
    ///
    /// # Errors
    /// If it is too short, or has characters that a Bearer token has not (RFC 6750, section 2.1).
    pub fn new(text: &str) -> Result<Self, ControlTokenError> {
        let is_allowed = |it: u8| it.is_ascii_alphanumeric() || b"-._~+/=".contains(&it);
        match text.len() >= LENGTH_MIN && text.bytes().all(is_allowed) {
            true => Ok(Self(text.into())),
            false => Err(ControlTokenError),
        }
    }

    /// Whether the headers carry the token, or what is wrong with them. The reason never repeats
    /// what was sent, and the time it takes does not tell how much of it was right.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let value = sent.next().ok_or("The control plane needs a token, and none was sent.")?;
        if sent.next().is_some() {
            return Err("More than one `Authorization` header was sent.");
        }
        let (scheme, token) =
            value.to_str().ok().and_then(|it| it.split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err("The credentials are no Bearer token.");
        }
        match bool::from(token.trim().as_bytes().ct_eq(self.0.as_bytes())) {
            true => Ok(()),
            false => Err("The token is not the one the server was started with."),
        }
    }
}

impl fmt::Debug for ControlToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ControlToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    #[track_caller]
    fn check(sent: &[&str], expected: Result<(), &str>) {
        let token = ControlToken::new(TOKEN).unwrap();
        let values = sent.iter().map(|it| (header::AUTHORIZATION, it.parse().unwrap()));
        assert_eq!(token.check(&values.collect()), expected, "{sent:?}");
    }

    #[test]
    fn only_the_token_itself_opens() {
        check(&["Bearer 0123456789abcdef"], Ok(()));
        check(&["bearer  0123456789abcdef "], Ok(()));
        check(&[], Err("The control plane needs a token, and none was sent."));
        check(&["Basic 0123456789abcdef"], Err("The credentials are no Bearer token."));
        check(&["0123456789abcdef"], Err("The credentials are no Bearer token."));
        let wrong = Err("The token is not the one the server was started with.");
        for token in ["Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer "] {
            check(&[token], wrong);
        }
        let both = ["Bearer 0123456789abcdef", "Bearer 0123456789abcdef"];
        check(&both, Err("More than one `Authorization` header was sent."));
    }

    #[test]
    fn a_token_is_long_and_plain_and_never_shown() {
        assert_eq!(format!("{:?}", ControlToken::new(TOKEN)), "Ok(ControlToken(..))");
        for text in ["", "short", "0123456789 abcdef", "0123456789äabcdef"] {
            assert_eq!(ControlToken::new(text), Err(ControlTokenError), "{text:?}");
        }
        assert!(!ControlTokenError.to_string().contains("short"));
    }
}
