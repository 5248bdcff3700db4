//! What cases are called: an id, by which a file knows one again, and a sentence for its reader.
//!
//! An id is made of what a case breaks (operation, place and keyword, or the refusal it asks for) and
//! of a number where several break the same. It depends on the contract, and on no order that a case
//! is tried on; so it can be told, without asking a target, whether there is such a case.

use std::collections::BTreeMap;

use super::{Attempt, Case, Fixture, cases, odd, run};
use crate::caller::Accounts;
use crate::judge::Judge;

/// The id of making the orders that cases are tried on.
pub const PREPARING: &str = "orders-to-try-on";

/// A case by its id, with its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// What it is, in a sentence.
    pub about: String,
}

impl Named {
    /// The making of the orders that cases are tried on.
    pub(super) fn preparing() -> Self {
        Self { id: PREPARING.to_owned(), about: "orders to try on".to_owned() }
    }
}

/// Every case there is, valid requests among them.
pub fn known(judge: &Judge, accounts: &Accounts) -> Vec<Named> {
    let fixture = Fixture::imagined();
    let broken = of_cases(&cases::all(judge, accounts, &fixture));
    let odd = odd::all().into_iter().map(|it| of_odd(&it.about));
    let valid = run::every_valid_request(accounts, &fixture).into_iter().map(|(name, _)| name);
    [Named::preparing()].into_iter().chain(broken).chain(odd).chain(valid).collect()
}

/// The names of cases, in their order.
pub(super) fn of_cases(cases: &[Case]) -> Vec<Named> {
    let mut numbered = Numbers::default();
    let name = |case: &Case| {
        let head = case.about.split(": ").next().unwrap_or(&case.operation);
        let broken = match &case.refusal.violation {
            Some((part, pointer, keyword)) if keyword != "cursor" => {
                format!("{part}{pointer}/{keyword}")
            }
            Some(_) | None => {
                let label = case.about.split_once(": ").map_or("", |(_, label)| label);
                format!("{}/{}", case.refusal.status, plain(label))
            }
        };
        let id = numbered.next(format!("{}/{broken}", plain(head)));
        Named { id, about: case.about.clone() }
    };
    cases.iter().map(name).collect()
}

/// The name of an odd request.
pub(super) fn of_odd(about: &str) -> Named {
    Named { id: format!("odd/{}", plain(about)), about: about.to_owned() }
}

/// The names of valid requests, in their order: of each its sentence as it is, and as it is spelt. The
/// number counts the requests as they are, so it is the same whatever they are spelt like.
pub(super) fn of_valid<'a>(requests: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Named> {
    let mut numbered = Numbers::default();
    let name = |(about, spelt): (&str, &str)| {
        let mut id = numbered.next(format!("valid/{}", plain(about)));
        let how = plain(spelt.strip_prefix(about).unwrap_or_default());
        if !how.is_empty() {
            id.push_str(&format!("/{how}"));
        }
        Named { id, about: spelt.to_owned() }
    };
    requests.map(name).collect()
}

/// Whether an id is that of a valid request.
pub(super) fn is_of_valid(id: &str) -> bool {
    id.starts_with("valid/")
}

/// The names of all cases, to find that of one.
pub(super) struct Names(BTreeMap<String, Named>);

impl Names {
    /// Of all cases there are, no two of which have one sentence.
    pub(super) fn of(all: &[Case]) -> Self {
        Self(of_cases(all).into_iter().map(|named| (named.about.clone(), named)).collect())
    }

    /// The names of an attempt's cases.
    pub(super) fn named(&self, attempt: &Attempt) -> Vec<Named> {
        let known = |case: &Case| self.0.get(&case.about).cloned();
        attempt.cases.iter().filter_map(known).collect()
    }
}

/// Tells those apart that would have one id.
#[derive(Default)]
struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    fn next(&mut self, id: String) -> String {
        let count = self.0.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 { id } else { format!("{id}-{count}") }
    }
}

/// A sentence as a word for ids.
fn plain(text: &str) -> String {
    let mut word = String::new();
    for character in text.chars() {
        match character {
            fit if fit.is_ascii_alphanumeric() => word.push(fit),
            // What tells an odd text from another may be its signs alone.
            sign @ ('%' | '&' | '+' | '.' | '*' | ';' | '=' | '{' | '[') => word.push(sign),
            _ if word.ends_with('-') => {}
            _ => word.push('-'),
        }
    }
    word.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_cases_have_one_id() {
        let judge = Judge::new().expect("the contracts are linted");
        let known = known(&judge, &Accounts::published());
        let ids: BTreeSet<&str> = known.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids.len(), known.len());
        for id in [
            "cancelNbnOrder/body/comment/maxLength",
            "cancelNbnOrder/401/an-unknown-user",
            "getNbnOrder/path/orderId/type-2",
            "listNbnOrders/400/a-cursor-from-before-a-reset",
            "odd/BREW-of-the-list",
            "valid/getNbnOrder-a-valid-request/Accept-application-*",
        ] {
            assert!(ids.contains(id), "{id} is not among {ids:#?}");
        }
    }
}
