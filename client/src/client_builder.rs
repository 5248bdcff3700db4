//! Puts a client together.
//!
//! The only way to a client, so that what every client must have is said once: an address that can
//! work, no credentials in it, timeouts, and no redirects. An order API has no reason to redirect,
//! and following one would send an order twice or turn a `POST` into a `GET`.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use reqwest::{Url, header::HeaderValue, redirect::Policy};

use crate::{
    BuildError, Client, Clock, Credentials, Retries, Transport,
    clock::SystemClock,
    environment,
    link::{Carrier, Link},
};

/// Builds a client; see [`Client::builder`].
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use octane_client::{Client, Credentials, Retries};
///
/// # fn main() -> Result<(), octane_client::BuildError> {
/// let client = Client::builder("http://127.0.0.1:4010")
///     .credentials(Credentials::new("harbour", "a secret"))
///     .attempt_timeout(Duration::from_secs(5))
///     .timeout(Duration::from_secs(20))
///     .retries(Retries::default().attempts(4))
///     .user_agent("harbour-portal/1.2")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing before `build`"]
pub struct ClientBuilder<C = Client> {
    base_url: String,
    pub(crate) credentials: Option<Credentials>,
    transport: Option<Arc<dyn Transport>>,
    http_client: Option<reqwest::Client>,
    user_agent: Option<String>,
    timeout: Duration,
    attempt_timeout: Duration,
    retries: Retries,
    clock: Arc<dyn Clock>,
    client: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    pub(crate) fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            credentials: None,
            transport: None,
            http_client: None,
            user_agent: None,
            timeout: Duration::from_secs(60),
            attempt_timeout: Duration::from_secs(20),
            retries: Retries::default(),
            clock: Arc::new(SystemClock),
            client: PhantomData,
        }
    }

    /// Sends requests through `transport` and not over the network: see [`Transport`].
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Uses an existing `reqwest::Client`, with its pool, proxies and TLS settings.
    ///
    /// Build it with `redirect(Policy::none())`: a redirect can send an order twice.
    pub fn http_client(mut self, http_client: reqwest::Client) -> Self {
        self.http_client = Some(http_client);
        self
    }

    /// What the client calls itself to the service; `octane-client/` and its version unless said
    /// otherwise.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// How long a call may take in all, with every attempt and the waits between; 60 seconds unless
    /// said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt may take, from the first byte sent to the last received; 20 seconds
    /// unless said otherwise. A transport of one's own has to heed `Request::timeout` itself.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// What to do about failures that may pass; see [`Retries`].
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Takes time and chance from elsewhere than the machine: see [`Clock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
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
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BuildError::QueryInBaseUrl);
        }
        if self.credentials.as_ref().is_some_and(|credentials| !credentials.is_sendable()) {
            return Err(BuildError::Credentials);
        }
        let user_agent = self.user_agent.map(HeaderValue::try_from).transpose();
        let user_agent = user_agent.map_err(|_| BuildError::UserAgent)?;
        let ours = self.transport.is_none() && self.http_client.is_none();
        let tls = cfg!(any(feature = "rustls", feature = "native-tls"));
        if ours && url.scheme() == "https" && !tls {
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
        let link = Link {
            credentials: self.credentials.map(Arc::new),
            user_agent,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            retries: self.retries,
            clock: self.clock,
            carrier: match self.transport {
                Some(transport) => Carrier::Other(transport),
                None => Carrier::Reqwest(http_client.clone()),
            },
        };
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
    /// If the base URL, the credentials or the user agent cannot be used; nothing is sent.
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

    /// Starts a client of the service that the environment names: `OCTANE_BASE_URL`, and
    /// `OCTANE_USERNAME` with `OCTANE_PASSWORD`.
    ///
    /// # Errors
    ///
    /// If a variable is missing or is not text. The message names it and never shows its value.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{BuildError, Client};
    ///
    /// # fn main() -> Result<(), BuildError> {
    /// let client = Client::from_env()?.build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<ClientBuilder, BuildError> {
        environment::builder(std::env::var_os)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the base URL: before `build` nobody has looked whether it holds credentials.
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
