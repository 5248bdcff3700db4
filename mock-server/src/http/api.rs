//! A contract with handlers, as an axum router.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::http::request::Parts;
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use octane_openapi::{
    Contract, ErrorCode, Operation, ValidationBuildError, Validators, Violation, ViolationIn,
};
use serde_json::Value;

use super::accept;
use super::answer::{Answer, success};
use super::body::{self, BodyError};
use super::call::{self, Call};
use super::delivery::Delivery;
use super::failure::Failure;
use super::notes::{Notes, REQUEST_ID, Trace};
use super::preference::{PREFERENCE_APPLIED, Preferences};
use super::preferred::preferred;
use super::validation::{self, VIOLATIONS, Validation};
use crate::domain::{OrderId, Refusal, Wording};
use crate::faults::FaultMet;
use crate::journal::{Recording, Remarks};
use crate::limits::{BODY_BYTES_MAX, BODY_TIME_MAX};

/// Answers a valid call. It may take a lock but not wait, so it is a plain function.
pub(crate) type Handler<S> = fn(&<S as Surface>::Context, &Call) -> Result<Answer, Rejection>;

/// Answers with a stream of events, which has no end of its own.
pub(crate) type Streamer<S> =
    fn(&<S as Surface>::Context, &HeaderMap) -> Result<Response<Body>, Rejection>;

/// Why a handler does not answer with a success.
pub(crate) enum Rejection {
    /// The contract's rules forbid it.
    Refused(Refusal),
    /// The request breaks a rule that no schema can say.
    Invalid(Violation),
    /// The request breaks the contract in a way that the handler cannot cope with, though it was to
    /// be answered all the same.
    Unfit,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What one contract's API needs from the server it is part of.
pub(crate) trait Surface: 'static {
    /// What handlers are given. The server puts an `Arc` of it into every request's extensions.
    type Context: Send + Sync + 'static;

    /// What `WWW-Authenticate` says to whoever has to send other credentials.
    const CHALLENGE: &'static str;

    /// The statuses a request may be refused with before an operation has a say.
    const FALLBACKS: &'static [u16];

    /// The name of whoever sent these headers, or why it cannot be told.
    fn authenticate(context: &Self::Context, headers: &HeaderMap) -> Result<String, &'static str>;

    /// In how many seconds a provider may call again, if it has called too often.
    fn wait(_: &Self::Context, _provider: &str) -> Option<u64> {
        None
    }

    /// What goes wrong on purpose with a call of an operation by a provider.
    fn fault(_: &Self::Context, _operation: &str, _provider: &str) -> Option<FaultMet> {
        None
    }

    /// A failure as the body of a response.
    fn envelope(failure: &Failure<'_>) -> Value;

    /// Whether the `Prefer` header counts, and invalid requests may be answered. Only where every
    /// handler takes an invalid call for [`Rejection::Unfit`].
    const TAKES_PREFERENCES: bool = false;

    /// What the next answer that is made, rather than given by a handler, follows from.
    fn next_seed(_: &Self::Context) -> u64 {
        0
    }

    /// The moment for the `Date` header.
    fn now(context: &Self::Context) -> DateTime<Utc>;

    /// Begins to take down a request, where somebody keeps a journal.
    fn record<'c>(_: &'c Self::Context, _: &Parts) -> Recording<'c> {
        Recording::default()
    }

    /// The number of the order that a request names in its path parameters or its body.
    fn order_named(_path: &[(String, String)], _body: &Value) -> Option<OrderId> {
        None
    }
}

/// Whether answers are held against the contract before they leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseCheck {
    /// An answer that breaks the contract becomes a 500 and an error in the log.
    #[default]
    On,
    /// Answers leave as they are.
    Off,
}

