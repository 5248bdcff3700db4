//! The time a world goes by: real, stopped, or set and moved by a tester.

use std::time::Instant;

use chrono::{DateTime, Datelike as _, SubsecRound, TimeDelta, Utc};

/// A clock that stands still or runs. Moments have whole milliseconds and lie in the years 1970 to
/// 9998, which is what a `Date` header can say.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Kind);

#[derive(Debug, Clone, Copy)]
enum Kind {
    Fixed(DateTime<Utc>),
    Running { from: DateTime<Utc>, started: Instant },
}

/// A moment that no clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clock shows the years 1970 to 9998")]
pub struct ClockOutOfRange;

impl Clock {
    /// A clock that stands at `now` until it is moved.
    ///
    /// # Errors
    /// If `now` lies outside the years 1970 to 9998.
    pub fn fixed(now: DateTime<Utc>) -> Result<Self, ClockOutOfRange> {
        Ok(Self(Kind::Fixed(shown(now)?)))
    }

    /// A clock that runs from `from`, as fast as real time.
    ///
    /// # Errors
    /// If `from` lies outside the years 1970 to 9998.
    pub fn running(from: DateTime<Utc>) -> Result<Self, ClockOutOfRange> {
        Ok(Self(Kind::Running { from: shown(from)?, started: Instant::now() }))
    }

    /// Whether the clock runs.
    pub fn is_running(self) -> bool {
        match self.0 {
            Kind::Fixed(_) => false,
            Kind::Running { .. } => true,
        }
    }

    /// The present moment.
    pub fn now(self) -> DateTime<Utc> {
        match self.0 {
            Kind::Fixed(now) => now,
            Kind::Running { from, started } => {
                let elapsed = TimeDelta::from_std(started.elapsed()).unwrap_or(TimeDelta::MAX);
                // At the end of its years a clock stands still.
                from.checked_add_signed(elapsed).and_then(|now| shown(now).ok()).unwrap_or(from)
            }
        }
    }

    /// The same clock, moved forward.
    ///
    /// # Errors
    /// If it would leave the years 1970 to 9998.
    pub fn advanced(self, by: TimeDelta) -> Result<Self, ClockOutOfRange> {
        let now = self.now().checked_add_signed(by).ok_or(ClockOutOfRange)?;
        match self.0 {
            Kind::Fixed(_) => Self::fixed(now),
            Kind::Running { .. } => Self::running(now),
        }
    }
}

/// Runs on real time.
impl Default for Clock {
    fn default() -> Self {
        Self(Kind::Running { from: Utc::now(), started: Instant::now() })
    }
}

fn shown(moment: DateTime<Utc>) -> Result<DateTime<Utc>, ClockOutOfRange> {
    let moment = moment.trunc_subsecs(3);
    (1970..=9998).contains(&moment.year()).then_some(moment).ok_or(ClockOutOfRange)
}
