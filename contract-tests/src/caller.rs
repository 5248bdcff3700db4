//! Who sends a request: one of two providers, the tester, or nobody in particular.

use std::fmt;
use std::sync::{Arc, OnceLock};

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

    /// The variables of the environment that its user name and its password are in.
    pub fn variables(self) -> (&'static str, &'static str) {
        match self {
            Provider::A => ("OCTANE_USERNAME", "OCTANE_PASSWORD"),
            Provider::B => ("OCTANE_OTHER_USERNAME", "OCTANE_OTHER_PASSWORD"),
        }
    }

    /// The variable that its user name is in, as a shell writes it.
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
    /// The token of the control plane.
    Tester,
    /// None: most control planes want none, and some negative cases send none.
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
            Caller::Tester => r#" -H "Authorization: Bearer $OCTANE_MOCK_CONTROL_TOKEN""#,
            Caller::Nobody => "",
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Caller::Provider(provider) => provider.fmt(f),
            Caller::Tester => f.write_str("tester"),
            Caller::Nobody => f.write_str("nobody"),
        }
    }
}

/// The credentials of the two providers, and of the tester where the control plane wants any.
#[derive(Debug, Clone)]
pub struct Accounts {
    a: Account,
    b: Account,
    control_token: Option<ControlToken>,
    /// Made when it is needed, which takes a while.
    redaction: Arc<OnceLock<Redaction>>,
}

/// The token that opens a control plane beyond loopback, by Bearer. It is never shown.
#[derive(Clone)]
pub struct ControlToken(Box<str>);

/// A text that is no token. What it is is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "use the token in `OCTANE_MOCK_CONTROL_TOKEN`; it must be the one the mock was started with, of \
     visible ASCII alone"
)]
pub struct ControlTokenError;

impl ControlToken {
    /// The token of this text.
    ///
    /// # Errors
    /// If a header cannot carry it.
    pub fn new(text: &str) -> Result<Self, ControlTokenError> {
        match !text.is_empty() && text.bytes().all(|it| it.is_ascii_graphic()) {
            true => Ok(Self(text.into())),
            false => Err(ControlTokenError),
        }
    }

    /// The token itself, to be sent.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ControlToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ControlToken(..)")
    }
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
        Self { a, b, control_token: None, redaction: Arc::default() }
    }

    /// The same, with the token of the control plane.
    #[must_use]
    pub fn with_control_token(self, token: ControlToken) -> Self {
        Self { control_token: Some(token), redaction: Arc::default(), ..self }
    }

    /// The same, for a control plane that wants no token, and a target that has none.
    #[must_use]
    pub fn without_control_token(self) -> Self {
        // The token is taken out of texts all the same.
        self.redaction();
        Self { control_token: None, ..self }
    }

    /// The token of the control plane, if there is one.
    pub(crate) fn control_token(&self) -> Option<&ControlToken> {
        self.control_token.as_ref()
    }

    /// What takes them out of texts.
    pub fn redaction(&self) -> &Redaction {
        let token = self.control_token.as_ref().map(ControlToken::reveal);
        let pairs = || [self.a.pair(), self.b.pair()];
        self.redaction.get_or_init(|| Redaction::of(&pairs(), token))
    }

    /// Who calls the control plane: the tester, or nobody in particular.
    pub fn tester(&self) -> Caller {
        if self.control_token.is_some() { Caller::Tester } else { Caller::Nobody }
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
