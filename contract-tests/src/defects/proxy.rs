//! Something between the verifier and a correct server, which spoils one thing.
//!
//! What goes to the control plane is left alone: a tester's tools are right even where the server is
//! not.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use octane_client::{BoxFuture, Transport};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Response, Url};
use serde_json::Value;

use crate::caller::{Accounts, Provider};

/// A request on its way to the server.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

/// An answer on its way back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The correct server.
#[derive(Clone)]
pub(super) struct Server(Arc<dyn Transport>);

/// What is done with a request.
pub(super) type Spoil =
    Arc<dyn Fn(Asked, Server) -> BoxFuture<'static, reqwest::Result<Answer>> + Send + Sync>;

/// Does with every request what it likes.
pub(super) fn requests<F, Fut>(spoil: F) -> Spoil
where
    F: Fn(Asked, Server) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = reqwest::Result<Answer>> + Send + 'static,
{
    Arc::new(move |asked, server| Box::pin(spoil(asked, server)))
}

/// Changes requests before the server sees them.
pub(super) fn before(change: impl Fn(&mut Asked) + Send + Sync + 'static) -> Spoil {
    Arc::new(move |mut asked, server| {
        change(&mut asked);
        Box::pin(async move { server.answer(asked).await })
    })
}

/// Changes answers, going by what they answer and by what the proxy remembers.
pub(super) fn after<M: Default + Send + 'static>(
    change: impl Fn(&mut M, &Asked, &mut Answer) + Send + Sync + 'static,
) -> Spoil {
    let state = Arc::new((Mutex::new(M::default()), change));
    Arc::new(move |asked, server| {
        let state = Arc::clone(&state);
        Box::pin(async move {
            let mut answer = server.answer(asked.clone()).await?;
            let (memory, change) = &*state;
            let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut memory, &asked, &mut answer);
            Ok(answer)
        })
    })
}

/// Changes answers.
pub(super) fn answers(change: impl Fn(&Asked, &mut Answer) + Send + Sync + 'static) -> Spoil {
    after(move |(): &mut (), asked, answer| change(asked, answer))
}

/// Changes the JSON of successes of one kind.
pub(super) fn bodies(
    wanted: fn(&Asked) -> bool,
    change: impl Fn(&mut Value) + Send + Sync + 'static,
) -> Spoil {
    answers(move |asked, answer| {
        if wanted(asked) && answer.status < 300 {
            answer.edit(|body| change(&mut body["response"]));
        }
    })
}

/// Changes every order that is shown whole, by whichever operation.
pub(super) fn orders(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Spoil {
    bodies(Asked::shows_order, change)
}

/// The transport that a spoilt server is.
pub(super) struct Proxy {
    pub(super) server: Server,
    pub(super) spoil: Spoil,
}

impl Server {
    pub(super) fn new(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }

    /// The correct answer.
    pub(super) async fn answer(&self, asked: Asked) -> reqwest::Result<Answer> {
        let mut request = Request::new(asked.method, asked.url);
        *request.headers_mut() = asked.headers;
        *request.body_mut() = asked.body.map(Into::into);
        let response = self.0.send(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await? })
    }

    /// The correct answer to a read of another path by the same caller.
    pub(super) async fn read(&self, like: &Asked, path: &str) -> reqwest::Result<Answer> {
        let mut asked = like.clone();
        (asked.method, asked.body) = (Method::GET, None);
        asked.url.set_query(None);
        asked.set_path(path);
        self.answer(asked).await
    }
}

impl Transport for Proxy {
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        let body = request.body().and_then(|body| body.as_bytes()).map(Bytes::copy_from_slice);
        let asked = Asked {
            method: request.method().clone(),
            url: request.url().clone(),
            headers: request.headers().clone(),
            body,
        };
        let answering = match asked.path().starts_with("/_mock") {
            true => {
                let server = self.server.clone();
                Box::pin(async move { server.answer(asked).await })
            }
            false => (self.spoil)(asked, self.server.clone()),
        };
        Box::pin(async move {
            let answer = answering.await?;
            let mut response = http::Response::new(answer.body);
            *response.status_mut() =
                http::StatusCode::from_u16(answer.status).expect("a status with three digits");
            *response.headers_mut() = answer.headers;
            response.headers_mut().remove(CONTENT_LENGTH);
            Ok(response.into())
        })
    }
}

