//! Something between the verifier and a correct server, which spoils one thing.
//!
//! What goes to the control plane is left alone: a tester's tools are right even where the server is
//! not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use octane_client::{BoxFuture, Transport};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Response};
use serde_json::Value;

pub(super) use super::asked::Asked;

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

/// Changes answers, going by what they answer and by what the proxy remembers of a world, until it is
/// emptied.
pub(super) fn after<M: Default + Send + 'static>(
    change: impl Fn(&mut M, &Asked, &mut Answer) + Send + Sync + 'static,
) -> Spoil {
    let state = Arc::new((Mutex::new(BTreeMap::<String, M>::new()), change));
    Arc::new(move |asked, server| {
        let state = Arc::clone(&state);
        Box::pin(async move {
            let mut answer = server.answer(asked.clone()).await?;
            let (memories, change) = &*state;
            let mut memories = memories.lock().unwrap_or_else(PoisonError::into_inner);
            change(memories.entry(asked.life()).or_default(), &asked, &mut answer);
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
    server: Server,
    spoil: Spoil,
    /// How often each world was emptied.
    resets: Mutex<BTreeMap<String, u64>>,
}

impl Proxy {
    pub(super) fn new(server: Arc<dyn Transport>, spoil: Spoil) -> Self {
        Self { server: Server(server), spoil, resets: Mutex::default() }
    }

    /// How often this world was emptied before a request, which may be about to do so.
    fn resets(&self, asked: &Asked) -> u64 {
        let mut resets = self.resets.lock().unwrap_or_else(PoisonError::into_inner);
        let count = resets.entry(asked.world().to_owned()).or_default();
        let before = *count;
        *count += u64::from(asked.is(&Method::POST, "/_mock/reset"));
        before
    }
}

impl Server {
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

    /// What the clock of the caller's world shows.
    pub(super) async fn now(&self, like: &Asked) -> reqwest::Result<Option<DateTime<Utc>>> {
        let clock = self.read(like, "/_mock/clock").await?.json();
        Ok(clock["response"]["now"].as_str().and_then(|it| it.parse().ok()))
    }
}

impl Transport for Proxy {
    fn send(&self, request: Request) -> BoxFuture<'_, reqwest::Result<Response>> {
        let body = request.body().and_then(|body| body.as_bytes()).map(Bytes::copy_from_slice);
        let mut asked = Asked {
            resets: 0,
            method: request.method().clone(),
            url: request.url().clone(),
            headers: request.headers().clone(),
            body,
        };
        asked.resets = self.resets(&asked);
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
