//! How far the target's clock is from ours.
//!
//! Taken from the `Date` of answers, which is a whole second and some time old when it is read; so a
//! second either way says nothing. It is told, and nothing is judged by our clock: what depends on
//! time is compared with moments that the target itself writes.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap};

/// The least and the most that the target's clock was ahead of ours, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skew {
    /// The least.
    pub least_seconds: i64,
    /// The most.
    pub most_seconds: i64,
}

/// The moment that an answer says it was made.
pub fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|at| at.to_utc())
}

impl Skew {
    /// What an answer that was just read says, together with what those before it said.
    pub fn seen(before: Option<Skew>, headers: &HeaderMap, read: SystemTime) -> Option<Skew> {
        let Some(date) = date(headers) else { return before };
        let ahead = (date - DateTime::<Utc>::from(read)).num_seconds();
        Some(match before {
            None => Skew { least_seconds: ahead, most_seconds: ahead },
            Some(Skew { least_seconds, most_seconds }) => Skew {
                least_seconds: least_seconds.min(ahead),
                most_seconds: most_seconds.max(ahead),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn skew_is_the_range_of_what_was_seen() {
        let headers =
            |text: &'static str| HeaderMap::from_iter([(DATE, HeaderValue::from_static(text))]);
        let read = SystemTime::UNIX_EPOCH + Duration::from_secs(100);
        let once = Skew::seen(None, &headers("Thu, 01 Jan 1970 00:01:42 GMT"), read);
        assert_eq!(once, Some(Skew { least_seconds: 2, most_seconds: 2 }));
        let twice = Skew::seen(once, &headers("Thu, 01 Jan 1970 00:01:37 GMT"), read);
        assert_eq!(twice, Some(Skew { least_seconds: -3, most_seconds: 2 }));
        assert_eq!(Skew::seen(twice, &HeaderMap::new(), read), twice);
    }
}
