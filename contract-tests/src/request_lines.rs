//! The request log: a line of JSON for every request, without credentials.
//!
//! The same seed gives the same lines to the byte. So what depends on nothing but how often a world was
//! emptied before has a name in its place: a cursor that the target gave.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Url;
use serde_json::{Value, json};

use crate::exchange::Exchange;

/// How many bytes of a body are shown.
const LOGGED_MAX: usize = 4096;

/// What stands for a cursor that the target gave.
const GIVEN: &str = "cursor=$CURSOR";

/// What stands for a part of one.
const PART: &str = "cursor=$PART_OF_CURSOR";

/// The lines so far.
#[derive(Debug, Default)]
pub(crate) struct RequestLines {
    lines: Vec<String>,
    /// The cursors that the target gave.
    cursors: BTreeSet<String>,
}

impl RequestLines {
    /// Adds a request.
    pub(crate) fn add(&mut self, exchange: &Exchange) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: BTreeMap<&str, String> = exchange
            .request_headers
            .iter()
            .map(|(name, value)| (name.as_str(), text(value.as_bytes())))
            .collect();
        let body = exchange.request_body.as_deref().unwrap_or_default();
        let shown = &body[..body.len().min(LOGGED_MAX)];
        let line = json!({
            "caller": exchange.caller.to_string(),
            "method": exchange.method,
            "path": self.without_cursor(&exchange.path),
            "headers": headers,
            "body": text(shown),
            "bodyBytes": body.len(),
        });
        self.lines.push(line.to_string());
    }

    /// Notes the cursor of an answer, if it has one.
    pub(crate) fn answered(&mut self, exchange: &Exchange) {
        let cursor = exchange.response().get("nextCursor").and_then(Value::as_str);
        self.cursors.extend(cursor.map(str::to_owned));
    }

    /// Adds lines of another log.
    pub(crate) fn extend(&mut self, lines: Vec<String>) {
        self.lines.extend(lines);
    }

    /// The lines since the last time, which are forgotten here.
    pub(crate) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.lines)
    }

    fn without_cursor(&self, path: &str) -> String {
        let Some((bare, query)) = path.split_once('?') else { return path.to_owned() };
        let pieces: Vec<&str> =
            query.split('&').map(|piece| self.name(piece).unwrap_or(piece)).collect();
        format!("{bare}?{}", pieces.join("&"))
    }

    /// What stands for a piece of a query, if it is of a cursor that the target gave.
    fn name(&self, piece: &str) -> Option<&'static str> {
        let read = |text: &str| Url::parse(&format!("http://localhost/?{text}")).ok();
        let url = Some(piece).filter(|it| it.starts_with("cursor=")).and_then(read)?;
        let (_, value) = url.query_pairs().next()?;
        if self.cursors.contains(&*value) {
            return Some(GIVEN);
        }
        let is_part = !value.is_empty() && self.cursors.iter().any(|it| it.contains(&*value));
        is_part.then_some(PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, logged: &str) {
        let cursors = BTreeSet::from(["a bc=".to_owned()]);
        let lines = RequestLines { cursors, ..RequestLines::default() };
        assert_eq!(lines.without_cursor(path), logged);
    }

    #[test]
    fn a_cursor_that_was_given_has_a_name_and_one_that_was_not_stays() {
        check("/v1/order/nbn?limit=1&cursor=a%20bc%3D", "/v1/order/nbn?limit=1&cursor=$CURSOR");
        check("/v1/order/nbn?cursor=a+bc%3D&limit=1", "/v1/order/nbn?cursor=$CURSOR&limit=1");
        check("/v1/order/nbn?cursor=bc%3D", "/v1/order/nbn?cursor=$PART_OF_CURSOR");
        check("/v1/order/nbn?cursor=", "/v1/order/nbn?cursor=");
        check("/v1/order/nbn?cursor=broken", "/v1/order/nbn?cursor=broken");
        check("/v1/order/nbn?custNo=a%20bc%3D", "/v1/order/nbn?custNo=a%20bc%3D");
        check("/v1/order/nbn", "/v1/order/nbn");
    }
}
