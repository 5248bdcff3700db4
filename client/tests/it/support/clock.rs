//! A clock on which waiting takes no time, and which remembers what was waited for.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use octane_client::{BoxFuture, Clock};

/// Time that passes only where the client waits. Its chance is always the highest, so that a wait is
/// as long as it may be.
#[derive(Clone)]
pub(crate) struct TestClock {
    start: Instant,
    sleeps: Arc<Mutex<Vec<Duration>>>,
}

/// The day on which every [`TestClock`] starts: 1999-12-31 23:59:00 GMT.
pub(crate) const START: Duration = Duration::from_secs(946_684_740);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), sleeps: Arc::default() }
    }

    /// Every wait so far.
    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.sleeps.lock().unwrap().clone()
    }

    fn elapsed(&self) -> Duration {
        self.sleeps.lock().unwrap().iter().sum()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.start + self.elapsed()
    }

    fn date(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + START + self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.sleeps.lock().unwrap().push(duration);
        Box::pin(async {})
    }

    fn chance(&self) -> f64 {
        1.0
    }
}
