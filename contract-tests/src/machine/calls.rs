//! Sends a step through the typed clients.
//!
//! What comes back is the raw exchange. On the way the answer was judged against the contract, read
//! by the typed client, written again by it, and compared with what was read.

use octane_client::{Error, ResponseValue, control, types};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::difference::{Difference, difference};
use crate::exchange::Exchange;
use crate::failure::{Failure, Rule};
use crate::session::{Session, Unreachable};

/// Why a case does not go on.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A promise was broken.
    #[error(transparent)]
    Broken(Box<Failure>),
    /// The target does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Broken(Box::new(failure))
    }
}

impl From<Box<Failure>> for Trouble {
    fn from(failure: Box<Failure>) -> Self {
        Trouble::Broken(failure)
    }
}

/// What a call of the typed clients came to, before the error types are told apart.
pub trait IntoAnswer {
    /// The body written again, or why there is none.
    fn into_answer(self) -> Result<Value, CallError>;
}

/// Why a call has no success to show.
#[derive(Debug)]
pub enum CallError {
    /// The service refused it with a documented error, which is written again.
    Refused(Value),
    /// The client could not make sense of the answer.
    Unreadable(String),
    /// No answer came.
    Unreachable(reqwest::Error),
}

impl<T: Serialize, E: Into<Error>> IntoAnswer for Result<ResponseValue<T>, E> {
    fn into_answer(self) -> Result<Value, CallError> {
        match self.map_err(Into::into) {
            Ok(body) => Ok(rewritten(&body.into_inner())),
            Err(Error::Documented { envelope, .. }) => {
                Err(CallError::Refused(rewritten(&envelope)))
            }
            Err(Error::Transport { source, .. }) => Err(CallError::Unreachable(source)),
            Err(other) => Err(CallError::Unreadable(other.to_string())),
        }
    }
}

/// The same of the control plane, whose errors are of another type.
pub struct Control<T, E>(pub Result<ResponseValue<T>, E>);

impl<T: Serialize, E: Into<control::Error>> IntoAnswer for Control<T, E> {
    fn into_answer(self) -> Result<Value, CallError> {
        match self.0.map_err(Into::into) {
            Ok(body) => Ok(rewritten(&body.into_inner())),
            Err(Error::Documented { envelope, .. }) => {
                Err(CallError::Refused(rewritten(&envelope)))
            }
            Err(Error::Transport { source, .. }) => Err(CallError::Unreachable(source)),
            Err(other) => Err(CallError::Unreadable(other.to_string())),
        }
    }
}

fn rewritten(body: &impl Serialize) -> Value {
    serde_json::to_value(body).expect("the client's types have string keys only")
}

/// The exchange behind the answer that a typed client just gave, if nothing is wrong with it.
///
/// # Errors
/// With the first promise that the answer breaks, whatever came before it.
pub fn checked(session: &Session, answer: impl IntoAnswer) -> Result<Exchange, Trouble> {
    let answer = answer.into_answer();
    if let Err(CallError::Unreachable(source)) = answer {
        return Err(session.trouble(source));
    }
    if let Some(failure) = session.log().take_failures().into_iter().next() {
        return Err(failure.into());
    }
    let exchange = session.log().last().expect("an answered call was recorded");
    let body = match answer {
        Ok(body) | Err(CallError::Refused(body)) => body,
        Err(CallError::Unreadable(problem)) => {
            let expected = "an answer that the typed client reads";
            return Err(Failure::of(Rule::ClientDecodes, &exchange, expected, problem).into());
        }
        Err(CallError::Unreachable(_)) => unreachable!("this was looked at above"),
    };
    let received = exchange.json.as_deref().unwrap_or(&Value::Null);
    // What the client adds, such as an empty list it has no way to leave out, is no loss.
    match difference(received, &body).filter(|found| found.expected != "nothing") {
        None => Ok(exchange),
        Some(lost) => Err(lost_by_the_client(session, &exchange, &lost).into()),
    }
}

/// What the typed client lost of an answer. What the contract does not declare it cannot keep, and then
/// the answer is wrong.
fn lost_by_the_client(session: &Session, exchange: &Exchange, lost: &Difference) -> Failure {
    let Difference { pointer, expected: told, received: kept } = lost;
    match session.judge().undeclared(exchange, pointer) {
        Some(schema) => {
            let expected = format!("nothing at `{pointer}`: the contract declares no such field");
            Failure::of(Rule::FieldsDeclared, exchange, expected, told).at(schema)
        }
        None => {
            let expected =
                format!("{told} at `{pointer}`, as was answered, once the client has read it");
            Failure::of(Rule::ClientKeepsEverything, exchange, expected, kept)
        }
    }
}

/// The same of a request that was sent raw.
///
/// # Errors
/// With the first promise that the answer breaks, whatever came before it.
pub fn checked_raw(session: &Session, exchange: Exchange) -> Result<Exchange, Trouble> {
    match session.log().take_failures().into_iter().next() {
        None => Ok(exchange),
        Some(failure) => Err(failure.into()),
    }
}

/// A body of the typed client, from the JSON that the model says is sent.
pub fn typed<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).expect("the model only sends what the contract's types can hold")
}

/// The body of a booking.
pub fn booking(order: i64, timeslot: &str, contact: Option<Value>) -> types::BookingRequest {
    let mut body = json!({ "orderId": order, "timeslotId": timeslot });
    if let Some(contact) = contact {
        body["contact"] = contact;
    }
    typed(body)
}