/// Why a contract cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Code and contract do not belong together.
    #[error(
        "the server has a handler for the operation `{operation}`, which contract `{contract}` \
         does not have; put the operation back, or take the handler out"
    )]
    OperationMissing {
        /// The operation.
        operation: &'static str,
        /// The contract's file.
        contract: String,
    },
    /// The contract does not say how to refuse a request that reaches no operation.
    #[error(
        "contract `{contract}` has no `{status}` under `x-fallback-responses`, or it names an error \
         that `x-error-codes` does not declare"
    )]
    FallbackMissing {
        /// The HTTP status.
        status: u16,
        /// The contract's file.
        contract: String,
    },
    /// A schema of the contract cannot be used.
    #[error("failed to build validators for the contract")]
    Validators(#[from] ValidationBuildError),
}

/// A contract with handlers.
pub(crate) struct Api<S: Surface> {
    contract: Contract,
    validators: Validators,
    handlers: BTreeMap<&'static str, Handler<S>>,
    response_check: ResponseCheck,
    validation: Validation,
}

impl<S: Surface> Api<S> {
    /// Joins a contract with its handlers. An operation without one answers its first example.
    pub(crate) fn new(
        contract: Contract,
        handlers: BTreeMap<&'static str, Handler<S>>,
        response_check: ResponseCheck,
    ) -> Result<Self, StartError> {
        for operation in handlers.keys().copied() {
            if contract.operation(operation).is_none() {
                let contract = contract.document().name().to_owned();
                return Err(StartError::OperationMissing { operation, contract });
            }
        }
        let declared = |status: &u16| {
            let fallback = contract.fallbacks().get(status)?;
            contract.error_codes().get(&fallback.error_code)
        };
        if let Some(status) = S::FALLBACKS.iter().find(|status| declared(status).is_none()) {
            let contract = contract.document().name().to_owned();
            return Err(StartError::FallbackMissing { status: *status, contract });
        }
        let validators = Validators::new(&contract)?;
        let validation = Validation::On;
        Ok(Self { contract, validators, handlers, response_check, validation })
    }

    /// The same, with invalid requests treated so.
    pub(crate) fn validating(self, validation: Validation) -> Self {
        Self { validation, ..self }
    }

    /// The contract.
    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The routes of the contract. What reaches none of them is for [`Self::unrouted`].
    pub(crate) fn routes(self: &Arc<Self>) -> Router {
        let mut operations: IndexMap<&str, Vec<usize>> = IndexMap::new();
        for (index, operation) in self.contract.operations().iter().enumerate() {
            operations.entry(&operation.path).or_default().push(index);
        }
        let mut router = Router::new();
        for (path, operations) in operations {
            let (api, operations) = (Arc::clone(self), Arc::new(operations));
            let handler = move |request: Request<Body>| {
                let (api, operations) = (Arc::clone(&api), Arc::clone(&operations));
                async move { api.respond(&operations, request).await }
            };
            router = router.route(path, axum::routing::any(handler));
        }
        router
    }

    /// A route beside the contract that answers GET with `text/event-stream`. It is judged like the
    /// others as far as the head of a request goes, and its refusals are theirs.
    pub(crate) fn stream_route(self: &Arc<Self>, path: &str, streamer: Streamer<S>) -> Router {
        let api = Arc::clone(self);
        let handler = move |request: Request<Body>| {
            let api = Arc::clone(&api);
            async move { api.stream(streamer, &request.into_parts().0) }
        };
        Router::new().route(path, axum::routing::any(handler))
    }

    fn stream(&self, streamer: Streamer<S>, parts: &Parts) -> Response<Body> {
        let context = Self::context(parts);
        let streamed = self.known(&context, parts).and_then(|_| {
            if parts.method != Method::GET {
                let method = shortened(parts.method.as_str());
                return Err(self
                    .failure(405, format!("The path does not take {method}."))
                    .with_header("allow", Method::GET.to_string()));
            }
            if !accept::accepts(&parts.headers, &mime::TEXT_EVENT_STREAM) {
                return Err(self.failure(406, "Answers are text/event-stream."));
            }
            streamer(&context, &parts.headers).map_err(|it| self.rejected(it))
        });
        let mut notes = Notes::new(Recording::default());
        match streamed {
            Ok(mut response) => {
                notes.trace.status = Some(response.status().as_u16());
                response.extensions_mut().insert(notes.trace);
                response
            }
            Err(failure) => send(self.refuse(failure), S::now(&context), Delivery::Whole, notes),
        }
    }

