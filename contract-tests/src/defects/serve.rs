//! Serves one defect on a port, for people and tests to try reports and commands on.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use octane_client::Transport;
use tokio::net::TcpListener;

use super::Defect;
use crate::target::Target;

/// No defect has a limit of its own: whether a body is too large, the server says.
const BODY_MAX: usize = usize::MAX;

impl Defect {
    /// Serves it to whoever connects, until the process ends.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn serve(&self, listener: TcpListener) -> io::Result<()> {
        serve(&self.target(), listener).await
    }
}

/// Serves a target that is in this process.
///
/// # Errors
/// If the listener fails.
pub async fn serve(target: &Target, listener: TcpListener) -> io::Result<()> {
    let transport = target.transport().map_err(io::Error::other)?;
    let router = Router::new().fallback(move |request: Request| {
        let transport = Arc::clone(&transport);
        async move { answer(transport.as_ref(), request).await }
    });
    axum::serve(listener, router).await
}

async fn answer(transport: &dyn Transport, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let (url, method, headers) = (format!("http://in-process{path}"), parts.method, parts.headers);
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Ok(url) = url.parse() else { return StatusCode::BAD_REQUEST.into_response() };
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = headers;
    *request.body_mut() = Some(body.into());
    let sent = transport.send(request).await;
    let received = match sent {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            response.bytes().await.map(|body| (status, headers, body))
        }
        Err(error) => Err(error),
    };
    match received {
        Ok((status, mut headers, body)) => {
            // How long the body is, whoever sends it says.
            headers.remove(CONTENT_LENGTH);
            headers.remove(TRANSFER_ENCODING);
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            response
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
