//! Breaks one keyword of a valid value at a time, going by its schema.
//!
//! The walk follows the value: what is optional must be in it to be broken, which the valid requests
//! take care of. A value that breaks a keyword may break another of the same place with it (a number
//! is no member of an enum of texts either); it never breaks anything elsewhere.

use octane_openapi::Document;
use serde_json::{Value, json};

use super::violations::escaped;

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
    walk.visit(schema, "", value);
    walk.found
}

/// Words of the other variants of a union, where this one has the same property with words of its own.
pub fn words_of_others(
    document: &Document,
    schema: &str,
    others: &[&str],
    value: &Value,
    discriminator: &str,
) -> Vec<Broken> {
    let words = |schema: &str, name: &str| -> Option<(String, Vec<Value>)> {
        let at = document.follow(&format!("{schema}/properties/{name}"))?;
        let words = document.at(&at)?.get("enum")?.as_array()?.clone();
        Some((at, words))
    };
    let mut walk = Walk { document, root: value, discriminator: None, found: Vec::new() };
    for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
        let Some((at, own)) = words(schema, name).filter(|_| name != discriminator) else {
            continue;
        };
        for other in others.iter().filter_map(|other| words(other, name)) {
            for word in other.1.into_iter().filter(|word| !own.contains(word)) {
                walk.replace(&at, &format!("/{name}"), word, "enum");
            }
        }
    }
    walk.found
}

struct Walk<'a> {
    document: &'a Document,
    root: &'a Value,
    discriminator: Option<&'a str>,
    found: Vec<Broken>,
}

