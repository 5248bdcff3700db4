//! A whole answer: head and body together.
//!
//! The body is read as part of the attempt that asked for it, because an answer that breaks off in
//! the middle is a failed attempt. Where it has to become a response again, the body of a failure
//! is an extension of that too, since a response's own body can be read only by waiting for it, and
//! [`crate::Error`] is made at once.

use bytes::{Bytes, BytesMut};
use http::Extensions;
use reqwest::{
    Response, ResponseBuilderExt as _, StatusCode, Url, Version,
    header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING},
};
use serde::de::IgnoredAny;

/// What a service said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    version: Version,
    extensions: Extensions,
    url: Url,
}

/// The body of a failure, beside the response it came with.
#[derive(Clone)]
pub(crate) struct Body(pub(crate) Bytes);

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
        let failure = answer.status.is_client_error() || answer.status.is_server_error();
        let mut response = http::Response::builder().status(answer.status).version(answer.version);
        if let Some(extensions) = response.extensions_mut() {
            *extensions = answer.extensions;
            if failure {
                extensions.insert(Body(answer.body.clone()));
            }
        }
        let mut response = response
            .url(answer.url)
            .body(answer.body)
            .expect("every part was part of a response before");
        *response.headers_mut() = answer.headers;
        response.into()
    }
}
