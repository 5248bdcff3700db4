//! One request to a foreign contract, from its arrival to its answer.
//!
//! The order of judgement: path (404), method (405), credentials (401), `Accept` and `Prefer` (406,
//! 400), size (413), content type (415), then every violation of parameters and body at once (400).
//! Credentials come after the method here, since it is the operation that says what it asks for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use octane_openapi::foreign::{Endpoint, ForeignContract, Sent};
use octane_openapi::sample::seed_of;
use octane_openapi::{Violation, ViolationIn};

use super::choice::{self, Choice, NoChoice};
use super::problem::Problem;
use super::request::{self, UnsupportedMediaType};
use super::routes::{Found, Routes};
use super::writing::Writing;
use super::{control, credentials};
use crate::arrival::{self, Plane, RequestCounts};
use crate::clock::Clock;
use crate::guard::Guard;
use crate::http::body::{self, BodyError};
use crate::http::preference::{PREFERENCE_APPLIED, Preferences};
use crate::http::validation::{self, VIOLATIONS};
use crate::http::{REQUEST_ID, ResponseCheck, Validation, shortened};
use crate::limits::{BODY_TIME_MAX, FOREIGN_BODY_BYTES_MAX};

/// What requests are named by, where there are no worlds: `foreign-1`, `foreign-2`.
const WORLD: &str = "foreign";

/// A foreign contract, ready to answer.
pub(super) struct Foreign {
    pub(super) contract: ForeignContract,
    pub(super) routes: Routes,
    pub(super) seed: u32,
    pub(super) clock: Clock,
    pub(super) validation: Validation,
    pub(super) response_check: ResponseCheck,
    /// What requests to the control plane have to pass, if there is one.
    pub(super) guard: Option<Guard>,
    /// How many answers were made for `dynamic=true`, by operation. A `std` mutex: a number is
    /// counted under it.
    pub(super) made: Mutex<HashMap<usize, u64>>,
    /// How many requests were named by the server.
    pub(super) requests: RequestCounts,
}

/// What became of a request. Whoever wants to keep exchanges finds everything about one here.
pub(super) struct Exchange<'f> {
    pub(super) endpoint: Option<&'f Endpoint>,
    /// What is wrong with the request, whether it was refused for it or not.
    pub(super) violations: Vec<Violation>,
    pub(super) response: Response<Body>,
}

impl Foreign {
    /// Answers a request.
    pub(super) async fn respond(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let (method, path) = (parts.method.clone(), shortened(parts.uri.path()));
        let request_id = arrival::of_caller(&parts.headers).unwrap_or_else(|| {
            let is_control = self.guard.is_some() && control::is_path(parts.uri.path());
            self.requests.next(WORLD, if is_control { Plane::Control } else { Plane::Orders })
        });
        let Exchange { endpoint, violations, mut response } = self.exchange(parts, body).await;
        let id = HeaderValue::try_from(&request_id).expect("the ids are visible ASCII");
        response.headers_mut().insert(REQUEST_ID, id);
        let date = httpdate::fmt_http_date(self.clock.now().into());
        let date = HeaderValue::try_from(date).ok();
        response.headers_mut().extend(date.map(|date| (header::DATE, date)));
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        let (operation, status) = (endpoint.map(|it| it.id.as_str()), response.status().as_u16());
        let violations = violations.len();
        tracing::info!(request_id, %method, path, operation, status, violations, "answered");
        response
    }

