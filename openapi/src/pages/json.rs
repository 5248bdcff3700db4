//! JSON for reading: what fits on a line stands on one.
//!
//! `serde_json`'s own pretty printer gives every scalar a line, which makes an order sixty lines long.

use serde_json::Value;

/// A line is at most this wide, unless one scalar alone is wider.
const COLUMNS_MAX: usize = 96;

/// `value`, broken into lines only where it has to be.
pub(super) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0, 0);
    text
}

/// Writes `value` behind `used` characters of a line whose indentation is `depth`.
fn write(text: &mut String, value: &Value, depth: usize, used: usize) {
    let line = flat(value);
    if used + line.chars().count() <= COLUMNS_MAX {
        text.push_str(&line);
        return;
    }
    let indentation = "  ".repeat(depth + 1);
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "\n" } else { ",\n" });
                text.push_str(&indentation);
                write(text, item, depth + 1, indentation.len());
            }
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
            text.push(']');
        }
        Value::Object(entries) => {
            text.push('{');
            for (index, (key, entry)) in entries.iter().enumerate() {
                text.push_str(if index == 0 { "\n" } else { ",\n" });
                let key = format!("{indentation}{}: ", Value::from(key.as_str()));
                text.push_str(&key);
                write(text, entry, depth + 1, key.chars().count());
            }
            text.push('\n');
            text.push_str(&"  ".repeat(depth));
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => text.push_str(&line),
    }
}

/// `value` on one line, with a blank behind each colon and comma.
fn flat(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(key, entry)| format!("{}: {}", Value::from(key.as_str()), flat(entry)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_fits_on_a_line_stands_on_one() {
        assert_eq!(pretty(&json!({ "a": [1, null], "b": {} })), r#"{ "a": [1, null], "b": {} }"#);
    }

    #[test]
    fn what_does_not_fit_is_broken_at_the_outermost_level() {
        let long = "x".repeat(60);
        let value = json!({ "first": { "a": 1, "b": [2] }, "second": [long, long] });
        let expected = format!(
            "{{\n  \"first\": {{ \"a\": 1, \"b\": [2] }},\n  \"second\": [\n    \"{long}\",\n    \"{long}\"\n  ]\n}}"
        );
        assert_eq!(pretty(&value), expected);
        assert_eq!(serde_json::from_str::<Value>(&pretty(&value)).unwrap(), value);
    }
}
