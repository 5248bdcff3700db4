//! The client of the mock server's control plane: what only a test can do.
//!
//! With it a test plays nbn, puts orders into a state, and moves the clock. It has no place in a
//! program that talks to Octane, hence the feature. The control plane takes no credentials, or the
//! token the server was started with; the rest is as for the order endpoints.
//!
//! # Example
//!
//! nbn receives order 1001:
//!
//! ```no_run
//! use octane_client::control::{Client, Error, types};
//!
//! # async fn acknowledge() -> Result<(), Box<dyn std::error::Error>> {
//! let mock = Client::builder("http://127.0.0.1:4010").build()?;
//! let event = types::NetworkEventRequest::builder().event("acknowledge");
//! mock.send_network_event().order_id(1001).body(event).send().await.map_err(Error::from)?;
//! # Ok(())
//! # }
//! ```

use crate::{BuildError, ClientBuilder, Credentials, envelope::envelope};

pub use crate::generated::control::{Client, builder, types};

/// Everything that can go wrong with a call of the control plane.
pub type Error = crate::Error<types::ErrorEnvelope>;

envelope!(crate::control::types);

impl Client {
    /// Starts a client of the control plane of the mock server at `base_url`; the module has an
    /// example.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder<Client> {
        ClientBuilder::new(base_url)
    }
}

impl ClientBuilder<Client> {
    /// Sends the token that the mock server was started with. One that was started without, on this
    /// machine, takes any and needs none.
    ///
    /// # Example
    ///
    /// ```
    /// use octane_client::control::Client;
    ///
    /// # fn main() -> Result<(), octane_client::BuildError> {
    /// let mock = Client::builder("http://mock.test:4010").token("5eba2a5c7ea1d8f0").build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn token(mut self, token: impl AsRef<str>) -> Self {
        self.credentials = Some(Credentials::bearer(token.as_ref()));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// If the base URL or the token cannot be used; nothing is sent.
    pub fn build(self) -> Result<Client, BuildError> {
        if self.credentials.as_ref().is_some_and(|token| !token.is_sendable()) {
            return Err(BuildError::Token);
        }
        let (base_url, http_client, link) = self.parts()?;
        Ok(Client::new_with_client(&base_url, http_client, link))
    }
}
