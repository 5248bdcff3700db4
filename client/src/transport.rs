//! How a request travels.
//!
//! The generated client builds requests and reads answers; what happens between is a [`Transport`].
//! By default that is reqwest, over the network. A test puts an in-process router there and runs
//! the very same typed client without sockets.
//!
//! The one thing a transport cannot do is to fail on its own: a `reqwest::Error` cannot be made by
//! hand. A test of what callers do when the connection breaks needs a socket.

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use reqwest::{Request, Response, header::AUTHORIZATION};

use crate::Credentials;

/// A boxed future that can be sent between threads.
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
/// use octane_client::{Client, Error};
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
/// let client = Client::builder("http://in-process").transport(busy).build()?;
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

/// What a generated client holds beside its address: everything that happens to each request.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) credentials: Option<Credentials>,
    pub(crate) timeout: Duration,
    pub(crate) transport: Arc<dyn Transport>,
}

impl Link {
    /// Adds to a request what the contract wants of every request.
    pub(crate) fn prepare(&self, request: &mut Request) {
        if let Some(credentials) = &self.credentials {
            request.headers_mut().insert(AUTHORIZATION, credentials.authorization().clone());
        }
        request.timeout_mut().get_or_insert(self.timeout);
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("credentials", &self.credentials)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
