//! Takes credentials out of what a target answers, before anybody reads it.
//!
//! A server may send back what it was sent: the `Authorization` header in a page for developers, the
//! password in an error message. Answers are excerpted, compared, printed and written to files in many
//! places, so what is secret is taken out in one: where an answer is recorded. A password is found as
//! it is, in any case, escaped for a URL or for JSON, and inside base64, wherever in the encoded text
//! it stands; then the whole encoded word goes.
//!
//! A user name is less of a secret, and a service may well answer with one. So it is left in answers,
//! which are compared with what is expected, and taken out of what is told about them.
//!
//! What is shorter than [`LEAST`] characters cannot be told from ordinary words, and is left.

use std::fmt;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

/// The least characters of a password or a user name that are looked for.
pub const LEAST: usize = 4;

/// The same of a user name inside base64, where chance is nearer.
const LEAST_ENCODED: usize = 6;

const PASSWORD: &str = "[password]";
const USERNAME: &str = "[user name]";
const ENCODED: &str = "[credentials]";

/// What is looked for, and put in the place of it.
pub struct Redaction {
    /// In answers.
    secrets: Needles,
    /// In what is told about answers.
    all: Needles,
}

struct Needles {
    finder: AhoCorasick,
    kinds: Vec<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Wherever it stands.
    Password,
    /// As a word of its own.
    Username,
    /// With the rest of the encoded word that it is part of.
    Encoded,
}

impl Redaction {
    /// Looks for these user names and passwords, and for the token of a control plane.
    pub fn of(accounts: &[(String, String)], token: Option<&str>) -> Self {
        let mut needles = Vec::new();
        let token = token.into_iter().flat_map(written);
        needles.extend(token.map(|it| (it, Kind::Encoded)));
        for (username, password) in accounts {
            needles.extend(written(password).map(|it| (it, Kind::Password)));
            for spelt in [password.clone(), password.to_uppercase()] {
                needles.extend(encoded(&spelt, LEAST).map(|it| (it, Kind::Encoded)));
            }
            let pair = format!("{username}:{password}");
            needles.extend(encoded(&pair, 1).map(|it| (it, Kind::Encoded)));
        }
        let secrets = Needles::new(&needles);
        for (username, _) in accounts {
            needles.extend(written(username).map(|it| (it, Kind::Username)));
            needles.extend(encoded(username, LEAST_ENCODED).map(|it| (it, Kind::Encoded)));
        }
        Self { secrets, all: Needles::new(&needles) }
    }

    /// A text that is told to somebody, without credentials.
    pub fn told(&self, text: &str) -> String {
        match self.all.without(text.as_bytes()) {
            None => text.to_owned(),
            Some(clean) => String::from_utf8_lossy(&clean).into_owned(),
        }
    }

    /// A text that was sent or received, without passwords.
    pub fn text(&self, text: String) -> String {
        match self.secrets.without(text.as_bytes()) {
            None => text,
            Some(clean) => String::from_utf8_lossy(&clean).into_owned(),
        }
    }

    /// A body without the passwords in it; nothing if there are none.
    pub fn body(&self, body: &[u8]) -> Option<Bytes> {
        self.secrets.without(body).map(Bytes::from)
    }

    /// Headers without the passwords in them; nothing if there are none.
    pub fn headers(&self, headers: &HeaderMap) -> Option<HeaderMap> {
        let clean = |value: &HeaderValue| {
            let clean = self.secrets.without(value.as_bytes())?;
            let clean = HeaderValue::from_bytes(&clean);
            Some(clean.unwrap_or_else(|_| HeaderValue::from_static(ENCODED)))
        };
        if !headers.values().any(|value| clean(value).is_some()) {
            return None;
        }
        let mut found = headers.clone();
        for value in found.values_mut() {
            if let Some(clean) = clean(value) {
                *value = clean;
            }
        }
        Some(found)
    }
}

impl Needles {
    fn new(needles: &[(String, Kind)]) -> Self {
        let finder = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            // Every answer goes through it.
            .kind(Some(AhoCorasickKind::DFA))
            .build(needles.iter().map(|(text, _)| text))
            .expect("a few short texts are no more than can be looked for");
        Self { finder, kinds: needles.iter().map(|(_, kind)| *kind).collect() }
    }

    /// The text without what is looked for; nothing if none of it is there.
    fn without(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut clean = Vec::new();
        let mut copied = 0;
        for found in self.finder.find_iter(text) {
            if found.start() < copied {
                continue;
            }
            let kind = self.kinds[found.pattern().as_usize()];
            let (start, end, put) = match kind {
                Kind::Password => (found.start(), found.end(), PASSWORD),
                Kind::Username if is_word(text, found.start(), found.end()) => {
                    (found.start(), found.end(), USERNAME)
                }
                Kind::Username => continue,
                Kind::Encoded => {
                    let before = text[copied..found.start()].iter().rev();
                    let start = found.start() - before.take_while(|it| is_encoded(**it)).count();
                    let after = text[found.end()..].iter();
                    (start, found.end() + after.take_while(|it| is_encoded(**it)).count(), ENCODED)
                }
            };
            clean.extend_from_slice(&text[copied..start]);
            clean.extend_from_slice(put.as_bytes());
            copied = end;
        }
        if copied == 0 {
            return None;
        }
        clean.extend_from_slice(&text[copied..]);
        Some(clean)
    }
}

