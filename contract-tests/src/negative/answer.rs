//! Sends one request of each kind, and judges its answer.

use super::{Case, Fixture, odd, precedence};
use crate::caller::{Caller, Provider};
use crate::exchange::{Exchange, RawRequest};
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked_raw};
use crate::machine::expectation::{described, violations};
use crate::rules::naming::of_refusal;
use crate::rules::place;
use crate::session::Session;

/// Sends a case, which must be refused as it says. No answer may come of a body that is too large.
pub(super) async fn answered(session: &Session, case: &Case) -> Result<Option<Exchange>, Trouble> {
    let Some(exchange) = sent(session, &case.request).await? else { return Ok(None) };
    let exchange = checked_raw(session, exchange)?;
    is_refused(session, &exchange, case)?;
    Ok(Some(exchange))
}

/// Sends a request; nothing, if it was cut off in a way that a service may.
async fn sent(session: &Session, request: &RawRequest) -> Result<Option<Exchange>, Trouble> {
    match session.send(request).await {
        Err(Trouble::Broken(failure))
            if request.is_large() && failure.rule == Rule::RequestAnswered =>
        {
            Ok(None)
        }
        sent => sent.map(Some),
    }
}

/// Sends an odd request, which must be answered in one of the ways it may be.
pub(super) async fn endured(
    session: &Session,
    odd: &odd::Odd,
) -> Result<Option<Exchange>, Trouble> {
    let Some(exchange) = sent(session, &odd.request).await? else { return Ok(None) };
    let broken = session.log().take_failures().into_iter().next();
    if odd.answers.contains(&exchange.status) {
        // Whether a path is too long, say, the contract leaves to the server.
        let known = broken.filter(|failure| failure.rule != Rule::StatusDocumented);
        return known.map_or(Ok(Some(exchange)), |failure| Err(failure.into()));
    }
    let rule = if exchange.status < 500 { Rule::ProtocolRefusals } else { Rule::NoServerError };
    let expected = format!("one of {:?}", odd.answers);
    let received = described(session.judge(), &exchange);
    Err(Failure::of(rule, &exchange, expected, received).into())
}

/// Sends a body that is wrong in several places; each of them must be listed.
pub(super) async fn lists_every_violation(
    session: &Session,
    fixture: &Fixture,
) -> Result<(), Trouble> {
    let calls = fixture.valid_calls();
    let Some(call) = calls.iter().find(|call| call.operation == "cancelNbnOrder") else {
        return Ok(());
    };
    let (request, expected) = precedence::violations(call);
    let exchange = checked_raw(session, session.send(&request).await?)?;
    let mut found: Vec<String> = violations(&exchange)
        .into_iter()
        .map(|(_, pointer, keyword)| format!("`{keyword}` at `{pointer}`"))
        .collect();
    found.sort();
    if exchange.status == 400 && found == expected {
        return Ok(());
    }
    let expected = format!("400 with {}", expected.join(", "));
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::BadInputRefused, &exchange, expected, received).into())
}

/// Sends a valid request; it must succeed.
pub(super) async fn accepted(session: &Session, request: &RawRequest) -> Result<(), Trouble> {
    let exchange = checked_raw(session, session.send(request).await?)?;
    if exchange.status < 300 {
        return Ok(());
    }
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::ValidInputAccepted, &exchange, "a success", received).into())
}

fn is_refused(session: &Session, exchange: &Exchange, case: &Case) -> Result<(), Failure> {
    let (judge, refusal) = (session.judge(), &case.refusal);
    let code = judge.orders().contract.error_codes().get(refusal.error);
    let found = violations(exchange);
    let as_listed = match &refusal.violation {
        None => true,
        Some((part, pointer, keyword)) => {
            let at_place = |it: &(String, String, String)| it.0 == *part && it.1 == *pointer;
            found.iter().all(at_place) && found.iter().any(|it| it.2 == *keyword)
        }
    };
    let same_code = code.is_some_and(|code| exchange.error_code() == Some(code.error_code));
    if exchange.status == refusal.status && same_code && as_listed {
        return Ok(());
    }
    let mut expected = format!("{} {}", refusal.status, refusal.error);
    if let Some((part, pointer, keyword)) = &refusal.violation {
        expected.push_str(&format!(" with `{keyword}` at `{pointer}` of the {part}"));
    }
    let at = case.rule.clone().unwrap_or_else(|| place::error_code(refusal.error));
    // Provider A's are the only things that cases name, so B is refused because they are not its.
    let rule = match exchange.caller {
        Caller::Provider(Provider::B) => Rule::OthersSeeNothing,
        Caller::Provider(Provider::A) | Caller::Tester | Caller::Nobody => {
            of_refusal(refusal.error)
        }
    };
    Err(Failure {
        // The method of a case may reach no operation; it is the operation's business all the same.
        subject: case.operation.clone(),
        ..Failure::of(rule, exchange, expected, described(judge, exchange)).at(at)
    })
}
