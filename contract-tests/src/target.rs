//! Where requests go: a router in this process, or a base URL.
//!
//! A case is data and knows nothing of targets; a target sends it. Both kinds are one
//! [`Transport`], so the typed clients, the raw requests and the checks are the same code for each.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use octane_client::Transport;
use reqwest::Url;

/// A service to be tested.
#[derive(Clone)]
pub struct Target {
    base_url: String,
    place: Place,
}

/// Where a target is.
#[derive(Clone)]
enum Place {
    /// Behind a URL.
    Network,
    /// In this process.
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
        http_client()?;
        Ok(Self { base_url: base_url.trim_end_matches('/').to_owned(), place: Place::Network })
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
        Self { base_url: "http://in-process".to_owned(), place }
    }

    /// The same service in this process, behind something that stands between.
    #[cfg(feature = "defects")]
    pub(crate) fn behind(
        self,
        proxy: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
    ) -> Self {
        let place = match self.place {
            Place::Network => Place::Network,
            Place::Here(transport) => Place::Here(proxy(transport)),
        };
        Self { place, ..self }
    }

    /// The base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The server that has this target's world, or this target if it is no world.
    pub fn server(&self) -> Target {
        let server = match self.base_url.rsplit_once("/worlds/") {
            Some((server, name)) if !name.contains('/') => server,
            _ => &self.base_url,
        };
        Self { base_url: server.to_owned(), place: self.place.clone() }
    }

    /// A world of this server.
    pub fn world(&self, name: &str) -> Target {
        let base_url = format!("{}/worlds/{name}", self.base_url);
        Self { base_url, place: self.place.clone() }
    }

    /// How requests get there. Over the network that is a client of its own each time, since its
    /// connections belong to the runtime that first uses them.
    pub(crate) fn transport(&self) -> Result<Arc<dyn Transport>, TargetError> {
        Ok(match &self.place {
            Place::Network => Arc::new(http_client()?),
            Place::Here(transport) => Arc::clone(transport),
        })
    }
}

fn http_client() -> Result<reqwest::Client, TargetError> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .map_err(TargetError::HttpClient)
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
