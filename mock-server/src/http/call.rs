//! A request that fits its operation: parameters and body, validated, ready for a handler.

use std::borrow::Cow;

use octane_openapi::{Operation, ParameterLocation, Validators, Violation, ViolationIn};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::api::Rejection;

/// A valid call of an operation.
#[derive(Debug)]
pub(crate) struct Call {
    /// User name of the provider who calls; empty where the contract asks for no credentials.
    pub(crate) provider: String,
    parameters: Map<String, Value>,
    body: Value,
}

impl Call {
    pub(super) fn new(provider: String, parameters: Map<String, Value>, body: Value) -> Self {
        Self { provider, parameters, body }
    }

    /// The path and query parameters, by name.
    ///
    /// # Panics
    /// If `T` and the contract disagree: the call was validated against the contract.
    pub(crate) fn parameters<T: DeserializeOwned>(&self) -> T {
        let parameters = Value::Object(self.parameters.clone());
        serde_json::from_value(parameters)
            .expect("a handler's parameters are those of the contract")
    }

    /// As [`parameters`](Self::parameters), of a call that may have been let through invalid.
    pub(crate) fn fitting_parameters<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        serde_json::from_value(Value::Object(self.parameters.clone())).map_err(|_| Rejection::Unfit)
    }

    /// As [`body`](Self::body), of a call that may have been let through invalid.
    pub(crate) fn fitting_body<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        serde_json::from_value(self.body.clone()).map_err(|_| Rejection::Unfit)
    }

    /// The body.
    ///
    /// # Panics
    /// If `T` and the contract disagree: the call was validated against the contract.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.body.clone()).expect("a valid body is of the generated type")
    }
}

/// Reads the path and query parameters of `operation`. Every violation is added to `violations`.
pub(super) fn parameters(
    operation: &Operation,
    validators: &Validators,
    path: &[(String, String)],
    query: &str,
    violations: &mut Vec<Violation>,
) -> Map<String, Value> {
    let query: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        form_urlencoded::parse(query.as_bytes()).collect();
    let mut parameters = Map::new();
    for parameter in &operation.parameters {
        let texts: Vec<&str> = match parameter.location {
            ParameterLocation::Path => of_name(path, &parameter.name),
            ParameterLocation::Query => of_name(&query, &parameter.name),
            // The contracts served declare no header parameters; the lint would say so.
            ParameterLocation::Header => continue,
        };
        let violation = |keyword: &str, message: String| Violation {
            location: ViolationIn::from(parameter.location),
            pointer: format!("/{}", parameter.name),
            keyword: keyword.to_owned(),
            message,
            rule: format!("#{}", parameter.pointer),
        };
        match texts.as_slice() {
            [] if parameter.required => {
                violations.push(violation("required", format!("`{}` is required", parameter.name)));
            }
            [] => {}
            [_] => {
                let (location, name) = (parameter.location, &parameter.name);
                let value = validators.parameter_value(&operation.id, location, name, &texts);
                let mut broken = validators.parameter(&operation.id, location, name, &value);
                if location == ParameterLocation::Query {
                    broken.iter_mut().for_each(|it| explain_plus(it, texts[0]));
                }
                violations.extend(broken);
                parameters.insert(name.clone(), value);
            }
            [..] => violations.push(violation(
                "duplicate",
                format!("`{}` is sent {} times; send it once", parameter.name, texts.len()),
            )),
        }
    }
    for (name, _) in &query {
        if operation.parameter(ParameterLocation::Query, name).is_none() {
            violations.push(Violation {
                location: ViolationIn::Query,
                pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
                keyword: "unknown".to_owned(),
                message: "the operation has no such query parameter".to_owned(),
                rule: format!("#{}", operation.pointer),
            });
        }
    }
    parameters
}

/// A `+` in a query means a space (WHATWG URL, form-urlencoding), which everybody who types a time
/// with an offset into curl finds out the hard way.
fn explain_plus(violation: &mut Violation, text: &str) {
    if violation.keyword == "format" && text.contains(' ') {
        violation.message.push_str("; write a `+` in a query as `%2B`");
    }
}

fn of_name<'a, T: AsRef<str>>(pairs: &'a [(T, T)], name: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(key, _)| key.as_ref() == name).map(|(_, text)| text.as_ref()).collect()
}
