//! Commands that send requests again on a target that hands out other numbers the second time.
//!
//! What an answer hands out, a qualification's ids and an order's number, is taken out of it by `jq`
//! into a variable of the shell, and stands in later commands under that name. When to send each, nobody
//! but the reader can say: nbn moves the orders between them.

use std::collections::BTreeMap;

use crate::exchange::Exchange;
use crate::shell::curl;

/// What answers hand out: the operation, the key of its `response`, and what it is called.
const HANDED_OUT: [(&str, &str, &str); 4] = [
    ("checkServiceQualification", "remoteOrderId", "REMOTE_ORDER_ID"),
    ("checkServiceQualification", "qualificationSearchId", "QUALIFICATION_SEARCH_ID"),
    ("checkServiceQualification", "remoteQualificationSearchId", "REMOTE_QUALIFICATION_SEARCH_ID"),
    ("createNbnOrder", "orderId", "ORDER_ID"),
];

/// The commands, in the order in which the requests were sent.
pub(super) fn commands(exchanges: &[Exchange]) -> Vec<String> {
    let mut lines = vec![
        "# Between these nbn moves the orders: the steps above say when each was sent.".to_owned(),
    ];
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for exchange in exchanges {
        let line = named(&curl(exchange), &known);
        let learnt = learn(exchange, &mut known);
        if learnt.is_empty() {
            lines.push(line);
            continue;
        }
        // Without the head of the answer, which is no JSON.
        let line = line.replacen("curl -i", "curl -sS", 1);
        lines.push(format!("answer=$({line}); printf '%s\\n' \"$answer\""));
        lines.extend(learnt.into_iter().map(|(key, name)| {
            format!("{name}=$(printf '%s' \"$answer\" | jq -r .response.{key})")
        }));
    }
    lines
}

/// What is new in an answer: the keys, and the variables they go by from here on.
fn learn(exchange: &Exchange, known: &mut BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let mut learnt = Vec::new();
    for (operation, key, name) in HANDED_OUT {
        if exchange.operation.as_deref() != Some(operation) || exchange.status >= 300 {
            continue;
        }
        let value = &exchange.response()[key];
        let Some(text) =
            value.as_str().map(str::to_owned).or(value.as_i64().map(|it| it.to_string()))
        else {
            continue;
        };
        let number = known.values().filter(|it| it.starts_with(name)).count() + 1;
        let name = format!("{name}_{number}");
        if !text.is_empty() && !known.contains_key(&text) {
            known.insert(text, name.clone());
            learnt.push((key, name));
        }
    }
    learnt
}

/// A command with variables in place of what is known. All of it stands in single quotes, out of which
/// a variable has to step.
fn named(line: &str, known: &BTreeMap<String, String>) -> String {
    known.iter().fold(line.to_owned(), |line, (value, name)| {
        let mut text = String::new();
        let mut rest = line.as_str();
        while let Some(at) = rest.find(value.as_str()) {
            let (before, from) = rest.split_at(at);
            let after = &from[value.len()..];
            let part_of_more = |it: Option<char>| {
                it.is_some_and(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))
            };
            text.push_str(before);
            match part_of_more(before.chars().next_back()) || part_of_more(after.chars().next()) {
                true => text.push_str(value),
                false => text.push_str(&format!("'\"${name}\"'")),
            }
            rest = after;
        }
        text.push_str(rest);
        text
    })
}
