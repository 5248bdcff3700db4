//! What must have been sent, and accepted, before all of the contract's requests were tried.
//!
//! Each value of an enum, each end of a length or of a range, and each optional field with and
//! without is a goal of its own; and where a field is required with some values of another, each other
//! value without it. Left out are the lengths of what the server makes up (cursors, ids
//! of timeslots): a valid one is as long as the server made it.

use std::collections::BTreeSet;
use std::fmt;

use octane_openapi::{Contract, Document, ParameterLocation};
use reqwest::Url;
use serde_json::{Map, Value};

use super::{fields, is_named};
use crate::exchange::Exchange;

/// Everything that is to be sent, in the order of the contract.
#[derive(Debug, Clone)]
pub struct Goals(Vec<Goal>);

/// Something that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The operation.
    pub operation: String,
    /// The property that tells variants of the body apart, and its value.
    variant: Option<(String, String)>,
    /// The field, by the names on the way to it.
    path: Vec<String>,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Value(Value),
    Number(i64),
    Length(u64),
    Present,
    Absent,
    /// A value without the field that other values require.
    Without(Value, String),
}

impl Goals {
    /// Reads them from a contract.
    pub fn of(contract: &Contract) -> Self {
        let mut goals = Vec::new();
        for operation in contract.operations() {
            let walk = |variant: Option<(String, String)>| Walk {
                document: contract.document(),
                operation: &operation.id,
                variant,
            };
            for parameter in &operation.parameters {
                if parameter.location == ParameterLocation::Query {
                    let path = [parameter.name.clone()];
                    walk(None).field(&path, &parameter.schema, parameter.required, &mut goals);
                }
            }
            let Some(body) = &operation.request_body else { continue };
            match &body.discriminator {
                None => walk(None).object(&[], &body.schema, &mut goals),
                Some(by) => {
                    for (value, schema) in &by.mapping {
                        let variant = Some((by.property.clone(), value.clone()));
                        walk(variant).object(&[], schema, &mut goals);
                    }
                }
            }
        }
        Self(goals)
    }

    /// The goals that an exchange reaches, by their number. What was not accepted reaches none: it
    /// may have been refused before anybody looked.
    pub fn reached(&self, exchange: &Exchange) -> BTreeSet<usize> {
        let Some(operation) = exchange.operation.as_deref().filter(|_| exchange.status < 400)
        else {
            return BTreeSet::new();
        };
        let mut of_operation =
            self.0.iter().enumerate().filter(|(_, it)| it.operation == operation).peekable();
        if of_operation.peek().is_none() {
            return BTreeSet::new();
        }
        let said = match &exchange.request_body {
            Some(body) => serde_json::from_slice(body).unwrap_or_default(),
            None => query(&exchange.path),
        };
        of_operation.filter(|(_, goal)| goal.is_reached(&said)).map(|(at, _)| at).collect()
    }

    /// Those that are not among these.
    pub fn without<'a>(&'a self, reached: &'a BTreeSet<usize>) -> impl Iterator<Item = &'a Goal> {
        let left = self.0.iter().enumerate().filter(|(at, _)| !reached.contains(at));
        left.map(|(_, goal)| goal)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn query(path: &str) -> Value {
    let url = Url::parse("http://localhost/").and_then(|base| base.join(path));
    let pairs = url.iter().flat_map(|url| {
        url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned().into()))
    });
    Value::Object(pairs.collect::<Map<String, Value>>())
}

struct Walk<'a> {
    document: &'a Document,
    operation: &'a str,
    variant: Option<(String, String)>,
}

impl Walk<'_> {
    fn object(&self, path: &[String], schema: &str, goals: &mut Vec<Goal>) {
        let schema = self.document.follow(schema).unwrap_or_else(|| schema.to_owned());
        let rules = self.document.at(&schema).cloned().unwrap_or_default();
        for (name, schema, required) in fields::of_object(&schema, &rules) {
            let path: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
            self.field(&path, &schema, required, goals);
        }
        for (needed, when) in rules["x-required-when"].as_object().into_iter().flatten() {
            for (other, values) in when.as_object().into_iter().flatten() {
                let schema = format!("{schema}/properties/{other}");
                let schema = self.document.follow(&schema).unwrap_or(schema);
                let all = self.document.at(&schema).and_then(|it| it["enum"].as_array());
                let requires =
                    |value: &&Value| values.as_array().is_some_and(|it| it.contains(value));
                for value in all.into_iter().flatten().filter(|value| !requires(value)) {
                    goals.push(Goal {
                        operation: self.operation.to_owned(),
                        variant: self.variant.clone(),
                        path: path.iter().cloned().chain([other.clone()]).collect(),
                        what: What::Without(value.clone(), needed.clone()),
                    });
                }
            }
        }
    }

    fn field(&self, path: &[String], schema: &str, required: bool, goals: &mut Vec<Goal>) {
        let schema = self.document.follow(schema).unwrap_or_else(|| schema.to_owned());
        let rules = self.document.at(&schema).cloned().unwrap_or_default();
        let mut goal = |what: What| {
            let (operation, variant) = (self.operation.to_owned(), self.variant.clone());
            goals.push(Goal { operation, variant, path: path.to_vec(), what });
        };
        if !required {
            goal(What::Absent);
            goal(What::Present);
        }
        for value in rules["enum"].as_array().into_iter().flatten() {
            goal(What::Value(value.clone()));
        }
        if !path.last().is_some_and(|name| is_named(name)) {
            for bound in ["minimum", "maximum"] {
                rules[bound].as_i64().into_iter().for_each(|it| goal(What::Number(it)));
            }
            for bound in ["minLength", "maxLength"] {
                rules[bound].as_u64().into_iter().for_each(|it| goal(What::Length(it)));
            }
        }
        if rules.get("properties").is_some() {
            self.object(path, &schema, goals);
        }
    }
}

