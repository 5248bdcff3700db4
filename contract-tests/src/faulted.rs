//! Answers that a server gives only when it fails or is overrun.
//!
//! Where the control plane takes fault rules, every operation is made to answer each documented 429
//! and 5xx once: a valid call meets a rule that applies a single time. The answer must be the one asked
//! for and, like any other, what the contract documents; and a call that was stopped before it was
//! carried out has changed nothing.

use octane_client::control::types::FaultRequest;
use octane_client::{Error, RetryAfter, control};
use serde_json::{Value, json};

use crate::caller::{Caller, Provider};
use crate::exchange::RawRequest;
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Control, Trouble, checked, checked_raw, typed};
use crate::machine::expectation::{described, has_status};
use crate::negative::{Fixture, Shows};
use crate::recorder::Failing;
use crate::session::{Session, Unreachable};

/// Whether the control plane of a session's world takes fault rules.
///
/// # Errors
/// If the target does not answer.
pub async fn are_possible(session: &Session) -> Result<bool, Unreachable> {
    match session.control().list_faults().send().await.map_err(control::Error::from) {
        Ok(_) => Ok(true),
        Err(Error::Transport { source, .. }) => Err(Unreachable(source)),
        Err(_) => Ok(false),
    }
}

/// An operation and the status it is to fail with.
pub type Fault = (String, u16);

/// Every documented failure of every operation.
pub fn every(session: &Session) -> Vec<Fault> {
    let operations = session.judge().orders().contract.operations().iter();
    let failures = operations.flat_map(|operation| {
        let statuses = operation.responses.keys().filter(|status| is_fault(**status));
        statuses.map(|status| (operation.id.clone(), *status))
    });
    failures.collect()
}

/// How many seconds a 429 asks to be left alone that is asked for; a service that is in earnest about it
/// is hardly to say the same.
const LEFT_ALONE: u64 = 47;

/// Whether a status is one that a server has to be made to answer.
pub fn is_fault(status: u16) -> bool {
    matches!(status, 429 | 500..)
}

/// Makes each of these calls fail, on orders of their own. The result is the first promise that is not
/// kept.
pub(crate) async fn fail(session: &Session, faults: &[Fault]) -> Shows {
    let fixture = match Fixture::prepare(session).await {
        Ok(fixture) => fixture,
        Err(trouble) => {
            return Shows { result: Err(trouble), sent: session.log().take_exchanges() };
        }
    };
    let result = each(session, &fixture, faults).await;
    Shows { result, sent: fixture.before(session.log().take_exchanges()) }
}

async fn each(session: &Session, fixture: &Fixture, faults: &[Fault]) -> Result<(), Trouble> {
    for fault in faults {
        let result = one(session, fixture, fault).await;
        session.log().failing(None);
        result?;
    }
    fixture.is_unchanged(session, None).await
}

async fn one(session: &Session, fixture: &Fixture, fault: &Fault) -> Result<(), Trouble> {
    let (operation, status) = fault;
    let Some(request) = valid(fixture, operation) else { return Ok(()) };
    let effect = match status {
        429 => json!({ "effect": "TooManyRequests", "retryAfterSeconds": LEFT_ALONE }),
        _ => json!({ "effect": "Response", "status": status }),
    };
    let mut rule = json!({ "operations": [operation], "times": 1 });
    if let (Value::Object(rule), Value::Object(effect)) = (&mut rule, effect) {
        rule.extend(effect);
    }
    let body: FaultRequest = typed(rule);
    let added = session.control().add_fault().body(body).send().await;
    has_status(Rule::AnswerFollows, session.judge(), &checked(session, Control(added))?, 201)?;
    let retry_after = RetryAfter::Seconds(LEFT_ALONE);
    session.log().failing(Some(Failing { status: *status, retry_after }));
    let exchange = checked_raw(session, session.send(&request).await?)?;
    if exchange.status == *status {
        return Ok(());
    }
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::AnswerFollows, &exchange, status.to_string(), received).into())
}

/// The valid request of an operation.
fn valid(fixture: &Fixture, operation: &str) -> Option<RawRequest> {
    let caller = Caller::Provider(Provider::A);
    let call = fixture.valid_calls().into_iter().find(|call| call.operation == operation);
    let call = call.map(|call| RawRequest::new("POST", call.path, caller).json(&call.body));
    let read = || fixture.valid_reads().into_iter().find(|read| read.operation == operation);
    call.or_else(|| read().map(|read| RawRequest::new("GET", read.whole_path(), caller)))
}
