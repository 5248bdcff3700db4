//! Time and chance: what a client takes from the world beside the network.
//!
//! Retries and waiting ask a [`Clock`] what time it is, to be woken later, and for a random number.
//! A test gives them its own and never sleeps; see `tests/it/support/clock.rs` of this
//! crate for one that is forty lines.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::{Duration, Instant, SystemTime},
};

use crate::BoxFuture;

/// What time it is, and a way to let it pass.
///
/// # Example
///
/// A clock on which nothing takes time and every wait is as long as it may be:
///
/// ```
/// use std::time::{Duration, Instant, SystemTime};
/// use octane_client::{BoxFuture, Client, Clock};
///
/// struct Instantly(Instant);
///
/// impl Clock for Instantly {
///     fn now(&self) -> Instant {
///         self.0
///     }
///     fn date(&self) -> SystemTime {
///         SystemTime::UNIX_EPOCH
///     }
///     fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
///         Box::pin(async {})
///     }
///     fn chance(&self) -> f64 {
///         1.0
///     }
/// }
///
/// # fn main() -> Result<(), octane_client::BuildError> {
/// let client = Client::builder("http://in-process").clock(Instantly(Instant::now())).build()?;
/// # Ok(())
/// # }
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The moment by which deadlines are kept. Never goes back.
    fn now(&self) -> Instant;

    /// The time of day, which a `Retry-After` with a date is compared with.
    fn date(&self) -> SystemTime;

    /// Lets this much time pass.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// A random number, equally likely anywhere from 0 to 1, for the jitter of waits.
    fn chance(&self) -> f64;
}

/// The clock of the machine, through tokio, so that a paused tokio is heeded.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn date(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn chance(&self) -> f64 {
        // Each `RandomState` has keys of its own, and jitter needs no better randomness than that.
        let bits = u32::try_from(RandomState::new().hash_one(()) >> 32)
            .expect("the upper half of 64 bits is 32 bits");
        f64::from(bits) / f64::from(u32::MAX)
    }
}