impl Goal {
    fn is_reached(&self, said: &Value) -> bool {
        if let Some((property, value)) = &self.variant
            && said[property] != value.as_str()
        {
            return false;
        }
        let Some((name, above)) = self.path.split_last() else { return false };
        let whole = above.iter().try_fold(said, |it, name| it.get(name));
        let Some(whole) = whole.and_then(Value::as_object) else { return false };
        let found = whole.get(name);
        match (&self.what, found) {
            (What::Absent, None) | (What::Present, Some(_)) => true,
            (What::Value(wanted), Some(found)) => wanted == found,
            (What::Without(wanted, needed), Some(found)) => {
                wanted == found && !whole.contains_key(needed)
            }
            (What::Number(wanted), Some(Value::String(text))) => *text == wanted.to_string(),
            (What::Number(wanted), Some(found)) => found.as_i64() == Some(*wanted),
            (What::Length(wanted), Some(Value::String(text))) => {
                text.chars().count() as u64 == *wanted
            }
            (What::Absent | What::Length(_), Some(_)) | (_, None) => false,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        if let Some((_, variant)) = &self.variant {
            write!(f, " ({variant})")?;
        }
        let path = self.path.join("/");
        match &self.what {
            What::Value(Value::String(text)) => write!(f, " with `{path}` {text}"),
            What::Value(value) => write!(f, " with `{path}` {value}"),
            What::Number(number) => write!(f, " with `{path}` {number}"),
            What::Length(1) => write!(f, " with `{path}` of 1 character"),
            What::Length(length) => write!(f, " with `{path}` of {length} characters"),
            What::Without(value, needed) => {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                write!(f, " with `{path}` {value} and without `{needed}`")
            }
            What::Present => write!(f, " with `{path}`"),
            What::Absent => write!(f, " without `{path}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn left(contract: &str, operation: &str, said: &[Value]) -> Vec<String> {
        let contract = Contract::parse("altered.yaml", contract).expect("a contract");
        let goals = Goals::of(&contract);
        let left = goals.0.iter().filter(|goal| {
            goal.operation == operation && !said.iter().any(|said| goal.is_reached(said))
        });
        left.map(ToString::to_string).collect()
    }

    #[test]
    fn a_value_that_is_new_in_the_contract_is_missing_until_it_is_sent() {
        let text = include_str!("../../../openapi/octane-orders.yaml");
        let altered = text.replacen(
            "        - CostDeclined\n",
            "        - CostDeclined\n        - Moved\n",
            1,
        );
        let contract = Contract::orders().expect("the contract is linted");
        let reasons = contract.document().at("/components/schemas/WithdrawalReason/enum").cloned();
        let mut sent: Vec<Value> = reasons
            .iter()
            .flat_map(|it| it.as_array().cloned().unwrap_or_default())
            .map(|reason| json!({ "reason": reason }))
            .collect();
        let whole = |times| json!({ "reason": "Other", "comment": "𝄞".repeat(times) });
        sent.push(whole(1));
        assert_eq!(
            left(&altered, "cancelNbnOrder", &sent),
            [
                "cancelNbnOrder with `reason` Moved",
                "cancelNbnOrder with `comment` of 1000 characters",
                "cancelNbnOrder with `reason` Moved and without `comment`",
            ]
        );
        sent.extend([whole(1000), json!({ "reason": "Moved" })]);
        assert_eq!(left(&altered, "cancelNbnOrder", &sent), Vec::<String>::new());
    }

    #[test]
    fn a_query_reaches_goals_by_its_texts() {
        let goals = Goals::of(&Contract::orders().expect("the contract is linted"));
        let said = query("/v1/order/nbn?status=Held&limit=100");
        let reached = |what: &str| {
            goals.0.iter().any(|goal| goal.to_string() == what && goal.is_reached(&said))
        };
        assert!(reached("listNbnOrders with `status` Held"));
        assert!(reached("listNbnOrders with `limit` 100"));
        assert!(reached("listNbnOrders without `cursor`"));
        assert!(!reached("listNbnOrders with `limit` 1"));
    }
}
