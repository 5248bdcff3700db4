//! Who the caller is: a provider's user name and password, by HTTP Basic (RFC 7617).
//!
//! The password is turned into the header at once and kept as nothing else. The header is marked
//! sensitive, so that reqwest and tower print `Sensitive` in its place too.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::HeaderValue;

use crate::{BuildError, environment};

/// A provider's user name and password.
///
/// # Example
///
/// ```
/// use octane_client::Credentials;
///
/// let credentials = Credentials::new("harbour", "a secret");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { username: "harbour", .. }"#);
/// ```
#[derive(Clone)]
pub struct Credentials {
    username: String,
    authorization: HeaderValue,
    sendable: bool,
}

impl Credentials {
    /// Credentials as the provider was given them.
    ///
    /// What Basic cannot carry is refused when the client is built: a user name with a colon, which
    /// a server would take for its end, and control characters.
    pub fn new(username: impl Into<String>, password: impl AsRef<str>) -> Self {
        let username = username.into();
        let pair = format!("{username}:{}", password.as_ref());
        let sendable = !username.contains(':') && !pair.contains(char::is_control);
        let mut authorization = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
            .expect("base64 holds no character that a header does not");
        authorization.set_sensitive(true);
        Self { username, authorization, sendable }
    }

    /// A token instead, by Bearer (RFC 6750): what the mock's control plane takes.
    #[cfg(feature = "control")]
    pub(crate) fn bearer(token: &str) -> Self {
        let sendable = !token.is_empty() && token.bytes().all(|it| it.is_ascii_graphic());
        let authorization = sendable.then(|| HeaderValue::try_from(format!("Bearer {token}")).ok());
        let mut authorization =
            authorization.flatten().unwrap_or_else(|| HeaderValue::from_static(""));
        authorization.set_sensitive(true);
        Self { username: String::new(), authorization, sendable }
    }

    /// Credentials from the environment variables `OCTANE_USERNAME` and `OCTANE_PASSWORD`.
    ///
    /// # Errors
    ///
    /// If a variable is missing or is not text. The message names it and never shows its value.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{BuildError, Client, Credentials};
    ///
    /// # fn main() -> Result<(), BuildError> {
    /// let client = Client::builder("http://127.0.0.1:4010")
    ///     .credentials(Credentials::from_env()?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<Self, BuildError> {
        environment::credentials(std::env::var_os)
    }

    /// The user name.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Whether Basic can carry these credentials to a server unchanged.
    pub(crate) fn is_sendable(&self) -> bool {
        self.sendable
    }

    /// The value of `Authorization`.
    pub(crate) fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }
}

/// Shows the user name and never the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}
