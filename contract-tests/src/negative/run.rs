//! Tries the cases: all that are chosen, those of some names, or those that fit a borrowed order.

use super::answer::{accepted, answered, endured, lists_every_violation};
use super::cases::{self, Choice};
use super::{Case, Fixture, Negatives, credentials, odd, precedence};
use crate::budget::Budget;
use crate::exchange::RawRequest;
use crate::machine::calls::Trouble;
use crate::profile::Stop;
use crate::progress::Progress;
use crate::session::{Session, Unreachable};

/// After how many cases it is looked at whether anything changed.
const TOGETHER: usize = 96;

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
        return fixture.is_unchanged(session, exchange.as_ref()).await;
    }
    for odd in odd::all() {
        if names.contains(&odd.about) {
            let exchange = endured(session, &odd).await?;
            return fixture.is_unchanged(session, exchange.as_ref()).await;
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

/// The valid requests of every operation, and one of them with credentials written in another way.
fn valid_requests(session: &Session, fixture: &Fixture) -> Vec<(String, RawRequest)> {
    let mut requests = fixture.valid_requests();
    if let Some((_, request)) = requests.iter().find(|(about, _)| about.starts_with("getNbn")) {
        requests.extend(credentials::valid(session.accounts(), request));
    }
    requests
}
