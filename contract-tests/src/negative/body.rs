//! Breaks one keyword of a valid value at a time, going by its schema.
//!
//! The walk follows the value: what is optional must be in it to be broken, which the valid requests
//! take care of. A value that breaks a keyword may break another of the same place with it (a number
//! is no member of an enum of texts either); it never breaks anything elsewhere.

use octane_openapi::Document;
use serde_json::{Value, json};

use super::Miss;

/// A broken value.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The whole value.
    pub value: Value,
    /// Where it is broken, as a JSON pointer.
    pub pointer: String,
    /// Which keyword is.
    pub keyword: String,
    /// Where the contract has the keyword, as a JSON pointer.
    pub rule: String,
    /// The wrong value, or what else is wrong, in a few words.
    pub how: String,
    /// How near it is to the valid value.
    pub miss: Miss,
}

/// Every way to break a value, a keyword at a time. `discriminator` names the property that chose the
/// schema, whose breaches are reported under that keyword.
pub fn breaches(
    document: &Document,
    schema: &str,
    value: &Value,
    discriminator: Option<&str>,
) -> Vec<Broken> {
    let mut walk = Walk { document, root: value, discriminator, found: Vec::new() };
    walk.visit(schema, "", value, Presence::Required);
    walk.found
}

struct Walk<'a> {
    document: &'a Document,
    root: &'a Value,
    discriminator: Option<&'a str>,
    found: Vec<Broken>,
}

/// Whether a value may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

impl Walk<'_> {
    fn visit(&mut self, schema: &str, at: &str, value: &Value, presence: Presence) {
        let schema = self.document.follow(schema).unwrap_or_else(|| schema.to_owned());
        let Some(rules) = self.document.at(&schema).cloned() else { return };
        for wrong in wrong_values(&rules, value, presence) {
            self.replace(&schema, at, wrong);
        }
        if let Value::Object(members) = value {
            self.object(&schema, &rules, at);
            for (name, member) in members {
                let place = format!("{at}/{name}");
                if self.discriminator == Some(name.as_str()) && at.is_empty() {
                    let keyword = "discriminator";
                    let tag = member.as_str().unwrap_or_default();
                    for near in [tag.to_lowercase(), format!(" {tag}")] {
                        let wrong = Wrong { value: json!(near), keyword, miss: Miss::Near };
                        self.replace(&schema, &place, wrong);
                    }
                    for value in [json!("Nonsense"), json!(7), Value::Null] {
                        self.replace(&schema, &place, Wrong { value, keyword, miss: Miss::Far });
                    }
                } else {
                    let required = rules["required"].as_array();
                    let presence = match required.is_some_and(|all| all.iter().any(|it| it == name))
                    {
                        true => Presence::Required,
                        false => Presence::Optional,
                    };
                    self.visit(&format!("{schema}/properties/{name}"), &place, member, presence);
                }
            }
        }
    }

    fn object(&mut self, schema: &str, rules: &Value, at: &str) {
        for name in rules["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let tag = self.discriminator == Some(name) && at.is_empty();
            let keyword = if tag { "discriminator" } else { "required" };
            self.edit(schema, at, name, keyword, "left out", |members| {
                members.remove(name);
            });
        }
        if rules["additionalProperties"] == false {
            self.edit(schema, at, "resaon", "additionalProperties", "misspelt", |members| {
                members.insert("resaon".to_owned(), json!("misspelt"));
            });
        }
        for (needed, when) in rules["x-required-when"].as_object().into_iter().flatten() {
            for (property, values) in when.as_object().into_iter().flatten() {
                for value in values.as_array().into_iter().flatten() {
                    let how = format!("left out where {property} is {value}");
                    self.edit(schema, at, needed, "x-required-when", &how, |members| {
                        members.insert(property.clone(), value.clone());
                        members.remove(needed);
                    });
                }
            }
        }
    }

    fn replace(&mut self, schema: &str, at: &str, wrong: Wrong) {
        let Wrong { value: wrong, keyword, miss } = wrong;
        let mut value = self.root.clone();
        if let Some(place) = value.pointer_mut(at) {
            let how = shortened(&wrong.to_string());
            *place = wrong;
            let rule = format!("{schema}/{keyword}");
            let keyword = keyword.to_owned();
            // What is no object has no property to choose a variant by, and is of the wrong type.
            self.found.push(Broken { value, pointer: at.to_owned(), keyword, rule, how, miss });
        }
    }

    fn edit(
        &mut self,
        schema: &str,
        at: &str,
        name: &str,
        keyword: &str,
        how: &str,
        change: impl FnOnce(&mut serde_json::Map<String, Value>),
    ) {
        let mut value = self.root.clone();
        if let Some(members) = value.pointer_mut(at).and_then(Value::as_object_mut) {
            change(members);
            let (pointer, rule) = (format!("{at}/{name}"), format!("{schema}/{keyword}"));
            let (keyword, how) = (keyword.to_owned(), how.to_owned());
            self.found.push(Broken { value, pointer, keyword, rule, how, miss: Miss::Near });
        }
    }
}

