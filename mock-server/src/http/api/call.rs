//! From a request that is admitted to the answer of its operation.

use axum::body::Body;
use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use bytes::Bytes;
use octane_openapi::{Operation, Violation, ViolationIn};
use serde_json::Value;

use super::{Api, Rejection, Surface};
use crate::http::answer::{Answer, success};
use crate::http::body::{self, BodyError};
use crate::http::call::{self, Call};
use crate::http::failure::Failure;
use crate::http::notes::Notes;
use crate::http::preference::{PREFERENCE_APPLIED, Preferences};
use crate::http::preferred::preferred;
use crate::http::validation::{self, VIOLATIONS, Validation};
use crate::journal::Remarks;
use crate::limits::{BODY_BYTES_MAX, BODY_TIME_MAX};

impl<S: Surface> Api<S> {
    /// Reads and validates the rest of the request, and has it handled.
    pub(super) async fn call(
        &self,
        context: &S::Context,
        provider: String,
        operation: &Operation,
        mut parts: Parts,
        body: Body,
        notes: &mut Notes<'_>,
    ) -> Result<Answer, Failure<'_>> {
        let preferences = match S::TAKES_PREFERENCES {
            true => Preferences::of(&parts.headers),
            false => Preferences::default(),
        };
        let validation = match S::TAKES_PREFERENCES {
            true => preferences.validation(self.validation),
            false => Validation::On,
        };
        let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        let path = RawPathParams::from_request_parts(&mut parts, &()).await;
        let path = path.map(|found| found.iter().map(owned).collect::<Vec<_>>());
        if let Ok(path) = &path {
            notes.recording.names_order(S::order_named(path, &Value::Null));
        }
        let (body, of_body) = match &operation.request_body {
            Some(declared) => {
                let bytes = self.received(body, &parts.headers, validation, notes).await?;
                self.parsed(operation, &declared.pointer, &bytes, validation)?
            }
            // A body that nobody asked for is not looked at.
            None => (Value::Null, Vec::new()),
        };
        let path = path.map_err(|_| self.invalid(vec![not_utf8(operation)]))?;
        notes.recording.names_order(S::order_named(&path, &body));
        let query = parts.uri.query().unwrap_or_default();
        let mut violations = Vec::new();
        let parameters =
            call::parameters(operation, &self.validators, &path, query, &mut violations);
        violations.extend(of_body);
        if !violations.is_empty() && validation == Validation::On {
            return Err(self.invalid(violations));
        }
        let answer = if preferences.chooses() {
            let seed = || S::next_seed(context);
            preferred(&self.contract, &self.validators, operation, &preferences, seed)
                .map_err(|violation| self.invalid(vec![*violation]))
        } else {
            match self.handlers.get(operation.id.as_str()) {
                Some(handler) => match handler(context, &Call::new(provider, parameters, body)) {
                    Err(Rejection::Unfit) => return Err(self.invalid(violations)),
                    answered => answered.map_err(|it| self.rejected(it)),
                },
                None => self.example(operation),
            }
        };
        let preference_applied = preferences.applied().map(|it| (PREFERENCE_APPLIED, it));
        let warning = (validation == Validation::Warn && !violations.is_empty()).then(|| {
            let violations = validation::listed(&violations);
            tracing::warn!(operation = operation.id, violations, "answered in spite of violations");
            (VIOLATIONS, violations)
        });
        let told = preference_applied.into_iter().chain(warning.clone());
        match answer {
            Ok(mut answer) => {
                if warning.is_some() {
                    answer.remarks = Remarks { is_invalid: true, violations, ..answer.remarks };
                }
                Ok(told.fold(answer, |it, (name, value)| it.with_header(name, value)))
            }
            Err(failure) => {
                Err(told.fold(failure, |it, (name, value)| it.with_header(name, value)))
            }
        }
    }

    /// The body as it was sent, if it is one that may be parsed.
    async fn received(
        &self,
        body: Body,
        headers: &HeaderMap,
        validation: Validation,
        notes: &mut Notes<'_>,
    ) -> Result<Bytes, Failure<'_>> {
        let bytes = match body::read(body, BODY_BYTES_MAX).await {
            Ok(bytes) => bytes,
            Err(BodyError::TooLarge) => {
                notes.recording.body_too_large();
                let message = format!("The body is larger than {BODY_BYTES_MAX} bytes.");
                return Err(self.failure(413, message));
            }
            Err(BodyError::Broken) => {
                let seconds = BODY_TIME_MAX.as_secs();
                let message =
                    format!("The body was not sent to its end, or not within {seconds} seconds.");
                return Err(self.failure(400, message));
            }
        };
        notes.recording.body(&bytes);
        if validation == Validation::On && !body::is_json(headers) {
            return Err(self.failure(415, "The body must be application/json."));
        }
        Ok(bytes)
    }

    /// The body as JSON, with every rule it breaks; `pointer` is where the contract declares it. One
    /// that is no JSON is refused, or taken for `null` where requests are not.
    fn parsed(
        &self,
        operation: &Operation,
        pointer: &str,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<(Value, Vec<Violation>), Failure<'_>> {
        match body::parse(bytes, &format!("#{pointer}")) {
            Ok(body) => {
                let violations = self.validators.request_body(&operation.id, &body);
                Ok((body, violations))
            }
            Err(violation) if validation == Validation::On => Err(self.invalid(vec![*violation])),
            Err(violation) => Ok((Value::Null, vec![*violation])),
        }
    }

    /// The first example of the operation's success: what an operation answers as soon as it is
    /// written down.
    fn example(&self, operation: &Operation) -> Result<Answer, Failure<'_>> {
        let mut successes = operation.responses.values().filter(|it| it.status < 300);
        let example = successes
            .find_map(|response| Some((response.status, response.examples.values().next()?)));
        match example {
            Some((status, body)) => Ok(success(status, body)),
            None => Err(self.failure(
                500,
                format!(
                    "The operation `{}` has neither a handler nor an example to answer with.",
                    operation.id
                ),
            )),
        }
    }
}

fn not_utf8(operation: &Operation) -> Violation {
    Violation {
        location: ViolationIn::Path,
        pointer: String::new(),
        keyword: "syntax".to_owned(),
        message: "the path is not UTF-8 once percent-decoded".to_owned(),
        rule: format!("#{}", operation.pointer),
    }
}
