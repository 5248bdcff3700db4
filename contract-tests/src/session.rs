//! Two providers and a tester, talking to one target.
//!
//! A session gives the typed client of each provider, the client of the control plane, and a way to
//! send raw requests. All of them go through one log.

use std::sync::{Arc, OnceLock};

use octane_client::{BuildError, Client, Retries, Transport, control};
use reqwest::header::{AUTHORIZATION, CONNECTION, HeaderValue};
use reqwest::{Method, Request, Url};

use crate::caller::{Accounts, Caller, Provider};
use crate::exchange::{Exchange, RawRequest};
use crate::judge::Judge;
use crate::judge::secrets::Secrets;
use crate::known::Known;
use crate::machine::calls::Trouble;
use crate::recorder::{Log, Recorder, innermost};
use crate::target::{Target, TargetError};
use crate::trust::{Distrust, distrust};

/// A conversation with a target.
pub struct Session {
    base_url: String,
    recorder: Recorder,
    a: Client,
    b: Client,
    control: control::Client,
    known: Arc<Known>,
}

/// The target did not answer.
#[derive(Debug, thiserror::Error)]
#[error("{}", way_out(.0))]
pub struct Unreachable(#[source] pub reqwest::Error);

/// What to do about an answer that did not come.
fn way_out(error: &reqwest::Error) -> &'static str {
    match distrust(error) {
        Some(Distrust::UnknownAuthority) => {
            "trust the target's certificate, which no authority known here has signed; if the \
             authority is your own, pass its certificate with --ca-certificate"
        }
        Some(Distrust::Unfit) => {
            "trust the target's certificate; it must be a server's, of this day, for the host in \
             the base URL"
        }
        None => "reach the target; is it running, and is the base URL right?",
    }
}

impl Unreachable {
    /// What went wrong, without what it was on the way to.
    pub(crate) fn why(&self) -> String {
        innermost(&self.0)
    }
}

/// Why no session can be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The base URL or the credentials cannot be used.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The HTTP client could not be set up.
    #[error(transparent)]
    Target(#[from] TargetError),
}

impl Session {
    /// Opens a session. Nothing is sent yet.
    ///
    /// # Errors
    /// If the base URL or the credentials cannot be used.
    pub fn open(
        target: &Target,
        judge: &Arc<Judge>,
        accounts: Accounts,
    ) -> Result<Self, OpenError> {
        let transport = target.transport()?;
        let base_url = target.base_url().to_owned();
        Ok(Self::connect(&transport, base_url, judge, accounts)?)
    }

    /// A session of its own with the same target and accounts, and a log of its own: for calls made
    /// at once, whose answers one log would mix up.
    pub(crate) fn another(&self) -> Self {
        let Recorder { inner, judge, .. } = &self.recorder;
        let (base_url, accounts) = (self.base_url.clone(), self.accounts().clone());
        let other = Self::connect(inner, base_url, judge, accounts)
            .expect("a session was opened with the same before")
            .knowing(&self.known);
        if self.log().keeps_requests() {
            other.log().keep_requests();
        }
        other
    }

    fn connect(
        transport: &Arc<dyn Transport>,
        base_url: String,
        judge: &Arc<Judge>,
        accounts: Accounts,
    ) -> Result<Self, BuildError> {
        let path = base_url.parse::<Url>().map_or(0, |url| url.path().trim_end_matches('/').len());
        let nobody = Recorder {
            inner: Arc::clone(transport),
            judge: Arc::clone(judge),
            log: Arc::default(),
            caller: Caller::Nobody,
            prefix: path,
            secrets: Secrets::of(&accounts),
            accounts,
        };
        let of = |provider| Recorder { caller: Caller::Provider(provider), ..nobody.clone() };
        let client = |provider| {
            Client::builder(&base_url)
                // Every answer is to be seen, a 503 as well.
                .retries(Retries::none())
                .credentials(nobody.accounts.of(provider).credentials.clone())
                .transport(of(provider))
                .http_client(unused())
                .build()
        };
        let (a, b) = (client(Provider::A)?, client(Provider::B)?);
        let mut control = control::Client::builder(&base_url)
            .retries(Retries::none())
            .transport(Recorder { caller: nobody.accounts.tester(), ..nobody.clone() })
            .http_client(unused());
        if let Some(token) = nobody.accounts.control_token() {
            control = control.token(token.reveal());
        }
        let control = control.build()?;
        let known = Arc::default();
        Ok(Self { a, b, control, base_url, recorder: nobody, known })
    }

    /// The same, with what is known to be wrong with the target.
    #[must_use]
    pub fn knowing(self, known: &Arc<Known>) -> Self {
        Self { known: Arc::clone(known), ..self }
    }

    /// What is known to be wrong with the target.
    pub fn known(&self) -> &Arc<Known> {
        &self.known
    }

    /// The typed client of a provider.
    pub fn client(&self, provider: Provider) -> &Client {
        match provider {
            Provider::A => &self.a,
            Provider::B => &self.b,
        }
    }

    /// The client of the control plane.
    pub fn control(&self) -> &control::Client {
        &self.control
    }

    /// What was said so far.
    pub fn log(&self) -> &Log {
        &self.recorder.log
    }

    /// The contracts that answers are judged by.
    pub fn judge(&self) -> &Judge {
        &self.recorder.judge
    }

    /// The same, to open another session with.
    pub(crate) fn shared_judge(&self) -> Arc<Judge> {
        Arc::clone(&self.recorder.judge)
    }

    /// The providers' accounts.
    pub fn accounts(&self) -> &Accounts {
        &self.recorder.accounts
    }

    /// Why a request that was just sent has no answer.
    pub(crate) fn trouble(&self, source: reqwest::Error) -> Trouble {
        match self.log().take_failures().into_iter().next() {
            Some(failure) => failure.into(),
            None => Unreachable(source).into(),
        }
    }

    /// Sends a request as it is.
    ///
    /// # Errors
    /// If no answer came, which is a broken promise unless nobody could be reached.
    pub async fn send(&self, raw: &RawRequest) -> Result<Exchange, Trouble> {
        let url = format!("{}{}", self.base_url, raw.path);
        let url = url.parse().expect("a base URL that was read, with a path behind it");
        let method = Method::from_bytes(raw.method.as_bytes()).expect("a method is a token");
        let mut request = Request::new(method, url);
        for (name, value) in &raw.headers {
            request.headers_mut().append(name, value.clone());
        }
        match raw.caller {
            Caller::Provider(provider) => {
                let authorization = self.accounts().of(provider).authorization.clone();
                request.headers_mut().insert(AUTHORIZATION, authorization);
            }
            // The control plane has its own client, and is sent nothing raw.
            Caller::Tester | Caller::Nobody => {}
        }
        if raw.is_large() {
            // No other request is to follow on a connection that may be closed without a word.
            request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        *request.body_mut() = raw.body.clone().map(Into::into);
        let recorder = Recorder { caller: raw.caller, ..self.recorder.clone() };
        recorder.exchange(request).await.map_err(|source| self.trouble(source))
    }
}

/// The HTTP client that a typed client holds and, since it has a transport, never sends by. One for
/// all: making one reads every root certificate of the machine, which takes as long as a hundred
/// requests in this process.
fn unused() -> reqwest::Client {
    static UNUSED: OnceLock<reqwest::Client> = OnceLock::new();
    UNUSED.get_or_init(reqwest::Client::new).clone()
}
