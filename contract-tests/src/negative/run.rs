//! Tries the cases: all that are chosen, those of some ids, or those that fit a borrowed order.

use std::collections::BTreeSet;
use std::slice;

use super::answer::{accepted, answered, endured, suspects};
use super::cases::{self, Choice};
use super::names::{self, Named, Names};
use super::together::{Attempt, packed};
use super::{Case, Fixture, Negatives, credentials, odd, spelling};
use crate::budget::Budget;
use crate::caller::Accounts;
use crate::exchange::{Exchange, RawRequest};
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
            not_prepared(session, negatives, trouble)?;
            return Ok(());
        }
    };
    let all = cases::all(session.judge(), session.accounts(), &fixture);
    let names = Names::of(&all);
    negatives.known = all.len();
    let chosen = cases::chosen(session.judge(), &all, choice, seed);
    progress.expect(chosen.len() as u64);
    for group in chosen.chunks(TOGETHER) {
        if budget.is_spent(session) {
            return Ok(());
        }
        let wrong = negatives.wrong.len();
        for attempt in group {
            let ground = Ground { fixture: &fixture, names: &names, own: Own::Orders };
            if !is_kept(session, attempt, ground, negatives).await? {
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
            one_by_one(session, negatives, &names, group, together).await?;
            fixture = anew(session, negatives, fixture).await?;
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
    let result = fixture.is_unchanged(session, None).await;
    let sent = session.log().take_exchanges();
    let odd: Vec<Named> = odd::chosen(choice).iter().map(|it| names::of_odd(&it.about)).collect();
    negatives.note(&odd, result, || fixture.before(sent))?;
    for (name, request) in valid_requests(session.accounts(), &fixture, seed) {
        let result = accepted(session, &request).await;
        let sent = session.log().take_exchanges();
        negatives.tried += 1;
        negatives.note(&[name], result, || fixture.before(sent))?;
    }
    session.log().take_exchanges();
    Ok(())
}

/// What a request is tried on.
#[derive(Clone, Copy)]
struct Ground<'a> {
    fixture: &'a Fixture,
    names: &'a Names,
    own: Own,
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
    ground: Ground<'_>,
    negatives: &mut Negatives,
) -> Result<bool, Unreachable> {
    let Ground { fixture, names, own } = ground;
    negatives.tried += attempt.cases.len();
    let (result, sent) = tried(session, attempt).await;
    let failure = match result {
        Ok(()) => return Ok(true),
        Err(Trouble::Unreachable(problem)) => return Err(problem),
        Err(Trouble::Broken(failure)) => failure,
    };
    if attempt.cases.len() == 1 {
        let result = Err(Trouble::Broken(failure));
        negatives.note(&names.named(attempt), result, || fixture.before(sent))?;
        return Ok(false);
    }
    // What was taken for valid has changed the orders that the next is tried on.
    let was_taken = failure.exchange.as_ref().is_some_and(|it| (200..300).contains(&it.status));
    let wrong = negatives.wrong.len();
    for case in suspects(session, attempt, &failure) {
        if was_taken && own == Own::Orders && Fixture::prepare(session).await.is_err() {
            break;
        }
        let alone = Attempt::alone(case.clone());
        let (result, sent) = tried(session, &alone).await;
        negatives.note(&names.named(&alone), result, || fixture.before(sent))?;
    }
    if wrong == negatives.wrong.len() {
        let known = |class| negatives.wrong.iter().any(|it| it.failure.class() == class);
        let least = match known(failure.class()) {
            // One small example is enough.
            true => attempt.clone(),
            false => fewest(session, attempt, &failure).await?,
        };
        // What is reported is what the least of them shows.
        let (result, sent) = match tried(session, &least).await {
            (Ok(()), _) => (Err(Trouble::Broken(failure)), sent),
            shown => shown,
        };
        negatives.note(&names.named(&least), result, || fixture.before(sent))?;
    }
    session.log().take_exchanges();
    Ok(false)
}

/// What an attempt comes to, and what was sent for it.
async fn tried(session: &Session, attempt: &Attempt) -> (Result<(), Trouble>, Vec<Exchange>) {
    session.log().take_exchanges();
    let result = answered(session, attempt).await.map(drop);
    (result, session.log().take_exchanges())
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
    let names = Names::of(&all);
    all.retain(|case| !of_cursor(case));
    negatives.known = all.len();
    let chosen = cases::chosen(session.judge(), &all, choice, seed);
    progress.expect(chosen.len() as u64);
    let ground = Ground { fixture, names: &names, own: Own::Nothing };
    for attempt in chosen {
        // Where several cases are wrong together, each may be sent by itself, and left out once.
        let most = 3 * attempt.cases.len() as u64;
        if !budget.has(session, most) {
            break;
        }
        is_kept(session, &attempt, ground, negatives).await?;
        progress.done(1);
    }
    Ok(())
}

/// Tries the cases of these ids on an order of a target that others share.
///
/// # Errors
/// With the first promise that is not kept.
pub async fn again_on_order(
    session: &Session,
    fixture: &Fixture,
    ids: &[String],
) -> Result<(), Trouble> {
    for attempt in attempts(session, fixture, ids) {
        answered(session, &attempt).await?;
    }
    Ok(())
}

/// The cases of these ids: in one request if they break different places of one, else each in its own.
fn attempts(session: &Session, fixture: &Fixture, ids: &[String]) -> Vec<Attempt> {
    let all = cases::all(session.judge(), session.accounts(), fixture);
    let names = names::of_cases(&all);
    let wanted = all.into_iter().zip(names).filter(|(_, name)| ids.contains(&name.id));
    let cases: Vec<Case> = wanted.map(|(case, _)| case).collect();
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
    negatives.note(&[Named::preparing()], Err(trouble), || sent).map(drop)
}

/// Finds the cases of a group that change something; if none does alone, it is all of them.
async fn one_by_one(
    session: &Session,
    negatives: &mut Negatives,
    names: &Names,
    group: &[Attempt],
    together: Trouble,
) -> Result<(), Unreachable> {
    let looked = session.log().take_exchanges();
    let wrong = negatives.wrong.len();
    for attempt in group {
        let named = names.named(attempt);
        let ids: Vec<String> = named.iter().map(|it| it.id.clone()).collect();
        let Shows { result, sent } = again(session, &ids).await;
        let Err(together) = result else { continue };
        let before = negatives.wrong.len();
        for name in named.iter().filter(|_| named.len() > 1) {
            let Shows { result, sent } = again(session, slice::from_ref(&name.id)).await;
            negatives.note(slice::from_ref(name), result, || sent)?;
        }
        if before == negatives.wrong.len() {
            negatives.note(&named, Err(together), || sent)?;
        }
    }
    if wrong == negatives.wrong.len() {
        // A case may be there by itself and among others.
        let mut seen = BTreeSet::new();
        let mut all: Vec<Named> = group.iter().flat_map(|it| names.named(it)).collect();
        all.retain(|name| seen.insert(name.id.clone()));
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
    let result = all_of(session, &fixture, ids).await;
    Shows { result, sent: fixture.before(session.log().take_exchanges()) }
}

async fn all_of(session: &Session, fixture: &Fixture, ids: &[String]) -> Result<(), Trouble> {
    let mut last = None;
    for attempt in attempts(session, fixture, ids) {
        last = answered(session, &attempt).await?.or(last);
    }
    for odd in odd::all() {
        if ids.contains(&names::of_odd(&odd.about).id) {
            last = endured(session, &odd).await?.or(last);
        }
    }
    fixture.is_unchanged(session, last.as_ref()).await?;
    if ids.iter().any(|id| names::is_of_valid(id)) {
        for (name, request) in every_valid_request(session.accounts(), fixture) {
            if ids.contains(&name.id) {
                accepted(session, &request).await?;
            }
        }
    }
    Ok(())
}

/// The valid requests of every operation, each spelt in one of the ways that are as good, and one of
/// them with credentials written in another way.
fn valid_requests(accounts: &Accounts, fixture: &Fixture, seed: u64) -> Vec<(Named, RawRequest)> {
    let mut plain = fixture.valid_requests();
    let mut spelt = plain.clone();
    spelling::by_turns(&mut spelt, seed);
    if let Some((_, request)) = plain.iter().find(|(about, _)| about.starts_with("getNbn")) {
        let of_credentials = credentials::valid(accounts, request);
        spelt.extend(of_credentials.iter().cloned());
        plain.extend(of_credentials);
    }
    let abouts = plain.iter().zip(&spelt).map(|((about, _), (spelt, _))| (&**about, &**spelt));
    let names = names::of_valid(abouts);
    names.into_iter().zip(spelt).map(|(name, (_, request))| (name, request)).collect()
}

/// The same in every way to spell them, each once.
pub(super) fn every_valid_request(
    accounts: &Accounts,
    fixture: &Fixture,
) -> Vec<(Named, RawRequest)> {
    let mut seen = BTreeSet::new();
    let turns = (0..spelling::TURNS).flat_map(|turn| valid_requests(accounts, fixture, turn));
    turns.filter(|(name, _)| seen.insert(name.id.clone())).collect()
}
