//! Keeps every exchange, judges it and counts it.
//!
//! A [`Recorder`] stands between a client and a target as a [`Transport`], so no answer reaches
//! anybody unjudged. The log is shared by the clients of a session, and its mutex is a `std` one: it
//! is held for a push, never across an await.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use octane_client::{BoxFuture, RetryAfter, Transport};
use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Request, Response, StatusCode};
use serde_json::json;
use tokio::time::sleep;

use crate::caller::{Accounts, Caller, Provider};
use crate::coverage::Coverage;
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::judge::secrets::{self, Secrets};
use crate::judge::{Judge, is_control_path};
use crate::request_lines::RequestLines;
use crate::shell;
use crate::skew::Skew;

/// How often a request is sent that is refused for coming too fast.
const TOO_FAST_MAX: u32 = 10;

/// The longest that a target is left alone when it asks for it.
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// What a session has seen.
#[derive(Debug, Default)]
pub struct Log {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    exchanges: Vec<Exchange>,
    failures: Vec<Failure>,
    coverage: Coverage,
    /// The request log, if one is kept.
    requests: Option<RequestLines>,
    skew: Option<Skew>,
    failing: Option<Failing>,
}

/// What the target is being made to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failing {
    /// The status.
    pub(crate) status: u16,
    /// How long a 429 asks to be left alone, which tells it from one that is meant.
    pub(crate) retry_after: RetryAfter,
}

impl Log {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last exchange.
    pub fn last(&self) -> Option<Exchange> {
        self.entries().exchanges.last().cloned()
    }

    /// The exchanges since the last time, which are forgotten here.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.entries().exchanges)
    }

    /// Puts exchanges back that were taken, after those that are there.
    pub(crate) fn put_back(&self, exchanges: Vec<Exchange>) {
        self.entries().exchanges.extend(exchanges);
    }

    /// What was wrong with answers since the last time, which is forgotten here.
    pub fn take_failures(&self) -> Vec<Failure> {
        std::mem::take(&mut self.entries().failures)
    }

    /// What was exercised so far.
    pub fn coverage(&self) -> Coverage {
        self.entries().coverage.clone()
    }

    /// Something of what was exercised so far.
    pub fn coverage_of<T>(&self, read: impl FnOnce(&Coverage) -> T) -> T {
        read(&self.entries().coverage)
    }

    /// How far the target's clock is from ours, as far as answers say.
    pub fn skew(&self) -> Option<Skew> {
        self.entries().skew
    }

    /// What the target is being made to fail with, so that a 5xx is what was asked for.
    pub(crate) fn failing(&self, failing: Option<Failing>) {
        self.entries().failing = failing;
    }

    /// Begins to keep a line of every request.
    pub fn keep_requests(&self) {
        self.entries().requests.get_or_insert_default();
    }

    /// The lines of the requests since the last time, which are forgotten here.
    pub fn take_requests(&self) -> Vec<String> {
        self.entries().requests.as_mut().map(RequestLines::take).unwrap_or_default()
    }

    /// Whether a line of every request is kept.
    pub(crate) fn keeps_requests(&self) -> bool {
        self.entries().requests.is_some()
    }

    /// Takes over what another log counted, and its lines of requests.
    pub(crate) fn absorb(&self, other: &Log) {
        let (coverage, lines) = (other.coverage(), other.take_requests());
        let mut entries = self.entries();
        entries.coverage.add(&coverage);
        if let Some(requests) = &mut entries.requests {
            requests.extend(lines);
        }
    }

    /// Notes something about what was exercised.
    pub fn cover(&self, note: impl FnOnce(&mut Coverage)) {
        note(&mut self.entries().coverage);
    }
}

/// Sends requests of one caller on, and logs them with their answers.
#[derive(Clone)]
pub struct Recorder {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) judge: Arc<Judge>,
    pub(crate) log: Arc<Log>,
    pub(crate) caller: Caller,
    /// What no answer may hold.
    pub(crate) secrets: Secrets,
    /// Length of the path of the base URL, which is no part of the contract's paths.
    pub(crate) prefix: usize,
    /// The providers' accounts: what is secret of them is recorded nowhere.
    pub(crate) accounts: Accounts,
}

impl Recorder {
    /// Sends a request and waits for the whole answer.
    ///
    /// If it came too fast (429) it is sent again when the answer says so: it was refused before anybody
    /// looked at what it asks for. Such an answer is judged and counted, and not kept.
    ///
    /// # Errors
    /// If there is none. Unless nobody could be reached, that is a broken promise in the log as well.
    pub(crate) async fn exchange(&self, mut request: Request) -> reqwest::Result<Exchange> {
        let mut times = 1;
        loop {
            let again = request.try_clone();
            let exchange = self.unanswered(&request);
            if let Some(requests) = self.log.entries().requests.as_mut().filter(|_| times == 1) {
                requests.add(&exchange);
            }
            let exchange = self.answered(request, exchange).await?;
            match (self.pause(&exchange), again) {
                (Some(pause), Some(again)) if times < TOO_FAST_MAX => {
                    sleep(pause).await;
                    request = again;
                    times += 1;
                }
                _ => {
                    self.log.entries().exchanges.push(exchange.clone());
                    return Ok(exchange);
                }
            }
        }
    }

    /// How long to leave the target alone, if a request was refused for coming too fast.
    fn pause(&self, exchange: &Exchange) -> Option<Duration> {
        let asked = RetryAfter::read(&exchange.headers)?;
        let too_fast = exchange.status == StatusCode::TOO_MANY_REQUESTS.as_u16();
        let failing = Failing { status: exchange.status, retry_after: asked };
        // What it was made to answer it does not mean.
        let meant = too_fast && self.log.entries().failing != Some(failing);
        Some(asked.delay(SystemTime::now())).filter(|pause| meant && *pause <= PAUSE_MAX)
    }

