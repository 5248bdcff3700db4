//! Why no client was built.
//!
//! Nothing here shows a value that was given: a base URL may have a password in it, and so may an
//! environment variable that was meant to be another one.

use std::str::FromStr;

use reqwest::Url;

/// Why no client was built.
///
/// # Example
///
/// ```
/// use octane_client::{BuildError, Client};
///
/// let error = Client::builder("octane.example").build().unwrap_err();
/// assert!(matches!(error, BuildError::BaseUrl { .. }));
/// assert_eq!(error.to_string(), "read the base URL; it must look like `https://host/path`");
/// ```
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
    /// The base URL has a query or a fragment, behind which no path can be.
    #[error("use a base URL with a query or a fragment; it ends with its path")]
    QueryInBaseUrl,
    /// The user agent cannot be a header.
    #[error("send the user agent; it must be visible ASCII")]
    UserAgent,
    /// An environment variable is not set.
    #[error("read the environment variable `{variable}`; it is not set")]
    VariableMissing {
        /// Its name.
        variable: &'static str,
    },
    /// An environment variable is not Unicode.
    #[error("read the environment variable `{variable}`; it is not text")]
    VariableNotText {
        /// Its name.
        variable: &'static str,
    },
    /// HTTP Basic cannot carry the credentials.
    #[error(
        "send the credentials; a user name must not contain `:`, and neither may contain control characters"
    )]
    Credentials,
    /// A header cannot carry the token.
    #[error("send the token; it must be visible ASCII, and there must be some of it")]
    Token,
    /// The base URL is `https` and this build cannot speak TLS.
    #[error(
        "speak `https`; enable the feature `rustls` or `native-tls` of `octane-client`, or pass an `http_client`"
    )]
    NoTls,
    /// reqwest could not be set up.
    #[error("set up the HTTP client")]
    HttpClient {
        /// What reqwest says.
        #[source]
        source: reqwest::Error,
    },
}
