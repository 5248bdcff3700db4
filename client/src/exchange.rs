//! One call: as many attempts as it takes and the settings allow.
//!
//! A call has a deadline, and every attempt a limit of its own that never goes beyond it. What an
//! attempt came to is judged without knowing the operation: broken off, 408, 429 and 5xx may pass,
//! and everything else is the answer. Whether the request may be sent again is the request's own
//! property; see [`Repeat`].

use std::time::{Duration, Instant};

use reqwest::{Request, Response, StatusCode};
use tracing::Instrument as _;

use crate::{
    BoxFuture, RetryAfter, answer::Answer, attempts, duplicate, repeat::Repeat, telemetry,
    transport::Link,
};

/// Sends a request, and sends it again where that is safe and may help.
pub(crate) async fn exchange(
    link: &Link,
    request: Request,
    operation: &'static str,
) -> reqwest::Result<Response> {
    let span = telemetry::call(operation);
    let deadline = Deadline { start: link.clock.now(), timeout: link.timeout };
    let call = Call { link, operation, deadline };
    let (result, attempts) = call.run(request).instrument(span.clone()).await;
    span.record("attempts", attempts);
    telemetry::record(&span, result.as_ref().map(|answer| answer.status));
    result.map(|mut answer| {
        attempts::note(&mut answer.headers, attempts);
        answer.into()
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
    /// The last attempt's result, and how many there were.
    async fn run(self, mut request: Request) -> (reqwest::Result<Answer>, u32) {
        let repeat = Repeat::of(self.operation, &request);
        let repeatable = repeat != Repeat::Unsafe || self.link.retries.repeats_every_call();
        let attempts_max = if repeatable { self.link.retries.attempts_max() } else { 1 };

        let mut attempts = 0;
        // Whether the service may have acted on an attempt that did not say so.
        let mut acted = false;
        loop {
            attempts += 1;
            let again = (attempts < attempts_max).then(|| request.try_clone()).flatten();
            let create =
                (acted && repeat == Repeat::OrdersOnce).then(|| request.try_clone()).flatten();

            let result = self.attempt(request, attempts).await;
            let verdict = judge(&result);
            if let (Ok(answer), Some(create)) = (&result, create)
                && let Some(order) = duplicate::resolve(self, &create, answer).await
            {
                return (Ok(order), attempts);
            }
            let Verdict::MayPass { retry_after, may_have_acted } = verdict else {
                return (result, attempts);
            };
            acted |= may_have_acted;

            let clock = &self.link.clock;
            let asked = retry_after.map(|retry_after| retry_after.delay(clock.date()));
            let delay = self.link.retries.delay(attempts, asked, clock.chance());
            match again {
                Some(next) if delay < self.left() => request = next,
                // What was asked for cannot be had in time, and to wait for nothing helps nobody.
                _ => return (result, attempts),
            }
            telemetry::again(self.operation, attempts, delay);
            clock.sleep(delay).await;
        }
    }

    /// Sends a request once and reads the whole answer.
    async fn attempt(self, mut request: Request, attempts: u32) -> reqwest::Result<Answer> {
        let span = telemetry::attempt(self.operation, attempts);
        *request.timeout_mut() = Some(self.left().min(self.link.attempt_timeout));
        let url = request.url().clone();
        let sent = async { Answer::read(self.link.transport.send(request).await?).await };
        let result = sent.instrument(span.clone()).await;
        let result = result.map_err(|error| attempts::note_error(error, url, attempts));
        telemetry::record(&span, result.as_ref().map(|answer| answer.status));
        result
    }

    fn left(self) -> Duration {
        let spent = self.link.clock.now().saturating_duration_since(self.deadline.start);
        self.deadline.timeout.saturating_sub(spent)
    }

    /// Makes another call in the time this one has left.
    ///
    /// Boxed, since it is made in the middle of [`Call::run`].
    pub(crate) fn also(
        self,
        operation: &'static str,
        request: Request,
    ) -> BoxFuture<'a, reqwest::Result<Answer>> {
        let call = Call { operation, ..self };
        Box::pin(async move { call.run(request).await.0 })
    }
}

/// What to make of an attempt.
enum Verdict {
    /// It is the answer, for better or worse.
    Final,
    /// The next attempt may come to something else.
    MayPass { retry_after: Option<RetryAfter>, may_have_acted: bool },
}

fn judge(result: &reqwest::Result<Answer>) -> Verdict {
    match result {
        Err(error) if error.is_builder() || error.is_redirect() => Verdict::Final,
        Err(error) => Verdict::MayPass { retry_after: None, may_have_acted: !error.is_connect() },
        Ok(answer) if may_pass(answer.status) => Verdict::MayPass {
            retry_after: RetryAfter::read(&answer.headers),
            // The contract judges the rate before the operation.
            may_have_acted: answer.status != StatusCode::TOO_MANY_REQUESTS,
        },
        Ok(answer) if answer.is_cut_short() => {
            Verdict::MayPass { retry_after: None, may_have_acted: true }
        }
        Ok(_) => Verdict::Final,
    }
}

/// Whether a status says nothing about the request, but about the service at this moment.
pub(crate) fn may_pass(status: StatusCode) -> bool {
    status == StatusCode::REQUEST_TIMEOUT
        || status == StatusCode::TOO_MANY_REQUESTS
        || status.is_server_error()
}
