//! Who sends a request: one of two providers, the tester, or nobody in particular.

use std::fmt;
use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use octane_client::Credentials;
use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::redact::Redaction;

/// One of the two providers of the tests. Which of the target's providers it is, [`Accounts`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Provider {
    /// The provider most steps are made by.
    A,
    /// The other one, whose orders the first must not see.
    B,
}

impl Provider {
    /// Both.
    pub const ALL: [Provider; 2] = [Provider::A, Provider::B];

    /// The one that this one's orders do not exist for.
    pub fn other(self) -> Provider {
        match self {
            Provider::A => Provider::B,
            Provider::B => Provider::A,
        }
    }

    /// The variable of the environment that its user name is in, as a shell writes it.
    pub fn username_variable(self) -> &'static str {
        match self {
            Provider::A => "$OCTANE_USERNAME",
            Provider::B => "$OCTANE_OTHER_USERNAME",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Provider::A => "provider A",
            Provider::B => "provider B",
        })
    }
}

/// Whose credentials a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caller {
    /// A provider's.
    Provider(Provider),
    /// None: the control plane wants none, and some negative cases send none.
    Nobody,
}

impl Caller {
    /// The arguments that make curl send the same credentials, which are named and never shown.
    pub fn curl_arguments(self) -> &'static str {
        match self {
            Caller::Provider(Provider::A) => r#" -u "$OCTANE_USERNAME:$OCTANE_PASSWORD""#,
            Caller::Provider(Provider::B) => {
                r#" -u "$OCTANE_OTHER_USERNAME:$OCTANE_OTHER_PASSWORD""#
            }
            Caller::Nobody => "",
        }
    }
}

/// The credentials of the two providers.
#[derive(Debug, Clone)]
pub struct Accounts {
    a: Account,
    b: Account,
    redaction: Arc<Redaction>,
}

/// One provider's credentials, for the typed client and for requests that are sent raw.
#[derive(Debug, Clone)]
pub struct Account {
    /// For the typed client.
    pub credentials: Credentials,
    /// The value of `Authorization`, marked sensitive.
    pub authorization: HeaderValue,
}

impl Account {
    /// The account of this user name and password.
    pub fn new(username: &str, password: &str) -> Self {
        let mut authorization = HeaderValue::try_from(format!(
            "Basic {}",
            STANDARD.encode(format!("{username}:{password}"))
        ))
        .expect("base64 holds no character that a header does not");
        authorization.set_sensitive(true);
        Self { credentials: Credentials::new(username, password), authorization }
    }

    /// User name and password, as the header holds them.
    pub(crate) fn pair(&self) -> (String, String) {
        let text = self.authorization.to_str().unwrap_or_default();
        let token = text.strip_prefix("Basic ").unwrap_or_default();
        let pair = STANDARD.decode(token).ok().and_then(|it| String::from_utf8(it).ok());
        let pair = pair.unwrap_or_default();
        let (user, password) = pair.split_once(':').unwrap_or_default();
        (user.to_owned(), password.to_owned())
    }
}

impl Accounts {
    /// The accounts of the two providers.
    pub fn new(a: Account, b: Account) -> Self {
        let redaction = Arc::new(Redaction::of(&[a.pair(), b.pair()]));
        Self { a, b, redaction }
    }

    /// What takes them out of texts.
    pub fn redaction(&self) -> &Arc<Redaction> {
        &self.redaction
    }

    /// The providers that the mock's published test data has.
    pub fn published() -> Self {
        Self::new(
            Account::new("harbour", "harbour-test-secret"),
            Account::new("outback", "outback-test-secret"),
        )
    }

    /// A provider's account.
    pub fn of(&self, provider: Provider) -> &Account {
        match provider {
            Provider::A => &self.a,
            Provider::B => &self.b,
        }
    }
}
