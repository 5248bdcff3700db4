//! The time a world goes by: real, stopped, or set and moved by a tester.

use std::time::Instant;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// A clock that stands still or runs. Moments have whole milliseconds.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// Stands at this moment until it is moved.
    Fixed(DateTime<Utc>),
    /// Runs as fast as real time.
    Running {
        /// What it showed when it was started.
        from: DateTime<Utc>,
        /// When it was started.
        started: Instant,
    },
}

impl Clock {
    /// A clock that stands at `now`.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self::Fixed(now.trunc_subsecs(3))
    }

    /// A clock that runs from `from`.
    pub fn running(from: DateTime<Utc>) -> Self {
        Self::Running { from, started: Instant::now() }
    }

    /// The present moment.
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::Fixed(now) => now,
            Self::Running { from, started } => {
                let elapsed = TimeDelta::from_std(started.elapsed()).unwrap_or(TimeDelta::MAX);
                from.checked_add_signed(elapsed).unwrap_or(from).trunc_subsecs(3)
            }
        }
    }

    /// The same clock, moved forward; none if that is beyond the calendar.
    pub fn advanced(self, by: TimeDelta) -> Option<Self> {
        Some(match self {
            Self::Fixed(now) => Self::Fixed(now.checked_add_signed(by)?),
            Self::Running { from, started } => {
                Self::Running { from: from.checked_add_signed(by)?, started }
            }
        })
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::running(Utc::now())
    }
}
