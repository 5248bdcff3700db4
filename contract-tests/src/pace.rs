//! Lets requests go no faster than a service can bear.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octane_client::{BoxFuture, Transport};
use reqwest::{Request, Response};
use tokio::time::{Instant, sleep_until};

/// At most so many requests a second, evenly spread, from everybody who shares it.
///
/// The mutex is a `std` one: it is held to take a turn, never while waiting for it.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many a second.
    pub fn per_second(most: NonZeroU32) -> Self {
        Self { gap: Duration::from_secs(1) / most.get(), next: Mutex::default() }
    }

    /// Waits for one's turn.
    pub async fn turn(&self) {
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.gap);
            turn
        };
        sleep_until(turn).await;
    }
}

/// A transport that keeps a pace.
pub(crate) struct Paced {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) pace: Arc<Pace>,
}

impl Transport for Paced {
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        Box::pin(async move {
            self.pace.turn().await;
            self.inner.send(request).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_are_evenly_spread() {
        let pace = Pace::per_second(NonZeroU32::new(10).unwrap());
        let began = Instant::now();
        for _ in 0..11 {
            pace.turn().await;
        }
        assert_eq!(began.elapsed().as_millis(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_used_is_not_made_up_for() {
        let pace = Pace::per_second(NonZeroU32::new(10).unwrap());
        pace.turn().await;
        tokio::time::advance(Duration::from_secs(5)).await;
        let began = Instant::now();
        pace.turn().await;
        pace.turn().await;
        assert_eq!(began.elapsed().as_millis(), 100);
    }
}
