//! Requests that break one rule of the contract, and must be refused for it.
//!
//! They are generated from the contract's schemas: a valid request, sent to an order in the state in
//! which it would succeed, with one keyword broken at a time, so that no 409 hides a missing 400. The
//! answer must name that very place and keyword and no other place, and nothing may change. At the
//! end the valid requests themselves are sent and must succeed, which proves that it was the broken
//! keyword that was refused.
//!
//! Whether anything changed is looked at once for several cases: a refused request leaves the orders
//! fit for the next. If something did change, those cases are tried again one by one.

use serde_json::{Value, json};

use crate::budget::Budget;
use crate::caller::{Caller, Provider};
use crate::exchange::{Exchange, RawRequest};
use crate::failure::{Failure, Rule};
use crate::machine::calls::{Trouble, checked, checked_raw};
use crate::machine::expectation::{described, has_status, violations};
use crate::profile::Stop;
use crate::progress::Progress;
use crate::rules::naming::of_refusal;
use crate::rules::place;
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

pub use cases::Choice;
pub use fixture::Fixture;

/// After how many cases it is looked at whether anything changed.
const TOGETHER: usize = 48;

/// A request that must be refused.
#[derive(Debug, Clone)]
pub struct Case {
    /// The operation whose request is broken.
    pub operation: String,
    /// What is wrong with it, in a sentence that names the case.
    pub about: String,
    /// The request.
    pub request: RawRequest,
    /// What it must be answered.
    pub refusal: Refusal,
    /// Where the contract says so, as a JSON pointer, if nearer than the refusal's own entry.
    pub rule: Option<String>,
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

/// Cases that were not answered as they must be.
#[derive(Debug)]
pub struct BadCase {
    /// The sentences that name them: one, unless they are wrong only together.
    pub cases: Vec<String>,
    /// What is wrong with the answer.
    pub failure: Failure,
}

/// What trying the cases came to.
#[derive(Debug, Default)]
pub struct Negatives {
    /// How many cases were tried.
    pub tried: usize,
    /// How many there are.
    pub known: usize,
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

impl Negatives {
    fn note(
        &mut self,
        cases: Vec<String>,
        result: Result<(), Trouble>,
    ) -> Result<bool, Unreachable> {
        match result {
            Ok(()) => Ok(false),
            Err(Trouble::Unreachable(problem)) => Err(problem),
            Err(Trouble::Broken(failure)) => {
                self.wrong.push(BadCase { cases, failure: *failure });
                Ok(true)
            }
        }
    }
}

/// Tries the chosen cases. A wrong one does not keep the others from being tried.
///
/// # Errors
/// If the target stops answering.
pub async fn every_case(
    session: &Session,
    choice: Choice,
    seed: u64,
    budget: &Budget,
    stop: Stop,
    progress: &dyn Progress,
) -> Result<Negatives, Unreachable> {
    let mut negatives = Negatives::default();
    let mut fixture = match Fixture::prepare(session).await {
        Ok(fixture) => fixture,
        Err(trouble) => {
            negatives.note(Vec::new(), Err(trouble))?;
            return Ok(negatives);
        }
    };
    let all = cases::all(session.judge(), session.accounts(), &fixture);
    negatives.known = all.len();
    let chosen = cases::chosen(all, choice, seed);
    progress.expect(chosen.len() as u64);
    for group in chosen.chunks(TOGETHER) {
        if budget.is_spent(session) {
            return Ok(negatives);
        }
        let wrong = negatives.wrong.len();
        for case in group {
            negatives.tried += 1;
            let result = answered(session, case).await.map(drop);
            session.log().take_exchanges();
            if negatives.note(vec![case.about.clone()], result)? {
                fixture = anew(session, &mut negatives, fixture).await?;
            }
            progress.done(1);
            if stop == Stop::AtFirst && !negatives.wrong.is_empty() {
                return Ok(negatives);
            }
        }
        // A request that was not refused may have changed something, which is no second finding.
        let result = fixture.is_unchanged(session, None).await;
        if let (Err(together), true) = (result, wrong == negatives.wrong.len()) {
            one_by_one(session, &mut negatives, group, together).await?;
            fixture = anew(session, &mut negatives, fixture).await?;
        }
        session.log().take_exchanges();
    }
    for odd in odd::chosen(choice) {
        negatives.tried += 1;
        let result = endured(session, &odd).await.map(drop);
        negatives.note(vec![odd.about], result)?;
        session.log().take_exchanges();
    }
    negatives.tried += 1;
    let result = lists_every_violation(session, &fixture).await;
    negatives.note(vec![precedence::SEVERAL.to_owned()], result)?;
    let result = fixture.is_unchanged(session, None).await;
    negatives.note(vec!["odd requests".to_owned()], result)?;
    for (about, request) in valid_requests(session, &fixture) {
        let result = accepted(session, &request).await;
        negatives.tried += 1;
        negatives.note(vec![about], result)?;
    }
    session.log().take_exchanges();
    Ok(negatives)
}

/// Tries the chosen cases on an order of a target that others share. That they are refused is all that
/// is looked at here: what becomes of the order, whoever follows it sees.
///
/// # Errors
/// If the target stops answering.
pub async fn on_order(
    session: &Session,
    fixture: &Fixture,
    choice: Choice,
    seed: u64,
    budget: &Budget,
    progress: &dyn Progress,
) -> Result<Negatives, Unreachable> {
    let mut all = cases::all(session.judge(), session.accounts(), fixture);
    let of_cursor = |case: &Case| {
        case.refusal.violation.as_ref().is_some_and(|(_, pointer, _)| pointer == "/cursor")
    };
    all.retain(|case| !of_cursor(case));
    let mut negatives = Negatives { known: all.len(), ..Negatives::default() };
    let chosen = cases::chosen(all, choice, seed);
    progress.expect(chosen.len() as u64);
    for case in chosen {
        if budget.is_spent(session) {
            break;
        }
        negatives.tried += 1;
        let result = answered(session, &case).await.map(drop);
        session.log().take_exchanges();
        negatives.note(vec![case.about.clone()], result)?;
        progress.done(1);
    }
    Ok(negatives)
}

/// Whatever a wrong case did, the cases to come start from where it did.
async fn anew(
    session: &Session,
    negatives: &mut Negatives,
    fixture: Fixture,
) -> Result<Fixture, Unreachable> {
    match Fixture::prepare(session).await {
        Ok(fresh) => Ok(fresh),
        Err(trouble) => {
            negatives.note(Vec::new(), Err(trouble))?;
            Ok(fixture)
        }
    }
}

/// Finds the cases of a group that change something; if none does alone, it is all of them.
async fn one_by_one(
    session: &Session,
    negatives: &mut Negatives,
    group: &[Case],
    together: Trouble,
) -> Result<(), Unreachable> {
    let wrong = negatives.wrong.len();
    for case in group {
        let about = vec![case.about.clone()];
        let result = again(session, &about).await;
        negatives.note(about, result)?;
    }
    if wrong == negatives.wrong.len() {
        let all = group.iter().map(|case| case.about.clone()).collect();
        negatives.note(all, Err(together))?;
    }
    Ok(())
}

/// Tries the cases of these names on orders of their own, and whether they change anything.
///
/// # Errors
/// With the first promise that is not kept. A case that the contract no longer gives rise to, or a
/// valid request of such a name, is tried as what it is; a name that is neither is kept.
pub async fn again(session: &Session, names: &[String]) -> Result<(), Trouble> {
    let fixture = Fixture::prepare(session).await?;
    let mut last = None;
    for case in cases::all(session.judge(), session.accounts(), &fixture) {
        if names.contains(&case.about) {
            last = Some(answered(session, &case).await?);
        }
    }
    if let Some(exchange) = last {
        return fixture.is_unchanged(session, Some(&exchange)).await;
    }
    for odd in odd::all() {
        if names.contains(&odd.about) {
            let exchange = endured(session, &odd).await?;
            return fixture.is_unchanged(session, Some(&exchange)).await;
        }
    }
    if names.iter().any(|name| name == precedence::SEVERAL) {
        return lists_every_violation(session, &fixture).await;
    }
    for (about, request) in valid_requests(session, &fixture) {
        if names.contains(&about) {
            accepted(session, &request).await?;
        }
    }
    Ok(())
}

/// Sends a case, which must be refused as it says.
async fn answered(session: &Session, case: &Case) -> Result<Exchange, Trouble> {
    let exchange = checked_raw(session, session.send(&case.request).await?)?;
    is_refused(session, &exchange, case)?;
    Ok(exchange)
}

/// Sends an odd request, which must be answered in one of the ways it may be.
async fn endured(session: &Session, odd: &odd::Odd) -> Result<Exchange, Trouble> {
    let exchange = session.send(&odd.request).await?;
    let broken = session.log().take_failures().into_iter().next();
    if odd.answers.contains(&exchange.status) {
        // Whether a path is too long, say, the contract leaves to the server.
        let known = broken.filter(|failure| failure.rule != Rule::StatusDocumented);
        return known.map_or(Ok(exchange), |failure| Err(failure.into()));
    }
    let rule = if exchange.status < 500 { Rule::ProtocolRefusals } else { Rule::NoServerError };
    let expected = format!("one of {:?}", odd.answers);
    let received = described(session.judge(), &exchange);
    Err(Failure::of(rule, &exchange, expected, received).into())
}

/// Sends a body that is wrong in several places; each of them must be listed.
async fn lists_every_violation(session: &Session, fixture: &Fixture) -> Result<(), Trouble> {
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

/// The valid requests of every operation, and one of them with credentials written in another way.
fn valid_requests(session: &Session, fixture: &Fixture) -> Vec<(String, RawRequest)> {
    let mut requests = fixture.valid_requests();
    if let Some((_, request)) = requests.iter().find(|(about, _)| about.starts_with("getNbn")) {
        requests.extend(credentials::valid(session.accounts(), request));
    }
    requests
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

/// Sends a valid request; it must succeed.
async fn accepted(session: &Session, request: &RawRequest) -> Result<(), Trouble> {
    let exchange = checked_raw(session, session.send(request).await?)?;
    if exchange.status < 300 {
        return Ok(());
    }
    let received = described(session.judge(), &exchange);
    Err(Failure::of(Rule::ValidInputAccepted, &exchange, "a success", received).into())
}

/// Everything a refused request might have changed: every order in detail, every list, the places.
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
        has_status(Rule::ListComplete, session.judge(), &exchange, 200)?;
        lists.push(exchange.response().clone());
    }
    let timeslots = fixture::timeslots(session).await?;
    Ok(json!({ "orders": orders, "lists": lists, "timeslots": timeslots }))
}
