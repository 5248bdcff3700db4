//! The console: the page under `/_mock/` by which people steer the server and see what it did.
//!
//! Its files lie in `console/` and are part of the program: there is no build step, and nothing is
//! fetched from elsewhere, which the `Content-Security-Policy` enforces. The page is a client of the
//! control plane and of the order endpoints like any other, so nothing here knows of orders.
//!
//! It is no operation of a contract, and is looked at before the world is: its files hold nothing of a
//! world, and the page itself says best that its world is gone. Nor does it take a token: whatever the
//! page shows it has to ask for.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The page itself. The other files lie below, in `console/`.
const PAGE: &str = "/_mock/";

/// Only this server's own scripts and styles, and calls of it; no code in strings, and no frame of
/// another site around the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
     trusted-types 'none'";

/// The files of the console, by name, without the folder.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../console/", $name)) as &[u8])),*]
    };
}

const INDEX: &[u8] = include_bytes!("../console/index.html");

const FILES: &[(&str, &[u8])] = &files![
    "act.js",
    "api.js",
    "app.js",
    "board.js",
    "clock.js",
    "contract.js",
    "coverage.js",
    "data.js",
    "dialog.js",
    "dom.js",
    "exchange.js",
    "faults.js",
    "header.js",
    "icon.svg",
    "journal.js",
    "keyboard.js",
    "lifecycle.js",
    "messages.js",
    "moves.js",
    "new-order.js",
    "order.js",
    "router.js",
    "stream.js",
    "style.css",
    "time.js",
    "timeslots.js",
    "token.js",
    "words.js",
    "worlds.js",
];

/// Something of the console that a path names.
pub(crate) enum Console {
    /// A file, and its name.
    File(&'static str, &'static [u8]),
    /// The page's path without its last slash, below which its files would not be found.
    Unslashed,
}

impl Console {
    /// What of the console a path names, if it names anything.
    pub(crate) fn at(path: &str) -> Option<Self> {
        if path == PAGE {
            return Some(Self::File("index.html", INDEX));
        }
        if Some(path) == PAGE.strip_suffix('/') {
            return Some(Self::Unslashed);
        }
        let wanted = path.strip_prefix(PAGE)?.strip_prefix("console/")?;
        let (name, bytes) = FILES.iter().find(|(name, _)| *name == wanted)?;
        Some(Self::File(name, bytes))
    }

    /// The answer to a GET or HEAD with these headers.
    pub(crate) fn answer(&self, request: &HeaderMap, now: DateTime<Utc>) -> Response<Body> {
        let mut response = match self {
            Self::File(name, bytes) => file(name, bytes, request),
            Self::Unslashed => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
                // Relative, so that it stays in the world of the request.
                response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("_mock/"));
                response
            }
        };
        let headers = response.headers_mut();
        let date = httpdate::fmt_http_date(now.into());
        headers.extend(HeaderValue::try_from(date).ok().map(|date| (header::DATE, date)));
        for (name, value) in [
            (header::CACHE_CONTROL, "no-cache"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

fn file(name: &str, bytes: &'static [u8], request: &HeaderMap) -> Response<Body> {
    let tag = format!("\"{}\"", Uuid::new_v5(&Uuid::NAMESPACE_OID, bytes).simple());
    let is_known = is_known(request, &tag);
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(bytes) });
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let media_type = HeaderValue::from_static(media_type(name));
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    let tag = HeaderValue::try_from(tag).expect("digits between quotation marks");
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// Whether the client has the file already (RFC 9110, section 13.1.2; compared weakly).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let listed = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    listed
        .flat_map(|it| it.split(','))
        .map(str::trim)
        .any(|it| it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