    /// Forgets what was counted, so that the same requests are answered with the same bytes again.
    pub(super) fn reset(&self) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.requests.reset();
    }

    async fn exchange(&self, parts: Parts, body: Body) -> Exchange<'_> {
        if let Some(guard) = self.guard.as_ref().filter(|_| control::is_path(parts.uri.path())) {
            let response = control::answer(self, guard, &parts);
            return Exchange { endpoint: None, violations: Vec::new(), response };
        }
        let (found, endpoint) = match self.endpoint(&parts) {
            Ok(found) => found,
            Err(response) => {
                return Exchange { endpoint: None, violations: Vec::new(), response: *response };
            }
        };
        let path: Vec<&str> = found.path.iter().map(|(_, text)| text.as_str()).collect();
        let path = path.join("/");
        let preferences = Preferences::of(&parts.headers);
        let sent = sent(found.path.clone(), &parts);
        let mut violations = Vec::new();
        let judged = self.judge(endpoint, &preferences, &sent, &parts, body, &mut violations).await;
        let count = if preferences.is_dynamic { self.count(found.endpoint) } else { 0 };
        let status = judged.as_ref().map_or_else(|it| it.status, |choice| choice.status);
        let seed = [endpoint.id.as_str(), &status.to_string(), &path, &count.to_string()];
        let writing = Writing {
            contract: &self.contract,
            response_check: self.response_check,
            seed: seed_of(u64::from(self.seed), &seed),
            is_dynamic: preferences.is_dynamic,
        };
        let written = judged.and_then(|choice| {
            writing.response(&choice).map_err(|error| {
                tracing::error!(operation = endpoint.id, %error, "no answer could be made");
                Problem::new(500, format!("No answer could be made: {error}."))
            })
        });
        // A refusal says nothing new for being asked for in another way.
        let refusing = Writing { is_dynamic: false, ..writing };
        let mut response =
            written.unwrap_or_else(|problem| problem.response(Some(endpoint), refusing));
        let validation = preferences.validation(self.validation);
        if !violations.is_empty() && validation == Validation::Warn {
            let violations = validation::listed(&violations);
            tracing::warn!(operation = endpoint.id, violations, "answered in spite of violations");
            insert(&mut response, VIOLATIONS, &violations);
        }
        if let Some(applied) = preferences.applied().filter(|_| response.status() != 401) {
            insert(&mut response, PREFERENCE_APPLIED, &applied);
        }
        Exchange { endpoint: Some(endpoint), violations, response }
    }

    /// The operation that is meant, or the answer if there is none.
    fn endpoint(&self, parts: &Parts) -> Result<(Found, &Endpoint), Box<Response<Body>>> {
        let refused = |problem: Problem| {
            let (response_check, is_dynamic) = (self.response_check, false);
            let contract = &self.contract;
            let writing = Writing { contract, response_check, seed: 0, is_dynamic };
            Box::new(problem.response(None, writing))
        };
        let path = parts.uri.path();
        let mut candidates = self.routes.find(path);
        if candidates.is_empty() {
            return Err(refused(Problem::new(404, self.no_path(path))));
        }
        let endpoints = self.contract.endpoints();
        let takes =
            |found: &Found, method: &str| endpoints[found.endpoint].method.as_str() == method;
        let wanted = parts.method.as_str();
        let position = candidates.iter().position(|it| takes(it, wanted)).or_else(|| {
            // HEAD is GET without a body, RFC 9110, section 9.3.2.
            candidates.iter().position(|it| wanted == "HEAD" && takes(it, "GET"))
        });
        if let Some(position) = position {
            let found = candidates.swap_remove(position);
            let endpoint = &endpoints[found.endpoint];
            return Ok((found, endpoint));
        }
        let mut allowed: Vec<&str> = Vec::new();
        for found in &candidates {
            let method = endpoints[found.endpoint].method.as_str();
            let implied = (method == "GET").then_some("HEAD");
            for method in [method].into_iter().chain(implied).chain(["OPTIONS"]) {
                if !allowed.contains(&method) {
                    allowed.push(method);
                }
            }
        }
        let allowed = allowed.join(", ");
        if parts.method == Method::OPTIONS {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            insert(&mut response, "allow", &allowed);
            return Err(Box::new(response));
        }
        let message = format!("The path does not take {}.", shortened(wanted));
        Err(refused(Problem::new(405, message).with_header(header::ALLOW, &allowed)))
    }

    fn no_path(&self, path: &str) -> String {
        let mut bases: Vec<&str> = self
            .contract
            .endpoints()
            .iter()
            .flat_map(|endpoint| endpoint.bases.iter().map(String::as_str))
            .collect();
        bases.sort_unstable();
        bases.dedup();
        let begins = |base: &&str| path.strip_prefix(*base).is_some_and(|it| it.starts_with('/'));
        let path = shortened(path);
        match bases.as_slice() {
            [_, ..] if !bases.iter().any(begins) => {
                format!(
                    "There is no path `{path}`: every path begins with `{}`.",
                    bases.join("` or `")
                )
            }
            _ => format!("There is no path `{path}`."),
        }
    }

    /// The documented answer to the request, or why it is refused. What is wrong with it is put into
    /// `violations` either way.
    async fn judge<'f>(
        &'f self,
        endpoint: &'f Endpoint,
        preferences: &Preferences,
        sent: &Sent,
        parts: &Parts,
        body: Body,
        violations: &mut Vec<Violation>,
    ) -> Result<Choice<'f>, Problem> {
        credentials::judge(endpoint, &parts.headers, sent, self.contract.title()).map_err(
            |refused| {
                Problem::new(401, refused.reason)
                    .with_header(header::WWW_AUTHENTICATE, &refused.challenge)
            },
        )?;
        let choice = choice::choose(&self.contract, endpoint, preferences, &parts.headers)
            .map_err(|no_choice| match no_choice {
                NoChoice::NothingToGive(message) => Problem::new(501, message),
                NoChoice::NotAcceptable(message) => Problem::new(406, message),
                NoChoice::NotDocumented(message) => {
                    Problem::invalid(endpoint, vec![not_documented(endpoint, message)])
                }
            })?;
        let validation = preferences.validation(self.validation);
        let found = match &endpoint.body {
            Some(declared) => {
                let bytes = match body::read(body, FOREIGN_BODY_BYTES_MAX).await {
                    Ok(bytes) => bytes,
                    Err(BodyError::TooLarge) => {
                        let message =
                            format!("The body is larger than {FOREIGN_BODY_BYTES_MAX} bytes.");
                        return Err(Problem::new(413, message));
                    }
                    Err(BodyError::Broken) => {
                        return Err(Problem::new(400, body_broken()));
                    }
                };
                match request::media_type(declared, &parts.headers, bytes.is_empty()) {
                    Ok(None) if declared.required => vec![request::missing_body(declared)],
                    Ok(None) => Vec::new(),
                    Ok(Some(_)) if bytes.is_empty() && !declared.required => Vec::new(),
                    Ok(Some((kind, media))) => request::body(&self.contract, kind, media, &bytes),
                    Err(UnsupportedMediaType(message)) if validation == Validation::On => {
                        return Err(Problem::new(415, message));
                    }
                    Err(UnsupportedMediaType(message)) => vec![Violation {
                        location: ViolationIn::Header,
                        pointer: "/Content-Type".to_owned(),
                        keyword: "content".to_owned(),
                        message,
                        rule: format!("#{}", declared.pointer),
                    }],
                }
            }
            // A body that nobody asked for is not looked at.
            None => Vec::new(),
        };
        violations.extend(request::parameters(&self.contract, endpoint, sent));
        violations.extend(found);
        if !violations.is_empty() && validation == Validation::On {
            return Err(Problem::invalid(endpoint, violations.clone()));
        }
        Ok(choice)
    }

    /// Counts one more made answer of this operation.
    fn count(&self, endpoint: usize) -> u64 {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let count = made.entry(endpoint).or_default();
        *count += 1;
        *count
    }
}

fn body_broken() -> String {
    let seconds = BODY_TIME_MAX.as_secs();
    format!("The body was not sent to its end, or not within {seconds} seconds.")
}

/// A preference that the contract has no answer to.
fn not_documented(endpoint: &Endpoint, message: String) -> Violation {
    Violation {
        location: ViolationIn::Header,
        pointer: "/Prefer".to_owned(),
        keyword: "prefer".to_owned(),
        message,
        rule: format!("#{}/responses", endpoint.pointer),
    }
}

/// What the request sends beside its body.
fn sent(path: Vec<(String, String)>, parts: &Parts) -> Sent {
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Sent::new(path, parts.uri.query().unwrap_or_default(), headers.collect())
}

fn insert(response: &mut Response<Body>, name: &'static str, value: &str) {
    // A value that cannot be sent is a preference of somebody's that is not ASCII.
    let value = HeaderValue::from_str(value).ok();
    response.headers_mut().extend(value.map(|value| (HeaderName::from_static(name), value)));
}
