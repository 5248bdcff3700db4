//! Tries the cases: all that are chosen, those of some names, or those that fit a borrowed order.

use super::answer::{accepted, answered, endured, suspects};
use super::cases::{self, Choice};
use super::together::{Attempt, packed};
use super::{Case, Fixture, Negatives, credentials, odd, spelling};
use crate::budget::Budget;
use crate::exchange::RawRequest;
use crate::failure::Failure;
use crate::machine::calls::Trouble;
use crate::profile::Stop;
use crate::progress::Progress;
use crate::session::{Session, Unreachable};

/// After how many requests it is looked at whether anything changed.
const TOGETHER: usize = 128;

/// Tries the chosen cases. A wrong one does not keep the others from being tried. What came of them is
/// there however far it got.
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
    negatives: &mut Negatives,
) -> Result<(), Unreachable> {
    let mut fixture = match Fixture::prepare(session).await {
        Ok(fixture) => fixture,
        Err(trouble) => {
            negatives.note(Vec::new(), Err(trouble))?;
            return Ok(());
        }
    };
    let all = cases::all(session.judge(), session.accounts(), &fixture);
    negatives.known = all.len();
    let chosen = cases::chosen(session.judge(), &all, choice, seed);
    progress.expect(chosen.len() as u64);
    for group in chosen.chunks(TOGETHER) {
        if budget.is_spent(session) {
            return Ok(());
        }
        let wrong = negatives.wrong.len();
        for attempt in group {
            if !is_kept(session, attempt, Own::Orders, negatives).await? {
                fixture = anew(session, negatives, fixture).await?;
            }
            progress.done(1);
            if stop == Stop::AtFirst && !negatives.wrong.is_empty() {
                return Ok(());
            }
        }
        // A request that was not refused may have changed something, which is no second finding.
        let result = fixture.is_unchanged(session, None).await;
        if let (Err(together), true) = (result, wrong == negatives.wrong.len()) {
            one_by_one(session, negatives, group, together).await?;
            fixture = anew(session, negatives, fixture).await?;
        }
        session.log().take_exchanges();
    }
    for odd in odd::chosen(choice) {
        negatives.tried += 1;
        let result = endured(session, &odd).await.map(drop);
        negatives.note(vec![odd.about], result)?;
        session.log().take_exchanges();
    }
    let result = fixture.is_unchanged(session, None).await;
    negatives.note(vec!["odd requests".to_owned()], result)?;
    for (about, request) in valid_requests(session, &fixture, seed) {
        let result = accepted(session, &request).await;
        negatives.tried += 1;
        negatives.note(vec![about], result)?;
    }
    session.log().take_exchanges();
    Ok(())
}

/// Whose the orders are that an attempt is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    /// This verification's, which can make them anew.
    Orders,
    /// One that has a life of its own.
    Nothing,
}

/// Makes an attempt, and notes what is wrong: of several cases together those that are wrong alone, or
/// else as few as are wrong only together.
async fn is_kept(
    session: &Session,
    attempt: &Attempt,
    own: Own,
    negatives: &mut Negatives,
) -> Result<bool, Unreachable> {
    negatives.tried += attempt.cases.len();
    let result = answered(session, attempt).await;
    session.log().take_exchanges();
    let failure = match result {
        Ok(_) => return Ok(true),
        Err(Trouble::Unreachable(problem)) => return Err(problem),
        Err(Trouble::Broken(failure)) => failure,
    };
    if attempt.cases.len() == 1 {
        negatives.note(attempt.names(), Err(Trouble::Broken(failure)))?;
        return Ok(false);
    }
    // What was taken for valid has changed the orders that the next is tried on.
    let was_taken = failure.exchange.as_ref().is_some_and(|it| (200..300).contains(&it.status));
    let wrong = negatives.wrong.len();
    for case in suspects(session, attempt, &failure) {
        if was_taken && own == Own::Orders && Fixture::prepare(session).await.is_err() {
            break;
        }
        let result = answered(session, &Attempt::alone(case.clone())).await.map(drop);
        negatives.note(vec![case.about.clone()], result)?;
    }
    if wrong == negatives.wrong.len() {
        let known = |class| negatives.wrong.iter().any(|it| it.failure.class() == class);
        let least = match known(failure.class()) {
            // One small example is enough.
            true => attempt.clone(),
            false => fewest(session, attempt, &failure).await?,
        };
        // What is reported is what the least of them shows.
        let shown = answered(session, &least).await.map(drop);
        let shown = shown.and(Err(Trouble::Broken(failure)));
        negatives.note(least.names(), shown)?;
    }
    session.log().take_exchanges();
    Ok(false)
}

