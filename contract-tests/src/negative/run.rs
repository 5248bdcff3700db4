//! Tries the cases: all that are chosen, those of some names, or those that fit a borrowed order.

use std::slice;

use super::answer::{accepted, answered, endured, lists_every_violation};
use super::cases::{self, Choice};
use super::names::{self, Named, PREPARING};
use super::{Case, Fixture, Negatives, credentials, odd, precedence};
use crate::budget::Budget;
use crate::caller::Accounts;
use crate::exchange::{Exchange, RawRequest};
use crate::machine::calls::Trouble;
use crate::profile::Stop;
use crate::progress::Progress;
use crate::session::{Session, Unreachable};

/// After how many cases it is looked at whether anything changed.
const TOGETHER: usize = 48;

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
            not_prepared(session, &mut negatives, trouble)?;
            return Ok(negatives);
        }
    };
    let all = named(cases::all(session.judge(), session.accounts(), &fixture));
    negatives.known = all.len();
    let chosen = cases::chosen_of(all, |(case, _)| case, choice, seed);
    progress.expect(chosen.len() as u64);
    for group in chosen.chunks(TOGETHER) {
        if budget.is_spent(session) {
            return Ok(negatives);
        }
        let wrong = negatives.wrong.len();
        for (case, name) in group {
            negatives.tried += 1;
            let result = answered(session, case).await.map(drop);
            let sent = session.log().take_exchanges();
            if negatives.note(slice::from_ref(name), result, || fixture.before(sent))? {
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
        let sent = session.log().take_exchanges();
        let name = names::of_odd(&odd.about);
        negatives.note(&[name], result, || fixture.before(sent))?;
    }
    negatives.tried += 1;
    let result = lists_every_violation(session, &fixture).await;
    let sent = session.log().take_exchanges();
    let several = Named::new(names::SEVERAL, precedence::SEVERAL);
    negatives.note(&[several], result, || fixture.before(sent))?;
    let result = fixture.is_unchanged(session, None).await;
    let sent = session.log().take_exchanges();
    let odd: Vec<Named> = odd::chosen(choice).iter().map(|it| names::of_odd(&it.about)).collect();
    negatives.note(&odd, result, || fixture.before(sent))?;
    let requests = valid_requests(session.accounts(), &fixture);
    let valid = names::of_valid(requests.iter().map(|(about, _)| about.as_str()));
    for ((_, request), name) in requests.iter().zip(valid) {
        let result = accepted(session, request).await;
        let sent = session.log().take_exchanges();
        negatives.tried += 1;
        negatives.note(&[name], result, || fixture.before(sent))?;
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
    let mut all = named(cases::all(session.judge(), session.accounts(), fixture));
    let of_cursor = |case: &Case| {
        case.refusal.violation.as_ref().is_some_and(|(_, pointer, _)| pointer == "/cursor")
    };
    all.retain(|(case, _)| !of_cursor(case));
    let mut negatives = Negatives { known: all.len(), ..Negatives::default() };
    let chosen = cases::chosen_of(all, |(case, _)| case, choice, seed);
    progress.expect(chosen.len() as u64);
    for (case, name) in chosen {
        if budget.is_spent(session) {
            break;
        }
        negatives.tried += 1;
        let result = answered(session, &case).await.map(drop);
        let sent = session.log().take_exchanges();
        negatives.note(&[name], result, || sent)?;
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
            not_prepared(session, negatives, trouble)?;
            Ok(fixture)
        }
    }
}

/// Keeps that the orders to try on could not be made.
fn not_prepared(
    session: &Session,
    negatives: &mut Negatives,
    trouble: Trouble,
) -> Result<(), Unreachable> {
    let sent = session.log().take_exchanges();
    let preparing = Named::new(PREPARING, "orders to try on");
    negatives.note(&[preparing], Err(trouble), || sent).map(drop)
}

/// Finds the cases of a group that change something; if none does alone, it is all of them.
async fn one_by_one(
    session: &Session,
    negatives: &mut Negatives,
    group: &[(Case, Named)],
    together: Trouble,
) -> Result<(), Unreachable> {
    let looked = session.log().take_exchanges();
    let wrong = negatives.wrong.len();
    for (_, name) in group {
        let Shows { result, sent } = again(session, slice::from_ref(&name.id)).await;
        negatives.note(slice::from_ref(name), result, || sent)?;
    }
    if wrong == negatives.wrong.len() {
        let all: Vec<Named> = group.iter().map(|(_, name)| name.clone()).collect();
        negatives.note(&all, Err(together), || looked)?;
    }
    Ok(())
}

/// What trying something shows, and what was sent for it.
pub(crate) struct Shows {
    pub(crate) result: Result<(), Trouble>,
    pub(crate) sent: Vec<Exchange>,
}

/// Tries the cases of these ids on orders of their own, and whether they change anything. What no case
/// is called, [`known`](super::known) tells beforehand.
///
/// The result is the first promise that is not kept.
pub(crate) async fn again(session: &Session, ids: &[String]) -> Shows {
    let fixture = match Fixture::prepare(session).await {
        Ok(fixture) => fixture,
        Err(trouble) => {
            return Shows { result: Err(trouble), sent: session.log().take_exchanges() };
        }
    };
    let result = named_ones(session, &fixture, ids).await;
    Shows { result, sent: fixture.before(session.log().take_exchanges()) }
}

async fn named_ones(session: &Session, fixture: &Fixture, ids: &[String]) -> Result<(), Trouble> {
    let mut last = None;
    for (case, name) in named(cases::all(session.judge(), session.accounts(), fixture)) {
        if ids.contains(&name.id) {
            last = answered(session, &case).await?.or(last);
        }
    }
    for odd in odd::all() {
        if ids.contains(&names::of_odd(&odd.about).id) {
            last = endured(session, &odd).await?.or(last);
        }
    }
    if ids.iter().any(|id| id == names::SEVERAL) {
        lists_every_violation(session, fixture).await?;
    }
    fixture.is_unchanged(session, last.as_ref()).await?;
    let requests = valid_requests(session.accounts(), fixture);
    let valid = names::of_valid(requests.iter().map(|(about, _)| about.as_str()));
    for ((_, request), name) in requests.iter().zip(valid) {
        if ids.contains(&name.id) {
            accepted(session, request).await?;
        }
    }
    Ok(())
}

fn named(cases: Vec<Case>) -> Vec<(Case, Named)> {
    let names = names::of_cases(&cases);
    cases.into_iter().zip(names).collect()
}

/// The valid requests of every operation, and one of them with credentials written in another way.
pub(super) fn valid_requests(accounts: &Accounts, fixture: &Fixture) -> Vec<(String, RawRequest)> {
    let mut requests = fixture.valid_requests();
    if let Some((_, request)) = requests.iter().find(|(about, _)| about.starts_with("getNbn")) {
        requests.extend(credentials::valid(accounts, request));
    }
    requests
}
