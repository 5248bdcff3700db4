//! Puts a client together.
//!
//! The only way to a client, so that what every client must have is said once: an address that can
//! work, no credentials in it, a timeout, and no redirects. An order API has no reason to redirect,
//! and following one would send an order twice or turn a `POST` into a `GET`.

use std::{fmt, marker::PhantomData, str::FromStr, sync::Arc, time::Duration};

use reqwest::{Url, redirect::Policy};

use crate::{Client, Credentials, Transport, transport::Link};

/// Builds a client; see [`Client::builder`].
#[must_use = "a builder does nothing before `build`"]
pub struct ClientBuilder<C = Client> {
    base_url: String,
    credentials: Option<Credentials>,
    transport: Option<Arc<dyn Transport>>,
    http_client: Option<reqwest::Client>,
    timeout: Duration,
    client: PhantomData<fn() -> C>,
}

/// Why no client was built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL cannot be read.
    #[error("read the base URL; it must look like `https://host/path`")]
    BaseUrl {
        /// What is wrong with it.
        #[source]
        source: <Url as FromStr>::Err,
    },
    /// The base URL is not one of HTTP.
    #[error("use the base URL's scheme `{scheme}`; it must be `http` or `https`")]
    Scheme {
        /// Its scheme.
        scheme: String,
    },
    /// The base URL holds a user name or password, which every log of it would show.
    #[error("use a base URL with credentials in it; pass them to `credentials` instead")]
    CredentialsInBaseUrl,
    /// HTTP Basic cannot carry the credentials.
    #[error(
        "send the credentials; a user name must not contain `:`, and neither may contain control characters"
    )]
    Credentials,
    /// The base URL is `https` and this build cannot speak TLS.
    #[error("speak `https`; enable the feature `rustls` of `octane-client`, or pass a `transport`")]
    NoTls,
    /// reqwest could not be set up.
    #[error("set up the HTTP client")]
    HttpClient {
        /// What reqwest says.
        #[source]
        source: reqwest::Error,
    },
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            credentials: None,
            transport: None,
            http_client: None,
            timeout: Duration::from_secs(30),
            client: PhantomData,
        }
    }

    /// Sends requests through `transport` and not over the network: see [`Transport`].
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Uses an existing `reqwest::Client`, with its pool, proxies and TLS settings.
    pub fn http_client(mut self, http_client: reqwest::Client) -> Self {
        self.http_client = Some(http_client);
        self
    }

    /// How long a call may take, from the first byte sent to the last received; 30 seconds unless
    /// said otherwise. A transport of one's own has to heed `Request::timeout` itself.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Base URL, reqwest client and link of the client to be.
    pub(crate) fn parts(self) -> Result<(String, reqwest::Client, Link), BuildError> {
        let url: Url = self.base_url.parse().map_err(|source| BuildError::BaseUrl { source })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BuildError::Scheme { scheme: url.scheme().to_owned() });
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BuildError::CredentialsInBaseUrl);
        }
        if self.credentials.as_ref().is_some_and(|credentials| !credentials.is_sendable()) {
            return Err(BuildError::Credentials);
        }
        let ours = self.transport.is_none() && self.http_client.is_none();
        if ours && url.scheme() == "https" && !cfg!(feature = "rustls") {
            return Err(BuildError::NoTls);
        }

        let http_client = match self.http_client {
            Some(http_client) => http_client,
            None => reqwest::Client::builder()
                .user_agent(concat!("octane-client/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(Duration::from_secs(10))
                .redirect(Policy::none())
                .build()
                .map_err(|source| BuildError::HttpClient { source })?,
        };
        let transport = self.transport.unwrap_or_else(|| Arc::new(http_client.clone()));
        let link = Link { credentials: self.credentials, timeout: self.timeout, transport };
        // Paths of the contract begin with a slash.
        Ok((self.base_url.trim_end_matches('/').to_owned(), http_client, link))
    }
}

impl ClientBuilder<Client> {
    /// Whose orders these are. Every operation of the contract wants credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// If the base URL or the credentials cannot be used; nothing is sent.
    pub fn build(self) -> Result<Client, BuildError> {
        let (base_url, http_client, link) = self.parts()?;
        Ok(Client::new_with_client(&base_url, http_client, link))
    }
}

impl Client {
    /// Starts a client of the service at `base_url`.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_client::{Client, Credentials};
    ///
    /// # fn main() -> Result<(), octane_client::BuildError> {
    /// let client = Client::builder("http://127.0.0.1:4010")
    ///     .credentials(Credentials::new("harbour", "a secret"))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the base URL: before `build` nobody has looked whether it holds credentials.
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
