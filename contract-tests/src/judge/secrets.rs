//! Passwords, which no answer may hold.
//!
//! They are looked for before an answer is recorded, which is without them ([`crate::redact`]).

use std::fmt;

use reqwest::header::HeaderMap;

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

    /// Where an answer holds one, as it came. What the control plane tells is the tester's own.
    pub(crate) fn found(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        if is_control_path(path) {
            return None;
        }
        let body = String::from_utf8_lossy(body);
        self.0.iter().find_map(|secret| {
            let holds = |text: &str| text.contains(secret.as_str());
            let header = headers.iter().find(|(_, value)| value.to_str().is_ok_and(holds));
            match header {
                Some((name, _)) => Some(format!("one in the header `{name}`")),
                None => holds(&body).then(|| "one in its body".to_owned()),
            }
        })
    }
}

/// That an answer, which is without them by now, held one there.
pub(crate) fn told(exchange: &Exchange, place: String) -> Failure {
    let expected = "an answer without the password of an account";
    Failure::of(Rule::SecretsKept, exchange, expected, place)
}
