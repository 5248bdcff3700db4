//! Whether a target can be steered: whether it has the mock's control plane, and lets us in.
//!
//! It is asked without a token first, so that a token never reaches a target that does not ask for
//! one as the mock does.

use std::sync::Arc;

use octane_client::{Error, control};
use reqwest::header::WWW_AUTHENTICATE;

use crate::caller::Accounts;
use crate::credentials::CONTROL_TOKEN;
use crate::exchange::Exchange;
use crate::judge::Judge;
use crate::session::{OpenError, Session, Unreachable};
use crate::target::Target;

/// What a target is like.
#[derive(Debug, Clone)]
pub struct Steering {
    /// Whether it has a control plane.
    pub possible: bool,
    /// The accounts to call it with: without a token that it does not ask for.
    pub accounts: Accounts,
}

/// Why it is not known whether a target can be steered, or why it may not be.
#[derive(Debug, thiserror::Error)]
pub enum SteeringError {
    /// No session can be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// It wants a token.
    #[error(
        "steer `{base_url}`: its control plane wants a token; set `{CONTROL_TOKEN}` to the one it was \
         started with, in the environment or in the file of --credentials"
    )]
    NoToken {
        /// The server.
        base_url: String,
    },
    /// It wants another token.
    #[error(
        "steer `{base_url}`: its control plane refuses the token in `{CONTROL_TOKEN}`; set it to the \
         one it was started with"
    )]
    WrongToken {
        /// The server.
        base_url: String,
    },
    /// It takes us for a web page.
    #[error(
        "steer `{base_url}`: its control plane answers to this machine alone, by its own name; use \
         `localhost` or a loopback address, or start the mock with `{CONTROL_TOKEN}`"
    )]
    OtherName {
        /// The server.
        base_url: String,
    },
}

/// What a control plane says to somebody who asks for its health.
enum Heard {
    Healthy,
    WantsToken,
    OtherName,
    /// Whatever it is, it is no control plane.
    Nothing,
}

/// Asks the server of a target.
///
/// # Errors
/// If it does not answer, or has a control plane that does not let us in.
pub async fn steering(
    target: &Target,
    judge: &Arc<Judge>,
    accounts: &Accounts,
) -> Result<Steering, SteeringError> {
    let server = target.server();
    let base_url = server.base_url().to_owned();
    let plain = accounts.clone().without_control_token();
    match asked(&server, judge, &plain).await? {
        Heard::Healthy => Ok(Steering { possible: true, accounts: plain }),
        Heard::Nothing => Ok(Steering { possible: false, accounts: plain }),
        Heard::OtherName => Err(SteeringError::OtherName { base_url }),
        Heard::WantsToken if accounts.control_token().is_none() => {
            Err(SteeringError::NoToken { base_url })
        }
        Heard::WantsToken => match asked(&server, judge, accounts).await? {
            Heard::Healthy => Ok(Steering { possible: true, accounts: accounts.clone() }),
            Heard::WantsToken | Heard::OtherName | Heard::Nothing => {
                Err(SteeringError::WrongToken { base_url })
            }
        },
    }
}

async fn asked(
    server: &Target,
    judge: &Arc<Judge>,
    accounts: &Accounts,
) -> Result<Heard, SteeringError> {
    let session = Session::open(server, judge, accounts.clone())?;
    let answer = session.control().get_health().send().await;
    match answer.map_err(control::Error::from) {
        Ok(_) => Ok(Heard::Healthy),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source).into()),
        Err(_) => Ok(session.log().last().map_or(Heard::Nothing, |last| heard(judge, &last))),
    }
}

/// A refusal of the control plane, told by its error code from whatever else may stand there.
fn heard(judge: &Judge, answer: &Exchange) -> Heard {
    let codes = judge.book(answer.bare_path()).contract.error_codes();
    let is = |name: &str| {
        let code = codes.get(name);
        code.is_some_and(|code| {
            code.status == answer.status && answer.error_code() == Some(code.error_code)
        })
    };
    let scheme = answer.headers.get(WWW_AUTHENTICATE).and_then(|it| it.to_str().ok());
    let by_bearer = scheme.is_some_and(|it| it.to_ascii_lowercase().starts_with("bearer"));
    match () {
        () if is("Unauthenticated") && by_bearer => Heard::WantsToken,
        () if is("ForeignRequest") => Heard::OtherName,
        () => Heard::Nothing,
    }
}
