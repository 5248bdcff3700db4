//! How often a provider may call.
//!
//! By real time and not by the world's clock, which a test may have stopped: a client that waits as
//! long as `Retry-After` says is then answered.

use std::num::{NonZeroU32, ParseIntError};
use std::str::FromStr;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// How many providers are counted apart. What more there are share one count, so that calls by
/// ever new names cost no memory.
const PROVIDERS_MAX: usize = 1_000;

/// The name of those that are not counted apart: no provider has it.
const OTHERS: &str = "";

/// How many requests of one provider are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// How many in a second, in the long run.
    pub requests_per_second: NonZeroU32,
    /// How many at once, after a rest.
    pub burst: NonZeroU32,
}

/// A text that is no rate limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a rate limit is `N` requests a second, or `N/BURST` with so many at once, each at least 1"
)]
pub struct RateLimitError(#[from] ParseIntError);

/// Reads `N` or `N/BURST`; without a burst it is as large as the rate.
impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        let (requests_per_second, burst) = text.split_once('/').unwrap_or((text, text));
        Ok(Self { requests_per_second: requests_per_second.parse()?, burst: burst.parse()? })
    }
}

/// Counts the calls of each provider against a limit.
pub(crate) struct Limiter<C: Clock = DefaultClock> {
    limit: RateLimit,
    counts: RateLimiter<String, HashMapStateStore<String>, C, NoOpMiddleware<C::Instant>>,
}

impl Limiter {
    /// Counts by real time.
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self::by(limit, DefaultClock::default())
    }
}

impl<C: Clock> Limiter<C> {
    fn by(limit: RateLimit, clock: C) -> Self {
        let quota = Quota::per_second(limit.requests_per_second).allow_burst(limit.burst);
        let counts = RateLimiter::new(quota, HashMapStateStore::default(), clock);
        Self { limit, counts }
    }

    /// The limit.
    pub(crate) fn limit(&self) -> RateLimit {
        self.limit
    }

    /// Counts a call. If it is one too many, tells in how many whole seconds the provider may call
    /// again; at least 1.
    pub(crate) fn wait(&self, provider: &str) -> Option<u64> {
        if self.counts.len() >= PROVIDERS_MAX {
            // Whoever has rested long enough is as good as new, and forgotten.
            self.counts.retain_recent();
        }
        let is_full = self.counts.len() >= PROVIDERS_MAX;
        let key = if is_full { OTHERS } else { provider };
        let refused = self.counts.check_key(&key.to_owned()).err()?;
        let wait = refused.wait_time_from(self.counts.clock().now());
        let up = u64::from(wait.subsec_nanos() > 0);
        Some((wait.as_secs() + up).max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limiter(text: &str) -> (FakeRelativeClock, Limiter<FakeRelativeClock>) {
        let clock = FakeRelativeClock::default();
        (clock.clone(), Limiter::by(text.parse().unwrap(), clock))
    }

    #[test]
    fn a_burst_passes_and_then_so_many_a_second() {
        let (clock, limiter) = limiter("2/3");
        let calls = |count: usize| -> Vec<_> { (0..count).map(|_| limiter.wait("p")).collect() };
        assert_eq!(calls(5), [None, None, None, Some(1), Some(1)]);
        clock.advance(Duration::from_millis(500));
        assert_eq!(calls(2), [None, Some(1)]);
        clock.advance(Duration::from_secs(60));
        assert_eq!(calls(4), [None, None, None, Some(1)]);
    }

    #[test]
    fn whoever_waits_as_long_as_told_is_answered() {
        let (clock, limiter) = limiter("1/1");
        assert_eq!(limiter.wait("p"), None);
        clock.advance(Duration::from_millis(300));
        let seconds = limiter.wait("p").unwrap();
        clock.advance(Duration::from_secs(seconds));
        assert_eq!(limiter.wait("p"), None);
    }

    #[test]
    fn providers_are_counted_apart_and_ever_new_names_cost_no_memory() {
        let (clock, limiter) = limiter("1");
        assert_eq!((limiter.wait("p"), limiter.wait("q")), (None, None));
        for number in 0..3 * PROVIDERS_MAX {
            limiter.wait(&number.to_string());
        }
        assert!(limiter.counts.len() <= PROVIDERS_MAX + 1);
        assert_eq!(limiter.wait("late"), Some(1), "the many share what is left");
        clock.advance(Duration::from_secs(5));
        assert_eq!(limiter.wait("later"), None);
        assert_eq!(limiter.counts.len(), 1, "the rested are forgotten");
    }

    #[test]
    fn a_limit_is_written_with_or_without_a_burst() {
        let limit = |n, burst| RateLimit {
            requests_per_second: NonZeroU32::new(n).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        };
        assert_eq!("10".parse(), Ok(limit(10, 10)));
        assert_eq!("10/25".parse(), Ok(limit(10, 25)));
        for text in ["", "0", "10/0", "-1", "10/", "ten", "1/2/3"] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }
}
