//! Requests as commands for a POSIX shell with curl.
//!
//! A command names the base URL and the credentials and shows neither. What is not to be read by
//! people, such as a body of half a megabyte or one that is no text, is made by the command instead.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};

use crate::caller::{Accounts, Provider};
use crate::exchange::Exchange;

/// From so many bytes on, a body of one byte again and again is counted out.
const COUNTED: usize = 200;

/// The commands that send the same requests again, one after the other; those of several columns at
/// once.
pub fn commands(exchanges: &[Exchange]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut at_once: Vec<(usize, Vec<String>)> = Vec::new();
    for exchange in exchanges {
        match exchange.column {
            None => {
                lines.extend(together(std::mem::take(&mut at_once)));
                lines.push(curl(exchange));
            }
            Some(column) => match at_once.iter_mut().find(|(known, _)| *known == column) {
                Some((_, calls)) => calls.push(curl(exchange)),
                None => at_once.push((column, vec![curl(exchange)])),
            },
        }
    }
    lines.extend(together(at_once));
    lines
}

/// The line that makes the calls of several columns at once, and waits for them.
fn together(columns: Vec<(usize, Vec<String>)>) -> Option<String> {
    let columns: Vec<String> =
        columns.into_iter().map(|(_, calls)| format!("( {} )", calls.join("; "))).collect();
    (!columns.is_empty()).then(|| format!("{} & wait", columns.join(" & ")))
}