/// Enough of a value to tell it from the others that break the same keyword.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 32;
    let length = text.chars().count();
    if length <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}… of {length}")
}

/// A value that a schema refuses for one keyword.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) value: Value,
    pub(super) keyword: &'static str,
    pub(super) miss: Miss,
}

/// Every way in which a schema's own keywords refuse a value near to a valid one.
pub(super) fn wrong_values(rules: &Value, valid: &Value, presence: Presence) -> Vec<Wrong> {
    let mut found = wrong_types(rules["type"].as_str().unwrap_or("object"), valid, presence);
    let mut wrong = |value: Value, keyword, miss| found.push(Wrong { value, keyword, miss });
    let text = valid.as_str().unwrap_or("a");
    if let Some(listed) = rules["enum"].as_array().filter(|_| rules["type"] == "string") {
        let text = valid.as_str().unwrap_or_default();
        for near in [text.to_lowercase(), format!(" {text}")] {
            // Whoever takes any text takes one in small letters too, and not the other way round.
            if !listed.iter().any(|it| *it == near) {
                wrong(json!(near), "enum", Miss::Near);
            }
        }
        wrong(json!("Nonsense"), "enum", Miss::Far);
    }
    if let Some(least) = rules["minimum"].as_i64() {
        wrong(json!(least - 1), "minimum", Miss::Near);
    }
    if let Some(most) = rules["maximum"].as_i64() {
        wrong(json!(most + 1), "maximum", Miss::Near);
    }
    for (value, miss) in wrong_formats(&rules["format"], valid) {
        wrong(value, "format", miss);
    }
    if let Some(longest) = rules["maxLength"].as_u64().and_then(|it| usize::try_from(it).ok()) {
        let last = text.chars().last().unwrap_or('a').to_string();
        wrong(json!(last.repeat(longest + 1)), "maxLength", Miss::Near);
        // Length is counted in characters, not bytes; a long text of wide ones breaks nothing else.
        wrong(json!("é".repeat(longest + 1)), "maxLength", Miss::Far);
    }
    if rules["minLength"].as_u64().is_some_and(|least| least > 0) {
        wrong(json!(""), "minLength", Miss::Near);
    }
    if let Some(pattern) = rules["pattern"].as_str() {
        for (near, miss) in near_texts(text) {
            if !matches(pattern, &near) && !near.is_empty() {
                wrong(json!(near), "pattern", miss);
            }
        }
    }
    found
}

