//! Requests that break one rule of the contract, and must be refused for it.
//!
//! They are generated from the contract's schemas: a valid request, sent to an order in the state in
//! which it would succeed, with one keyword broken at a time, so that no 409 hides a missing 400. The
//! answer must name that very place and keyword and no other place, and nothing may change. At the
//! end the valid requests themselves are sent and must succeed, which proves that it was the broken
//! keyword that was refused.

use serde_json::{Value, json};

use crate::caller::{Caller, Provider};
use crate::difference::difference;
use crate::exchange::{Exchange, RawRequest};
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked, checked_raw};
use crate::machine::expectation::{described, has_status, violations};
use crate::session::{Session, Unreachable};

pub mod body;
pub mod cases;
mod credentials;
pub mod fixture;
mod identity;
mod odd;
mod parameter;
mod precedence;
mod protocol;

pub use fixture::Fixture;

/// A request that must be refused.
#[derive(Debug, Clone)]
pub struct Case {
    /// What is wrong with it, in a sentence.
    pub about: String,
    /// The request.
    pub request: RawRequest,
    /// What it must be answered.
    pub refusal: Refusal,
}

/// How a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The name of the error code.
    pub error: &'static str,
    /// The violation that must be listed: part, pointer and keyword.
    pub violation: Option<(&'static str, String, String)>,
}

/// A case that was not refused as it must be.
#[derive(Debug)]
pub struct BadCase {
    /// What is wrong with the request, in a sentence.
    pub about: String,
    /// What is wrong with the answer.
    pub failure: Failure,
}

/// What trying every case came to.
#[derive(Debug, Default)]
pub struct Negatives {
    /// How many cases were tried.
    pub tried: usize,
    /// Those that are wrong.
    pub wrong: Vec<BadCase>,
}

impl Refusal {
    /// 400 with a violation.
    fn invalid(part: &'static str, pointer: impl Into<String>, keyword: impl Into<String>) -> Self {
        let violation = Some((part, pointer.into(), keyword.into()));
        Self { status: 400, error: "InvalidRequest", violation }
    }

    /// Another refusal that needs no violations.
    fn plain(status: u16, error: &'static str) -> Self {
        Self { status, error, violation: None }
    }
}

/// Tries every case. A wrong one does not keep the others from being tried.
///
/// # Errors
/// If the target stops answering.
pub async fn every_case(session: &Session) -> Result<Negatives, Unreachable> {
    bad_cases(session, false).await
}

/// Tries the cases, all of them or until the first that is wrong.
///
/// # Errors
/// If the target stops answering.
pub async fn bad_cases(session: &Session, one_will_do: bool) -> Result<Negatives, Unreachable> {
    let mut negatives = Negatives::default();
    let mut note = |about: String, result: Result<(), Trouble>| match result {
        Ok(()) => Ok(()),
        Err(Trouble::Unreachable(problem)) => Err(problem),
        Err(Trouble::Broken(failure)) => {
            negatives.wrong.push(BadCase { about, failure: *failure });
            Ok(())
        }
    };
    let mut fixture = match Fixture::prepare(session).await {
        Ok(fixture) => fixture,
        Err(trouble) => {
            note("preparing orders to try on".to_owned(), Err(trouble))?;
            return Ok(negatives);
        }
    };
    let cases = cases::all(session.judge(), session.accounts(), &fixture);
    let odd = odd::all();
    let tried = cases.len() + odd.len() + valid_requests(session, &fixture).len();
    for case in cases {
        let result = refused(session, &fixture, &case).await;
        let broken = result.is_err();
        note(case.about, result)?;
        if broken && one_will_do {
            return Ok(negatives);
        }
        if broken {
            // Whatever it did, the cases to come start from where this one did.
            match Fixture::prepare(session).await {
                Ok(fresh) => fixture = fresh,
                Err(trouble) => note("preparing orders anew".to_owned(), Err(trouble))?,
            }
        }
    }
    for odd in odd {
        let result = answered(session, &odd).await;
        note(odd.about, result)?;
    }
    note("several violations at once".to_owned(), lists_every_violation(session, &fixture).await)?;
    note("odd requests".to_owned(), changed_nothing(session, &fixture).await)?;
    for (about, request) in valid_requests(session, &fixture) {
        let result = accepted(session, &request).await;
        note(format!("{about}, which is valid"), result)?;
    }
    negatives.tried = tried;
    Ok(negatives)
}

/// Sends a case; it must be refused as it says, and change nothing.
async fn refused(session: &Session, fixture: &Fixture, case: &Case) -> Result<(), Trouble> {
    let exchange = checked_raw(session, session.send(&case.request).await?)?;
    is_refused(session, &exchange, &case.refusal)?;
    is_unchanged(session, fixture, &exchange).await
}

