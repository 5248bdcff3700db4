//! The ways to fill in one field, by its schema.

use std::collections::BTreeSet;

use octane_openapi::sample::{Examples, Sampling, sample};
use octane_openapi::{Direction, Document};
use serde_json::{Map, Value};

use super::is_named;
use crate::step::{Details, Said};

/// Texts that are hard to keep, of which a field says those that its schema allows: blanks at the
/// ends and two in a row, what HTML and JSON escape, a letter with an accent of its own, a control of
/// the second kind, characters of two to four bytes, line breaks and more bytes than go into a column
/// of 255; and every mark of a contact.
const HARD: [&str; 2] = [
    " The “customer”  ordered <twice> & \"by\" \\mistake\\: in the cafe\u{301},\u{85} \
     and at 'home'.\r\n\tFür Ærøskøbing: 𝄞 𝄢 🏠 — 二度注文されましたので、最初の注文だけを残してください。\
     二度目の注文は取り消してください。ご迷惑をおかけして申し訳ありません。 ",
    " +61 (2)  5550-0100, a_b/c@d.e ",
];

/// Letters of one byte and of four, and none at all: what the shortest and the longest texts are of.
const LETTERS: [&str; 4] = ["a", "1", "𝄞", " "];

/// Moments that are seldom thought of: a leap day at the end of its last hour, offsets at the ends of
/// the world, parts of a second, and a day long ago.
const MOMENTS: [&str; 4] = [
    "2028-02-29T23:59:59Z",
    "2026-12-31T23:30:00-12:00",
    "2026-03-09T09:00:00.25+14:00",
    "1999-12-31T23:59:59.999Z",
];

/// The properties of an object: name, schema, and whether it is required.
pub(super) fn of_object<'a>(
    schema: &str,
    rules: &'a Value,
) -> impl Iterator<Item = (&'a str, String, bool)> {
    let required = |name: &str| {
        rules["required"].as_array().is_some_and(|all| all.iter().any(|it| it == name))
    };
    let schema = schema.to_owned();
    rules["properties"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(move |name| (name.as_str(), format!("{schema}/properties/{name}"), required(name)))
}

/// Every way to fill in the field at `path`; the first of an optional one is to leave it out.
pub(super) fn ways(document: &Document, schema: &str, path: &str, required: bool) -> Vec<Details> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_named(name) {
        return Vec::new();
    }
    let schema = document.follow(schema).unwrap_or_else(|| schema.to_owned());
    let rules = document.at(&schema).cloned().unwrap_or_default();
    let present = if rules.get("properties").is_some() {
        let members: Vec<Vec<Details>> = of_object(&schema, &rules)
            .map(|(name, schema, required)| {
                ways(document, &schema, &format!("{path}/{name}"), required)
            })
            // Of what is there anyhow, what can be said in one way is said already.
            .filter(|ways| ways.len() > usize::from(required))
            .collect();
        let most = members.iter().map(Vec::len).max().unwrap_or_default();
        let nth = |turn: usize| {
            let mut whole = Details::default();
            members.iter().for_each(|ways| whole.add(&ways[turn % ways.len()]));
            whole
        };
        (0..most).map(nth).collect()
    } else {
        let said = values(document, &schema, &rules);
        said.into_iter().map(|said| Details::one(path, said)).collect::<Vec<_>>()
    };
    let absent = (!required && !present.is_empty()).then(Details::default);
    absent.into_iter().chain(present).collect()
}

fn values(document: &Document, schema: &str, rules: &Value) -> Vec<Said> {
    if let Some(listed) = rules["enum"].as_array() {
        return listed.iter().filter_map(Said::of).collect();
    }
    match rules["type"].as_str() {
        Some("boolean") => vec![Said::Truth(true), Said::Truth(false)],
        Some("integer") => integers(rules),
        Some("string") => match rules["format"].as_str() {
            Some("date-time") => MOMENTS.map(|it| Said::Text(it.to_owned())).to_vec(),
            _ => texts(document, schema, rules),
        },
        _ => Vec::new(),
    }
}

/// The least and the greatest number, zero, and the first that no `double` holds; or else one between.
fn integers(rules: &Value) -> Vec<Said> {
    let (least, most) = match rules["format"].as_str() {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let least = rules["minimum"].as_i64().unwrap_or(least);
    let most = rules["maximum"].as_i64().unwrap_or(most);
    let between = 501.clamp(least, most);
    let odd = [0, (1 << 53) + 1].into_iter().filter(|it| (least..=most).contains(it));
    let numbers: BTreeSet<i64> = [least, most].into_iter().chain(odd).collect();
    let between = (numbers.len() == 2).then_some(between);
    between.into_iter().chain(numbers).map(Said::Number).collect()
}

/// The shortest and the longest texts, and hard ones; one that fits the pattern where none of these
/// does.
fn texts(document: &Document, schema: &str, rules: &Value) -> Vec<Said> {
    let pattern = rules["pattern"].as_str().map(regress::Regex::new);
    let fits = |text: &str| match &pattern {
        None => true,
        Some(pattern) => pattern.as_ref().is_ok_and(|it| it.find(text).is_some()),
    };
    let bound = |name: &str| rules[name].as_u64().and_then(|it| usize::try_from(it).ok());
    let (least, most) = (bound("minLength").unwrap_or(0).max(1), bound("maxLength"));
    let mut found = Vec::new();
    for times in [Some(least), most].into_iter().flatten() {
        for letter in LETTERS {
            if fits(&letter.repeat(times)) {
                found.push(Said::Repeated { repeated: letter.to_owned(), times });
            }
        }
    }
    for text in HARD {
        let length = text.chars().count();
        if fits(text) && length >= least && most.is_none_or(|most| length <= most) {
            found.push(Said::Text(text.to_owned()));
        }
    }
    if found.is_empty() {
        let sampling =
            Sampling { seed: 0, direction: Direction::Request, examples: Examples::Ignored };
        let valid = |value: &Value| value.as_str().is_some_and(fits);
        found.extend(sample(document, schema, sampling, valid).ok().as_ref().and_then(Said::of));
    }
    found
}
