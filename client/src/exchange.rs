//! One call: as many attempts as it takes and the settings allow.
//!
//! A call has a deadline, and every attempt a limit of its own that never goes beyond it. What an
//! attempt came to is judged without knowing the operation: broken off, 408, 429 and 5xx may pass,
//! and everything else is the answer. Whether the request may be sent again is the request's own
//! property; see [`Repeat`].

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use reqwest::{Request, StatusCode};
use tracing::Instrument as _;

use crate::{
    BoxFuture, RetryAfter, answer::Answer, attempts, duplicate, repeat::Repeat, spare::Spare,
    telemetry, transport::Link,
};

/// Sends a request, and sends it again where that is safe and may help.
pub(crate) async fn exchange(
    link: &Link,
    request: Request,
    operation: &'static str,
) -> reqwest::Result<Answer> {
    let span = telemetry::call(operation);
    let deadline = Deadline { start: link.clock.now(), timeout: link.timeout };
    let call = Call { link, operation, deadline };
    let run = pin!(call.run(request, link.timeout));
    let (result, attempts) = run.instrument(span.clone()).await;
    span.record("attempts", attempts);
    telemetry::record(&span, result.as_ref().map(|answer| answer.status));
    result.map(|mut answer| {
        attempts::note(&mut answer.headers, attempts);
        answer
    })
}

/// When a call has to be over.
#[derive(Clone, Copy)]
struct Deadline {
    start: Instant,
    timeout: Duration,
}

/// A call on its way.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    link: &'a Link,
    operation: &'static str,
    deadline: Deadline,
}

impl<'a> Call<'a> {
    /// The last attempt's result, and how many there were. The first takes no longer than `left`.
    async fn run(self, request: Request, left: Duration) -> (reqwest::Result<Answer>, u32) {
        let repeat = Repeat::of(self.operation, &request);
        let repeatable = repeat != Repeat::Unsafe || self.link.retries.repeats_every_call();
        let repeatable = repeatable && self.link.retries.attempts_max() > 1;
        let spare = repeatable.then(|| Spare::of(&request)).flatten();

        let result = self.attempt(request, 1, left).await;
        match (judge(&result), spare) {
            (Verdict::MayPass(failure), Some(spare)) => {
                // Boxed, because it is rare and would make every call's future larger.
                Box::pin(self.persist(&spare, repeat, result, failure)).await
            }
            _ => (result, 1),
        }
    }

    /// Goes on after a first attempt that failed.
    async fn persist(
        self,
        spare: &Spare,
        repeat: Repeat,
        mut result: reqwest::Result<Answer>,
        mut failure: Failure,
    ) -> (reqwest::Result<Answer>, u32) {
        let (clock, retries) = (&self.link.clock, &self.link.retries);
        // Whether the service may have acted on an attempt without saying so.
        let mut acted = false;
        let mut attempts = 1;
        while attempts < retries.attempts_max() {
            acted |= failure.may_have_acted;
            let asked = failure.retry_after.map(|asked| asked.delay(clock.date()));
            let delay = retries.delay(attempts, asked, clock.chance());
            if delay >= self.left() {
                // What was asked for cannot be had in time, and to wait for nothing helps nobody.
                break;
            }
            telemetry::again(self.operation, attempts, delay);
            clock.sleep(delay).await;

            attempts += 1;
            result = self.attempt(spare.request(), attempts, self.left()).await;
            result = result.map_err(|error| attempts::note_error(error, spare.url(), attempts));
            if let Ok(answer) = &result
                && acted
                && repeat == Repeat::OrdersOnce
                && let Some(order) = duplicate::resolve(self, spare, answer).await
            {
                return (Ok(order), attempts);
            }
            match judge(&result) {
                Verdict::Final => break,
                Verdict::MayPass(again) => failure = again,
            }
        }
        (result, attempts)
    }

    /// Sends a request once and reads the whole answer.
    async fn attempt(
        self,
        mut request: Request,
        number: u32,
        left: Duration,
    ) -> reqwest::Result<Answer> {
        let span = telemetry::attempt(self.operation, number);
        self.link.prepare(&mut request);
        *request.timeout_mut() = Some(left.min(self.link.attempt_timeout));
        let sent = pin!(async { Answer::read(self.link.carrier.send(request).await?).await });
        let result = sent.instrument(span.clone()).await;
        telemetry::record(&span, result.as_ref().map(|answer| answer.status));
        result
    }

    fn left(self) -> Duration {
        let spent = self.link.clock.now().saturating_duration_since(self.deadline.start);
        self.deadline.timeout.saturating_sub(spent)
    }

    /// Makes another call in the time this one has left.
    ///
    /// Boxed, since it is made in the middle of a call.
    pub(crate) fn also(
        self,
        operation: &'static str,
        request: Request,
    ) -> BoxFuture<'a, reqwest::Result<Answer>> {
        let call = Call { operation, ..self };
        Box::pin(async move { call.run(request, call.left()).await.0 })
    }
}

/// What to make of an attempt.
enum Verdict {
    /// It is the answer, for better or worse.
    Final,
    /// The next attempt may come to something else.
    MayPass(Failure),
}

/// A failure that may pass.
struct Failure {
    /// When the service wants to be asked again.
    retry_after: Option<RetryAfter>,
    may_have_acted: bool,
}

fn judge(result: &reqwest::Result<Answer>) -> Verdict {
    let (retry_after, may_have_acted) = match result {
        Err(error) if error.is_builder() || error.is_redirect() => return Verdict::Final,
        Err(error) => (None, !error.is_connect()),
        // The contract judges the rate before the operation.
        Ok(answer) if may_pass(answer.status) => {
            (RetryAfter::read(&answer.headers), answer.status != StatusCode::TOO_MANY_REQUESTS)
        }
        Ok(answer) if answer.is_cut_short() => (None, true),
        Ok(_) => return Verdict::Final,
    };
    Verdict::MayPass(Failure { retry_after, may_have_acted })
}

/// Whether a status says nothing about the request, but about the service at this moment.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    status == StatusCode::REQUEST_TIMEOUT
        || status == StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error()
}
