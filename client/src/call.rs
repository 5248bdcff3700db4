//! One generated call, from its request to what it answers.
//!
//! The generated code ends here: it has built a request and knows which statuses its operation
//! documents. What was answered is decoded where it is. Only an answer that nobody expected becomes a
//! response again, because progenitor's error holds one.

use progenitor_client::{Error, ResponseValue};
use reqwest::{
    Request,
    header::{HeaderName, HeaderValue},
};
use serde::de::DeserializeOwned;

use crate::{answer::Answer, exchange::exchange, link::Link};

/// The header that says which version of the contract a client was made from.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// Where the contract documents a status of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Documented {
    /// Among its successes.
    Success,
    /// Among its failures.
    Failure,
    /// Nowhere.
    Nowhere,
}

/// Sends a request, and reads the answer as what `documented` says of its status.
pub(crate) async fn call<T: DeserializeOwned, E: DeserializeOwned>(
    link: &Link,
    mut request: Request,
    operation: &'static str,
    api_version: &'static str,
    documented: fn(u16) -> Documented,
) -> Result<ResponseValue<T>, Error<E>> {
    request.headers_mut().insert(API_VERSION, HeaderValue::from_static(api_version));
    let answer = exchange(link, request, operation).await?;
    match documented(answer.status.as_u16()) {
        Documented::Success => match serde_json::from_slice(text(&answer.body)) {
            Ok(value) => Ok(ResponseValue::new(value, answer.status, answer.headers)),
            Err(error) => Err(Error::InvalidResponsePayload(answer.body, error)),
        },
        Documented::Failure => Err(failure(answer)),
        Documented::Nowhere => Err(Error::UnexpectedResponse(answer.into())),
    }
}

/// An answer without a body, such as a 204, says nothing: `null`, which only `()` is read from.
fn text(body: &[u8]) -> &[u8] {
    if body.is_empty() { b"null" } else { body }
}

/// A documented failure. One that is not the envelope is handed on as an unexpected response, which
/// is the only way that keeps its status and its headers.
fn failure<E: DeserializeOwned>(answer: Answer) -> Error<E> {
    match serde_json::from_slice(&answer.body) {
        Ok(value) => Error::ErrorResponse(ResponseValue::new(value, answer.status, answer.headers)),
        Err(_) => Error::UnexpectedResponse(answer.into()),
    }
}