    /// Sends a request once, judges the answer and counts it.
    async fn answered(
        &self,
        request: Request,
        mut exchange: Exchange,
    ) -> reqwest::Result<Exchange> {
        let secret = match self.answer(request, &mut exchange).await {
            Ok(secret) => secret,
            Err(error) => {
                if !error.is_connect() {
                    self.hung_up(&exchange, &error);
                }
                return Err(error);
            }
        };
        exchange.json = serde_json::from_slice(&exchange.body).ok().map(Arc::new);
        let mut failures = self.judge.judge(&exchange);
        failures.extend(secret.map(|place| secrets::told(&exchange, place)));
        let book = self.judge.book(exchange.bare_path());
        let goals = self.judge.goals();
        // A long verification reaches them all early, and need not look any more.
        let reached = match self.log.entries().coverage.sent.len() < goals.len() {
            true => goals.reached(&exchange),
            false => Default::default(),
        };
        let refusal = exchange.error_code().and_then(|code| book.error_code(code));
        let refusal = refusal.map(|code| code.name.as_str());
        let mut entries = self.log.entries();
        entries.skew = Skew::seen(entries.skew, &exchange.headers, SystemTime::now());
        entries.coverage.answered(exchange.operation.as_deref(), exchange.status, refusal);
        entries.coverage.sent.extend(reached);
        let asked_for =
            |failure: &Failure| entries.failing.is_some() && failure.rule == Rule::NoServerError;
        let failures: Vec<Failure> = failures.into_iter().filter(|it| !asked_for(it)).collect();
        entries.failures.extend(failures);
        if let Some(requests) = &mut entries.requests {
            requests.answered(&exchange);
        }
        Ok(exchange)
    }

    /// Waits for the answer, and tells where a secret was in it, which it holds no more.
    async fn answer(
        &self,
        request: Request,
        exchange: &mut Exchange,
    ) -> reqwest::Result<Option<String>> {
        let response = self.inner.send(request).await?;
        let redaction = self.accounts.redaction();
        exchange.status = response.status().as_u16();
        let sent = response.headers().clone();
        let (clean, sent) = match redaction.headers(&sent) {
            Some(clean) => (clean, Some(sent)),
            None => (sent, None),
        };
        exchange.headers = Arc::new(clean);
        let body = response.bytes().await?;
        let clean = redaction.body(&body);
        // What is secret is taken out, so where nothing was there is nothing to be found.
        let found = (sent.is_some() || clean.is_some()).then(|| {
            let sent = sent.as_ref().unwrap_or(&exchange.headers);
            self.secrets.found(exchange.bare_path(), sent, &body)
        });
        exchange.body = clean.unwrap_or(body);
        Ok(found.flatten())
    }

    /// Notes a request that was sent, and whose answer did not come, or not to its end.
    fn hung_up(&self, exchange: &Exchange, error: &reqwest::Error) {
        let problem = innermost(error);
        let received = match exchange.status {
            0 => format!("none: {problem}"),
            status => format!("{status}, and not its whole body: {problem}"),
        };
        let failure = Failure::of(Rule::RequestAnswered, exchange, "an answer", received);
        let mut entries = self.log.entries();
        entries.coverage.requests += 1;
        entries.failures.push(failure);
        entries.exchanges.push(exchange.clone());
    }

    fn unanswered(&self, request: &Request) -> Exchange {
        let url = request.url();
        let path = url.path().get(self.prefix..).unwrap_or_default();
        let book = self.judge.book(path);
        let operation = book.operation(request.method().as_str(), path);
        let template = operation.map(|it| it.path.as_str()).or_else(|| book.template(path));
        let (operation, template) =
            (operation.map(|it| it.id.clone()), template.map(str::to_owned));
        let mut request_headers = request.headers().clone();
        let others = request_headers.get_all(AUTHORIZATION).iter();
        let authorization = match self.caller {
            Caller::Provider(_) => Vec::new(),
            // What the tester says it with, its own arguments name.
            Caller::Tester => Vec::new(),
            Caller::Nobody => others.map(|it| shell::authorization(&self.accounts, it)).collect(),
        };
        request_headers.remove(AUTHORIZATION);
        let body = request.body().and_then(|body| body.as_bytes());
        let body = body.map(|body| match is_control_path(path) {
            true => unnamed(body, &self.accounts),
            false => Bytes::copy_from_slice(body),
        });
        Exchange {
            method: request.method().to_string(),
            path: match url.query() {
                Some(query) => format!("{path}?{query}"),
                None => path.to_owned(),
            },
            request_headers: Arc::new(request_headers),
            authorization,
            request_body: body,
            caller: self.caller,
            operation,
            template,
            column: None,
            status: 0,
            headers: Arc::default(),
            body: Bytes::new(),
            json: None,
        }
    }
}

/// What went wrong, without what it was on the way to.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}

/// The body with the variables of the user names in place of the names.
fn unnamed(body: &[u8], accounts: &Accounts) -> Bytes {
    let mut text = String::from_utf8_lossy(body).into_owned();
    for provider in Provider::ALL {
        let name = accounts.of(provider).credentials.username();
        let (name, variable) = (json!(name), json!(provider.username_variable()));
        text = text.replace(&name.to_string(), &variable.to_string());
    }
    text.into()
}

impl Transport for Recorder {
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        Box::pin(async move {
            let exchange = self.exchange(request).await?;
            let mut response = http::Response::new(exchange.body);
            *response.status_mut() = http::StatusCode::from_u16(exchange.status)
                .expect("the status came out of a response");
            *response.headers_mut() = HeaderMap::clone(&exchange.headers);
            Ok(response.into())
        })
    }
}