    /// Answers a request whose path the contract does not have.
    pub(crate) async fn unrouted(&self, request: Request<Body>) -> Response<Body> {
        self.respond(&[], request).await
    }

    /// Answers a request to a path with these operations, by their index in the contract.
    async fn respond(&self, operations: &[usize], request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let context = Self::context(&parts);
        let mut notes = Notes::new(S::record(&context, &parts));
        let mut of_path = operations.iter().map(|index| &self.contract.operations()[*index]);
        if let Some(operation) = of_path.find(|it| it.method.as_str() == parts.method) {
            notes.operation(&operation.id);
        }
        let admitted = self.admit(&context, operations, &parts, &mut notes);
        let (operation, answer, delivery) = match admitted {
            Ok((provider, operation)) => {
                let fault = S::fault(&context, &operation.id, &provider);
                if let Some(fault) = &fault {
                    notes.fault(fault);
                }
                let call = (provider, operation, parts, body);
                let (answer, delivery) =
                    self.carry_out(&context, call, fault.as_ref(), &mut notes).await;
                (Some(operation), answer, delivery)
            }
            Err(failure) => (None, Some(self.refuse(failure)), Delivery::Whole),
        };
        let answer = answer.map(|answer| match self.response_check {
            ResponseCheck::On => self.held_against_contract(operation, answer),
            ResponseCheck::Off => answer,
        });
        match answer {
            Some(answer) => send(answer, S::now(&context), delivery, notes),
            None => unanswered(delivery, notes.trace),
        }
    }

    fn context(parts: &Parts) -> Arc<S::Context> {
        let context = parts.extensions.get::<Arc<S::Context>>();
        Arc::clone(context.expect("the server adds the context"))
    }