/// Whether what is between is no part of a longer word.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let in_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    !in_word(before) && !in_word(text.get(end))
}

/// Whether a byte is of base64, in either alphabet, or of an escape of it.
fn is_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'%' | b'\\')
}

/// The ways a text is written: as it is, in a URL, and in JSON.
fn written(text: &str) -> impl Iterator<Item = String> {
    let mut ways = Vec::new();
    if text.chars().count() >= LEAST {
        let json = Value::from(text).to_string();
        let json = json[1..json.len() - 1].to_owned();
        let ascii = json.chars().map(|it| match it {
            ascii if ascii.is_ascii() => ascii.to_string(),
            wide => {
                wide.encode_utf16(&mut [0; 2]).iter().map(|it| format!("\\u{it:04x}")).collect()
            }
        });
        let ascii: String = ascii.collect();
        ways = vec![
            text.to_owned(),
            utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
            form_escaped(text),
            ascii.replace('/', "\\/"),
            ascii,
            json.replace('/', "\\/"),
            json,
        ];
    }
    ways.sort();
    ways.dedup();
    ways.into_iter()
}

/// A text as it stands in a URL that escapes no more than it must.
fn form_escaped(text: &str) -> String {
    const MUST: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'&')
        .add(b'+')
        .add(b'/')
        .add(b':')
        .add(b'=')
        .add(b'?')
        .add(b'@');
    utf8_percent_encode(text, MUST).to_string()
}

/// What of a text is the same in every base64 that holds it, for each of the three places it may begin
/// at, and the ways that is written.
fn encoded(text: &str, least: usize) -> impl Iterator<Item = String> {
    let mut ways = Vec::new();
    if text.chars().count() >= least {
        for before in 0..3 {
            let padded: Vec<u8> = [0].repeat(before).into_iter().chain(text.bytes()).collect();
            for alphabet in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let whole = alphabet.encode(&padded);
                // A character holds six bits; those with bits of a neighbour are left out.
                let (first, last) = (before * 8, padded.len() * 8);
                let part = &whole[first.div_ceil(6)..last / 6];
                ways.push(part.to_owned());
                ways.push(part.replace('/', "\\/"));
                ways.push(utf8_percent_encode(part, NON_ALPHANUMERIC).to_string());
            }
        }
    }
    ways.retain(|it| it.len() >= LEAST);
    ways.sort();
    ways.dedup();
    ways.into_iter()
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    fn redaction() -> Redaction {
        let of = |name: &str, secret: &str| (name.to_owned(), secret.to_owned());
        Redaction::of(
            &[of("harbour", "p/ss \"wörd\""), of("outback", "outback-test-secret")],
            Some("t0ken-of.the-tester"),
        )
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redaction().told(text), expected);
    }

    #[test]
    fn a_password_is_taken_out_however_it_is_written() {
        check("it is p/ss \"wörd\".", "it is [password].");
        check("it is OUTBACK-TEST-SECRET.", "it is [password].");
        check(r#"{"p":"p/ss \"wörd\""}"#, r#"{"p":"[password]"}"#);
        check(r#"{"p":"p\/ss \"w\u00f6rd\""}"#, r#"{"p":"[password]"}"#);
        check("?p=p%2Fss%20%22w%C3%B6rd%22", "?p=[password]");
        check("?p=outback%2Dtest%2Dsecret&q=1", "?p=[password]&q=1");
    }

    #[test]
    fn a_password_is_taken_out_of_base64_wherever_it_begins() {
        for before in ["", "a", "ab", "outback:", "harbour:", "somebody else:"] {
            for after in ["", " ", "more"] {
                let text = format!("{before}outback-test-secret{after}");
                check(&format!("Basic {}, so", STANDARD.encode(text)), "Basic [credentials], so");
            }
        }
        let upper = STANDARD.encode("harbour:OUTBACK-TEST-SECRET");
        check(&format!("Basic {upper}"), "Basic [credentials]");
    }

    #[test]
    fn a_user_name_is_taken_out_of_what_is_told_and_left_in_answers() {
        check("user harbour, of harbourside", "user [user name], of harbourside");
        check("Basic aGFyYm91cjpub3Ro…", "Basic [credentials]…");
        let body = b"{\"user\":\"harbour\"}";
        assert_eq!(redaction().body(body), None);
    }

    #[test]
    fn the_token_of_a_control_plane_is_taken_out() {
        check("Bearer t0ken-of.the-tester!", "Bearer [credentials]!");
        let body = br#"{"sent":"Bearer t0ken-of.the-tester"}"#;
        let clean = Bytes::from_static(br#"{"sent":"Bearer [credentials]"}"#);
        assert_eq!(redaction().body(body), Some(clean));
        assert_eq!(redaction().body(b"{}"), None);
    }

    #[test]
    fn what_holds_no_credential_stays_as_it_is() {
        check("a harbour-like word, Basic bm9ib2R5", "a [user name]-like word, Basic bm9ib2R5");
        let short = Redaction::of(&[("me".to_owned(), "abc".to_owned())], None);
        assert_eq!(short.told("me abc mean"), "me abc mean", "ordinary words");
        let pair = STANDARD.encode("me:abc");
        assert_eq!(short.told(&pair), ENCODED, "and yet not the pair");
    }
}
