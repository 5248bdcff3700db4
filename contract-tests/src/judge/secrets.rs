//! Passwords, which no answer may hold.
//!
//! The failure does not hold them either: where one was, it shows three dots.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::is_control_path;
use crate::caller::{Accounts, Provider};
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};

/// A text as short as this may be in an answer for some other reason.
const SHORTEST: usize = 8;

/// The passwords of the accounts, and what goes over the wire for them.
#[derive(Clone)]
pub struct Secrets(Vec<String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// The secrets of these accounts.
    pub fn of(accounts: &Accounts) -> Self {
        let of_account = |provider| {
            let account = accounts.of(provider);
            let (_, password) = account.pair();
            let token = account.authorization.to_str().unwrap_or_default();
            [password, token.trim_start_matches("Basic ").to_owned()]
        };
        let secrets = Provider::ALL.into_iter().flat_map(of_account);
        Self(secrets.filter(|secret| secret.len() >= SHORTEST).collect())
    }

    /// Whether an answer holds one. What the control plane tells is the tester's own.
    ///
    /// # Errors
    /// If it does, and where.
    pub fn are_kept(&self, exchange: &Exchange) -> Result<(), Failure> {
        if is_control_path(exchange.bare_path()) {
            return Ok(());
        }
        let expected = "an answer without the password of an account";
        let body = String::from_utf8_lossy(&exchange.body);
        for secret in &self.0 {
            let holds = |text: &str| text.contains(secret.as_str());
            let header = exchange.headers.iter().find(|(_, value)| value.to_str().is_ok_and(holds));
            let place = match header {
                Some((name, _)) => format!("one in the header `{name}`"),
                None if holds(&body) => "one in its body".to_owned(),
                None => continue,
            };
            return Err(Failure::of(Rule::SecretsKept, &self.blanked(exchange), expected, place));
        }
        Ok(())
    }

    /// The same answer without the secrets.
    fn blanked(&self, exchange: &Exchange) -> Exchange {
        let without = |text: &str| {
            self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "..."))
        };
        let body = Bytes::from(without(&String::from_utf8_lossy(&exchange.body)));
        let json = serde_json::from_slice(&body).ok().map(Arc::new);
        let mut headers = (*exchange.headers).clone();
        for value in headers.values_mut() {
            let text = value.to_str().map(&without).unwrap_or_default();
            if value.to_str().is_ok_and(|old| old != text) {
                *value = text.parse().expect("what was a header is one with dots in it");
            }
        }
        Exchange { body, json, headers: headers.into(), ..exchange.clone() }
    }
}
