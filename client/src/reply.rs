//! An answer but for its body: what an error tells of it.

use reqwest::{StatusCode, header::HeaderMap};

use crate::{RetryAfter, attempts};

/// Status and headers of an answer, as far as callers need them.
///
/// # Example
///
/// ```no_run
/// use octane_client::{Client, Error};
///
/// # async fn read(client: &Client) -> Result<(), Error> {
/// let read = client.get_nbn_order().order_id(1001).send().await.map_err(Error::from);
/// if let Err(error) = read
///     && let Some(reply) = error.reply()
/// {
///     println!("{} at attempt {}, request {:?}", reply.status, reply.attempts, reply.request_id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// When to try again, if the service said so.
    pub retry_after: Option<RetryAfter>,
    /// What the service calls this exchange (`x-request-id`), if it said so.
    pub request_id: Option<String>,
    /// How often the request was sent until this answer came; at least 1.
    pub attempts: u32,
}

/// As much of a request id as anybody needs. It is the service's text, and it is printed.
const REQUEST_ID_LENGTH: usize = 128;

impl Reply {
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap) -> Self {
        let request_id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        Self {
            status,
            retry_after: RetryAfter::read(headers),
            request_id: request_id
                .filter(|id| !id.is_empty())
                .map(|id| id.chars().take(REQUEST_ID_LENGTH).collect()),
            attempts: attempts::of(headers),
        }
    }
}
