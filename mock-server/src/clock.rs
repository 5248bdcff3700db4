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
    Running { from: DateTime<Utc>, started: Instant, scale: u32 },
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

    /// A clock that runs from `from`, `scale` times as fast as real time.
    ///
    /// # Errors
    /// If `from` lies outside the years 1970 to 9998.
    pub fn running(from: DateTime<Utc>, scale: u32) -> Result<Self, ClockOutOfRange> {
        Ok(Self(Kind::Running { from: shown(from)?, started: Instant::now(), scale }))
    }

    /// How many times as fast as real time the clock runs; none if it stands still.
    pub fn scale(self) -> Option<u32> {
        match self.0 {
            Kind::Fixed(_) => None,
            Kind::Running { scale, .. } => Some(scale),
        }
    }

    /// The present moment.
    pub fn now(self) -> DateTime<Utc> {
        match self.0 {
            Kind::Fixed(now) => now,
            Kind::Running { from, started, scale } => {
                let elapsed = TimeDelta::from_std(started.elapsed().saturating_mul(scale))
                    .unwrap_or(TimeDelta::MAX);
                // At the end of its years a clock stands still.
                from.checked_add_signed(elapsed).and_then(|now| shown(now).ok()).unwrap_or(from)
            }
        }
    }

    /// The same clock, to be kept for later.
    pub(crate) fn paused(self) -> PausedClock {
        PausedClock { shows: self.now(), scale: self.scale() }
    }

    /// The same clock, moved forward.
    ///
    /// # Errors
    /// If it would leave the years 1970 to 9998.
    pub fn advanced(self, by: TimeDelta) -> Result<Self, ClockOutOfRange> {
        let now = self.now().checked_add_signed(by).ok_or(ClockOutOfRange)?;
        match self.0 {
            Kind::Fixed(_) => Self::fixed(now),
            Kind::Running { scale, .. } => Self::running(now, scale),
        }
    }
}

/// What a clock showed and how it ran, without it running on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PausedClock {
    shows: DateTime<Utc>,
    scale: Option<u32>,
}

impl PausedClock {
    /// The clock, which goes on from what it showed.
    pub(crate) fn resumed(self) -> Clock {
        let Self { shows, scale } = self;
        Clock(match scale {
            None => Kind::Fixed(shows),
            Some(scale) => Kind::Running { from: shows, started: Instant::now(), scale },
        })
    }
}

/// Runs on real time.
impl Default for Clock {
    fn default() -> Self {
        Self(Kind::Running { from: Utc::now(), started: Instant::now(), scale: 1 })
    }
}

fn shown(moment: DateTime<Utc>) -> Result<DateTime<Utc>, ClockOutOfRange> {
    let moment = moment.trunc_subsecs(3);
    (1970..=9998).contains(&moment.year()).then_some(moment).ok_or(ClockOutOfRange)
}
