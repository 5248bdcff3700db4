//! Every negative case, as data, and which of them to try.

use std::collections::{BTreeMap, BTreeSet};

use octane_openapi::Contract;

use super::body::{Broken, breaches, words_of_others};
use super::together::{Attempt, packed};
use super::turns::by_turns;
use super::{
    Case, Fixture, Refusal, ValidCall, credentials, identity, parameter, precedence, protocol,
};
use crate::caller::{Accounts, Caller, Provider};
use crate::exchange::RawRequest;
use crate::judge::Judge;

/// How many of the cases are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// All, each by itself, and then those together that break different places.
    Every,
    /// All that are not alike, and of those that are one, by turns: those that break different places
    /// together, one of each keyword by itself as well, and the others by themselves.
    Together,
    /// Of those that break one keyword anywhere in one operation, one; and of each operation one request
    /// that breaks several places.
    OfEachKeyword,
}

/// Every case that the contract gives rise to.
pub fn all(judge: &Judge, accounts: &Accounts, fixture: &Fixture) -> Vec<Case> {
    let contract = &judge.orders().contract;
    let mut cases = Vec::new();
    let mut known = Vec::new();
    for call in fixture.valid_calls() {
        let Some(operation) = contract.operation(call.operation) else { continue };
        let of_body = of_body(contract, &call);
        if known.contains(&call.operation) {
            // A body that is no object, or whose tag is wrong, is of no variant.
            let of_variant = |case: &Case| {
                case.refusal.violation.as_ref().is_some_and(|(_, pointer, keyword)| {
                    !pointer.is_empty() && keyword != "discriminator"
                })
            };
            cases.extend(of_body.into_iter().filter(of_variant));
        } else {
            known.push(call.operation);
            cases.extend(of_body);
            cases.extend(parameter::cases(judge, operation, &call.path, &[], Some(&call.body)));
            cases.extend(protocol::of_call(&call));
        }
    }
    for read in fixture.valid_reads() {
        if let Some(operation) = contract.operation(read.operation) {
            cases.extend(parameter::cases(judge, operation, &read.path, &read.query, None));
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
    // Two ways to spoil a value may come to the same.
    let mut names = BTreeSet::new();
    cases.retain(|case| names.insert(case.about.clone()));
    cases
}

/// The cases of a call's body.
fn of_body(contract: &Contract, call: &ValidCall) -> Vec<Case> {
    let declared = contract.operation(call.operation).and_then(|it| it.request_body.as_ref());
    let Some(body) = declared else { return Vec::new() };
    let document = contract.document();
    let mut variant = String::new();
    let broken: Vec<Broken> = match &body.discriminator {
        None => breaches(document, &body.schema, &call.body, None),
        Some(discriminator) => {
            let (property, mapping) = (discriminator.property.as_str(), &discriminator.mapping);
            let tag = call.body[property].as_str().unwrap_or_default();
            variant = format!(" ({tag})");
            let schema = mapping.get(tag).unwrap_or(&body.schema).as_str();
            let others: Vec<&str> =
                mapping.values().map(String::as_str).filter(|other| *other != schema).collect();
            let mut broken = breaches(document, schema, &call.body, Some(property));
            broken.extend(words_of_others(document, schema, &others, &call.body, property));
            broken
        }
    };
    let to = || RawRequest::new("POST", call.path.clone(), Caller::Provider(Provider::A));
    let valid = to().json(&call.body);
    let case = |broken: Broken| {
        let Broken { value, pointer, keyword, rule, how } = broken;
        Case {
            operation: call.operation.to_owned(),
            about: format!("{}{variant}: `{keyword}` at `{pointer}`: {how}", call.operation),
            request: to().json(&value),
            refusal: Refusal::invalid("body", pointer, keyword),
            rule: Some(rule),
            valid: Some(valid.clone()),
        }
    };
    broken.into_iter().map(case).collect()
}

/// The requests of a choice. Which of several cases that are alike goes by itself, the seed says.
pub fn chosen(judge: &Judge, cases: &[Case], choice: Choice, seed: u64) -> Vec<Attempt> {
    let alone = |case: &Case| Attempt::alone(case.clone());
    match choice {
        Choice::Every => {
            let several = packed(judge, cases).into_iter().filter(|pack| pack.cases.len() > 1);
            cases.iter().map(alone).chain(several).collect()
        }
        Choice::Together => {
            let cases = by_turns(cases, seed);
            let packs = packed(judge, &cases);
            let crowded: BTreeSet<&str> = packs
                .iter()
                .filter(|pack| pack.cases.len() > 1)
                .flat_map(|pack| pack.cases.iter().map(|case| case.about.as_str()))
                .collect();
            let sampled = one_of_each(&cases, seed, |case| {
                let keyword = case.refusal.violation.as_ref().map(|(_, _, keyword)| keyword);
                keyword.filter(|_| crowded.contains(case.about.as_str()))
            });
            let single = cases.iter().filter(|case| case.valid.is_none());
            let alone: Vec<Attempt> = single.chain(sampled).map(alone).collect();
            alone.into_iter().chain(packs).collect()
        }
        Choice::OfEachKeyword => {
            let sampled = one_of_each(cases, seed, |case| {
                let broken = match &case.refusal.violation {
                    Some((part, _, keyword)) => (*part, keyword.as_str()),
                    None => (case.refusal.error, ""),
                };
                Some((case.operation.as_str(), broken))
            });
            let mut operations = BTreeSet::new();
            let fullest = packed(judge, cases)
                .into_iter()
                .filter(|pack| operations.insert(pack.cases[0].operation.clone()));
            sampled.into_iter().map(alone).chain(fullest).collect()
        }
    }
}

/// One case of each group, by turns of the seed; those of no group are left out.
fn one_of_each<'a, Group: Ord>(
    cases: &'a [Case],
    seed: u64,
    group: impl Fn(&'a Case) -> Option<Group>,
) -> Vec<&'a Case> {
    let mut groups: BTreeMap<Group, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        if let Some(group) = group(case) {
            groups.entry(group).or_default().push(case);
        }
    }
    let turned = groups.into_values().enumerate().map(|(nth, group)| {
        let turn = seed.wrapping_add(nth as u64) % group.len() as u64;
        group[usize::try_from(turn).unwrap_or_default()]
    });
    turned.collect()
}
