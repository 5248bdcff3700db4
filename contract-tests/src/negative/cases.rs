//! Every negative case, as data, and which of them to try.

use std::collections::BTreeMap;

use super::body::breaches;
use super::{Case, Fixture, Miss, Refusal, credentials, identity, parameter, precedence, protocol};
use crate::caller::{Accounts, Caller, Provider};
use crate::exchange::RawRequest;
use crate::judge::Judge;

/// How many of the cases are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// All.
    Every,
    /// Of those that break one keyword at one place, all that are near misses, and where there are
    /// none so many.
    OfEachPlace(usize),
    /// Of those that break one keyword anywhere in one operation, one.
    OfEachKeyword,
}

/// Every case that the contract gives rise to.
pub fn all(judge: &Judge, accounts: &Accounts, fixture: &Fixture) -> Vec<Case> {
    let contract = &judge.orders().contract;
    let mut cases = Vec::new();
    let mut protocol_done = Vec::new();
    for call in fixture.valid_calls() {
        let Some(body) = contract.operation(call.operation).and_then(|it| it.request_body.as_ref())
        else {
            continue;
        };
        let (schema, tag, variant) = match &body.discriminator {
            None => (body.schema.as_str(), None, String::new()),
            Some(discriminator) => {
                let tag = call.body[discriminator.property.as_str()].as_str().unwrap_or_default();
                let variant = discriminator.mapping.get(tag);
                let schema = variant.unwrap_or(&body.schema).as_str();
                (schema, Some(discriminator.property.as_str()), format!(" ({tag})"))
            }
        };
        for broken in breaches(contract.document(), schema, &call.body, tag) {
            let request = RawRequest::new("POST", call.path.clone(), Caller::Provider(Provider::A));
            let (at, keyword, how) = (&broken.pointer, &broken.keyword, &broken.how);
            cases.push(Case {
                operation: call.operation.to_owned(),
                about: format!("{}{variant}: `{keyword}` at `{at}`: {how}", call.operation),
                request: request.json(&broken.value),
                refusal: Refusal::invalid("body", broken.pointer, broken.keyword),
                rule: Some(broken.rule),
                miss: broken.miss,
            });
        }
        if !protocol_done.contains(&call.operation) {
            protocol_done.push(call.operation);
            cases.extend(protocol::of_call(&call));
        }
    }
    for read in fixture.valid_reads() {
        if let Some(operation) = contract.operation(read.operation) {
            cases.extend(parameter::cases(judge, operation, &read.path, &read.query));
            cases.extend(protocol::of_read(&read));
        }
    }
    cases.extend(parameter::cursor_cases(&fixture.cursors));
    if let Some((operation, request)) = fixture.valid_requests().first() {
        let operation = operation.split(':').next().unwrap_or_default();
        cases.extend(credentials::cases(accounts, operation, request));
    }
    cases.extend(identity::cases(&fixture.valid_calls(), &fixture.valid_reads()));
    let withdrawal = fixture.valid_calls().into_iter().find(|it| it.operation == "cancelNbnOrder");
    cases.extend(withdrawal.iter().flat_map(|call| precedence::cases(call, fixture.closed())));
    cases
}

/// Of how many places one is tried with something absurd, beside what is nearly right.
const FAR_EVERY: u64 = 4;

/// The cases of a choice. Which of several that are alike, the seed says: over many seeds all are
/// tried.
pub fn chosen(cases: Vec<Case>, choice: Choice, seed: u64) -> Vec<Case> {
    let most = match choice {
        Choice::Every => return cases,
        Choice::OfEachPlace(most) => most,
        Choice::OfEachKeyword => 1,
    };
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        let key = match &case.refusal.violation {
            Some((part, pointer, keyword)) => {
                let pointer = match (choice, keyword.as_str()) {
                    (Choice::OfEachKeyword, _) => "",
                    // No schema says what a cursor is: each wrong one breaks a promise of its own.
                    (_, "cursor") => &case.about,
                    _ => pointer,
                };
                (case.operation.clone(), *part, pointer.to_owned(), keyword.clone())
            }
            None => {
                let alike = if choice == Choice::OfEachKeyword { "" } else { &case.about };
                (case.operation.clone(), case.refusal.error, alike.to_owned(), String::new())
            }
        };
        groups.entry(key).or_default().push(index);
    }
    let mut kept: Vec<usize> = Vec::new();
    for (nth, ((.., keyword), group)) in groups.into_iter().enumerate() {
        let turn = seed.wrapping_add(nth as u64);
        let (near, far): (Vec<usize>, Vec<usize>) = match choice {
            Choice::OfEachKeyword => (Vec::new(), group),
            _ => group.into_iter().partition(|index| cases[*index].miss == Miss::Near),
        };
        // Where near misses are tried, one of the others now and then is enough.
        // What is lenient about syntax, such as a comma too many, differs from parser to parser.
        let (most, first) = match near.is_empty() || keyword == "syntax" {
            true => (most, turn),
            false => (usize::from(turn.is_multiple_of(FAR_EVERY)), turn / FAR_EVERY),
        };
        // The variants of a body share most of their schemas, so one of them is enough at a time.
        let mut slips: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for index in near {
            slips.entry(cases[index].slip()).or_default().push(index);
        }
        kept.extend(slips.into_values().map(|alike| {
            let turn = turn % alike.len() as u64;
            alike[usize::try_from(turn).unwrap_or_default()]
        }));
        let length = far.len().max(1);
        let first = usize::try_from(first % length as u64).unwrap_or_default();
        kept.extend((0..most.min(far.len())).map(|turn| far[(first + turn) % length]));
    }
    kept.sort_unstable();
    let mut cases: Vec<Option<Case>> = cases.into_iter().map(Some).collect();
    kept.into_iter().filter_map(|index| cases[index].take()).collect()
}
