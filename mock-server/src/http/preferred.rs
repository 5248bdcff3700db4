//! A documented answer, given because the client asked for it: `Prefer: code=409`.
//!
//! It comes from the contract alone. No handler is asked, so nothing is changed, and what it says of
//! an order is the example's and not the world's.

use octane_openapi::sample::{Examples, Sampling, sample, seed_of};
use octane_openapi::{
    Contract, Direction, Operation, Response, Validators, Violation, ViolationIn,
};
use serde_json::Value;

use super::answer::{Answer, success};
use super::documented::documented;
use super::preference::Preferences;

/// The answer that `preferences` choose among those documented for `operation`, its fallbacks
/// included; or what they ask for that the contract does not have.
///
/// `seed` is what a made answer follows from.
pub(super) fn preferred(
    contract: &Contract,
    validators: &Validators,
    operation: &Operation,
    preferences: &Preferences,
    seed: impl FnOnce() -> u64,
) -> Result<Answer, Box<Violation>> {
    let refused = |message: String| {
        Box::new(Violation {
            location: ViolationIn::Header,
            pointer: "/Prefer".to_owned(),
            keyword: "prefer".to_owned(),
            message,
            rule: format!("#{}/responses", operation.pointer),
        })
    };
    let own = operation.responses.values();
    let fallbacks = contract.fallbacks().values().map(|fallback| &fallback.response);
    let responses: Vec<&Response> = own.chain(fallbacks).collect();
    let response = chosen(&responses, preferences).map_err(refused)?;
    if let Some(name) =
        preferences.example.as_ref().filter(|name| !response.examples.contains_key(*name))
    {
        return Err(refused(no_example(name, response.examples.keys().map(String::as_str))));
    }
    let example = preferences.example.as_deref();
    let has_example = example.is_some() || !response.examples.is_empty();
    if has_example && (example.is_some() || !preferences.is_dynamic) {
        let own = documented(contract, operation, response.status, example, None);
        return own.or_else(|undocumented| {
            // A fallback, which is not the operation's own.
            let first = response.examples.values().next();
            let named = example.map_or(first, |name| response.examples.get(name));
            let is_own = operation.responses.contains_key(&response.status);
            let body =
                named.filter(|_| !is_own).ok_or_else(|| refused(undocumented.to_string()))?;
            Ok(success(response.status, body))
        });
    }
    let Some(schema) = &response.schema else { return Ok(success(response.status, &Value::Null)) };
    let seed = seed_of(seed(), &[&operation.id, &response.status.to_string()]);
    let sampling = Sampling { seed, direction: Direction::Response, examples: Examples::Ignored };
    let is_valid = |value: &Value| {
        let own = validators.response(&operation.id, response.status, value);
        own.or_else(|_| validators.fallback(response.status, value))
            .is_ok_and(|violations| violations.is_empty())
    };
    let made = sample(contract.document(), schema, sampling, is_valid);
    made.map(|body| success(response.status, &body)).map_err(|error| refused(error.to_string()))
}

fn chosen<'r>(
    responses: &[&'r Response],
    preferences: &Preferences,
) -> Result<&'r Response, String> {
    let find = |holds: &dyn Fn(&Response) -> bool| responses.iter().copied().find(|it| holds(it));
    if let Some(code) = &preferences.code {
        let response = find(&|it| it.status.to_string() == *code);
        return response.ok_or_else(|| {
            let mut statuses: Vec<u16> = responses.iter().map(|it| it.status).collect();
            statuses.sort_unstable();
            statuses.dedup();
            no_code(code, statuses.iter().map(u16::to_string))
        });
    }
    let named = preferences.example.as_ref();
    let named = named.and_then(|name| find(&|it| it.examples.contains_key(name)));
    let success = || find(&|it| it.status < 300);
    named.or_else(success).ok_or_else(|| "the operation documents no success".to_owned())
}

/// What to say of a status that is not documented.
pub(crate) fn no_code(code: &str, documented: impl Iterator<Item = String>) -> String {
    let documented: Vec<_> = documented.collect();
    format!("code `{code}` is not documented here; choose one of {}", documented.join(", "))
}

/// What to say of an example that is not there.
pub(crate) fn no_example<'n>(name: &str, documented: impl Iterator<Item = &'n str>) -> String {
    let documented: Vec<_> = documented.map(|name| format!("`{name}`")).collect();
    match documented.as_slice() {
        [] => format!("there is no example `{name}`, nor any other; leave it out"),
        some => format!("there is no example `{name}`; choose one of {}", some.join(", ")),
    }
}