impl Asked {
    /// The path within the world.
    pub(super) fn path(&self) -> &str {
        &self.url.path()[self.world().len()..]
    }

    /// Another path within the same world.
    pub(super) fn set_path(&mut self, path: &str) {
        let path = format!("{}{path}", self.world());
        self.url.set_path(&path);
    }

    /// The beginning of the path that names the world, if it does.
    fn world(&self) -> &str {
        let path = self.url.path();
        let Some(rest) = path.strip_prefix("/worlds/") else { return "" };
        let end = rest.find('/').map_or(path.len(), |end| path.len() - rest.len() + end);
        &path[..end]
    }

    pub(super) fn is(&self, method: &Method, path: &str) -> bool {
        self.method == method && self.path() == path
    }

    pub(super) fn lists(&self) -> bool {
        self.is(&Method::GET, "/v1/order/nbn")
    }

    pub(super) fn reads_order(&self) -> bool {
        self.method == Method::GET && self.path().starts_with("/v1/order/nbn/")
    }

    pub(super) fn creates(&self) -> bool {
        self.is(&Method::POST, "/v1/order/nbn")
    }

    pub(super) fn withdraws(&self) -> bool {
        self.method == Method::POST && self.path().ends_with("/cancel")
    }

    pub(super) fn books(&self) -> bool {
        self.is(&Method::POST, "/v1/appointment/nbn")
    }

    pub(super) fn asks_timeslots(&self) -> bool {
        self.is(&Method::GET, "/v1/appointment/nbn/timeslot")
    }

    pub(super) fn qualifies(&self) -> bool {
        self.is(&Method::POST, "/v1/qualification/check")
    }

    pub(super) fn shows_order(&self) -> bool {
        self.reads_order() || self.creates() || self.withdraws() || self.books()
    }

    /// The body as JSON; null if it is none.
    pub(super) fn json(&self) -> Value {
        self.body.as_ref().and_then(|it| serde_json::from_slice(it).ok()).unwrap_or_default()
    }

    pub(super) fn set_json(&mut self, body: &Value) {
        self.set_body(body.to_string());
    }

    pub(super) fn set_body(&mut self, body: impl Into<Bytes>) {
        self.body = Some(body.into());
        self.headers.remove(CONTENT_LENGTH);
    }

    /// The decoded value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Changes the query, a parameter at a time; none drops it.
    pub(super) fn edit_query(&mut self, change: impl Fn(&str, &str) -> Option<String>) {
        let pairs: Vec<(String, String)> = self
            .url
            .query_pairs()
            .filter_map(|(name, value)| Some((name.to_string(), change(&name, &value)?)))
            .collect();
        self.url.set_query(None);
        if !pairs.is_empty() {
            self.url.query_pairs_mut().extend_pairs(pairs);
        }
    }

    /// Whose credentials these are, if they are somebody's.
    pub(super) fn provider(&self) -> Option<Provider> {
        let sent = self.headers.get(AUTHORIZATION)?;
        let accounts = Accounts::published();
        Provider::ALL.into_iter().find(|it| accounts.of(*it).authorization == sent)
    }

    /// The same request with a provider's credentials.
    pub(super) fn by(mut self, provider: Provider) -> Self {
        let authorization = Accounts::published().of(provider).authorization.clone();
        self.headers.insert(AUTHORIZATION, authorization);
        self
    }
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut body = self.json();
        change(&mut body);
        self.body = body.to_string().into();
    }

    pub(super) fn set_header(&mut self, name: HeaderName, value: &'static str) {
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    pub(super) fn error_code(&self) -> Option<i64> {
        self.json()["errorCode"].as_i64()
    }

    /// A failure with the number of its error.
    pub(super) fn failure(status: u16, error_code: i64, message: &str) -> Self {
        let body = serde_json::json!({ "success": false, "errorCode": error_code, "errorMessage": message });
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        Self { status, headers, body: body.to_string().into() }
    }
}
