//! Values that a schema of the contract allows, and what such a value says.
//!
//! Only the keywords the contract's responses use; another one fails the test, so that it is not
//! silently ignored.

use std::ops::RangeInclusive;

use chrono::DateTime;
use proptest::{collection::vec, option, prelude::*, sample::select, string::string_regex};
use serde_json::{Map, Value, json};

/// Which service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// One of the contract's version.
    Present,
    /// One that has grown: enums that may grow have, and objects have new fields.
    Future,
}

/// A value that is in no enum of the contract.
const NEW_VALUE: &str = "AddedTomorrow";
/// A field that is in no object of the contract.
const NEW_FIELD: &str = "addedTomorrow";

/// Values that `schema` allows.
pub(crate) fn arb_value(root: &Value, schema: &Value, age: Age) -> BoxedStrategy<Value> {
    let schema = resolve(root, schema);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let mut values = values.clone();
        if age == Age::Future && schema.get("x-extensible-enum").is_some() {
            values.push(json!(NEW_VALUE));
        }
        return select(values).boxed();
    }
    match schema["type"].as_str().expect("every schema of a response has a type") {
        "object" => arb_object(root, schema, age),
        "array" => {
            let min = size(schema, "minItems").unwrap_or(0);
            vec(arb_value(root, &schema["items"], age), min..=min + 2).prop_map(Value::from).boxed()
        }
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => {
            let (least, most) = match schema["format"].as_str() {
                Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
                _ => (i64::MIN, i64::MAX),
            };
            let least = schema["minimum"].as_i64().unwrap_or(least);
            let most = schema["maximum"].as_i64().unwrap_or(most);
            prop_oneof![Just(least), Just(most), least..=most].prop_map(Value::from).boxed()
        }
        "number" => {
            assert_eq!((&schema["minimum"], &schema["multipleOf"]), (&json!(0), &json!(0.01)));
            let dollars = (0..1_000_000_u32).prop_map(|dollars| json!(dollars));
            let cents = (0..100_000_000_u32).prop_map(|cents| json!(f64::from(cents) / 100.0));
            prop_oneof![dollars, cents].boxed()
        }
        "string" => arb_string(schema),
        other => panic!("a type nobody has taught this test: {other}"),
    }
}

fn arb_object(root: &Value, schema: &Value, age: Age) -> BoxedStrategy<Value> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().expect("an object has properties").clone();
    let fields: Vec<_> = properties
        .iter()
        .map(|(name, property)| {
            let value = arb_value(root, property, age);
            let value = if required.iter().any(|required| required == name) {
                value.prop_map(Some).boxed()
            } else {
                option::of(value).boxed()
            };
            value.prop_map({
                let name = name.clone();
                move |value| value.map(|value| (name.clone(), value))
            })
        })
        .collect();
    // An object that is not closed may hold more at any time; a closed one, once the contract says so.
    let open = schema.get("additionalProperties").is_none();
    let extra = match age {
        Age::Present if !open => Just(None).boxed(),
        Age::Present | Age::Future => option::weighted(0.3, arb_extra()).boxed(),
    };
    (fields, extra)
        .prop_map(|(fields, extra)| {
            let extra = extra.map(|extra| (NEW_FIELD.to_owned(), extra));
            Value::Object(fields.into_iter().flatten().chain(extra).collect::<Map<_, _>>())
        })
        .boxed()
}

fn arb_extra() -> impl Strategy<Value = Value> {
    select(vec![json!(null), json!(1), json!("new"), json!([{}]), json!({ "orderId": "none" })])
}

fn arb_string(schema: &Value) -> BoxedStrategy<Value> {
    let text = match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("date-time"), _) => arb_moment().boxed(),
        (Some("date"), _) => arb_day().boxed(),
        (Some("uuid"), _) => {
            any::<u128>().prop_map(|id| uuid::Uuid::from_u128(id).to_string()).boxed()
        }
        (Some(other), _) => panic!("a format nobody has taught this test: {other}"),
        (None, Some(pattern)) => {
            // The contract's patterns are JavaScript's, whose digits are ASCII.
            let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
            string_regex(&pattern.replace(r"\d", "[0-9]"))
                .expect("the contract's patterns are plain")
                .boxed()
        }
        (None, None) => prop_oneof!["[ -~]{0,12}", any::<String>()].boxed(),
    };
    let min = size(schema, "minLength").unwrap_or(0);
    let lengths: RangeInclusive<usize> = min..=size(schema, "maxLength").unwrap_or(usize::MAX);
    text.prop_filter("its length is allowed", move |text| lengths.contains(&text.chars().count()))
        .prop_map(Value::from)
        .boxed()
}

fn size(schema: &Value, keyword: &str) -> Option<usize> {
    schema[keyword].as_u64().map(|size| usize::try_from(size).unwrap())
}

fn arb_day() -> impl Strategy<Value = String> {
    (0..=9999, 1..=12, 1..=28)
        .prop_map(|(year, month, day)| format!("{year:04}-{month:02}-{day:02}"))
}

/// Moments as RFC 3339 writes them, to the nanosecond, below which nobody can tell.
fn arb_moment() -> impl Strategy<Value = String> {
    let time = (0..24, 0..60, 0..60).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}"));
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{1,9}"];
    let offset = prop_oneof![
        Just("Z".to_owned()),
        (select(vec!['+', '-']), 0..24, 0..60)
            .prop_map(|(sign, h, m)| format!("{sign}{h:02}:{m:02}")),
    ];
    (arb_day(), time, fraction, offset)
        .prop_map(|(day, time, fraction, offset)| format!("{day}T{time}{fraction}{offset}"))
}

/// What a value says, whichever way it says it: the fields the contract knows, numbers as numbers,
/// moments as moments with their offset. A list that is absent says as much as an empty one.
pub(crate) fn meaning(root: &Value, schema: &Value, value: &Value) -> Value {
    let schema = resolve(root, schema);
    match value {
        Value::Object(object) => {
            let known = |name: &String| schema["properties"].get(name);
            let fields = object.iter().filter_map(|(name, value)| {
                let value = meaning(root, known(name)?, value);
                (value != json!([])).then(|| (name.clone(), value))
            });
            let mut fields: Vec<_> = fields.collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => {
            items.iter().map(|item| meaning(root, &schema["items"], item)).collect()
        }
        Value::Number(number) if schema["type"] == "number" => json!(number.as_f64()),
        Value::String(text) if schema["format"] == "date-time" => {
            let moment = DateTime::parse_from_rfc3339(text).expect("it is a moment");
            json!([moment.naive_utc(), moment.offset().local_minus_utc()])
        }
        other => other.clone(),
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            let target = root.pointer(reference.trim_start_matches('#'));
            resolve(root, target.expect("the contract's references lead somewhere"))
        }
        None => schema,
    }
}
