//! How waits grow: twice as long each time, up to a limit.

use std::time::Duration;

/// A wait that doubles from `first` to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub(crate) first: Duration,
    pub(crate) max: Duration,
}

impl Backoff {
    /// The longest wait after the `nth` try, counted from 1.
    pub(crate) fn ceiling(self, nth: u32) -> Duration {
        let doublings = nth.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.max)
    }

    /// A wait anywhere from nothing to the ceiling: full jitter, which spreads callers that failed
    /// together best.
    pub(crate) fn full_jitter(self, nth: u32, chance: f64) -> Duration {
        self.ceiling(nth).mul_f64(chance.clamp(0.0, 1.0))
    }

    /// A wait of at least half the ceiling: for polling, where nothing failed and two looks in a
    /// row would be one too many.
    pub(crate) fn half_jitter(self, nth: u32, chance: f64) -> Duration {
        let half = self.ceiling(nth) / 2;
        half + half.mul_f64(chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff =
        Backoff { first: Duration::from_millis(200), max: Duration::from_secs(5) };

    #[test]
    fn the_ceiling_doubles_up_to_the_limit() {
        let millis: Vec<_> = (1..=7).map(|nth| BACKOFF.ceiling(nth).as_millis()).collect();
        assert_eq!(millis, [200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(BACKOFF.ceiling(u32::MAX), BACKOFF.max);
    }

    #[test]
    fn jitter_goes_from_nothing_or_from_half() {
        let ceiling = BACKOFF.ceiling(3);
        assert_eq!(BACKOFF.full_jitter(3, 0.0), Duration::ZERO);
        assert_eq!(BACKOFF.full_jitter(3, 1.0), ceiling);
        assert_eq!(BACKOFF.half_jitter(3, 0.0), ceiling / 2);
        assert_eq!(BACKOFF.half_jitter(3, 1.0), ceiling);
    }
}
