//! What keeps web pages from steering a server that runs on the machine of whoever looks at them.
//!
//! Any page may send requests to `http://127.0.0.1:4010`, from the browser of somebody who can reach
//! it. Two things give such a request away. A page that has its own name resolve to 127.0.0.1 (DNS
//! rebinding) still names itself in `Host`. A page of another origin that sends something is named by
//! its browser in `Sec-Fetch-Site` and `Origin`; that it cannot read the answer does not help, since
//! the world is changed by then.
//!
//! With a token none of this is needed: no other page knows it.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};

use crate::control_token::ControlToken;

/// What lets requests pass to the control plane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    /// The token to be sent; without one, requests have to come from this machine, by its own name.
    pub(crate) token: Option<ControlToken>,
}

impl Guard {
    /// Whether a request may have been made by a page of another origin, and why it seems so.
    pub(crate) fn forbids(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        if self.token.is_some() {
            return None;
        }
        if !names_this_machine(headers) {
            return Some(
                "Without a token the control plane answers only to `Host: localhost`, or to a \
                 loopback address; use one of those, or start the server with a control token.",
            );
        }
        let is_safe = matches!(*method, Method::GET | Method::HEAD);
        (!is_safe && is_of_another_origin(headers)).then_some(
            "The request was made by a page of another origin, which may not steer the server \
             without a token.",
        )
    }
}

/// Whether `Host` is a name that only ever means the machine itself. Whoever sends none is no
/// browser: a request without sockets, or by HTTP/1.0.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    match (first, second) {
        (None, _) => true,
        (Some(host), None) => {
            let authority = host.to_str().ok().and_then(|it| it.parse::<Authority>().ok());
            authority.is_some_and(|it| is_loopback(it.host()))
        }
        (Some(_), Some(_)) => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => address == Ipv6Addr::LOCALHOST,
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            // RFC 6761, section 6.3.
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

/// Whether a browser says that the page that made the request is not of the server's own origin.
/// `Sec-Fetch-Site` cannot be set by pages; `Origin` is what older browsers have.
fn is_of_another_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|it| it.to_str().unwrap_or_default());
    match (text(header::HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = text(header::HOST).unwrap_or_default();
            origin.strip_prefix("http://") != Some(host)
        }
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &Method, sent: &[(&'static str, &str)], passes: bool) {
        let headers = sent
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()));
        let forbidden = Guard::default().forbids(method, &headers.collect());
        assert_eq!(forbidden.is_none(), passes, "{method} {sent:?}: {forbidden:?}");
    }

    #[test]
    fn only_a_host_that_means_the_machine_itself_passes() {
        for host in [
            "127.0.0.1:4010",
            "127.8.9.1",
            "localhost",
            "LocalHost:80",
            "localhost.",
            "mock.localhost:4010",
            "[::1]:4010",
        ] {
            check(&Method::GET, &[("host", host)], true);
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evillocalhost",
            "10.0.0.1:4010",
            "[::2]:4010",
            "0.0.0.0",
            "",
            "user@evil.example",
        ] {
            check(&Method::GET, &[("host", host)], false);
        }
        check(&Method::GET, &[("host", "localhost"), ("host", "evil.example")], false);
        check(&Method::GET, &[], true);
    }

    #[test]
    fn a_page_of_another_origin_may_look_but_not_touch() {
        let host = ("host", "127.0.0.1:4010");
        for (site, passes) in
            [("same-origin", true), ("none", true), ("same-site", false), ("cross-site", false)]
        {
            check(&Method::POST, &[host, ("sec-fetch-site", site)], passes);
            check(&Method::GET, &[host, ("sec-fetch-site", site)], true);
        }
        for (origin, passes) in [
            ("http://127.0.0.1:4010", true),
            ("http://127.0.0.1:4011", false),
            ("https://127.0.0.1:4010", false),
            ("http://localhost:4010", false),
            ("http://evil.example", false),
            ("null", false),
        ] {
            check(&Method::DELETE, &[host, ("origin", origin)], passes);
        }
        // curl and test clients say neither.
        check(&Method::POST, &[host], true);
    }

    #[test]
    fn with_a_token_a_request_may_come_from_anywhere() {
        let guard = Guard { token: Some(ControlToken::new("0123456789abcdef").unwrap()) };
        let headers = HeaderMap::from_iter([(header::HOST, "mock.test".parse().unwrap())]);
        assert_eq!(guard.forbids(&Method::POST, &headers), None);
    }
}
