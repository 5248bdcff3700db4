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
    /// Of each member: the ways to say it, one of which may be not to.
    members: Vec<(String, Vec<Details>)>,
    /// `x-required-when`: a member, and the values of others with which it is required.
    required_when: Vec<(String, String, Vec<Value>)>,
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
                    add(None, Form { members: members(document, fields), ..Form::default() });
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
    let mut required_when = Vec::new();
    for (needed, when) in rules["x-required-when"].as_object().into_iter().flatten() {
        for (other, values) in when.as_object().into_iter().flatten() {
            let values = values.as_array().cloned().unwrap_or_default();
            required_when.push((needed.clone(), other.clone(), values));
        }
    }
    Form { members: members(document, fields), required_when }
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
    /// The details of this number. As many in a row as the longest list of ways has say everything
    /// at least once.
    pub fn nth(&self, number: u64) -> Details {
        let mut details = Details::default();
        for (_, ways) in &self.members {
            details.add(nth(ways, number));
        }
        for (needed, other, values) in &self.required_when {
            let said = details.get(other).map(crate::step::Said::value);
            let is_needed = said.is_some_and(|said| values.contains(&said));
            if is_needed && !details.mentions(needed) {
                let ways = self.members.iter().filter(|(name, _)| name == needed);
                let ways = ways.flat_map(|(_, ways)| ways);
                let present: Vec<Details> =
                    ways.filter(|way| way.mentions(needed)).cloned().collect();
                if !present.is_empty() {
                    details.add(nth(&present, number));
                }
            }
        }
        details
    }

    /// How many in a row say everything.
    pub fn len(&self) -> usize {
        self.members.iter().map(|(_, ways)| ways.len()).max().unwrap_or_default()
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
        for start in 0..20 {
            let details: Vec<Details> =
                (start..start + form.len() as u64).map(|number| form.nth(number)).collect();
            let reasons: BTreeSet<_> = details.iter().filter_map(|it| it.get("reason")).collect();
            assert_eq!(reasons.len(), 9);
            let lengths: BTreeSet<usize> = details
                .iter()
                .map(|it| it.get("comment").map_or(0, |said| said.text().chars().count()))
                .collect();
            assert!(lengths.is_superset(&BTreeSet::from([0, 1, 1000])), "{lengths:?}");
            assert!(details.iter().all(|it| {
                it.get("reason").is_none_or(|said| said.text() != "Other") || it.mentions("comment")
            }));
        }
    }
}
