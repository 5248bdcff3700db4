//! Where requests go: a router in this process, or a base URL.
//!
//! A case is data and knows nothing of targets; a target sends it. Both kinds are one
//! [`Transport`], so the typed clients, the raw requests and the checks are the same code for each.

use std::fmt;
use std::future::pending;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use octane_client::Transport;
use reqwest::Url;

use crate::budget::Budget;
use crate::interrupt::{Gate, Gated, Interrupt};
use crate::pace::{Pace, Paced};
use crate::trust::Authorities;

/// A service to be tested.
#[derive(Clone)]
pub struct Target {
    base_url: String,
    place: Place,
    pace: Option<Arc<Pace>>,
    gate: Option<Arc<Gate>>,
}

/// Where a target is.
#[derive(Clone)]
enum Place {
    /// Behind a URL, which if it is https these are trusted to vouch for.
    Network(Authorities),
    /// In this process.
    #[cfg(feature = "in-process")]
    Here(Arc<dyn Transport>),
}

/// Why a target cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The base URL cannot be read.
    #[error("read the base URL; it must look like `https://host/path`")]
    BaseUrl,
    /// The base URL holds credentials, which every report would show.
    #[error(
        "use a base URL with credentials in it; set `OCTANE_USERNAME` and `OCTANE_PASSWORD` instead"
    )]
    CredentialsInBaseUrl,
    /// The base URL goes on behind the path.
    #[error("use a base URL with a query or a fragment; it must end with the path")]
    Query,
    /// reqwest could not be set up.
    #[error("set up the HTTP client")]
    HttpClient(#[source] reqwest::Error),
}

impl Target {
    /// The service at a base URL.
    ///
    /// # Errors
    /// If the URL is none, or holds credentials.
    pub fn url(base_url: &str) -> Result<Self, TargetError> {
        let url: Url = base_url.parse().map_err(|_| TargetError::BaseUrl)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(TargetError::BaseUrl);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::CredentialsInBaseUrl);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(TargetError::Query);
        }
        // As it was read, so that what is judged here is what is called.
        let base_url = url.as_str().trim_end_matches('/').to_owned();
        Self { base_url, place: Place::Network(Authorities::default()), pace: None, gate: None }
            .usable()
    }

    /// The same, if it is https: trusted as well if one of these vouches for it.
    ///
    /// # Errors
    /// If one of them is no certificate.
    pub fn trusting(mut self, authorities: Authorities) -> Result<Self, TargetError> {
        match &mut self.place {
            Place::Network(trusted) => *trusted = authorities,
            #[cfg(feature = "in-process")]
            Place::Here(_) => {}
        }
        self.usable()
    }

    fn usable(self) -> Result<Self, TargetError> {
        self.transport().map(|_| self)
    }

    /// A router in this process, without sockets.
    #[cfg(feature = "in-process")]
    pub fn router(router: axum::Router) -> Self {
        use tower::ServiceExt as _;

        let transport = move |request: reqwest::Request| {
            let router = router.clone();
            async move {
                let request = http::Request::try_from(request)?.map(axum::body::Body::new);
                let response = match router.oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                let (parts, body) = response.into_parts();
                // A body that breaks off is judged as the empty body it leaves.
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
                Ok(http::Response::from_parts(parts, body).into())
            }
        };
        let place = Place::Here(Arc::new(transport));
        Self { base_url: "http://in-process".to_owned(), place, pace: None, gate: None }
    }

    /// The same service in this process, behind something that stands between.
    #[cfg(feature = "defects")]
    pub(crate) fn behind(
        self,
        proxy: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Self {
        let place = match self.place {
            Place::Network(authorities) => Place::Network(authorities),
            Place::Here(transport) => Place::Here(proxy(transport)),
        };
        Self { place, ..self }
    }

    /// The base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The same, sent no more than so many requests a second by everybody who has this target.
    #[must_use]
    pub fn paced(self, per_second: NonZeroU32) -> Target {
        Self { pace: Some(Arc::new(Pace::per_second(per_second))), ..self }
    }

    /// The same, to which nothing more is sent once it is asked to stop, or the budget is
    /// spent.
    #[must_use]
    pub fn until(self, interrupt: &Interrupt, budget: Budget) -> Target {
        Self { gate: Some(Arc::new(Gate::new(interrupt, budget))), ..self }
    }

    /// Whether the budget is spent, and more was asked for.
    pub(crate) fn is_spent(&self) -> bool {
        self.gate.as_ref().is_some_and(|gate| gate.is_spent())
    }

    /// Done when nothing more is sent, and no write is on its way.
    pub(crate) async fn shut(&self) {
        match &self.gate {
            Some(gate) => gate.shut().await,
            None => pending().await,
        }
    }

    /// Whether it is this machine.
    pub fn is_local(&self) -> bool {
        let here = |place: &Place| match place {
            #[cfg(feature = "in-process")]
            Place::Here(_) => true,
            Place::Network(_) => false,
        };
        let host =
            self.base_url.parse::<Url>().ok().and_then(|url| url.host_str().map(str::to_owned));
        let loopback = |host: &str| {
            let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        };
        here(&self.place) || host.as_deref().is_some_and(loopback)
    }

    /// The server that has this target's world, or this target if it is no world.
    pub fn server(&self) -> Target {
        let server = match self.base_url.rsplit_once("/worlds/") {
            Some((server, name)) if !name.contains('/') => server,
            _ => &self.base_url,
        };
        Self { base_url: server.to_owned(), ..self.clone() }
    }

    /// A world of this server.
    pub fn world(&self, name: &str) -> Target {
        let base_url = format!("{}/worlds/{name}", self.base_url);
        Self { base_url, ..self.clone() }
    }

    /// How requests get there. Over the network that is a client of its own each time, since its
    /// connections belong to the runtime that first uses them.
    pub(crate) fn transport(&self) -> Result<Arc<dyn Transport>, TargetError> {
        let transport: Arc<dyn Transport> = match &self.place {
            Place::Network(authorities) => Arc::new(self.http_client(authorities)?),
            #[cfg(feature = "in-process")]
            Place::Here(transport) => Arc::clone(transport),
        };
        // Whoever waits for a turn has sent nothing yet.
        let transport: Arc<dyn Transport> = match &self.gate {
            None => transport,
            Some(gate) => Arc::new(Gated { inner: transport, gate: Arc::clone(gate) }),
        };
        Ok(match &self.pace {
            None => transport,
            Some(pace) => Arc::new(Paced { inner: transport, pace: Arc::clone(pace) }),
        })
    }

    /// A client that goes nowhere but to the target: a redirect is an answer like any other, and for
    /// this machine no proxy is asked, which would be another.
    fn http_client(&self, authorities: &Authorities) -> Result<reqwest::Client, TargetError> {
        let mut client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // Every request is sent once: whoever is hung up on is to say so.
            .retry(reqwest::retry::never())
            .timeout(Duration::from_secs(30))
            .tls_certs_merge(authorities.certificates().iter().cloned());
        if self.is_local() {
            client = client.no_proxy();
        }
        client.build().map_err(TargetError::HttpClient)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
