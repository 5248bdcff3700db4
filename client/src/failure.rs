//! Keeps what a failure said.
//!
//! progenitor reads the body of a failure only where the operation documents its status, and loses
//! status and headers where that body is not the envelope. Neither helps a caller who gets a 429
//! of a gateway or a page of a proxy. So the body of every failure is read once here, as it
//! arrives, and travels with the response as an extension; [`crate::Error`] is made from it.
//!
//! Answers that are not failures pass untouched.

use bytes::Bytes;
use reqwest::{Response, ResponseBuilderExt as _};

use crate::error::Envelope;

/// The body of a failure, beside the response it came with.
#[derive(Clone)]
pub(crate) struct Body(pub(crate) Bytes);

/// Reads the body of a failure and puts it back, with a copy in the extensions.
pub(crate) async fn keep(response: Response) -> reqwest::Result<Response> {
    if !is_failure(&response) {
        return Ok(response);
    }
    let head = Head::of(&response);
    let body = Body(response.bytes().await?);
    Ok(head.with(body))
}

/// A copy of a failure that is not the envelope.
///
/// progenitor must not read such a body where it expects an envelope. To hand it the copy as an
/// unexpected response is the only way that keeps status and headers.
pub(crate) fn foreign<E: Envelope>(result: &reqwest::Result<Response>) -> Option<Response> {
    let response = result.as_ref().ok()?;
    let body = response.extensions().get::<Body>()?;
    let foreign = serde_json::from_slice::<E>(&body.0).is_err();
    foreign.then(|| Head::of(response).with(body.clone()))
}

fn is_failure(response: &Response) -> bool {
    response.status().is_client_error() || response.status().is_server_error()
}

/// Everything of a response but its body.
struct Head {
    status: reqwest::StatusCode,
    version: reqwest::Version,
    headers: reqwest::header::HeaderMap,
    url: reqwest::Url,
}

impl Head {
    fn of(response: &Response) -> Self {
        Self {
            status: response.status(),
            version: response.version(),
            headers: response.headers().clone(),
            url: response.url().clone(),
        }
    }

    fn with(self, body: Body) -> Response {
        let mut response = http::Response::builder()
            .status(self.status)
            .version(self.version)
            .url(self.url)
            .extension(body.clone())
            .body(body.0)
            .expect("every part was part of a response before");
        *response.headers_mut() = self.headers;
        response.into()
    }
}
