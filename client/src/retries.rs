//! How often a call is repeated, and how long to wait before.
//!
//! Which calls may be repeated at all is not a setting but a property of the call: see `repeat`.

use std::time::Duration;

use crate::backoff::Backoff;

/// What a client does when a call fails for a reason that may pass.
///
/// Repeated are calls that broke off, and answers 408, 429 and 5xx; never another answer, least of
/// all a 409, which is the service's decision. Only calls that are safe to repeat are: reads, and a
/// create that carries a `remoteOrderId`, which orders once however often it is sent.
///
/// Between attempts the client waits at random between nothing and a limit that doubles, or as long
/// as the service asks in `Retry-After`, plus a little. The call's whole time,
/// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout), is kept in any case.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use octane_client::{Client, Retries};
///
/// # fn main() -> Result<(), octane_client::BuildError> {
/// let patient = Retries::default()
///     .attempts(5)
///     .backoff(Duration::from_millis(500), Duration::from_secs(10));
/// let client = Client::builder("http://127.0.0.1:4010").retries(patient).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "settings do nothing until they are given to a client"]
pub struct Retries {
    attempts: u32,
    backoff: Backoff,
    retry_after_max: Duration,
    every_call: bool,
}

/// Three attempts; waits of up to 200 ms, then up to 400 ms; a `Retry-After` of up to 20 seconds.
impl Default for Retries {
    fn default() -> Self {
        Self {
            attempts: 3,
            backoff: Backoff { first: Duration::from_millis(200), max: Duration::from_secs(5) },
            retry_after_max: Duration::from_secs(20),
            every_call: false,
        }
    }
}

impl Retries {
    /// No call is repeated: what a test of a service wants, which must see every answer.
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// How often a request is sent at the most, the first time included; at least once.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest wait before the second attempt, which doubles with each, and where that ends.
    pub fn backoff(mut self, first: Duration, max: Duration) -> Self {
        self.backoff = Backoff { first, max };
        self
    }

    /// The longest wait a `Retry-After` can bring about. One that asks for more is cut to this.
    pub fn retry_after_max(mut self, max: Duration) -> Self {
        self.retry_after_max = max;
        self
    }

    /// Repeats calls too that are not safe to repeat: the service may then act twice on one call.
    ///
    /// Meant for a single call, on a client made for it with [`Client::with_retries`].
    ///
    /// # Example
    ///
    /// A qualification leaves nothing behind that would matter, so two are as good as one:
    ///
    /// ```no_run
    /// use octane_client::{Client, Error, Retries, types};
    ///
    /// # async fn qualify(client: &Client, request: types::QualificationRequest) -> Result<(), Error> {
    /// let client = client.with_retries(Retries::default().every_call());
    /// let qualification = client.check_service_qualification().body(request).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`Client::with_retries`]: crate::Client::with_retries
    pub fn every_call(mut self) -> Self {
        self.every_call = true;
        self
    }

    pub(crate) fn attempts_max(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn repeats_every_call(&self) -> bool {
        self.every_call
    }

    /// The wait after the `nth` attempt, counted from 1, which asked to be left alone for `asked`.
    pub(crate) fn delay(&self, nth: u32, asked: Option<Duration>, chance: f64) -> Duration {
        match asked {
            None => self.backoff.full_jitter(nth, chance),
            // Exactly then is when everybody else comes back too.
            Some(asked) => {
                let spread = self.backoff.full_jitter(1, chance);
                asked.saturating_add(spread).min(self.retry_after_max)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_retry_after_the_wait_is_jittered_and_grows() {
        let retries = Retries::default();
        assert_eq!(retries.delay(1, None, 0.0), Duration::ZERO);
        assert_eq!(retries.delay(1, None, 1.0), Duration::from_millis(200));
        assert_eq!(retries.delay(2, None, 0.5), Duration::from_millis(200));
    }

    #[test]
    fn retry_after_is_heeded_spread_and_capped() {
        let retries = Retries::default();
        let asked = Some(Duration::from_secs(7));
        assert_eq!(retries.delay(1, asked, 0.0), Duration::from_secs(7));
        assert_eq!(retries.delay(2, asked, 1.0), Duration::from_millis(7200));
        assert_eq!(retries.delay(1, Some(Duration::MAX), 1.0), Duration::from_secs(20));
    }
}
