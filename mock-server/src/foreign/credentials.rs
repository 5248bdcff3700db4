//! Credentials, judged by their form: a mock has no accounts, so whatever is well-formed is let in.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use octane_openapi::foreign::{Endpoint, Location, Requirement, Scheme, Sent};

/// Why somebody is not let in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// What is missing or malformed; never what was sent.
    pub(super) reason: String,
    /// The value of `WWW-Authenticate`.
    pub(super) challenge: String,
}

/// Whether one of the operation's ways to be let in is gone.
pub(super) fn judge(
    endpoint: &Endpoint,
    headers: &HeaderMap,
    sent: &Sent,
    realm: &str,
) -> Result<(), Refused> {
    let mut reasons: Vec<String> = Vec::new();
    for requirement in &endpoint.security {
        let faults: Vec<String> =
            requirement.iter().filter_map(|scheme| fault(scheme, headers, sent)).collect();
        if faults.is_empty() {
            return Ok(());
        }
        let faults = faults.join(", and ");
        if !reasons.contains(&faults) {
            reasons.push(faults);
        }
    }
    if endpoint.security.is_empty() {
        return Ok(());
    }
    let mut reason = format!("{}.", reasons.join("; or "));
    // A sentence of faults, which begin in small letters so that they can stand anywhere in it.
    if let Some(first) = reason.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Err(Refused { reason, challenge: challenge(&endpoint.security, realm) })
}

/// What is wrong with what was presented for one scheme.
fn fault(scheme: &Scheme, headers: &HeaderMap, sent: &Sent) -> Option<String> {
    match scheme {
        Scheme::ApiKey { location, name } => {
            let key = sent.first(*location, name);
            let place = match location {
                Location::Query => "query parameter",
                Location::Cookie => "cookie",
                Location::Header | Location::Path => "header",
            };
            match key {
                None => Some(format!("the {place} `{name}` is missing")),
                Some(key) if key.trim().is_empty() => {
                    Some(format!("the {place} `{name}` is empty"))
                }
                Some(_) => None,
            }
        }
        Scheme::Basic => authorization("Basic", headers, is_basic),
        Scheme::Bearer => authorization("Bearer", headers, is_token),
        Scheme::Http(name) => authorization(name, headers, |rest| !rest.is_empty()),
    }
}

/// What is wrong with an `Authorization` header that has to be of this scheme.
fn authorization(
    scheme: &str,
    headers: &HeaderMap,
    is_well_formed: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Some(format!("the `Authorization` header of the scheme {scheme} is missing"));
    };
    if values.next().is_some() {
        return Some("more than one `Authorization` header was sent".to_owned());
    }
    let parts = value.to_str().ok().and_then(|value| value.trim().split_once(' '));
    let is_right = parts.is_some_and(|(name, rest)| {
        name.eq_ignore_ascii_case(scheme) && is_well_formed(rest.trim())
    });
    (!is_right).then(|| format!("the `Authorization` header is not of the scheme {scheme}"))
}

/// RFC 7617: a name and a password with a colon between them, in base64.
fn is_basic(rest: &str) -> bool {
    let pair = STANDARD.decode(rest).ok().and_then(|pair| String::from_utf8(pair).ok());
    pair.is_some_and(|pair| pair.contains(':'))
}

/// RFC 6750's `b64token`.
fn is_token(rest: &str) -> bool {
    let token = rest.trim_end_matches('=');
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !token.is_empty() && token.bytes().all(is_allowed)
}

/// One challenge for each scheme that would do, RFC 9110, section 11.6.1.
fn challenge(security: &[Requirement], realm: &str) -> String {
    let realm: String =
        realm.chars().filter(|it| matches!(it, ' '..='~') && !matches!(it, '"' | '\\')).collect();
    let mut challenges: Vec<String> = Vec::new();
    for scheme in security.iter().flatten() {
        let challenge = match scheme {
            Scheme::Basic => format!("Basic realm=\"{realm}\", charset=\"UTF-8\""),
            Scheme::Bearer => format!("Bearer realm=\"{realm}\""),
            Scheme::Http(name) => format!("{name} realm=\"{realm}\""),
            // No scheme is registered for keys, and a 401 without any challenge is not allowed.
            Scheme::ApiKey { .. } => format!("ApiKey realm=\"{realm}\""),
        };
        if !challenges.contains(&challenge) {
            challenges.push(challenge);
        }
    }
    challenges.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scheme: &Scheme, headers: &[(&str, &str)], query: &str, expected: Option<&str>) {
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap())
            })
            .collect();
        let pairs = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let sent = Sent::new(Vec::new(), query, pairs.collect());
        assert_eq!(fault(scheme, &map, &sent).as_deref(), expected);
    }

    #[test]
    fn basic_is_a_name_and_a_password_in_base64() {
        let wrong = Some("the `Authorization` header is not of the scheme Basic");
        check(&Scheme::Basic, &[("authorization", "basic YTpi")], "", None);
        check(&Scheme::Basic, &[("authorization", "Basic YWI=")], "", wrong);
        check(&Scheme::Basic, &[("authorization", "Basic !")], "", wrong);
        check(&Scheme::Basic, &[("authorization", "Bearer YTpi")], "", wrong);
        let missing = "the `Authorization` header of the scheme Basic is missing";
        check(&Scheme::Basic, &[], "", Some(missing));
    }

    #[test]
    fn a_bearer_token_is_one_word_of_its_alphabet() {
        let wrong = Some("the `Authorization` header is not of the scheme Bearer");
        check(&Scheme::Bearer, &[("authorization", "Bearer a.b-c_d~e+f/g==")], "", None);
        check(&Scheme::Bearer, &[("authorization", "Bearer a b")], "", wrong);
        check(&Scheme::Bearer, &[("authorization", "Bearer ")], "", wrong);
        check(&Scheme::Bearer, &[("authorization", "Bearer é")], "", wrong);
    }

    #[test]
    fn a_key_is_anything_in_its_place() {
        let key = |location| Scheme::ApiKey { location, name: "X-Key".to_owned() };
        check(&key(Location::Header), &[("x-key", "k")], "", None);
        check(&key(Location::Header), &[("x-key", " ")], "", Some("the header `X-Key` is empty"));
        check(&key(Location::Query), &[], "X-Key=k", None);
        check(&key(Location::Query), &[], "", Some("the query parameter `X-Key` is missing"));
        check(&key(Location::Cookie), &[("cookie", "a=b; X-Key=k")], "", None);
    }
}
