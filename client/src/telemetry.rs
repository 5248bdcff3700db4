//! What a call leaves in a trace: `tracing` spans and events.
//!
//! A span `octane_call` with the operation, the status and the number of attempts holds one span
//! `octane_attempt` for each of them. Nothing else is recorded: no URL, since its query names
//! customers, no header and no body. Without a subscriber this costs next to nothing, so it is no
//! feature of its own.

use std::time::Duration;

use reqwest::StatusCode;
use tracing::{Span, field::Empty};

/// The span of a call.
pub(crate) fn call(operation: &'static str) -> Span {
    tracing::info_span!("octane_call", operation, attempts = Empty, status = Empty, error = Empty)
}

/// The span of one attempt at it.
pub(crate) fn attempt(operation: &'static str, attempt: u32) -> Span {
    tracing::info_span!("octane_attempt", operation, attempt, status = Empty, error = Empty)
}

/// Records what an attempt, or a call, came to.
pub(crate) fn record(span: &Span, result: Result<StatusCode, &reqwest::Error>) {
    match result {
        Ok(status) => span.record("status", status.as_u16()),
        Err(error) => span.record("error", kind(error)),
    };
}

/// Records that a call is repeated.
pub(crate) fn again(operation: &'static str, attempt: u32, delay: Duration) {
    let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(operation, attempt, delay_ms, "tries again");
}

/// Records that a create was found to have been carried out by an earlier attempt.
pub(crate) fn resolved(operation: &'static str, order_id: i64) {
    tracing::debug!(operation, order_id, "an earlier attempt had made the order");
}

/// A word for an error, whose own text holds the URL.
fn kind(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else {
        "broken off"
    }
}

#[cfg(test)]
mod tests {
    //! Here and not among the other tests, because tracing decides once for a whole process whether
    //! a span is of interest, and those tests make the same spans with nobody listening.

    use std::{
        fmt::Write as _,
        sync::{Arc, Mutex},
        time::Duration,
    };

    use tracing::{
        Event, Metadata, Subscriber,
        field::{Field, Visit},
        span::{Attributes, Id, Record},
    };

    use crate::{Client, Credentials, Retries};

    /// Keeps everything that is recorded, as lines of text.
    #[derive(Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }

    impl Recorder {
        fn add(&self, start: &str, record: impl FnOnce(&mut Line)) -> u64 {
            let mut line = Line(start.to_owned());
            record(&mut line);
            let mut lines = self.0.lock().unwrap();
            lines.push(line.0);
            lines.len() as u64
        }
    }

    impl Subscriber for Recorder {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target().starts_with("octane_client")
        }
        fn new_span(&self, span: &Attributes<'_>) -> Id {
            Id::from_u64(self.add(span.metadata().name(), |line| span.record(line)))
        }
        fn record(&self, _: &Id, values: &Record<'_>) {
            self.add("record", |line| values.record(line));
        }
        fn event(&self, event: &Event<'_>) {
            self.add("event", |line| event.record(line));
        }
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[tokio::test]
    async fn a_call_and_its_attempts_are_spans_without_secrets_or_bodies() {
        let recorder = Recorder::default();
        let _guard = tracing::subscriber::set_default(recorder.clone());
        let statuses = Mutex::new(vec![404, 503]);
        let client = Client::builder("http://octane.test")
            .credentials(Credentials::new("harbour", "s3cret"))
            .retries(Retries::default().backoff(Duration::ZERO, Duration::ZERO))
            .transport(move |_: reqwest::Request| {
                let status = statuses.lock().unwrap().pop().unwrap();
                async move {
                    let body = r#"{"success":false,"errorCode":3001,"errorMessage":"Jo Citizen"}"#;
                    Ok(http::Response::builder().status(status).body(body).unwrap().into())
                }
            })
            .build()
            .unwrap();
        client.get_nbn_order().order_id(1001).send().await.unwrap_err();
        assert_eq!(
            *recorder.0.lock().unwrap(),
            [
                "octane_call operation=\"get_nbn_order\"",
                "octane_attempt operation=\"get_nbn_order\" attempt=1",
                "record status=503",
                "event message=tries again operation=\"get_nbn_order\" attempt=1 delay_ms=0",
                "octane_attempt operation=\"get_nbn_order\" attempt=2",
                "record status=404",
                "record attempts=2",
                "record status=404",
            ]
        );
    }
}
