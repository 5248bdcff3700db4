//! What a client wants of its answer: the `Prefer` header, RFC 7240, with the preferences that Prism
//! made known among mocks.
//!
//! `code=404` and `example=NAME` choose among the documented answers, `dynamic=true` has the answer
//! made rather than taken from an example, and `handling=lenient` has an invalid request answered all
//! the same. Other preferences are ignored, as the RFC says. One of these that names nothing the
//! contract has is refused, as Prism does it and the RFC does not: a test that asked for an answer
//! and silently got another would be worse off.

use axum::http::{HeaderMap, header};

use super::validation::Validation;

/// The header that says which preferences were met.
pub(crate) const PREFERENCE_APPLIED: &str = "preference-applied";

const PREFER: header::HeaderName = header::HeaderName::from_static("prefer");

/// The preferences of a request that mean something to a mock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Preferences {
    /// The status to answer with, as it was written.
    pub(crate) code: Option<String>,
    /// The name of the example to answer with.
    pub(crate) example: Option<String>,
    /// Whether the answer is to be made, whatever examples there are.
    pub(crate) is_dynamic: bool,
    /// `handling=lenient` or `strict`.
    pub(crate) handling: Option<Handling>,
}

/// What to do with an invalid request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handling {
    /// Answer it.
    Lenient,
    /// Refuse it.
    Strict,
}

impl Preferences {
    /// The preferences in the `Prefer` headers. Of one that is there twice, the first counts.
    pub(crate) fn of(headers: &HeaderMap) -> Preferences {
        let mut preferences = Preferences::default();
        let mut is_dynamic = None;
        let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
        for preference in values.flat_map(|value| split(value, ',')) {
            // What follows a semicolon are parameters, of which none of these has any.
            let preference = split(preference, ';').into_iter().next().unwrap_or_default();
            let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
            let value = unquoted(value.trim());
            match name.trim().to_ascii_lowercase().as_str() {
                "code" => preferences.code = preferences.code.or(Some(value)),
                "example" => preferences.example = preferences.example.or(Some(value)),
                "dynamic" => is_dynamic = is_dynamic.or(Some(value.eq_ignore_ascii_case("true"))),
                "handling" => {
                    let handling = match value.to_ascii_lowercase().as_str() {
                        "lenient" => Some(Handling::Lenient),
                        "strict" => Some(Handling::Strict),
                        _ => None,
                    };
                    preferences.handling = preferences.handling.or(handling);
                }
                _ => {}
            }
        }
        Preferences { is_dynamic: is_dynamic.unwrap_or(false), ..preferences }
    }

    /// Does the client want another answer than the usual one?
    pub(crate) fn chooses(&self) -> bool {
        self.code.is_some() || self.example.is_some() || self.is_dynamic
    }

    /// How this request is validated where requests are validated like `usual`.
    pub(crate) fn validation(&self, usual: Validation) -> Validation {
        match (self.handling, usual) {
            (Some(Handling::Strict), _) => Validation::On,
            (Some(Handling::Lenient), Validation::On) => Validation::Warn,
            (Some(Handling::Lenient) | None, usual) => usual,
        }
    }

    /// The value of `Preference-Applied` once all of them are met; `None` if there are none.
    pub(crate) fn applied(&self) -> Option<String> {
        let mut applied = Vec::new();
        applied.extend(self.code.as_ref().map(|code| format!("code={code}")));
        applied.extend(self.example.as_ref().map(|name| format!("example={}", quoted(name))));
        applied.extend(self.is_dynamic.then(|| "dynamic=true".to_owned()));
        applied.extend(self.handling.map(|handling| match handling {
            Handling::Lenient => "handling=lenient".to_owned(),
            Handling::Strict => "handling=strict".to_owned(),
        }));
        (!applied.is_empty()).then(|| applied.join(", "))
    }
}

/// The parts of `text` between separators that stand in no quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(|character| {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            other if other == separator && !is_quoted => return true,
            _ => {}
        }
        false
    })
    .collect()
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    let Some(inner) = inner else { return value.to_owned() };
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        let character = if character == '\\' { characters.next() } else { Some(character) };
        text.extend(character);
    }
    text
}

/// A name as a token, or in quotes if it is none.
fn quoted(name: &str) -> String {
    let is_token = |character: char| {
        character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
    };
    if !name.is_empty() && name.chars().all(is_token) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Preferences {
        Preferences::of(&values.iter().map(|value| (PREFER, value.parse().unwrap())).collect())
    }

    #[test]
    fn preferences_are_read_as_the_rfc_writes_them() {
        let all = Preferences {
            code: Some("404".to_owned()),
            example: Some("no, \"such\" cat".to_owned()),
            is_dynamic: true,
            handling: Some(Handling::Lenient),
        };
        let example = r#"example="no, \"such\" cat""#;
        let rest = "dynamic=true; a=b, respond-async, handling=lenient";
        assert_eq!(of(&[&format!("code=404, {example},{rest}")]), all);
        assert_eq!(of(&["CODE = 404", example, rest]), all);
        assert_eq!(
            all.applied().unwrap(),
            format!("code=404, {example}, dynamic=true, handling=lenient")
        );
    }

    #[test]
    fn the_first_of_two_counts_and_what_is_unknown_does_not() {
        assert_eq!(of(&["code=404, code=500"]).code.as_deref(), Some("404"));
        assert_eq!(
            of(&["wait=10, return=minimal, handling=maybe, dynamic"]),
            Preferences::default()
        );
        assert_eq!(of(&[]).applied(), None);
    }

    #[test]
    fn handling_wins_over_what_is_usual() {
        let check = |value: &str, usual| of(&[value]).validation(usual);
        assert_eq!(check("handling=lenient", Validation::On), Validation::Warn);
        assert_eq!(check("handling=lenient", Validation::Off), Validation::Off);
        assert_eq!(check("handling=strict", Validation::Off), Validation::On);
        assert_eq!(check("code=200", Validation::Warn), Validation::Warn);
    }
}
