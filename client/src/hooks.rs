//! Puts the hand-written link into the generated clients.
//!
//! progenitor calls hooks around every operation, and the generated clients do not compile without
//! them. Both clients get the same ones; only the failure envelope differs. The hook before a request
//! adds what is the same for every attempt, and the link what is not to be kept: credentials.

use reqwest::header::HeaderName;

/// The header that says which version of the contract a client was made from.
pub(crate) const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// Implements `progenitor_client::ClientHooks` for a generated client.
macro_rules! hooks {
    ($client:path, $envelope:path) => {
        impl progenitor_client::ClientHooks<$crate::transport::Link> for $client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                _: &progenitor_client::OperationInfo,
            ) -> Result<(), progenitor_client::Error<E>> {
                use progenitor_client::ClientInfo as _;
                let version = reqwest::header::HeaderValue::from_static(Self::api_version());
                request.headers_mut().insert($crate::hooks::API_VERSION, version);
                Ok(())
            }

            async fn exec(
                &self,
                request: reqwest::Request,
                info: &progenitor_client::OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                $crate::exchange::exchange(&self.inner, request, info.operation_id).await
            }

            async fn post<E>(
                &self,
                result: &reqwest::Result<reqwest::Response>,
                _: &progenitor_client::OperationInfo,
            ) -> Result<(), progenitor_client::Error<E>> {
                match $crate::answer::foreign::<$envelope>(result) {
                    Some(response) => Err(progenitor_client::Error::UnexpectedResponse(response)),
                    None => Ok(()),
                }
            }
        }
    };
}
#[cfg(feature = "control")]
pub(crate) use hooks;

hooks!(crate::Client, crate::types::ErrorEnvelope);
