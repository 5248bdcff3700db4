//! A server per test, and how to talk to it without sockets.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt as _;
use octane_mock_server::{Clock, Config, MockServer};
use serde_json::Value;
use tower::ServiceExt as _;

/// Monday 2 March 2026, 09:00 in Sydney.
pub(crate) const MONDAY: &str = "2026-03-01T22:00:00Z";

/// `harbour:harbour-test-secret`.
pub(crate) const HARBOUR: &str = "Basic aGFyYm91cjpoYXJib3VyLXRlc3Qtc2VjcmV0";

/// `outback:outback-test-secret`.
pub(crate) const OUTBACK: &str = "Basic b3V0YmFjazpvdXRiYWNrLXRlc3Qtc2VjcmV0";

/// What is answered in the place of an answer that breaks the contract.
pub(crate) const BROKEN: &str = "The server's own answer breaks the contract; see its log.";

/// A server of its own, whose clock stands at [`MONDAY`].
pub(crate) fn server() -> MockServer {
    MockServer::new(config()).expect("the contracts of this repository can be served")
}

/// How [`server`] is configured.
pub(crate) fn config() -> Config {
    Config { clock: Clock::fixed(MONDAY.parse().unwrap()).unwrap(), ..Config::default() }
}

/// What came back. Two are equal if all but the id of the request is.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl PartialEq for Reply {
    fn eq(&self, other: &Self) -> bool {
        let headers = |reply: &Self| {
            let mut headers = reply.headers.clone();
            headers.remove("x-request-id");
            headers
        };
        (self.status, &self.body, headers(self)) == (other.status, &other.body, headers(other))
    }
}

impl Reply {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body["response"].clone()
    }

    pub(crate) fn error_code(&self) -> i64 {
        self.body["errorCode"].as_i64().expect("every answer has an errorCode")
    }
}

/// A request in the making.
pub(crate) struct Call {
    request: axum::http::request::Builder,
    body: Body,
}

pub(crate) fn call(method: &str, path: &str) -> Call {
    let method: Method = method.parse().unwrap();
    Call { request: Request::builder().method(method).uri(path), body: Body::empty() }
        .header("authorization", HARBOUR)
}

pub(crate) fn get(path: &str) -> Call {
    call("GET", path)
}

pub(crate) fn post(path: &str, body: &Value) -> Call {
    call("POST", path).json(&body.to_string())
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// The same call with one header in place of what it had of that name.
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        let headers = self.request.headers_mut().unwrap();
        let name: header::HeaderName = name.parse().unwrap();
        headers.remove(&name);
        if let Some(value) = value {
            headers.insert(name, value.parse().unwrap());
        }
        self
    }

    pub(crate) fn by(self, credentials: &str) -> Self {
        self.with("authorization", Some(credentials))
    }

    pub(crate) fn json(self, body: &str) -> Self {
        self.header("content-type", "application/json").body(body.to_owned())
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends the call, and expects an answer that keeps to the contract, whatever it says.
    #[track_caller]
    pub(crate) fn to(self, router: &Router) -> impl Future<Output = Reply> {
        let caller = std::panic::Location::caller();
        let answered = self.sent_to(router.clone());
        async move {
            let reply = answered.await;
            assert_ne!(reply.body["errorMessage"], BROKEN, "see the log of the call at {caller}");
            reply
        }
    }

    /// Sends the call, though the answer may break the contract and so be replaced by the server.
    pub(crate) async fn sent_to(self, router: Router) -> Reply {
        let (status, headers, bytes) = self.bytes_from(&router).await;
        let body = serde_json::from_slice(&bytes).expect("every answer is JSON");
        Reply { status, headers, body }
    }

    /// The status, headers and body of the answer, whatever it is.
    pub(crate) async fn bytes_from(self, router: &Router) -> (u16, HeaderMap, Vec<u8>) {
        let request = self.request.body(self.body).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        assert!(parts.headers.contains_key("x-request-id"), "every answer has an id");
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), parts.headers, bytes.to_vec())
    }
}
