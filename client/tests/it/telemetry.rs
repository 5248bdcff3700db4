//! What a call leaves in a trace, and what it must not.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::support::{Answer, failure, order, scripted};

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
    let guard = tracing::subscriber::set_default(recorder.clone());
    let (client, _) = scripted([
        Answer::json(503, &failure(1010)),
        Answer::json(200, &order("Held", "2026-03-05T08:00:00Z")),
    ]);
    client.get_nbn_order().order_id(1001).send().await.unwrap();
    drop(guard);
    let lines = recorder.0.lock().unwrap().clone();
    assert_eq!(
        lines,
        [
            "octane_call operation=\"get_nbn_order\"",
            "octane_attempt operation=\"get_nbn_order\" attempt=1",
            "record status=503",
            "event message=tries again operation=\"get_nbn_order\" attempt=1 delay_ms=200",
            "octane_attempt operation=\"get_nbn_order\" attempt=2",
            "record status=200",
            "record attempts=2",
            "record status=200",
        ]
    );
}
