//! Every negative case, as data, and which of them to try.

use std::collections::BTreeMap;

use super::body::breaches;
use super::{Case, Fixture, Refusal, credentials, identity, parameter, precedence, protocol};
use crate::caller::{Accounts, Caller, Provider};
use crate::exchange::RawRequest;
use crate::judge::Judge;

/// How many of the cases are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// All.
    Every,
    /// Of those that break one keyword at one place, so many.
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

/// The cases of a choice. Which of several that are alike, the seed says: over many seeds all are
/// tried.
pub fn chosen(cases: Vec<Case>, choice: Choice, seed: u64) -> Vec<Case> {
    chosen_of(cases, |case| case, choice, seed)
}

/// The same of things that hold a case each.
pub(super) fn chosen_of<T>(
    cases: Vec<T>,
    case_of: impl Fn(&T) -> &Case,
    choice: Choice,
    seed: u64,
) -> Vec<T> {
    let most = match choice {
        Choice::Every => return cases,
        Choice::OfEachPlace(most) => most,
        Choice::OfEachKeyword => 1,
    };
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, case) in cases.iter().map(case_of).enumerate() {
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
    for (nth, ((_, _, _, keyword), group)) in groups.into_iter().enumerate() {
        let length = group.len();
        // A pattern says several things at once: what is in a text, and that nothing is beside it.
        let most =
            if keyword == "pattern" && choice != Choice::OfEachKeyword { most + 1 } else { most };
        let first = seed.wrapping_add(nth as u64) % length as u64;
        let first = usize::try_from(first).unwrap_or_default();
        kept.extend((0..most.min(length)).map(|turn| group[(first + turn) % length]));
    }
    kept.sort_unstable();
    let mut cases: Vec<Option<T>> = cases.into_iter().map(Some).collect();
    kept.into_iter().filter_map(|index| cases[index].take()).collect()
}
