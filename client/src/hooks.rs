//! Puts the hand-written link into the generated clients.
//!
//! progenitor calls `pre`, `exec` and `post` around every operation, and the generated clients do
//! not compile without them. Both clients get the same ones; only the failure envelope differs.

/// Implements `progenitor_client::ClientHooks` for a generated client.
macro_rules! hooks {
    ($client:path, $envelope:path) => {
        impl progenitor_client::ClientHooks<$crate::transport::Link> for $client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                _: &progenitor_client::OperationInfo,
            ) -> Result<(), progenitor_client::Error<E>> {
                self.inner.prepare(request);
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
