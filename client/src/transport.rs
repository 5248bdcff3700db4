//! How a request travels.
//!
//! The generated client builds requests and reads answers; what happens between is a [`Transport`].
//! By default that is reqwest, over the network. A test puts an in-process router there and runs
//! the very same typed client without sockets.
//!
//! The one thing a transport cannot do is to fail on its own: a `reqwest::Error` cannot be made by
//! hand. A test of what callers do when the connection breaks needs a socket.

use std::pin::Pin;

use reqwest::{Request, Response};

// Where the generated code looks for it.
pub(crate) use crate::{
    call::{Documented, call},
    link::Link,
};

/// A boxed future that can be sent between threads: what [`Transport`] and
/// [`Clock`](crate::Clock) answer, whose examples make one.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries a request to a service and its answer back.
///
/// Closures from a request to a future are transports, and so is `reqwest::Client`.
/// `reqwest::Response` is made from any `http::Response`, so a tower service needs one line.
///
/// # Example
///
/// A service that is always busy:
///
/// ```
/// use octane_client::{Client, Error, Retries};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let busy = |_request: reqwest::Request| async {
///     let answer = http::Response::builder()
///         .status(503)
///         .header("retry-after", "7")
///         .body(r#"{"success":false,"errorCode":1010,"errorMessage":"The server is being maintained."}"#)
///         .expect("the parts are valid");
///     Ok(answer.into())
/// };
/// let client =
///     Client::builder("http://in-process").transport(busy).retries(Retries::none()).build()?;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let error = client.get_nbn_order().order_id(1001).send().await.map_err(Error::from).unwrap_err();
/// assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
/// assert_eq!(error.retry_after(), Some(octane_client::RetryAfter::Seconds(7)));
/// # });
/// # Ok(())
/// # }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends `request` and waits for the head of the answer.
    ///
    /// # Errors
    ///
    /// What reqwest makes of a connection that cannot be had or does not hold. The client then
    /// decides whether to call this again.
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>>;
}

impl<F, Answer> Transport for F
where
    F: Fn(Request) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = reqwest::Result<Response>> + Send + 'static,
{
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        Box::pin(self(request))
    }
}

impl Transport for reqwest::Client {
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        Box::pin(self.execute(request))
    }
}
