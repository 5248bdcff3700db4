//! Keeps credentials out of what is shown: headers, query parameters and fields whose names say that
//! they hold some.
//!
//! A body may be cut in the middle or be no JSON at all, so its text is gone through as it is, and
//! everything but the values replaced stays byte for byte.

use std::borrow::Cow;

use axum::http::{HeaderName, header};

/// What stands in the place of a credential.
pub(super) const REPLACEMENT: &str = "(replaced)";

/// A name that holds one of these, in any case and without regard to `-` and `_`, is that of a
/// credential.
const SECRET_WORDS: [&str; 8] =
    ["authorization", "cookie", "apikey", "password", "passwd", "secret", "token", "credential"];

/// Headers that most messages have and that are none: not worth looking into.
const PLAIN_HEADERS: [HeaderName; 8] = [
    header::HOST,
    header::ACCEPT,
    header::USER_AGENT,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::ACCEPT_ENCODING,
    header::DATE,
    header::LOCATION,
];

/// Whether the value of this header is not to be shown.
pub(super) fn is_secret_header(name: &HeaderName) -> bool {
    !PLAIN_HEADERS.contains(name) && is_secret(name.as_str())
}

fn is_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|it| !matches!(it, '-' | '_'))
        .map(|it| it.to_ascii_lowercase())
        .collect();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// A query without the values of parameters that hold credentials.
pub(super) fn query(query: &str) -> Cow<'_, str> {
    let is_secret_pair = |pair: &&str| {
        form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(name, _)| is_secret(&name))
    };
    if !query.split('&').any(|pair| is_secret_pair(&pair)) {
        return Cow::Borrowed(query);
    }
    let shown = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret_pair(&pair) => format!("{name}={REPLACEMENT}"),
        Some(_) | None => pair.to_owned(),
    };
    Cow::Owned(query.split('&').map(shown).collect::<Vec<_>>().join("&"))
}

/// A body without the values of fields that hold credentials: of members of JSON objects, and of
/// form fields where the body is no JSON.
pub(super) fn body(text: &str) -> String {
    let is_form = !text.trim_start().starts_with(['{', '[', '"']) && !text.contains(['\n', ' ']);
    if is_form {
        return query(text).into_owned();
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        let (before, string) = rest.split_at(start);
        let (string, after) = string.split_at(string_end(string));
        shown.push_str(before);
        shown.push_str(string);
        rest = after;
        let value = after.trim_start();
        if let Some(value) = value.strip_prefix(':').map(str::trim_start)
            && is_secret(&unescaped(string))
        {
            shown.push_str(&after[..after.len() - value.len()]);
            shown.push('"');
            shown.push_str(REPLACEMENT);
            shown.push('"');
            rest = &value[value_end(value)..];
        }
    }
    shown.push_str(rest);
    shown
}

/// A name as it is meant: JSON may write any of its letters as an escape.
fn unescaped(string: &str) -> Cow<'_, str> {
    match serde_json::from_str::<String>(string) {
        Ok(name) => Cow::Owned(name),
        Err(_) => Cow::Borrowed(string),
    }
}

/// Where the string ends with which `text` begins: behind its closing quote, or where it is cut.
fn string_end(text: &str) -> usize {
    let mut is_escaped = false;
    let close = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let closes = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        closes
    });
    close.map_or(text.len(), |(at, _)| at + 1)
}

/// Where the value ends with which `text` begins: a string, an object or array with all that is in
/// it, or a plain word.
fn value_end(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(b'"') => string_end(text),
        Some(b'{' | b'[') => {
            let (mut depth, mut at) = (0usize, 0);
            while let Some(byte) = text.as_bytes().get(at) {
                match byte {
                    b'"' => {
                        at += string_end(&text[at..]);
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
            at
        }
        Some(_) | None => text.find([',', '}', ']']).unwrap_or(text.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_body(sent: &str, shown: &str) {
        assert_eq!(body(sent), shown);
    }

    #[test]
    fn fields_that_hold_credentials_are_replaced_and_nothing_else_is() {
        let plain = r#"{"reason": "Other", "comment": "password: \"x\"", "n": [1, 2.50]}"#;
        check_body(plain, plain);
        check_body(
            r#"{ "Password" : "a\"b" , "apiKey":7,"x":1}"#,
            r#"{ "Password" : "(replaced)" , "apiKey":"(replaced)","x":1}"#,
        );
        check_body(
            r#"[{"client_secret":{"a":["}",{}]},"b":2},{"access-token":null}]"#,
            r#"[{"client_secret":"(replaced)","b":2},{"access-token":"(replaced)"}]"#,
        );
        check_body(r#"{"pass\u0077ord":"x"}"#, r#"{"pass\u0077ord":"(replaced)"}"#);
    }

    #[test]
    fn a_body_that_is_cut_or_broken_keeps_its_credentials_to_itself() {
        check_body(r#"{"password":"abc"#, r#"{"password":"(replaced)""#);
        check_body(r#"{"password":{"a":"b"#, r#"{"password":"(replaced)""#);
        check_body(r#"{"password":"#, r#"{"password":"(replaced)""#);
        check_body(r#"{"password""#, r#"{"password""#);
        check_body(r#"{"token":abc]"#, r#"{"token":"(replaced)"]"#);
        check_body("username=u&password=p", "username=u&password=(replaced)");
        check_body("", "");
    }

    #[test]
    fn queries_and_headers_are_known_by_their_names() {
        assert_eq!(query("a=1&api_key=x&b"), "a=1&api_key=(replaced)&b");
        assert_eq!(query("%70assword=x"), "%70assword=(replaced)");
        assert_eq!(query("limit=2&cursor=abc"), "limit=2&cursor=abc");
        let is_secret = |name: &str| is_secret_header(&name.parse().unwrap());
        for name in ["authorization", "cookie", "set-cookie", "x-api-key", "X-Auth-Token"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["accept", "x-request-id", "www-authenticate", "octane-world"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