/// Everything is as it was before the first case.
async fn is_unchanged(
    session: &Session,
    fixture: &Fixture,
    exchange: &Exchange,
) -> Result<(), Trouble> {
    let after = watched(session, fixture).await?;
    match difference(&fixture.before, &after) {
        None => Ok(()),
        Some(found) => Err(Failure::of(
            Rule::RefusalChangesNothing,
            exchange,
            format!("{} at `{}`, as before", found.expected, found.pointer),
            found.received,
        )
        .into()),
    }
}

/// Sends an odd request; it must be answered in one of the ways it may be.
async fn answered(session: &Session, odd: &odd::Odd) -> Result<(), Trouble> {
    let exchange = session.send(&odd.request).await?;
    let broken = session.log().take_failures().into_iter().next();
    if odd.answers.contains(&exchange.status) {
        // A status that the contract does not have is not held against its schemas.
        let known = broken.filter(|failure| failure.rule != Rule::StatusDocumented);
        return known.map_or(Ok(()), |failure| Err(failure.into()));
    }
    let expected = format!("one of {:?}", odd.answers);
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::BadInputRefused, &exchange, expected, received).into())
}

/// Sends a body that is wrong in several places; each of them must be listed.
async fn lists_every_violation(session: &Session, fixture: &Fixture) -> Result<(), Trouble> {
    let calls = fixture.valid_calls();
    let Some(call) = calls.iter().find(|call| call.operation == "cancelNbnOrder") else {
        return Ok(());
    };
    let (request, expected) = precedence::violations(call);
    let exchange = checked_raw(session, session.send(&request).await?)?;
    let mut found: Vec<(String, String)> =
        violations(&exchange).into_iter().map(|(_, pointer, keyword)| (pointer, keyword)).collect();
    found.sort();
    let same = |((pointer, keyword), (at, broken)): (&(&str, &str), &(String, String))| {
        pointer == at && keyword == broken
    };
    if exchange.status == 400 && found.len() == expected.len() && expected.iter().zip(&found).all(same) {
        return Ok(());
    }
    let listed: Vec<String> =
        expected.iter().map(|(pointer, keyword)| format!("`{keyword}` at `{pointer}`")).collect();
    let expected = format!("400 with {}", listed.join(", "));
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::BadInputRefused, &exchange, expected, received).into())
}

/// After all that was odd, everything is as it was.
async fn changed_nothing(session: &Session, fixture: &Fixture) -> Result<(), Trouble> {
    match session.log().last() {
        Some(exchange) => is_unchanged(session, fixture, &exchange).await,
        None => Ok(()),
    }
}

/// The valid requests of every operation, and one of them with credentials written in another way.
fn valid_requests(session: &Session, fixture: &Fixture) -> Vec<(String, RawRequest)> {
    let mut requests = fixture.valid_requests();
    let unusual = requests.first().map(|(_, request)| credentials::valid(session.accounts(), request));
    requests.extend(unusual.unwrap_or_default());
    requests
}

fn is_refused(session: &Session, exchange: &Exchange, refusal: &Refusal) -> Result<(), Failure> {
    let judge = session.judge();
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
    // Provider A's are the only things that cases name, so B is refused because they are not its.
    let rule = match exchange.caller {
        Caller::Provider(Provider::B) => Rule::OthersSeeNothing,
        Caller::Provider(Provider::A) | Caller::Nobody => Rule::BadInputRefused,
    };
    Err(Failure::of(rule, exchange, expected, described(judge, exchange)))
}

/// Sends a valid request; it must succeed.
async fn accepted(session: &Session, request: &RawRequest) -> Result<(), Trouble> {
    let exchange = checked_raw(session, session.send(request).await?)?;
    if exchange.status < 300 {
        return Ok(());
    }
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::AnswerAsModelled, &exchange, "a success", received).into())
}

/// Everything a refused request might have changed: every order in detail, and every list.
async fn watched(session: &Session, fixture: &Fixture) -> Result<Value, Trouble> {
    let mut orders = Vec::new();
    for order in fixture.orders() {
        let client = session.client(Provider::A);
        let exchange = checked(session, client.get_nbn_order().order_id(order).send().await)?;
        orders.push(exchange.response().clone());
    }
    let mut lists = Vec::new();
    for provider in Provider::ALL {
        let call = session.client(provider).list_nbn_orders().limit(100);
        let exchange = checked(session, call.send().await)?;
        has_status(&exchange, 200)?;
        lists.push(exchange.response().clone());
    }
    Ok(json!({ "orders": orders, "lists": lists }))
}
