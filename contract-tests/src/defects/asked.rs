//! A request as a defect sees it: what it asks for, by whom, and what can be changed in it.

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap};
use reqwest::{Method, Url};
use serde_json::Value;

use crate::caller::{Accounts, Provider};

/// A request on its way to the server.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    /// How often the world was emptied before.
    pub(super) resets: u64,
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
    pub(super) fn world(&self) -> &str {
        let path = self.url.path();
        let Some(rest) = path.strip_prefix("/worlds/") else { return "" };
        let end = rest.find('/').map_or(path.len(), |end| path.len() - rest.len() + end);
        &path[..end]
    }

    /// The world as long as it is not emptied: then its ids begin anew, and what a proxy remembers of
    /// them is about others.
    pub(super) fn life(&self) -> String {
        format!("{} {}", self.world(), self.resets)
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