/// As few of an attempt's cases as are wrong only together.
async fn fewest(
    session: &Session,
    attempt: &Attempt,
    failure: &Failure,
) -> Result<Attempt, Unreachable> {
    let mut least = attempt.clone();
    let mut index = 0;
    while index < least.cases.len() && least.cases.len() > 2 {
        let fewer = least.without(index);
        match answered(session, &fewer).await {
            Err(Trouble::Unreachable(problem)) => return Err(problem),
            Err(Trouble::Broken(other)) if other.class() == failure.class() => least = fewer,
            Ok(_) | Err(Trouble::Broken(_)) => index += 1,
        }
    }
    Ok(least)
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
    negatives: &mut Negatives,
) -> Result<(), Unreachable> {
    let mut all = cases::all(session.judge(), session.accounts(), fixture);
    let of_cursor = |case: &Case| {
        case.refusal.violation.as_ref().is_some_and(|(_, pointer, _)| pointer == "/cursor")
    };
    all.retain(|case| !of_cursor(case));
    negatives.known = all.len();
    let chosen = cases::chosen(session.judge(), &all, choice, seed);
    progress.expect(chosen.len() as u64);
    for attempt in chosen {
        // Where several cases are wrong together, each may be sent by itself, and left out once.
        let most = 3 * attempt.cases.len() as u64;
        if !budget.has(session, most) {
            break;
        }
        is_kept(session, &attempt, Own::Nothing, negatives).await?;
        progress.done(1);
    }
    Ok(())
}

/// Tries the cases of these names on an order of a target that others share.
///
/// # Errors
/// With the first promise that is not kept.
pub async fn again_on_order(
    session: &Session,
    fixture: &Fixture,
    names: &[String],
) -> Result<(), Trouble> {
    for attempt in named(session, fixture, names) {
        answered(session, &attempt).await?;
    }
    Ok(())
}

/// The cases of these names: in one request if they break different places of one, else each in its own.
fn named(session: &Session, fixture: &Fixture, names: &[String]) -> Vec<Attempt> {
    let mut cases = cases::all(session.judge(), session.accounts(), fixture);
    cases.retain(|case| names.contains(&case.about));
    let packs = packed(session.judge(), &cases);
    match packs.as_slice() {
        [pack] if pack.cases.len() == cases.len() => packs,
        _ => cases.into_iter().map(Attempt::alone).collect(),
    }
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
    group: &[Attempt],
    together: Trouble,
) -> Result<(), Unreachable> {
    let wrong = negatives.wrong.len();
    for attempt in group {
        let names = attempt.names();
        let result = again(session, &names).await;
        let Err(together) = result else { continue };
        let before = negatives.wrong.len();
        for name in names.iter().filter(|_| names.len() > 1) {
            let alone = vec![name.clone()];
            let result = again(session, &alone).await;
            negatives.note(alone, result)?;
        }
        if before == negatives.wrong.len() {
            negatives.note(names, Err(together))?;
        }
    }
    if wrong == negatives.wrong.len() {
        let all = group.iter().flat_map(Attempt::names).collect();
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
    for attempt in named(session, &fixture, names) {
        last = Some(answered(session, &attempt).await?);
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
    for (about, request) in every_valid_request(session, &fixture) {
        if names.contains(&about) {
            accepted(session, &request).await?;
        }
    }
    Ok(())
}

/// The valid requests of every operation, each spelt in one of the ways that are as good, and one of
/// them with credentials written in another way.
fn valid_requests(session: &Session, fixture: &Fixture, seed: u64) -> Vec<(String, RawRequest)> {
    let mut requests = fixture.valid_requests();
    let read = requests.iter().find(|(about, _)| about.starts_with("getNbn")).cloned();
    spelling::by_turns(&mut requests, seed);
    if let Some((_, request)) = read {
        requests.extend(credentials::valid(session.accounts(), &request));
    }
    requests
}

/// The same in every way to spell them.
fn every_valid_request(session: &Session, fixture: &Fixture) -> Vec<(String, RawRequest)> {
    (0..spelling::TURNS).flat_map(|turn| valid_requests(session, fixture, turn)).collect()
}
