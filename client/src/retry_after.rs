//! `Retry-After` (RFC 9110, section 10.2.3): how long the service asks to be left alone.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

/// When a request may be repeated.
///
/// The client heeds it by itself, as far as [`Retries`](crate::Retries) go; an error tells it for
/// whoever wants to go on later.
///
/// # Example
///
/// ```no_run
/// use std::time::SystemTime;
/// use octane_client::{Client, Error};
///
/// # async fn read(client: &Client) -> Result<(), Error> {
/// let read = client.list_nbn_orders().send().await.map_err(Error::from);
/// if let Err(error) = &read
///     && let Some(retry_after) = error.retry_after()
/// {
///     println!("again in {} s", retry_after.delay(SystemTime::now()).as_secs());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// This many seconds after the answer.
    Seconds(u64),
    /// At this moment, by the service's clock.
    At(SystemTime),
}

impl RetryAfter {
    /// How long to wait from `now` on; nothing if the moment has passed.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use octane_client::RetryAfter;
    ///
    /// let now = SystemTime::now();
    /// assert_eq!(RetryAfter::Seconds(30).delay(now), Duration::from_secs(30));
    /// assert_eq!(RetryAfter::At(now - Duration::from_secs(1)).delay(now), Duration::ZERO);
    /// ```
    pub fn delay(self, now: SystemTime) -> Duration {
        match self {
            Self::Seconds(seconds) => Duration::from_secs(seconds),
            Self::At(moment) => moment.duration_since(now).unwrap_or(Duration::ZERO),
        }
    }

    /// What the headers of an answer say. A value that is neither form of the RFC says nothing.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_client::RetryAfter;
    /// use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    ///
    /// let mut headers = HeaderMap::new();
    /// assert_eq!(RetryAfter::read(&headers), None);
    /// headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
    /// assert_eq!(RetryAfter::read(&headers), Some(RetryAfter::Seconds(30)));
    /// ```
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        value
            .parse()
            .map(Self::Seconds)
            .ok()
            .or_else(|| httpdate::parse_http_date(value).map(Self::At).ok())
    }
}