/// Values of other types. Near is what converts into the valid value without a thought.
fn wrong_types(kind: &str, valid: &Value, presence: Presence) -> Vec<Wrong> {
    let mut found = Vec::new();
    let mut wrong = |value: Value, miss| found.push(Wrong { value, keyword: "type", miss });
    let absent = if presence == Presence::Optional { Miss::Near } else { Miss::Far };
    wrong(Value::Null, absent);
    for other in [json!(true), json!(1.5), json!("text"), json!([]), json!({})] {
        let fits = match kind {
            "string" => other.is_string(),
            "integer" => false,
            "number" => other.is_number(),
            "boolean" => other.is_boolean(),
            "array" => other.is_array(),
            _ => other.is_object(),
        };
        if !fits {
            wrong(other, Miss::Far);
        }
    }
    if kind != "array" {
        wrong(json!([valid]), Miss::Near);
    }
    match (kind, valid) {
        ("integer" | "number" | "boolean", Value::Number(_) | Value::Bool(_)) => {
            wrong(json!(valid.to_string()), Miss::Near);
        }
        ("string", Value::String(text)) => {
            if let Ok(number) = text.parse::<i64>() {
                wrong(json!(number), Miss::Near);
            }
        }
        _ => {}
    }
    if let (true, Some(number)) =
        (kind == "integer", valid.as_i64().and_then(|it| i32::try_from(it).ok()))
    {
        wrong(json!(f64::from(number)), Miss::Near);
        wrong(json!(f64::from(number) + 0.5), Miss::Near);
    }
    found
}

fn wrong_formats(format: &Value, valid: &Value) -> Vec<(Value, Miss)> {
    let near = |value: Value| (value, Miss::Near);
    match format.as_str() {
        Some("uuid") => {
            let text = valid.as_str().unwrap_or_default();
            vec![
                near(json!(text.replace('-', ""))),
                near(json!(format!(" {text}"))),
                (json!("not-a-uuid"), Miss::Far),
                (json!("6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d00"), Miss::Far),
            ]
        }
        Some("date-time") => ["2026-02-30T09:00:00Z", "2026-03-02", "2026-03-02T09:00:00"]
            .map(|text| near(json!(text)))
            .to_vec(),
        Some("date") => vec![near(json!("2026-02-30")), near(json!("02-03-2026"))],
        Some("int32") => {
            vec![near(json!(2_147_483_648_i64)), (json!(-2_147_483_649_i64), Miss::Far)]
        }
        Some("int64") => vec![near(json!(9_223_372_036_854_775_808_u64))],
        _ => Vec::new(),
    }
}

/// Texts a slip of the hand away from a valid one, and what is made of them: trimmed, put into small
/// letters, or looked at only as far as the pattern goes.
fn near_texts(text: &str) -> Vec<(String, Miss)> {
    let shorter: String = text.chars().skip(1).collect();
    vec![
        (format!(" {text}"), Miss::Near),
        (text.to_lowercase(), Miss::Near),
        (format!("{text}!"), Miss::Near),
        (format!("{text}\n!"), Miss::Far),
        (format!("{text}\u{0}"), Miss::Far),
        (format!("{text}𝄞"), Miss::Far),
        (shorter, Miss::Far),
    ]
}

/// Whether a text matches a pattern of the contract, by the rules of ECMA-262 that OpenAPI wants.
fn matches(pattern: &str, text: &str) -> bool {
    regress::Regex::new(pattern).is_ok_and(|regex| regex.find(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use octane_openapi::Contract;

    #[test]
    fn a_withdrawal_is_broken_in_every_way_its_schema_allows() {
        let contract = Contract::orders().expect("the contract is linted");
        let valid = json!({ "reason": "Other", "comment": "Moved." });
        let schema = "/components/schemas/WithdrawRequest";
        let mut found: Vec<String> = breaches(contract.document(), schema, &valid, None)
            .iter()
            .map(|broken| format!("{} at `{}`", broken.keyword, broken.pointer))
            .collect();
        found.dedup();
        assert_eq!(
            found,
            [
                "type at ``",
                "required at `/reason`",
                "additionalProperties at `/resaon`",
                "x-required-when at `/comment`",
                "type at `/reason`",
                "enum at `/reason`",
                "type at `/comment`",
                "maxLength at `/comment`",
                "minLength at `/comment`",
                "pattern at `/comment`",
            ]
        );
    }
}
