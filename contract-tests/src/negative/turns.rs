//! One fault at several places: each time at one of them.
//!
//! A wrong password is wrong for every operation, a schema that several places of bodies refer to is one
//! rule, and the number of an order is read from every path alike. Of each such fault one is sent, and of each such rule
//! some fault at every place; from seed to seed the faults change places. What is likely to be taken at
//! one place and refused at another is never left out: no credentials at all, a value that is missing or
//! null, a number that is a text or has a fraction, a name that is unknown, whatever a query says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Case;
use crate::exchange::RawRequest;

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
    let (_, about) = case.about.split_once(": ")?;
    let Case { operation, refusal, .. } = case;
    match (&refusal.violation, &case.valid) {
        (Some(("path", _, keyword)), Some(_)) if keyword == "type" => {
            let text = about.split(" as `").next().unwrap_or(about);
            Some(("path".to_owned(), text.to_owned()))
        }
        (Some(("body", pointer, keyword)), Some(valid)) => {
            let (valid, wrong) = (value_at(valid, pointer)?, value_at(&case.request, pointer)?);
            let by = match keyword.as_str() {
                "type" => {
                    let by = absurd(&valid, &wrong)?;
                    return Some((format!("{operation} {} type", kind(&valid)), by));
                }
                "minimum" | "maximum" | "minLength" | "maxLength" | "pattern" => {
                    between(&valid, &wrong)
                }
                "enum" | "format" => wrong.to_string(),
                _ => return None,
            };
            Some((case.rule.clone()?, by))
        }
        (Some((_, _, keyword)), None) if keyword == "syntax" => {
            Some((keyword.clone(), about.to_owned()))
        }
        (None, None) => {
            let same_everywhere =
                ["Unauthenticated", "MethodNotAllowed", "NotAcceptable", "UnsupportedMediaType"];
            let by_place = about == "no credentials" || !same_everywhere.contains(&refusal.error);
            (!by_place).then(|| (refusal.error.to_owned(), about.to_owned()))
        }
        _ => None,
    }
}

fn value_at(request: &RawRequest, pointer: &str) -> Option<Value> {
    let body: Value = serde_json::from_slice(request.body.as_deref()?).ok()?;
    body.pointer(pointer).cloned()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Number(_) => "number",
        _ => "text",
    }
}

/// A value of another type that nobody takes for the valid one.
fn absurd(valid: &Value, wrong: &Value) -> Option<String> {
    let near = match (valid, wrong) {
        (_, Value::Null) | (Value::Number(_), Value::Number(_)) => true,
        (Value::Number(number), Value::String(text))
        | (Value::String(text), Value::Number(number)) => number.to_string() == *text,
        _ => false,
    };
    (!near).then(|| wrong.to_string())
}

/// What makes a wrong value of a valid one, whatever the valid one is.
fn between(valid: &Value, wrong: &Value) -> String {
    let (Value::String(valid), Value::String(wrong)) = (valid, wrong) else {
        return wrong.to_string();
    };
    let (valid, wrong): (Vec<char>, Vec<char>) = (valid.chars().collect(), wrong.chars().collect());
    let before = valid.iter().zip(&wrong).take_while(|(one, other)| one == other).count();
    let (lost, put) = (&valid[before..], &wrong[before..]);
    let ends = lost.iter().rev().zip(put.iter().rev());
    let after = ends.take_while(|(one, other)| one == other).count();
    let (lost, put) = (lost.len() - after, &put[..put.len() - after]);
    let put: String = put.iter().collect();
    let start = if before == 0 { "at the start " } else { "" };
    format!("{start}{put:?} for {lost}")
}
