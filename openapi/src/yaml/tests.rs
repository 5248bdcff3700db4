//! What is read of which text, and with which words the rest is refused.

use serde_json::json;

use super::*;

#[track_caller]
fn check(text: &str, expect: &Value) {
    assert_eq!(&read("t.yaml", text).unwrap().value, expect);
}

#[track_caller]
fn check_refused(text: &str, expect: &str) {
    let message = read("t.yaml", text).err().expect("a refusal").to_string();
    assert!(message.starts_with(expect), "{message}");
}

#[test]
fn plain_scalars_follow_the_core_schema_of_yaml_1_2() {
    check(
        "[yes, No, on, true, ~, null, --, +, 0x1F, 0o17, +5, -7, 1.50, .5, 5., 1e3, 1_000, 12:30, e5, .]",
        &json!([
            "yes", "No", "on", true, null, null, "--", "+", 31, 15, 5, -7, 1.5, 0.5, 5.0, 1000.0,
            "1_000", "12:30", "e5", "."
        ]),
    );
}

#[test]
fn quoted_scalars_are_texts() {
    check("['12', \"true\", '']", &json!(["12", "true", ""]));
}

#[test]
fn integers_of_64_bits_are_exact() {
    check(
        "[18446744073709551615, -9223372036854775808]",
        &json!([18446744073709551615_u64, -9223372036854775808_i64]),
    );
    check_refused("\n- 18446744073709551616", "t.yaml:2: the integer `18446744073709551616`");
}

#[test]
fn keys_keep_their_order_and_their_writing() {
    let tree = read("t.yaml", "'404': a\n200: b\ntrue: c\n").unwrap();
    let keys: Vec<_> = tree.value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["404", "200", "true"]);
}

#[test]
fn lines_are_those_of_keys_and_of_items() {
    let tree = read("t.yaml", "a:\n  b/c:\n    - 1\n    -\n      d: 2\n").unwrap();
    let line = |pointer: &str| tree.lines[pointer];
    assert_eq!(line(""), 1);
    assert_eq!(line("/a"), 1);
    assert_eq!(line("/a/b~1c"), 2);
    assert_eq!(line("/a/b~1c/0"), 3);
    assert_eq!(line("/a/b~1c/1/d"), 5);
}

#[test]
fn json_reads_as_it_is() {
    check(
        "{\n\t\"a\": [1, 2.5, -0.0, 1e2, null, \"x\\/y\\u00e9\\n\"],\n\t\"b\": {}\n}\n",
        &json!({"a": [1, 2.5, -0.0, 100.0, null, "x/yé\n"], "b": {}}),
    );
}

#[test]
fn json_escapes_beyond_the_basic_plane_are_read() {
    check(r#"{"a": "\ud83e\udd80\u00e9"}"#, &json!({"a": "🦀é"}));
    check(r#"{"a": "\\ud83e\\udd80"}"#, &json!({"a": "\\ud83e\\udd80"}));
    check_refused(r#"{"a": "\ud83e"}"#, "t.yaml:1: this is not YAML");
}

#[test]
fn a_duplicate_key_names_both_lines() {
    check_refused("a: 1\nb: 2\na: 3\n", "t.yaml:3: the key `a` is already given on line 1");
    check_refused("404: 1\n'404': 2\n", "t.yaml:2: the key `404` is already given on line 1");
}

#[test]
fn what_a_contract_has_no_use_for_is_refused() {
    check_refused("a: &x 1\n", "t.yaml:1: a YAML anchor");
    check_refused("a: &x {}\nb: *x\n", "t.yaml:1: a YAML anchor");
    check_refused("a: !!str 1\n", "t.yaml:1: the YAML tag");
    check_refused("a: 1\n---\nb: 1\n", "t.yaml:3: a second YAML document");
    check_refused("a: 0615\n", "t.yaml:1: the number `0615` would lose its leading zero");
    check_refused("a: .nan\n", "t.yaml:1: `.nan` is a number that JSON cannot hold");
    check_refused("[a]: 1\n", "t.yaml:1: a list or mapping stands where a key belongs");
    check_refused("", "t.yaml:1: the file is empty");
    check_refused(&format!("{}{}", "[".repeat(200), "]".repeat(200)), "t.yaml:1: more than");
}

#[cfg(feature = "foreign")]
#[track_caller]
fn check_lenient(text: &str, expect: &Value, warnings: &[&str]) {
    let (tree, found) = read_leniently("t.yaml", text).unwrap();
    assert_eq!(&tree.value, expect);
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found, warnings);
}

#[cfg(feature = "foreign")]
#[test]
fn a_foreign_file_is_read_leniently() {
    check_lenient(
        "a: &x { b: 1 }\nc: *x\nd: { <<: *x, e: 2 }\n",
        &json!({"a": {"b": 1}, "c": {"b": 1}, "d": {"e": 2, "b": 1}}),
        &[],
    );
    check_lenient(
        "a: 0615\na: !odd .nan\nb: 18446744073709551616\n---\nc: 1\n",
        &json!({"a": ".nan", "b": 18446744073709551616_f64}),
        &[
            "t.yaml:1: the number `0615` would lose its leading zero; it is taken as a text",
            "t.yaml:2: the key `a` is already given on line 1; the last one counts",
            "t.yaml:2: the YAML tag `!odd` is not read; the value is taken as if it were not there",
            "t.yaml:2: `.nan` is a number that JSON cannot hold; it is taken as a text",
            "t.yaml:3: the integer `18446744073709551616` does not fit in 64 bits; it is rounded to a 64-bit float",
            "t.yaml:5: a second YAML document begins here; only the first is read",
        ],
    );
}

#[cfg(feature = "foreign")]
#[test]
fn aliases_of_aliases_are_bounded() {
    let mut text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
    for level in 1..8 {
        let alias = format!("*a{}", level - 1);
        let items = vec![alias; 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let message = read_leniently("t.yaml", &text).err().expect("a refusal").to_string();
    assert!(message.contains("aliases make more than"), "{message}");
}

#[test]
fn broken_syntax_has_its_line() {
    check_refused("a: 1\nb: [1, 2\nc: 3\n", "t.yaml:3: this is not YAML at column");
}