    /// The name of whoever calls, or the refusal of credentials that are not good.
    fn known(&self, context: &S::Context, parts: &Parts) -> Result<String, Failure<'_>> {
        S::authenticate(context, &parts.headers).map_err(|reason| {
            self.failure(401, reason).with_header("www-authenticate", S::CHALLENGE.to_owned())
        })
    }

    /// Judges what can be judged before the body is read: credentials, rate, path, method, `Accept`.
    fn admit(
        &self,
        context: &S::Context,
        operations: &[usize],
        parts: &Parts,
        notes: &mut Notes<'_>,
    ) -> Result<(String, &Operation), Failure<'_>> {
        let provider = self.known(context, parts)?;
        notes.provider(&provider);
        if let Some(seconds) = S::wait(context, &provider) {
            return Err(self.too_many_requests(seconds));
        }
        if operations.is_empty() {
            let path = parts.uri.path();
            return Err(self.failure(404, format!("There is no path `{}`.", shortened(path))));
        }
        let of_path = || operations.iter().map(|index| &self.contract.operations()[*index]);
        let operation =
            of_path().find(|it| it.method.as_str() == parts.method).ok_or_else(|| {
                let allowed: Vec<_> = of_path().map(|it| it.method.as_str()).collect();
                let method = shortened(parts.method.as_str());
                self.failure(405, format!("The path does not take {method}."))
                    .with_header("allow", allowed.join(", "))
            })?;
        if !accept::accepts_json(&parts.headers) {
            return Err(self.failure(406, "Answers are application/json."));
        }
        Ok((provider, operation))
    }

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
        let (mut violations, mut of_body) = (Vec::new(), Vec::new());
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
        let body = match &operation.request_body {
            Some(declared) => {
                let bytes = match body::read(body, BODY_BYTES_MAX).await {
                    Ok(bytes) => bytes,
                    Err(BodyError::TooLarge) => {
                        notes.recording.body_too_large();
                        let message = format!("The body is larger than {BODY_BYTES_MAX} bytes.");
                        return Err(self.failure(413, message));
                    }
                    Err(BodyError::Broken) => {
                        let seconds = BODY_TIME_MAX.as_secs();
                        let message = format!(
                            "The body was not sent to its end, or not within {seconds} seconds."
                        );
                        return Err(self.failure(400, message));
                    }
                };
                notes.recording.body(&bytes);
                if validation == Validation::On && !body::is_json(&parts.headers) {
                    return Err(self.failure(415, "The body must be application/json."));
                }
                match body::parse(&bytes, &format!("#{}", declared.pointer)) {
                    Ok(body) => {
                        of_body = self.validators.request_body(&operation.id, &body);
                        body
                    }
                    Err(violation) if validation == Validation::On => {
                        return Err(self.invalid(vec![*violation]));
                    }
                    Err(violation) => {
                        of_body.push(*violation);
                        Value::Null
                    }
                }
            }
            // A body that nobody asked for is not looked at.
            None => Value::Null,
        };
        let path = path.map_err(|_| self.invalid(vec![not_utf8(operation)]))?;
        notes.recording.names_order(S::order_named(&path, &body));
        let query = parts.uri.query().unwrap_or_default();
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

    /// The failure that answers in place of an operation with this status.
    pub(super) fn failure(&self, status: u16, message: impl Into<String>) -> Failure<'_> {
        let error = self.contract.fallbacks().get(&status).map(|it| it.error_code.as_str());
        let error = error.and_then(|name| self.contract.error_codes().get(name));
        Failure::new(error.expect("checked at start-up"), message)
    }

    /// The failure that answers a provider who has called too often.
    pub(super) fn too_many_requests(&self, seconds: u64) -> Failure<'_> {
        let plural = if seconds == 1 { "" } else { "s" };
        self.failure(429, format!("Too many requests; try again in {seconds} second{plural}."))
            .with_header("retry-after", seconds.to_string())
    }

    fn invalid(&self, violations: Vec<Violation>) -> Failure<'_> {
        let message = match violations.len() {
            1 => "The request has 1 violation.".to_owned(),
            count => format!("The request has {count} violations."),
        };
        Failure { violations, ..self.failure(400, message) }
    }

    fn rejected(&self, rejection: Rejection) -> Failure<'_> {
        match rejection {
            Rejection::Invalid(violation) => self.invalid(vec![violation]),
            Rejection::Unfit => self.invalid(Vec::new()),
            Rejection::Refused(refusal) => {
                let Refusal { error, message, wording, order_id, legal_events, touched } = refusal;
                match self.contract.error_codes().get(error.as_ref()) {
                    Some(error) => {
                        let message = match wording {
                            Wording::Whole => message,
                            Wording::NeedsMeaning => format!("{message} {}", error.meaning),
                        };
                        let legal_events = legal_events.map(Vec::into_boxed_slice);
                        Failure { order_id, legal_events, touched, ..Failure::new(error, message) }
                    }
                    None => {
                        tracing::error!(%error, "the contract does not declare the error");
                        self.failure(500, format!("The contract does not declare `{error}`."))
                    }
                }
            }
        }
    }

    /// The one place where a failure becomes an answer.
    pub(super) fn refuse(&self, failure: Failure<'_>) -> Answer {
        let body = S::envelope(&failure);
        let Failure { error, violations, touched, headers, .. } = failure;
        let remarks = Remarks {
            touched,
            error_code: Some(error.error_code),
            is_invalid: self.is_for_invalid(error),
            violations,
        };
        let headers = headers.into_iter();
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value)).collect();
        Answer { status: error.status, body, headers, remarks }
    }

    /// Whether this error is answered to requests that do not keep to the contract, and not by an
    /// operation or for want of the server.
    fn is_for_invalid(&self, error: &ErrorCode) -> bool {
        let is_fallback = self.contract.fallbacks().values().any(|it| it.error_code == error.name);
        is_fallback && error.status < 500 && error.status != 429
    }

    /// The answer, or a 500 if it breaks the contract.
    fn held_against_contract(&self, operation: Option<&Operation>, answer: Answer) -> Answer {
        let Answer { status, body, .. } = &answer;
        let of_operation =
            operation.and_then(|it| self.validators.response(&it.id, *status, body).ok());
        let operation_id = operation.map(|it| it.id.as_str()).unwrap_or("none");
        let broken = match of_operation {
            Some(violations) => violations,
            None => match self.validators.fallback(*status, body) {
                Ok(violations) => violations,
                Err(undocumented) => {
                    tracing::error!(operation_id, %undocumented, "the answer breaks the contract");
                    return self.broken(answer.remarks);
                }
            },
        };
        let Some(first) = broken.first() else { return answer };
        let Violation { pointer, keyword, message, rule, .. } = first;
        let count = broken.len();
        tracing::error!(
            operation_id,
            status,
            pointer,
            keyword,
            message,
            rule,
            count,
            "the answer breaks the contract"
        );
        self.broken(answer.remarks)
    }

    /// The answer in the place of one that breaks the contract and was about what `remarks` say.
    fn broken(&self, remarks: Remarks) -> Answer {
        let message = "The server's own answer breaks the contract; see its log.";
        let mut answer = self.refuse(self.failure(500, message));
        answer.remarks = Remarks { error_code: answer.remarks.error_code, ..remarks };
        answer
    }

    /// The answer to a request that may not reach the API at all.
    pub(crate) fn forbidden(&self, reason: &str, now: DateTime<Utc>) -> Response<Body> {
        let answer = self.refuse(self.failure(403, reason));
        send(answer, now, Delivery::Whole, Notes::new(Recording::default()))
    }

    /// The answer to a request that would change a page.
    pub(crate) fn read_only(&self, method: &str, now: DateTime<Utc>) -> Response<Body> {
        let message = format!("The path does not take {}.", shortened(method));
        let failure = self.failure(405, message).with_header("allow", "GET, HEAD".to_owned());
        let answer = self.refuse(failure);
        send(answer, now, Delivery::Whole, Notes::new(Recording::default()))
    }

    /// The answer to a request for a world that is not there.
    pub(crate) fn no_world(&self, name: &str, now: DateTime<Utc>) -> Response<Body> {
        let name = shortened(name);
        let message = format!("There is no world `{name}`; make it with POST /_mock/worlds.");
        let answer = self.refuse(self.failure(404, message));
        send(answer, now, Delivery::Whole, Notes::new(Recording::default()))
    }
}

