//! What valid requests may say, read from the contract: every value of an enum, both ends of every
//! length and number, every optional field there and not there.
//!
//! A [`Form`] is one body, one variant of a body, or one query. It leaves out what names something
//! of the target's or of a step's own (ids, customers, windows): those the model fills in. [`Goals`]
//! are what must have been sent before a verification has tried all of it; they are read from the
//! contract a second time, field by field, so that what no form reaches is a gap and no silence.

mod fields;
mod goals;
mod rotation;

use octane_openapi::{Contract, Document, ParameterLocation};
use serde_json::Value;

use crate::step::Details;

pub use goals::Goals;
pub use rotation::Rotation;

/// Whatever names something, or says what the answer is decided by. Where the value is to be had
/// depends on the world, so that no schema can tell a valid one; the steps say which.
const NAMED: [&str; 13] = [
    "createdFrom",
    "createdTo",
    "cursor",
    "custNo",
    "endDateTime",
    "infrastructureOption",
    "locationId",
    "orderId",
    "qualificationSearchId",
    "remoteOrderId",
    "remoteQualificationSearchId",
    "serviceClass",
    "startDateTime",
];

/// What names a timeslot; apart from the others since it is as long as the server likes.
const TIMESLOT: &str = "timeslotId";

/// Whether a field names something.
fn is_named(name: &str) -> bool {
    NAMED.contains(&name) || name == TIMESLOT
}

/// One kind of request: an operation, or one variant of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// The operation.
    pub operation: &'static str,
    /// The value of the body's discriminator, where it has variants.
    pub variant: Option<&'static str>,
}

/// What one kind of request may say.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Of each member, or of two that depend on each other: the ways to say it, one of which may be
    /// not to.
    members: Vec<Vec<Details>>,
}

/// The forms of a contract.
#[derive(Debug, Clone)]
pub struct Forms(Vec<(String, Option<String>, Form)>);

impl Forms {
    /// Reads them.
    pub fn of(contract: &Contract) -> Self {
        let document = contract.document();
        let mut forms = Vec::new();
        for operation in contract.operations() {
            let mut add = |variant: Option<&String>, form| {
                forms.push((operation.id.clone(), variant.cloned(), form));
            };
            match &operation.request_body {
                None => {
                    let query = operation.parameters.iter();
                    let query = query.filter(|it| it.location == ParameterLocation::Query);
                    let fields = query.map(|it| (it.name.as_str(), it.schema.clone(), it.required));
                    let members = members(document, fields);
                    add(
                        None,
                        Form { members: members.into_iter().map(|(_, ways)| ways).collect() },
                    );
                }
                Some(body) => match &body.discriminator {
                    None => add(None, form(document, &body.schema, None)),
                    Some(by) => {
                        for (value, schema) in &by.mapping {
                            add(Some(value), form(document, schema, Some(&by.property)));
                        }
                    }
                },
            }
        }
        Self(forms)
    }

    /// The form of a kind of request, if the contract has it.
    pub fn get(&self, request: Request) -> Option<&Form> {
        let found = self.0.iter().find(|(operation, variant, _)| {
            operation == request.operation && variant.as_deref() == request.variant
        });
        found.map(|(_, _, form)| form)
    }
}

fn form(document: &Document, schema: &str, discriminator: Option<&str>) -> Form {
    let schema = document.follow(schema).unwrap_or_else(|| schema.to_owned());
    let rules = document.at(&schema).cloned().unwrap_or_default();
    let fields = fields::of_object(&schema, &rules);
    let fields = fields.filter(|(name, _, _)| Some(*name) != discriminator);
    let mut members = members(document, fields);
    for (needed, when) in rules["x-required-when"].as_object().into_iter().flatten() {
        let place = |members: &[(String, _)], name| members.iter().position(|(it, _)| it == name);
        for (other, values) in when.as_object().into_iter().flatten() {
            let (Some(first), Some(second)) = (place(&members, other), place(&members, needed))
            else {
                continue;
            };
            let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
            let both = together((other, &members[first].1), (needed, &members[second].1), values);
            members[first].1 = both;
            members.remove(second);
        }
    }
    Form { members: members.into_iter().map(|(_, ways)| ways).collect() }
}

