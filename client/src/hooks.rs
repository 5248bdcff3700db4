//! Puts the hand-written link into the generated clients.
//!
//! progenitor calls hooks around every operation, and the generated clients do not compile without
//! them. Both clients get the same ones; only the failure envelope differs. What a request needs
//! beside what the operation says is added for each attempt, and so not in the hook before.

/// Implements `progenitor_client::ClientHooks` for a generated client.
macro_rules! hooks {
    ($client:path, $envelope:path) => {
        impl progenitor_client::ClientHooks<$crate::transport::Link> for $client {
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
