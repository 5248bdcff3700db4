//! Where a received JSON value first differs from the expected one.
//!
//! Two texts that are both RFC 3339 moments are equal if they name one moment with one offset:
//! `Z` and `+00:00` are one offset, and trailing zeros of a second say nothing.

use chrono::DateTime;
use serde_json::Value;

/// The first difference between two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub received: String,
}

/// The first place, in the order of the expected value, at which `received` differs.
pub fn difference(expected: &Value, received: &Value) -> Option<Difference> {
    match (expected, received) {
        (Value::Object(wanted), Value::Object(got)) => {
            let missing_or_different = wanted.iter().find_map(|(key, value)| {
                match got.get(key) {
                    Some(other) => difference(value, other),
                    None => Some(report(&value.to_string(), "nothing")),
                }
                .map(|found| found.within(key))
            });
            missing_or_different.or_else(|| {
                let (key, value) = got.iter().find(|(key, _)| !wanted.contains_key(*key))?;
                Some(report("nothing", &value.to_string()).within(key))
            })
        }
        (Value::Array(wanted), Value::Array(got)) => {
            (0..wanted.len().max(got.len())).find_map(|index| {
                match (wanted.get(index), got.get(index)) {
                    (Some(value), Some(other)) => difference(value, other),
                    (Some(value), None) => Some(report(&value.to_string(), "nothing")),
                    (None, other) => {
                        Some(report("nothing", &other.unwrap_or(&Value::Null).to_string()))
                    }
                }
                .map(|found| found.within(&index.to_string()))
            })
        }
        _ if same(expected, received) => None,
        _ => Some(report(&expected.to_string(), &received.to_string())),
    }
}

impl Difference {
    /// The same, seen from the object or list that it is in. Nothing is made of a pointer where nothing
    /// differs, which is almost always.
    fn within(self, token: &str) -> Self {
        let token = token.replace('~', "~0").replace('/', "~1");
        Self { pointer: format!("/{token}{}", self.pointer), ..self }
    }
}

fn same(expected: &Value, received: &Value) -> bool {
    match (expected, received) {
        (Value::String(wanted), Value::String(got)) if wanted != got => {
            match (DateTime::parse_from_rfc3339(wanted), DateTime::parse_from_rfc3339(got)) {
                (Ok(wanted), Ok(got)) => wanted == got && wanted.offset() == got.offset(),
                _ => false,
            }
        }
        // Two whole numbers may be the same to a `double` and not be the same.
        (Value::Number(wanted), Value::Number(got)) if wanted.is_f64() || got.is_f64() => {
            wanted.as_f64() == got.as_f64()
        }
        _ => expected == received,
    }
}

fn report(expected: &str, received: &str) -> Difference {
    Difference {
        pointer: String::new(),
        expected: shortened(expected),
        received: shortened(received),
    }
}

/// Enough of a value to recognise it.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 160;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(expected: &Value, received: &Value, pointer: Option<&str>) {
        let found = difference(expected, received);
        assert_eq!(found.as_ref().map(|found| found.pointer.as_str()), pointer, "{found:?}");
    }

    #[test]
    fn equal_values_do_not_differ() {
        check(&json!({"a": [1, {"b": null}]}), &json!({"a": [1, {"b": null}]}), None);
    }

    #[test]
    fn moments_are_compared_as_moments() {
        check(&json!("2026-03-01T22:00:00Z"), &json!("2026-03-01T22:00:00.000+00:00"), None);
        check(&json!("2026-03-01T22:00:00Z"), &json!("2026-03-02T09:00:00+11:00"), Some(""));
    }

    #[test]
    fn numbers_are_compared_by_what_they_say() {
        check(&json!(90), &json!(90.0), None);
        check(&json!(90.5), &json!(90), Some(""));
        check(&json!(9_007_199_254_740_993_i64), &json!(9_007_199_254_740_992_i64), Some(""));
    }

    #[test]
    fn a_missing_and_an_additional_property_are_named() {
        check(&json!({"a": {"b/c": 1}}), &json!({"a": {}}), Some("/a/b~1c"));
        check(&json!({"a": {}}), &json!({"a": {"b": 1}}), Some("/a/b"));
    }

    #[test]
    fn lists_of_different_length_differ_at_the_first_item_too_many() {
        check(&json!([1]), &json!([1, 2]), Some("/1"));
        check(&json!([1, 2]), &json!([1]), Some("/1"));
    }
}