fn send(
    answer: Answer,
    now: DateTime<Utc>,
    delivery: Delivery,
    mut notes: Notes<'_>,
) -> Response<Body> {
    let body = serde_json::to_vec(&answer.body).expect("a JSON value is serialised");
    let body = Bytes::from(body);
    let mut response = Response::new(delivery.body(body.clone()));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let date = httpdate::fmt_http_date(now.into());
    headers.extend(HeaderValue::try_from(date).ok().map(|date| (header::DATE, date)));
    for (name, value) in answer.headers {
        let value = HeaderValue::try_from(value).expect("made of the contract's own words");
        headers.insert(name, value);
    }
    if let Some(id) = notes.recording.request_id() {
        let id = HeaderValue::try_from(id).expect("well-formed or counted");
        headers.insert(REQUEST_ID, id);
    }
    notes.recording.remarks(answer.remarks);
    let status = response.status().as_u16();
    notes.trace.status = Some(status);
    notes.recording.answered(status, response.headers(), &body);
    if !delivery.leaves() {
        return unanswered(delivery, notes.trace);
    }
    response.extensions_mut().insert(delivery);
    response.extensions_mut().insert(notes.trace);
    response
}

/// What stands for a response where there is none: its body fails. 502 is what a proxy in between
/// would make of it.
fn unanswered(delivery: Delivery, trace: Trace) -> Response<Body> {
    let mut response = Response::new(delivery.body(Bytes::new()));
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response.extensions_mut().insert(delivery);
    response.extensions_mut().insert(trace);
    response
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

/// What a client sent, cut so that an answer never grows with the request.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN_MAX: usize = 80;
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
