//! What a generated client holds beside its address: everything that happens to each request.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{
    Request, Response,
    header::{AUTHORIZATION, HeaderValue, USER_AGENT},
};

use crate::{Client, Clock, Credentials, Retries, Transport};

/// The hand-written half of a client. Cloned with it, so a copy may differ in its settings and share
/// everything else.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) credentials: Option<Arc<Credentials>>,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retries: Retries,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) carrier: Carrier,
}

/// What requests travel by. reqwest is apart from the other transports, because it is what everybody
/// uses, and needs neither a box nor a virtual call.
#[derive(Clone)]
pub(crate) enum Carrier {
    Reqwest(reqwest::Client),
    Other(Arc<dyn Transport>),
}

impl Carrier {
    pub(crate) async fn send(&self, request: Request) -> reqwest::Result<Response> {
        match self {
            Self::Reqwest(client) => client.execute(request).await,
            Self::Other(transport) => transport.send(request).await,
        }
    }
}

impl Link {
    /// Adds to a request what the contract wants of every request.
    pub(crate) fn prepare(&self, request: &mut Request) {
        let headers = request.headers_mut();
        if let Some(credentials) = &self.credentials {
            headers.insert(AUTHORIZATION, credentials.authorization().clone());
        }
        if let Some(user_agent) = &self.user_agent {
            headers.insert(USER_AGENT, user_agent.clone());
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("credentials", &self.credentials)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The same client, over the same connections, with other retries: for a call that must be
    /// repeated more than the others, or not at all.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{Client, Error, Retries, types};
    ///
    /// # async fn read(client: &Client) -> Result<(), Error> {
    /// let once = client.with_retries(Retries::none());
    /// let order = once.get_nbn_order().order_id(1001).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_retries(&self, retries: Retries) -> Self {
        let mut client = self.clone();
        client.inner.retries = retries;
        client
    }

    /// The same client, over the same connections, with another limit of a whole call.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use octane_client::{Client, Error};
    ///
    /// # async fn read(client: &Client) -> Result<(), Error> {
    /// let hasty = client.with_timeout(Duration::from_secs(2));
    /// let order = hasty.get_nbn_order().order_id(1001).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let mut client = self.clone();
        client.inner.timeout = timeout;
        client
    }
}