/// The ways to say two fields, of which the second is required with these values of the first: each
/// value of the first with the second, and without it where it may be left out.
fn together(
    first: (&str, &[Details]),
    second: (&str, &[Details]),
    requiring: &[Value],
) -> Vec<Details> {
    let ((name, ways), (needed, others)) = (first, second);
    let said: Vec<&Details> = others.iter().filter(|it| it.mentions(needed)).collect();
    let requires =
        |way: &Details| way.get(name).is_some_and(|said| requiring.contains(&said.value()));
    let turn = |turn: usize| {
        let way = &ways[turn % ways.len()];
        let mut both = way.clone();
        both.add(said[turn % said.len()]);
        let without = (!requires(way)).then(|| way.clone());
        without.into_iter().chain([both])
    };
    if ways.is_empty() || said.is_empty() {
        return ways.to_vec();
    }
    (0..ways.len().max(said.len())).flat_map(turn).collect()
}

fn members<'a>(
    document: &Document,
    fields: impl Iterator<Item = (&'a str, String, bool)>,
) -> Vec<(String, Vec<Details>)> {
    let mut members = Vec::new();
    for (name, schema, required) in fields {
        let ways = fields::ways(document, &schema, name, required);
        // What can be said in one way only the plainest request says already.
        if ways.len() > 1 {
            members.push((name.to_owned(), ways));
        }
    }
    members
}

impl Form {
    /// The details of this turn. As many in a row as the longest list of ways has say everything at
    /// least once; where the seed lets each member begin is different, so that those of one length go
    /// together in another way each time.
    pub fn nth(&self, seed: u64, turn: u64) -> Details {
        let mut details = Details::default();
        for (member, ways) in (1..).zip(&self.members) {
            details.add(nth(ways, turn.wrapping_add(seed.wrapping_mul(member))));
        }
        details
    }

    /// How many in a row say everything.
    pub fn len(&self) -> usize {
        self.members.iter().map(Vec::len).max().unwrap_or_default()
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

fn nth(ways: &[Details], number: u64) -> &Details {
    let turn = number % (ways.len() as u64).max(1);
    &ways[usize::try_from(turn).unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_form_says_everything_in_as_many_details_as_it_is_long_and_explains_what_must_be() {
        let contract = Contract::orders().expect("the contract is linted");
        let forms = Forms::of(&contract);
        let request = Request { operation: "cancelNbnOrder", variant: None };
        let form = forms.get(request).expect("it has a form");
        for seed in 0..20 {
            let turns = seed..seed + form.len() as u64;
            let details: Vec<Details> = turns.map(|turn| form.nth(seed, turn)).collect();
            let reasons: BTreeSet<_> = details.iter().filter_map(|it| it.get("reason")).collect();
            assert_eq!(reasons.len(), 9);
            let lengths: BTreeSet<usize> = details
                .iter()
                .map(|it| it.get("comment").map_or(0, |said| said.text().chars().count()))
                .collect();
            assert!(lengths.is_superset(&BTreeSet::from([0, 1, 1000])), "{lengths:?}");
            let unexplained = details.iter().filter(|it| !it.mentions("comment"));
            let unexplained: BTreeSet<_> = unexplained.filter_map(|it| it.get("reason")).collect();
            assert_eq!(unexplained.len(), 8, "every reason but `Other`");
        }
    }

    #[test]
    fn members_of_one_length_meet_in_every_way_from_seed_to_seed() {
        let forms = Forms::of(&Contract::orders().expect("the contract is linted"));
        let request = Request { operation: "createNbnOrder", variant: Some("New") };
        let form = forms.get(request).expect("it has a form");
        let met: BTreeSet<_> = (0..form.len() as u64)
            .flat_map(|seed| (0..form.len() as u64).map(move |turn| (seed, turn)))
            .map(|(seed, turn)| form.nth(seed, turn))
            .map(|it| (it.get("service/planNo").cloned(), it.get("custReqDate").cloned()))
            .collect();
        assert_eq!(met.len(), 5 * 5);
    }
}