impl Walk<'_> {
    fn visit(&mut self, schema: &str, at: &str, value: &Value) {
        let schema = self.document.follow(schema).unwrap_or_else(|| schema.to_owned());
        let Some(rules) = self.document.at(&schema).cloned() else { return };
        for wrong in wrong_values(&rules, value) {
            self.replace(&schema, at, wrong.value, wrong.keyword);
        }
        if let Value::Object(members) = value {
            self.object(&schema, &rules, at);
            for (name, member) in members {
                let place = format!("{at}/{name}");
                if self.discriminator == Some(name.as_str()) && at.is_empty() {
                    let tag = member.as_str().unwrap_or_default();
                    let near = [json!(tag.to_lowercase()), json!(format!(" {tag}"))];
                    for tag in near.into_iter().chain([json!("Nonsense"), json!(7), Value::Null]) {
                        self.replace(&schema, &place, tag, "discriminator");
                    }
                } else {
                    self.visit(&format!("{schema}/properties/{name}"), &place, member);
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
            // The second has every character that a JSON pointer must escape.
            for name in ["resaon", "resa~/on"] {
                self.edit(schema, at, name, "additionalProperties", "misspelt", |members| {
                    members.insert(name.to_owned(), json!("misspelt"));
                });
            }
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

    fn replace(&mut self, schema: &str, at: &str, wrong: Value, keyword: &str) {
        let mut value = self.root.clone();
        if let Some(place) = value.pointer_mut(at) {
            let how = shortened(&wrong.to_string());
            *place = wrong;
            let rule = format!("{schema}/{keyword}");
            let keyword = keyword.to_owned();
            // What is no object has no property to choose a variant by, and is of the wrong type.
            self.found.push(Broken { value, pointer: at.to_owned(), keyword, rule, how });
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
            let pointer = format!("{at}/{}", escaped(name));
            let rule = format!("{schema}/{keyword}");
            let (keyword, how) = (keyword.to_owned(), how.to_owned());
            self.found.push(Broken { value, pointer, keyword, rule, how });
        }
    }
}

/// Enough of a value to tell it from the others that break the same keyword.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 48;
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
}

/// Every way in which a schema's own keywords refuse a value near to a valid one.
pub(super) fn wrong_values(rules: &Value, valid: &Value) -> Vec<Wrong> {
    let mut found = Vec::new();
    let mut wrong = |value: Value, keyword| found.push(Wrong { value, keyword });
    let kind = rules["type"].as_str().unwrap_or("object");
    for other in [json!(true), json!(1.5), json!("text"), json!([]), json!({}), Value::Null] {
        let fits = match kind {
            "string" => other.is_string(),
            "integer" => false,
            "number" => other.is_number(),
            "boolean" => other.is_boolean(),
            "array" => other.is_array(),
            _ => other.is_object(),
        };
        if !fits {
            wrong(other, "type");
        }
    }
    if valid.is_number() && matches!(kind, "integer" | "number") {
        wrong(json!(valid.to_string()), "type");
    }
    if kind != "array" {
        wrong(json!([valid]), "type");
    }
    if kind == "boolean" && valid.is_boolean() {
        wrong(json!(valid.to_string()), "type");
    }
    if kind == "integer"
        && let Some(number) = valid.as_i64().and_then(|it| i32::try_from(it).ok())
    {
        wrong(json!(f64::from(number)), "type");
        wrong(json!(f64::from(number) + 0.5), "type");
    }
    if kind == "string"
        && let Some(number) = valid.as_str().and_then(|text| text.parse::<i64>().ok())
    {
        wrong(json!(number), "type");
    }
    if rules.get("enum").is_some() && kind == "string" {
        let text = valid.as_str().unwrap_or_default();
        let is_known =
            |text: &str| rules["enum"].as_array().is_some_and(|it| it.iter().any(|it| it == text));
        // Whoever takes any text takes one in small letters too, and not the other way round.
        let near = [text.to_lowercase(), format!(" {text}"), "Nonsense".to_owned()];
        for near in near.iter().filter(|near| !is_known(near)) {
            wrong(json!(near), "enum");
        }
    }
    if let Some(least) = rules["minimum"].as_i64() {
        wrong(json!(least - 1), "minimum");
    }
    if let Some(most) = rules["maximum"].as_i64() {
        wrong(json!(most + 1), "maximum");
    }
    for text in wrong_formats(&rules["format"]) {
        wrong(text, "format");
    }
    let text = valid.as_str().unwrap_or("a");
    if let Some(longest) = rules["maxLength"].as_u64().and_then(|it| usize::try_from(it).ok()) {
        let last = text.chars().last().unwrap_or('a').to_string();
        wrong(json!(last.repeat(longest + 1)), "maxLength");
        // Length is counted in characters, not bytes; a long text of wide ones breaks nothing else.
        wrong(json!("é".repeat(longest + 1)), "maxLength");
    }
    if rules["minLength"].as_u64().is_some_and(|least| least > 0) {
        wrong(json!(""), "minLength");
    }
    if let Some(pattern) = rules["pattern"].as_str() {
        let edges = edges(pattern, text);
        for near in near_texts(text).into_iter().chain(edges) {
            if !matches(pattern, &near) && !near.is_empty() {
                wrong(json!(near), "pattern");
            }
        }
    }
    found
}

fn wrong_formats(format: &Value) -> Vec<Value> {
    match format.as_str() {
        Some("uuid") => [
            "not-a-uuid",
            "6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d00",
            "6f1d2c1a0c5b4a539d0b7a5a51e0d001",
            "{6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001}",
            "urn:uuid:6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001",
            " 6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001",
            "6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d001\n",
            "6f1d2c1a-0c5b-4a53-9d0b-7a5a51e0d00g",
        ]
        .map(|text| json!(text))
        .to_vec(),
        Some("date-time") => {
            vec![
                json!("2026-02-30T09:00:00Z"),
                json!("2026-03-02"),
                json!("2026-03-02T09:00:00"),
                // 2026 is no leap year, and April has 30 days.
                json!("2026-02-29T09:00:00Z"),
                json!("2026-04-31T09:00:00Z"),
                json!("2026-03-02T24:00:00Z"),
                json!("2026-03-02T09:60:00Z"),
                json!("2026-13-02T09:00:00Z"),
                json!("2026-03-02 09:00:00Z"),
                json!("2026-03-02T09:00:00 11:00"),
                json!("2026-03-02T09:00:00Z\n"),
                json!("\u{662}026-03-02T09:00:00Z"),
            ]
        }
        Some("date") => vec![json!("2026-02-30"), json!("02-03-2026")],
        Some("int32") => vec![json!(2_147_483_648_i64), json!(-2_147_483_649_i64)],
        Some("int64") => vec![json!(9_223_372_036_854_775_808_u64)],
        _ => Vec::new(),
    }
}

/// A text whose last character is next to one that would do, and would not do itself: where a class of
/// characters ends, whoever writes it slips.
fn edges(pattern: &str, text: &str) -> Vec<String> {
    let Some(last) = text.chars().last() else { return Vec::new() };
    let start = text.strip_suffix(last).unwrap_or_default();
    let fits = |code: u8| matches(pattern, &format!("{start}{}", char::from(code)));
    let is_edge = |code: &u8| !fits(*code) && (fits(code.saturating_sub(1)) || fits(code + 1));
    (1..0x7f)
        .chain([0x7f])
        .filter(is_edge)
        .map(|code| format!("{start}{}", char::from(code)))
        .collect()
}

/// The digits and the first small letter of a text in other scripts, in which they are digits and
/// letters all the same.
fn of_other_scripts(text: &str) -> [String; 2] {
    let digit = |it: char| it.to_digit(10).and_then(|it| char::from_u32(0x0660 + it)).unwrap_or(it);
    let letter = |it: char| if it.is_ascii_alphabetic() { 'é' } else { it };
    [text.chars().map(digit).collect(), text.chars().map(letter).collect()]
}

/// Texts a slip of the hand away from a valid one: of two in a row, one is right but for what is
/// before or behind it.
fn near_texts(text: &str) -> Vec<String> {
    let shorter: String = text.chars().skip(1).collect();
    let [digits, letters] = of_other_scripts(text);
    vec![
        digits,
        letters,
        format!("{text}\n"),
        format!("{text}\t"),
        format!("{text}{text}{text}"),
        format!("{text}!"),
        text.to_lowercase(),
        format!("{text}\u{0}"),
        shorter,
        format!("{text}\n!"),
        format!("{text}𝄞"),
        format!(" {text}"),
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
                "additionalProperties at `/resa~0~1on`",
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
