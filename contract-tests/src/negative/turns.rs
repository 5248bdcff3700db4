//! One fault at several places: each time at one of them.
//!
//! A wrong password is wrong for every operation, and a rule of the contract that several places refer
//! to is one rule. Of each such fault one is sent, and of each such rule some fault at every place; from
//! seed to seed the faults change places. What is likely to be taken at one place and refused at another
//! is never left out: no credentials at all, a value that is missing or null, a name that is unknown.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Case;
use super::violations::taken_apart;

/// What one fault is known by: the rule that is broken, and by what.
type Fault = (String, String);

/// The cases that have a turn.
pub(super) fn by_turns(cases: &[Case], seed: u64) -> Vec<Case> {
    let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
    let mut kept = BTreeSet::new();
    for (index, case) in cases.iter().enumerate() {
        match fault(case) {
            Some((rule, by)) => rules.entry(rule).or_default().add(by, place(case), index),
            None => {
                kept.insert(index);
            }
        }
    }
    kept.extend(rules.values().flat_map(|rule| rule.turns(seed)));
    kept.into_iter().map(|index| cases[index].clone()).collect()
}

/// A rule that is broken in several ways, at several places.
#[derive(Debug, Default)]
struct Rule {
    ways: Vec<String>,
    places: Vec<String>,
    /// Case by way and place.
    cases: BTreeMap<(usize, usize), usize>,
}

impl Rule {
    fn add(&mut self, way: String, place: String, case: usize) {
        let at = (index_of(&mut self.ways, way), index_of(&mut self.places, place));
        self.cases.entry(at).or_insert(case);
    }

    /// Each way at one place, and at each place a way.
    fn turns(&self, seed: u64) -> BTreeSet<usize> {
        let (ways, places) = (self.ways.len(), self.places.len());
        let first = usize::try_from(seed % places.max(1) as u64).unwrap_or_default();
        let mut kept = BTreeSet::new();
        let mut served = BTreeSet::new();
        for turn in 0..ways.max(places) {
            let way = turn % ways;
            let near = (0..places).map(|step| (turn + first + step) % places);
            let mut at = near.filter_map(|place| Some((place, self.cases.get(&(way, place))?)));
            if let Some((place, case)) = at.next() {
                kept.insert(*case);
                served.insert(place);
            }
        }
        for place in (0..places).filter(|place| !served.contains(place)) {
            kept.extend(self.cases.iter().find(|((_, at), _)| *at == place).map(|(_, case)| case));
        }
        kept
    }
}

fn index_of(known: &mut Vec<String>, name: String) -> usize {
    known.iter().position(|it| *it == name).unwrap_or_else(|| {
        known.push(name);
        known.len() - 1
    })
}

/// Where a case is wrong.
fn place(case: &Case) -> String {
    let operation = case.about.split(':').next().unwrap_or_default();
    let pointer = case.refusal.violation.as_ref().map(|(_, pointer, _)| pointer.as_str());
    format!("{operation} {}", pointer.unwrap_or_default())
}

/// What is wrong with a case; nothing, if it is a matter of the place as well.
fn fault(case: &Case) -> Option<Fault> {
    let about = case.about.split_once(": ").map(|(_, about)| about.to_owned());
    match (&case.refusal.violation, &case.valid) {
        (Some((part, pointer, keyword)), Some(valid)) => {
            let by_place = ["required", "additionalProperties", "x-required-when", "unknown"];
            if by_place.contains(&keyword.as_str()) || keyword == "duplicate" {
                return None;
            }
            let by = match *part {
                "body" => between(
                    value_at(&valid.body, pointer)?,
                    value_at(&case.request.body, pointer)?,
                )?,
                "query" => text_of(&case.request.path, pointer)?,
                _ => about?,
            };
            Some((format!("{part} {}", case.rule.as_ref()?), by))
        }
        (Some((_, _, keyword)), None) if keyword == "syntax" => Some((keyword.clone(), about?)),
        (None, None) => {
            let is_protocol = ["Unauthenticated", "MethodNotAllowed", "NotAcceptable"]
                .contains(&case.refusal.error)
                || case.refusal.error == "UnsupportedMediaType";
            let about = about.filter(|about| is_protocol && about != "no credentials")?;
            Some((case.refusal.error.to_owned(), about))
        }
        _ => None,
    }
}

fn value_at(body: &Option<Vec<u8>>, pointer: &str) -> Option<Value> {
    let body: Value = serde_json::from_slice(body.as_deref()?).ok()?;
    body.pointer(pointer).cloned()
}

fn text_of(path: &str, pointer: &str) -> Option<String> {
    let (_, query) = taken_apart(path);
    let name = pointer.strip_prefix('/')?;
    query.into_iter().find(|(other, _)| other == name).map(|(_, text)| text)
}

/// What makes a wrong value of a valid one, whatever the valid one is; nothing for null.
fn between(valid: Value, wrong: Value) -> Option<String> {
    match (&valid, &wrong) {
        (_, Value::Null) => None,
        (Value::String(valid), Value::String(wrong)) => {
            let (valid, wrong): (Vec<char>, Vec<char>) =
                (valid.chars().collect(), wrong.chars().collect());
            let before = valid.iter().zip(&wrong).take_while(|(one, other)| one == other).count();
            let (valid, wrong) = (&valid[before..], &wrong[before..]);
            let ends = valid.iter().rev().zip(wrong.iter().rev());
            let after = ends.take_while(|(one, other)| one == other).count();
            let (lost, put) = (valid.len() - after, &wrong[..wrong.len() - after]);
            let put: String = put.iter().collect();
            let start = if before == 0 { "at the start " } else { "" };
            Some(format!("{start}{put:?} for {lost}"))
        }
        (_, wrong) => Some(wrong.to_string()),
    }
}
