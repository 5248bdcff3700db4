//! Promises that the contract makes in words, where no schema can.

use reqwest::header::WWW_AUTHENTICATE;
use serde_json::Value;

use super::Context;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};

/// Who is not let in is told how to come again, in the words of the contract: by which scheme and with
/// which parameters (RFC 9110, section 11.6.1). Others may be named beside them.
pub(super) fn challenge_is_the_contracts(
    context: &Context<'_>,
    exchange: &Exchange,
) -> Result<(), Failure> {
    let (401, Some(response)) = (exchange.status, context.response) else { return Ok(()) };
    let name = WWW_AUTHENTICATE;
    let header = response.headers.keys().find(|it| it.eq_ignore_ascii_case(name.as_str()));
    let Some(header) = header else { return Ok(()) };
    let at = format!("{}/headers/{header}", response.pointer);
    let declared = context.book.contract.document().at(&format!("{at}/example"));
    let Some(wanted) = declared.and_then(Value::as_str) else { return Ok(()) };
    let said = exchange.headers.get_all(&name).iter().filter_map(|value| value.to_str().ok());
    let said: Vec<&str> = said.collect();
    if said.iter().any(|said| says_as_much(said, wanted)) {
        return Ok(());
    }
    let expected = format!("the header `WWW-Authenticate: {wanted}`");
    let received = if said.is_empty() { "none".to_owned() } else { said.join(", ") };
    Err(Failure::of(Rule::RequiredHeaders, exchange, expected, received).at(at))
}

/// A location's state has its full name, and no abbreviation such as `WA`.
pub(super) fn state_is_written_out(_: &Context<'_>, exchange: &Exchange) -> Result<(), Failure> {
    const LONGEST_ABBREVIATION: usize = 3;
    let Some(state) = exchange.response().pointer("/location/state").and_then(Value::as_str) else {
        return Ok(());
    };
    let is_short = state.len() <= LONGEST_ABBREVIATION;
    if !is_short || exchange.operation.as_deref() != Some("checkServiceQualification") {
        return Ok(());
    }
    let expected = "the full name of the state or territory at `/response/location/state`";
    Err(Failure::of(Rule::QualificationAnswered, exchange, expected, format!("`{state}`"))
        .at("/components/schemas/Location/properties/state/description"))
}

/// Whether a challenge has the scheme of another, and each of its parameters.
fn says_as_much(said: &str, wanted: &str) -> bool {
    let ((scheme, said), (wanted_scheme, wanted)) = (taken_apart(said), taken_apart(wanted));
    let has = |(name, value): &(String, String)| {
        said.iter().any(|(other, said)| {
            // The charset has no case (RFC 7617, section 2.1), the realm has.
            other == name
                && (said == value || name == "charset" && said.eq_ignore_ascii_case(value))
        })
    };
    scheme.eq_ignore_ascii_case(&wanted_scheme) && wanted.iter().all(has)
}

/// The scheme of a challenge, and its parameters: names in small letters, values without quotes.
fn taken_apart(challenge: &str) -> (String, Vec<(String, String)>) {
    let (scheme, rest) = challenge.trim().split_once(' ').unwrap_or((challenge.trim(), ""));
    let mut is_quoted = false;
    let between = |character: char| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    };
    let pairs = rest.split(between).filter_map(|pair| pair.split_once('='));
    let bare = |text: &str| text.trim().trim_matches('"').to_owned();
    let pairs = pairs.map(|(name, value)| (bare(name).to_lowercase(), bare(value)));
    (scheme.to_owned(), pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::says_as_much;

    #[track_caller]
    fn check(said: &str, is_as_much: bool) {
        let wanted = r#"Basic realm="octane", charset="UTF-8""#;
        assert_eq!(says_as_much(said, wanted), is_as_much, "{said}");
    }

    #[test]
    fn a_challenge_has_the_scheme_and_the_parameters_of_the_contract() {
        check(r#"Basic realm="octane", charset="UTF-8""#, true);
        check(r#"basic charset=utf-8,realm="octane",nonce="a, b""#, true);
        check("Basic", false);
        check(r#"Basic realm="Octane", charset="UTF-8""#, false);
        check(r#"Basic realm="octane""#, false);
        check(r#"Bearer realm="octane", charset="UTF-8""#, false);
    }
}
