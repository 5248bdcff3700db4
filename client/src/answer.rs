//! A whole answer: head and body together.
//!
//! The body is read as part of the attempt that asked for it, because an answer that breaks off in
//! the middle is a failed attempt. It then goes back into a response, of which it is the body and an
//! extension. From the extension the generated client decodes it, without collecting it again; and
//! [`crate::Error`] is made from it: progenitor reads a failure only where the operation documents
//! its status, and loses status and headers where it is not the envelope, which helps nobody who gets
//! a 429 of a gateway or a page of a proxy.

use bytes::{Bytes, BytesMut};
use http::Extensions;
use progenitor_client::ResponseValue;
use reqwest::{
    Response, ResponseBuilderExt as _, StatusCode, Url, Version,
    header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING},
};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::Envelope;

/// What a service said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    version: Version,
    extensions: Extensions,
    url: Url,
}

/// The body of an answer, beside the response it came with.
#[derive(Clone)]
pub(crate) struct Body(pub(crate) Bytes);

/// What a generated call makes of a response that its operation documents.
pub(crate) async fn value<T: DeserializeOwned, E>(
    mut response: Response,
) -> Result<ResponseValue<T>, progenitor_client::Error<E>> {
    use progenitor_client::Error;
    let body = match response.extensions_mut().remove::<Body>() {
        Some(body) => body.0,
        // Nobody makes such a response: each has been an answer.
        None => return ResponseValue::from_response(response).await,
    };
    let inner = serde_json::from_slice(&body);
    let inner = inner.map_err(|error| Error::InvalidResponsePayload(body, error))?;
    Ok(ResponseValue::new(inner, response.status(), std::mem::take(response.headers_mut())))
}

impl Answer {
    /// Reads a response to its end.
    pub(crate) async fn read(mut response: Response) -> reqwest::Result<Self> {
        let body = read_body(&mut response).await?;
        Ok(Self {
            status: response.status(),
            version: response.version(),
            url: response.url().clone(),
            headers: std::mem::take(response.headers_mut()),
            extensions: std::mem::take(response.extensions_mut()),
            body,
        })
    }

    /// Whether it ends in the middle of its JSON.
    ///
    /// That can only be where HTTP does not say how long the body is, so that its end cannot be
    /// told from a broken connection.
    pub(crate) fn is_cut_short(&self) -> bool {
        let framed = self.headers.contains_key(CONTENT_LENGTH)
            || self.headers.contains_key(TRANSFER_ENCODING);
        !framed
            && serde_json::from_slice::<IgnoredAny>(&self.body).is_err_and(|error| error.is_eof())
    }
}

pub(crate) fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// The whole body. An answer mostly comes in one piece, which is then taken as it is.
async fn read_body(response: &mut Response) -> reqwest::Result<Bytes> {
    let first = response.chunk().await?.unwrap_or_default();
    let Some(second) = response.chunk().await? else { return Ok(first) };
    let mut body = BytesMut::from(first);
    body.extend_from_slice(&second);
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let mut response = http::Response::builder().status(answer.status).version(answer.version);
        if let Some(extensions) = response.extensions_mut() {
            *extensions = answer.extensions;
            extensions.insert(Body(answer.body.clone()));
        }
        let mut response = response
            .url(answer.url)
            .body(answer.body)
            .expect("every part was part of a response before");
        *response.headers_mut() = answer.headers;
        response.into()
    }
}

/// A copy of a failure that is not the envelope, to be handed on as an unexpected response: the only
/// way that keeps its status and its headers.
pub(crate) fn foreign<E: Envelope>(result: &reqwest::Result<Response>) -> Option<Response> {
    let response = result.as_ref().ok()?;
    if !is_failure(response.status()) {
        return None;
    }
    let body = response.extensions().get::<Body>()?;
    serde_json::from_slice::<E>(&body.0).is_err().then(|| {
        let copy = Answer {
            status: response.status(),
            version: response.version(),
            headers: response.headers().clone(),
            extensions: Extensions::new(),
            url: response.url().clone(),
            body: body.0.clone(),
        };
        copy.into()
    })
}
