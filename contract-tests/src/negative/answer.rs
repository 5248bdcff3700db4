//! Sends one request of each kind, and judges its answer.

use super::together::Attempt;
use super::violations::{self, Key, Misnamed, Violations, misnamed, of_answer, of_request};
use super::{Case, odd};
use crate::caller::{Caller, Provider};
use crate::exchange::{Exchange, RawRequest};
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked_raw};
use crate::machine::expectation::described;
use crate::rules::naming::of_refusal;
use crate::rules::place;
use crate::session::Session;

/// Sends an attempt, which must be refused as its cases say. No answer may come of a body that is too
/// large.
pub(super) async fn answered(
    session: &Session,
    attempt: &Attempt,
) -> Result<Option<Exchange>, Trouble> {
    let Some(exchange) = sent(session, &attempt.request).await? else { return Ok(None) };
    let exchange = checked_raw(session, exchange)?;
    is_refused(session, &exchange, attempt)?;
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

/// Sends a valid request; it must succeed.
pub(super) async fn accepted(session: &Session, request: &RawRequest) -> Result<(), Trouble> {
    let exchange = checked_raw(session, session.send(request).await?)?;
    if exchange.status < 300 {
        return Ok(());
    }
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::ValidInputAccepted, &exchange, "a success", received).into())
}

fn is_refused(session: &Session, exchange: &Exchange, attempt: &Attempt) -> Result<(), Failure> {
    let judge = session.judge();
    let Some(case) = attempt.cases.first() else { return Ok(()) };
    let refusal = &case.refusal;
    let code = judge.orders().contract.error_codes().get(refusal.error);
    let same_code = code.is_some_and(|code| exchange.error_code() == Some(code.error_code));
    let as_refused = exchange.status == refusal.status && same_code;
    let (wanted, found) = (expected(session, attempt), of_answer(exchange));
    let as_listed = wanted.is_empty() || wanted.keys().eq(found.keys());
    let (says, received) = match misnamed(judge, &wanted, &found).first() {
        _ if !(as_refused && as_listed) => {
            let listed = attempt.cases.iter().filter_map(|it| it.refusal.violation.as_ref());
            let listed = listed.map(|(part, pointer, keyword)| {
                violations::shown(&((*part).to_owned(), pointer.clone(), keyword.clone()))
            });
            let listed: Vec<String> = listed.collect();
            let says = match listed.is_empty() {
                true => format!("{} {}", refusal.status, refusal.error),
                false => format!("{} {} with {}", refusal.status, refusal.error, listed.join(", ")),
            };
            (says, described(judge, exchange))
        }
        Some(Misnamed { key, rule, named }) => {
            let says = format!("{rule} as the rule of {}", violations::shown(key));
            (says, format!("`{named}`"))
        }
        None => return Ok(()),
    };
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
        ..Failure::of(rule, exchange, says, received).at(at)
    })
}

/// The violations that an attempt must be answered with: those of its cases, and what else their
/// values break. None, where a refusal needs none.
fn expected(session: &Session, attempt: &Attempt) -> Violations {
    let own = attempt.cases.iter().filter_map(|case| case.refusal.violation.as_ref());
    let mut wanted: Violations = own
        .map(|(part, pointer, keyword)| {
            (((*part).to_owned(), pointer.clone(), keyword.clone()), None)
        })
        .collect();
    if !wanted.is_empty() {
        wanted.extend(of_request(session.judge(), &attempt.request));
    }
    wanted
}

/// Those of an attempt's cases that the answer is wrong about; all, if it does not tell.
pub(super) fn suspects<'a>(
    session: &Session,
    attempt: &'a Attempt,
    failure: &Failure,
) -> Vec<&'a Case> {
    let all = || attempt.cases.iter().collect();
    let Some(exchange) = failure.exchange.as_deref().filter(|it| it.status == 400) else {
        return all();
    };
    let (wanted, found) = (expected(session, attempt), of_answer(exchange));
    let missing = wanted.keys().filter(|key| !found.contains_key(*key)).cloned();
    let added = found.keys().filter(|key| !wanted.contains_key(*key)).cloned();
    let misnamed = misnamed(session.judge(), &wanted, &found).into_iter().map(|it| it.key);
    let odd: Vec<Key> = missing.chain(added).chain(misnamed).collect();
    let is_odd = |case: &&Case| {
        case.refusal.violation.as_ref().is_some_and(|(part, pointer, _)| {
            odd.iter().any(|(of, at, _)| of == part && at == pointer)
        })
    };
    let suspects: Vec<&Case> = attempt.cases.iter().filter(is_odd).collect();
    if suspects.is_empty() { all() } else { suspects }
}
