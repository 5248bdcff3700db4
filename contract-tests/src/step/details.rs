//! What a request says beyond what decides its answer: reasons, comments, contacts, plans.
//!
//! A step without details makes the plainest valid request there is. Details are added to it by name,
//! so that they can be read in a replay file and taken away one by one. They are drawn from the
//! contract ([`forms`](crate::forms)).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Members of a body, or parameters of a query, by their path: `comment`, `contact/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(BTreeMap<String, Said>);

/// What is said in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Said {
    /// A text over and over, so that nobody has to read a thousand characters.
    Repeated {
        /// The text.
        repeated: String,
        /// How often.
        times: usize,
    },
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Truth(bool),
}

impl Said {
    /// The value of a schema's enum, or of an example, if it is one that can be said.
    pub fn of(value: &Value) -> Option<Said> {
        match value {
            Value::String(text) => Some(Said::Text(text.clone())),
            Value::Number(number) => number.as_i64().map(Said::Number),
            Value::Bool(truth) => Some(Said::Truth(*truth)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// As it is sent.
    pub fn value(&self) -> Value {
        match self {
            Said::Repeated { repeated, times } => Value::String(repeated.repeat(*times)),
            Said::Text(text) => Value::String(text.clone()),
            Said::Number(number) => Value::from(*number),
            Said::Truth(truth) => Value::Bool(*truth),
        }
    }

    /// As a query has it.
    pub fn text(&self) -> String {
        match self.value() {
            Value::String(text) => text,
            other => other.to_string(),
        }
    }
}

impl Details {
    /// One thing that is said.
    pub fn one(path: impl Into<String>, said: Said) -> Self {
        Self(BTreeMap::from([(path.into(), said)]))
    }

    /// Whether nothing is said beyond what must be.
    pub fn is_plain(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said at this path.
    pub fn get(&self, path: &str) -> Option<&Said> {
        self.0.get(path)
    }

    /// Whether anything is said at this path or below it.
    pub fn mentions(&self, path: &str) -> bool {
        self.0.keys().any(|known| known == path || is_below(known, path))
    }

    /// Adds what others say.
    pub fn add(&mut self, others: &Details) {
        self.0.extend(others.0.iter().map(|(path, said)| (path.clone(), said.clone())));
    }

    /// Puts everything into a body.
    pub fn fill(&self, body: &mut Value) {
        for (path, said) in &self.0 {
            let place = path.split('/').fold(&mut *body, |place, name| &mut place[name]);
            *place = said.value();
        }
    }

    /// The details without any, and with one member of the body less, for each of them.
    pub fn plainer(&self) -> Vec<Details> {
        let mut members: Vec<&str> =
            self.0.keys().filter_map(|path| path.split('/').next()).collect();
        members.dedup();
        let without = |member: &&str| {
            let kept = self.0.iter().filter(|(path, _)| path != member && !is_below(path, member));
            Details(kept.map(|(path, said)| (path.clone(), said.clone())).collect())
        };
        let one_less = members.iter().filter(|_| members.len() > 1).map(without);
        let none = (!self.is_plain()).then(Details::default);
        none.into_iter().chain(one_less).collect()
    }
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

impl fmt::Display for Details {
    /// As the end of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_plain() {
            return Ok(());
        }
        let parts: Vec<String> = self.0.iter().map(|(path, said)| part(path, said)).collect();
        write!(f, " ({})", parts.join(", "))
    }
}

fn part(path: &str, said: &Said) -> String {
    /// The longest text that is shown as it is.
    const SHOWN_MAX: usize = 36;
    let text = said.text();
    let length = text.chars().count();
    let is_shown = matches!(said, Said::Number(_) | Said::Truth(_))
        || ((2..=SHOWN_MAX).contains(&length)
            && text.bytes().all(|it| (b' '..=b'~').contains(&it)));
    match (is_shown, length) {
        (true, _) => format!("{path} {text}"),
        (false, 1) => format!("a {path} of 1 character"),
        (false, _) => format!("a {path} of {length} characters"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details(json: Value) -> Details {
        serde_json::from_value(json).expect("details")
    }

    #[test]
    fn details_are_read_written_and_told_in_a_few_words() {
        let written = json!({
            "comment": { "repeated": "𝄞", "times": 1000 },
            "reason": "CostDeclined",
            "service/planNo": 5,
        });
        let read = details(written.clone());
        assert_eq!(serde_json::to_value(&read).expect("JSON"), written);
        let told = " (a comment of 1000 characters, reason CostDeclined, service/planNo 5)";
        assert_eq!(read.to_string(), told);
        let mut body = json!({ "service": { "custNo": 1 } });
        read.fill(&mut body);
        assert_eq!(body["service"], json!({ "custNo": 1, "planNo": 5 }));
        assert_eq!(body["comment"].as_str().map(|it| it.chars().count()), Some(1000));
    }

    #[test]
    fn a_member_goes_as_a_whole() {
        let found = details(json!({ "contact/name": "Jo", "contact/phone": "12", "note": "no" }));
        let left = [
            Details::default(),
            details(json!({ "note": "no" })),
            details(json!({ "contact/name": "Jo", "contact/phone": "12" })),
        ];
        assert_eq!(found.plainer(), left);
    }
}