/// The command that sends one request again.
pub fn curl(exchange: &Exchange) -> String {
    let mut line = format!("curl -i{}", exchange.caller.curl_arguments());
    let (made, sent) = exchange.request_body.as_deref().map(body).unwrap_or_default();
    // With a body curl would send a POST.
    if exchange.method != "GET" || !sent.is_empty() {
        line.push_str(&format!(" -X {}", exchange.method));
    }
    if exchange.path.contains(['[', ']', '{', '}']) {
        line.push_str(" -g");
    }
    for argument in &exchange.authorization {
        line.push_str(&format!(" {argument}"));
    }
    for (name, value) in exchange.request_headers.as_ref() {
        if is_worth_repeating(name, value) {
            let value = String::from_utf8_lossy(value.as_bytes());
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
    }
    if !sent.is_empty() && !exchange.request_headers.contains_key(CONTENT_TYPE) {
        // Curl would name one of its own.
        line.push_str(" -H 'content-type:'");
    }
    line.push_str(&sent);
    line.push_str(&format!(" \"$OCTANE_URL\"{}", quoted(&exchange.path)));
    format!("{made}{line}")
}

/// The argument that sends a value of `Authorization` again, with the credentials named in it.
pub(crate) fn authorization(accounts: &Accounts, value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    let encoded = text.split_once(' ').and_then(|(scheme, token)| {
        let pair = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
        Some((scheme, named(accounts, &pair)?))
    });
    match encoded {
        Some((scheme, pair)) => {
            format!(r#"-H "authorization: {scheme} $(printf %s "{pair}" | base64 | tr -d '\n')""#)
        }
        None => {
            let text = accounts.redaction().told(&text);
            format!("-H {}", quoted(&format!("authorization: {text}")))
        }
    }
}

/// A text between double quotes, with the variables of the credentials in place of them; nothing if
/// none of them is in it.
fn named(accounts: &Accounts, text: &str) -> Option<String> {
    let mut variables = Vec::new();
    for provider in Provider::ALL {
        let (username, password) = accounts.of(provider).pair();
        let (name, secret) = match provider {
            Provider::A => ("OCTANE_USERNAME", "OCTANE_PASSWORD"),
            Provider::B => ("OCTANE_OTHER_USERNAME", "OCTANE_OTHER_PASSWORD"),
        };
        for (value, variable) in [(password, secret), (username, name)] {
            variables.push((value.to_uppercase(), format!("${{{variable}^^}}")));
            variables.push((value, format!("${{{variable}}}")));
        }
    }
    variables.retain(|(value, _)| !value.is_empty());
    // The longest first: a password may begin with the user name.
    variables.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    let (mut rest, mut word, mut found) = (text, String::new(), false);
    while let Some(character) = rest.chars().next() {
        if let Some((value, variable)) = variables.iter().find(|(it, _)| rest.starts_with(it)) {
            (rest, found) = (&rest[value.len()..], true);
            word.push_str(variable);
            continue;
        }
        if matches!(character, '"' | '$' | '`' | '\\') {
            word.push('\\');
        }
        word.push(character);
        rest = &rest[character.len_utf8()..];
    }
    found.then_some(word)
}

/// What makes a body, and the argument that sends it.
fn body(bytes: &[u8]) -> (String, String) {
    let of_pipe = " --data-binary @-".to_owned();
    if let Some((start, end)) = longest_run(bytes).filter(|(start, end)| end - start >= COUNTED) {
        let one = quoted(&char::from(bytes[start]).to_string());
        let run = format!(r"head -c {} /dev/zero | tr '\0' {one}", end - start);
        let around = [&bytes[..start], &bytes[end..]].map(print);
        return match around {
            [None, None] => (format!("{run} | "), of_pipe),
            around => {
                let [before, after] =
                    around.map(|it| it.map_or(String::new(), |it| format!("{it}; ")));
                (format!("{{ {before}{run}; {after}}} | "), of_pipe)
            }
        };
    }
    match std::str::from_utf8(bytes) {
        // Curl takes what begins with an @ for the name of a file.
        Ok(text) if !text.contains('\0') && !text.starts_with('@') => {
            (String::new(), format!(" -d {}", with_names(text)))
        }
        _ => (print(bytes).map_or(String::new(), |it| format!("{it} | ")), of_pipe),
    }
}

/// Where the longest run of one printable byte begins and ends.
fn longest_run(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut longest = None;
    let mut start = 0;
    for run in bytes.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        let printable = run[0].is_ascii_graphic() || run[0] == b' ';
        if printable && longest.is_none_or(|(from, to)| to - from < run.len()) {
            longest = Some((start, end));
        }
        start = end;
    }
    longest
}

/// The command that prints some bytes, if there are any.
fn print(bytes: &[u8]) -> Option<String> {
    let escaped: String = bytes.iter().map(|it| printed(*it)).collect();
    (!escaped.is_empty()).then(|| format!("printf '{escaped}'"))
}

/// A byte as the format of `printf` has it.
fn printed(byte: u8) -> String {
    match byte {
        b'%' => "%%".to_owned(),
        b'\\' => r"\\".to_owned(),
        plain if (plain.is_ascii_graphic() || plain == b' ') && plain != b'\'' => {
            char::from(plain).to_string()
        }
        other => format!(r"\{other:03o}"),
    }
}

/// A text as a word in which the variables of the user names are the shell's to fill in.
fn with_names(text: &str) -> String {
    let mut word = quoted(text);
    for provider in Provider::ALL {
        // Out of the single quotes, so that the shell puts the name there.
        let variable = provider.username_variable();
        word = word.replace(&format!("\"{variable}\""), &format!("\"'\"{variable}\"'\""));
    }
    word
}

/// What the client adds on its own is left out of a command to be read by people.
fn is_worth_repeating(name: &HeaderName, value: &HeaderValue) -> bool {
    if *name == ACCEPT {
        return value != "application/json" && value != "*/*";
    }
    !matches!(
        name.as_str(),
        "api-version" | "connection" | "host" | "content-length" | "user-agent"
    ) && *name != AUTHORIZATION
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::caller::{Account, Caller};

    fn exchange(method: &str, path: &str, body: Option<&'static [u8]>) -> Exchange {
        let content = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Exchange {
            method: method.to_owned(),
            path: path.to_owned(),
            request_headers: Arc::new(HeaderMap::from_iter([content])),
            authorization: Vec::new(),
            request_body: body.map(Bytes::from_static),
            caller: Caller::Provider(Provider::B),
            operation: None,
            template: None,
            column: None,
            status: 400,
            headers: Arc::default(),
            body: Bytes::new(),
            json: None,
        }
    }

    #[test]
    fn a_curl_line_names_the_credentials_and_shows_none() {
        let path = "/v1/order/nbn/1001/cancel";
        assert_eq!(
            curl(&exchange("POST", path, Some(br#"{"reason":"it's"}"#))),
            r#"curl -i -u "$OCTANE_OTHER_USERNAME:$OCTANE_OTHER_PASSWORD" -X POST -H 'content-type: application/json' -d '{"reason":"it'\''s"}' "$OCTANE_URL"'/v1/order/nbn/1001/cancel'"#
        );
    }

    #[test]
    fn what_is_no_text_to_read_is_made_by_the_command() {
        let line = |body| curl(&exchange("POST", "/v1", Some(body)));
        assert!(line(&[b' '; 512]).starts_with(r"head -c 512 /dev/zero | tr '\0' ' ' | curl -i"));
        assert!(line(b"\"\xff%").starts_with(r#"printf '"\377%%' | curl -i"#));
        assert!(line(b"@file").contains(" --data-binary @- "));
        assert!(line(b"").contains(" -d '' "));
        let mut padded = b"{\"a\":\"".to_vec();
        padded.extend([b'a'; 300]);
        padded.extend(b"\"}");
        assert_eq!(
            body(&padded).0,
            r#"{ printf '{"a":"'; head -c 300 /dev/zero | tr '\0' 'a'; printf '"}'; } | "#
        );
    }

    #[test]
    fn what_is_sent_at_once_is_one_line() {
        let at = |column, path| Exchange { column, ..exchange("GET", path, None) };
        let sent = [at(None, "/1"), at(Some(0), "/a"), at(Some(0), "/b"), at(Some(1), "/c")];
        let lines = commands(&sent);
        assert_eq!(lines.len(), 2);
        let curl = |path| super::curl(&exchange("GET", path, None));
        assert_eq!(
            lines[1],
            format!("( {}; {} ) & ( {} ) & wait", curl("/a"), curl("/b"), curl("/c"))
        );
    }

    #[test]
    fn credentials_that_are_nearly_right_are_named_too() {
        let accounts = Accounts::new(Account::new("me", "s3cr$t"), Account::new("you", "other"));
        let sent = |pair: &str| {
            let value = format!("Basic {}", STANDARD.encode(pair));
            authorization(&accounts, &HeaderValue::try_from(value).unwrap())
        };
        let named = |pair: &str| {
            format!(r#"-H "authorization: Basic $(printf %s "{pair}" | base64 | tr -d '\n')""#)
        };
        assert_eq!(sent("me:nothing"), named("${OCTANE_USERNAME}:nothing"));
        assert_eq!(sent("me:s3cr$t "), named("${OCTANE_USERNAME}:${OCTANE_PASSWORD} "));
        assert_eq!(sent("ME:S3CR$T"), named("${OCTANE_USERNAME^^}:${OCTANE_PASSWORD^^}"));
        assert_eq!(sent("nobody:x"), "-H 'authorization: Basic bm9ib2R5Ong='");
    }
}
