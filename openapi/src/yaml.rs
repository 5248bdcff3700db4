//! YAML text into a JSON tree, with the line of every node.
//!
//! A contract is read as YAML 1.2 with the core schema, of which JSON is a subset. What YAML can say
//! and a contract has no use for is refused with a sentence rather than read in a surprising way:
//! duplicate keys, anchors and aliases, tags, several documents, numbers with leading zeros (`0615`
//! would silently lose one), `.inf` and `.nan`, integers beyond 64 bits. Keys are taken as written,
//! so `404:` and `"404":` are one key.
//!
//! A file that is not ours to mend is read leniently: of all these, what has one plain reading is read
//! so, with a warning where it is not the obvious one.
//!
//! The line of a mapping entry is that of its key, the line of a sequence element that of the
//! element: what an editor should open.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Number, Value};

use crate::place::{Place, ReadError, Warning};
use crate::pointer;

/// How many nodes the aliases of a leniently read file may add: more than any contract, and a bound
/// on aliases of aliases of aliases.
const ALIASED_MAX: usize = 1_000_000;

/// Deeper than any contract, and shallow enough for recursion everywhere a tree is read.
const DEPTH_MAX: usize = 100;

/// A parsed file.
pub(crate) struct Tree {
    pub(crate) value: Value,
    /// The line of each node by its JSON pointer.
    pub(crate) lines: HashMap<String, u32>,
}

/// Parses the one document of `text`; `name` is the file in messages.
pub(crate) fn read(name: &str, text: &str) -> Result<Tree, ReadError> {
    parse(name, text, None).map(|(tree, _)| tree)
}

/// Parses the first document of `text`, with a warning for each thing [`read`] would refuse and
/// that is not read as YAML says it is.
///
/// # Errors
///
/// If it is no YAML, or holds what JSON cannot, such as a list as a key.
#[cfg(feature = "foreign")]
pub(crate) fn read_leniently(name: &str, text: &str) -> Result<(Tree, Vec<Warning>), ReadError> {
    let (tree, leniency) = parse(name, text, Some(Leniency::default()))?;
    Ok((tree, leniency.map(|it| it.warnings).unwrap_or_default()))
}

fn parse(
    name: &str,
    text: &str,
    leniency: Option<Leniency>,
) -> Result<(Tree, Option<Leniency>), ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = join_surrogates(text);
    let events = Parser::new_from_str(&text);
    let mut reader = Reader { name, events, lines: HashMap::new(), depth: 0, leniency };
    let value = reader.document()?;
    Ok((Tree { value, lines: reader.lines }, reader.leniency))
}

/// What is kept while a file is read leniently.
#[derive(Default)]
struct Leniency {
    /// The anchored values, each with the number of its nodes.
    anchors: HashMap<usize, (Value, usize)>,
    /// How many nodes aliases have added.
    aliased: usize,
    warnings: Vec<Warning>,
}

/// JSON text without surrogate pairs: `"\ud83e\udd80"` becomes the character it stands for.
///
/// Those pairs are the one thing in which JSON is no YAML.
fn join_surrogates(text: &str) -> Cow<'_, str> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    if !is_json || !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let unit = |at: &str| u16::from_str_radix(at.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        let (before, escape) = rest.split_at(backslash);
        joined.push_str(before);
        let pair = unit(escape).zip(escape.get(6..).and_then(unit));
        let character = pair.and_then(|(high, low)| char::decode_utf16([high, low]).next()?.ok());
        rest = match character.filter(|character| character.len_utf16() == 2) {
            Some(character) => {
                joined.push(character);
                &escape[12..]
            }
            None => {
                // Any other escape, whole, so that the second of two backslashes begins none.
                let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                joined.push_str(&escape[..length]);
                &escape[length..]
            }
        };
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}

struct Reader<'a> {
    name: &'a str,
    events: Parser<'a, StrInput<'a>>,
    lines: HashMap<String, u32>,
    depth: usize,
    /// `None` where the file must be as we write ours.
    leniency: Option<Leniency>,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Value, ReadError> {
        let mut value = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::Nothing
                | Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
                _ if value.is_some() => {
                    let problem = "a second YAML document begins here";
                    let error = self.error(span, problem, "keep one document per file");
                    self.lenient(span, error, problem, "only the first is read")?;
                    break;
                }
                node => {
                    self.lines.insert(String::new(), line(span));
                    value = Some(self.node(node, span, &mut String::new())?);
                }
            }
        }
        value.ok_or_else(|| {
            let place = Place { file: self.name.to_owned(), line: 1 };
            ReadError::malformed(place, "the file is empty", "write an OpenAPI document")
        })
    }

    fn node(&mut self, event: Event<'a>, span: Span, at: &mut String) -> Result<Value, ReadError> {
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(span, anchor, tag.map(|tag| tag.to_string()))?;
                let value = if style == ScalarStyle::Plain {
                    self.plain(span, &text)?
                } else {
                    Value::String(text.into_owned())
                };
                (anchor, value)
            }
            Event::SequenceStart(anchor, tag) => {
                self.properties(span, anchor, tag.map(|tag| tag.to_string()))?;
                (anchor, self.nested(span, |reader| reader.sequence(at))?)
            }
            Event::MappingStart(anchor, tag) => {
                self.properties(span, anchor, tag.map(|tag| tag.to_string()))?;
                (anchor, self.nested(span, |reader| reader.mapping(at))?)
            }
            Event::Alias(anchor) => return self.alias(span, anchor),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => {
                return Err(self.error(
                    span,
                    "a value is missing here",
                    "write one, or remove the key",
                ));
            }
        };
        if let Some(leniency) = self.leniency.as_mut().filter(|_| anchor != 0) {
            leniency.anchors.insert(anchor, (value.clone(), nodes(&value)));
        }
        Ok(value)
    }

    /// Judges the anchor and the tag of a node.
    fn properties(
        &mut self,
        span: Span,
        anchor: usize,
        tag: Option<String>,
    ) -> Result<(), ReadError> {
        if anchor != 0 && self.leniency.is_none() {
            return Err(self.error(
                span,
                "a YAML anchor (`&name`) is not read",
                "put the shared part under `components` and refer to it with `$ref`; quote a text that begins with `&`",
            ));
        }
        let Some(tag) = tag else { return Ok(()) };
        let problem = format!("the YAML tag `{tag}` is not read");
        let remedy = "remove it; quote a text that begins with `!`";
        let error = self.error(span, problem.clone(), remedy);
        self.lenient(span, error, &problem, "the value is taken as if it were not there")
    }

    fn alias(&mut self, span: Span, anchor: usize) -> Result<Value, ReadError> {
        let Some(leniency) = self.leniency.as_mut() else {
            return Err(self.error(
                span,
                "a YAML alias (`*name`) is not read",
                "refer to the shared part with `$ref`; quote a text that begins with `*`",
            ));
        };
        let anchored = leniency.anchors.get(&anchor).map(|(value, nodes)| (value.clone(), *nodes));
        let Some((value, nodes)) = anchored else {
            return Err(self.error(
                span,
                "a YAML alias stands inside what it stands for",
                "refer to a recursive schema with `$ref`",
            ));
        };
        leniency.aliased += nodes;
        if leniency.aliased > ALIASED_MAX {
            return Err(self.error(
                span,
                format!("aliases make more than {ALIASED_MAX} nodes of this file"),
                "refer to shared parts with `$ref`",
            ));
        }
        Ok(value)
    }

    /// What an unquoted scalar means.
    fn plain(&mut self, span: Span, text: &str) -> Result<Value, ReadError> {
        plain(text).or_else(|(problem, remedy)| {
            let error = self.error(span, problem.clone(), remedy);
            // Digits alone are beyond 64 bits only if no zero leads them.
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            let is_large = !digits.starts_with('0') && digits.bytes().all(|it| it.is_ascii_digit());
            let float = text.parse().ok().and_then(Number::from_f64).filter(|_| is_large);
            match float {
                Some(float) => {
                    self.lenient(span, error, &problem, "it is rounded to a 64-bit float")?;
                    Ok(Value::Number(float))
                }
                None => {
                    self.lenient(span, error, &problem, "it is taken as a text")?;
                    Ok(Value::String(text.to_owned()))
                }
            }
        })
    }

    /// A warning if the file is read leniently, or else `error`.
    fn lenient(
        &mut self,
        span: Span,
        error: ReadError,
        problem: &str,
        consequence: &str,
    ) -> Result<(), ReadError> {
        let place = Place { file: self.name.to_owned(), line: line(span) };
        let Some(leniency) = self.leniency.as_mut() else { return Err(error) };
        leniency.warnings.push(Warning::new(place, problem, consequence));
        Ok(())
    }

    fn sequence(&mut self, at: &mut String) -> Result<Value, ReadError> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::Array(items));
            }
            let length = at.len();
            pointer::push(at, &items.len().to_string());
            self.lines.insert(at.clone(), line(span));
            items.push(self.node(event, span, at)?);
            at.truncate(length);
        }
    }

    fn mapping(&mut self, at: &mut String) -> Result<Value, ReadError> {
        let mut entries = Map::new();
        let mut merged = Vec::new();
        loop {
            let (event, key_span) = self.next()?;
            let (key, is_merge) = match event {
                Event::MappingEnd => break,
                Event::Scalar(key, style, anchor, tag) => {
                    self.properties(key_span, anchor, tag.map(|tag| tag.to_string()))?;
                    let is_merge = style == ScalarStyle::Plain && key == "<<";
                    (key.into_owned(), is_merge && self.leniency.is_some())
                }
                Event::Alias(anchor) => match self.alias(key_span, anchor)? {
                    Value::String(key) => (key, false),
                    _ => return Err(self.no_key(key_span)),
                },
                _ => return Err(self.no_key(key_span)),
            };
            let length = at.len();
            pointer::push(at, &key);
            if let Some(first) = self.lines.get(at.as_str()) {
                let problem = format!("the key `{key}` is already given on line {first}");
                let error = self.error(key_span, problem.clone(), "keep one of the two");
                self.lenient(key_span, error, &problem, "the last one counts")?;
            }
            self.lines.insert(at.clone(), line(key_span));
            let (event, span) = self.next()?;
            let value = self.node(event, span, at)?;
            if is_merge {
                merged.push(value);
            } else {
                entries.insert(key, value);
            }
            at.truncate(length);
        }
        // YAML 1.1's merge key: what the mapping has itself wins.
        for value in merged {
            let sources = match value {
                Value::Array(sources) => sources,
                source => vec![source],
            };
            for (key, value) in sources.iter().filter_map(Value::as_object).flatten() {
                entries.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(Value::Object(entries))
    }

    fn no_key(&self, span: Span) -> ReadError {
        self.error(
            span,
            "a list or mapping stands where a key belongs",
            "write the key as plain text, and quote one that begins with `{` or `[`",
        )
    }

    fn nested(
        &mut self,
        span: Span,
        read: impl FnOnce(&mut Self) -> Result<Value, ReadError>,
    ) -> Result<Value, ReadError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error(
                span,
                format!("more than {DEPTH_MAX} levels of nesting"),
                "name inner schemas under `components` and refer to them",
            ));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), ReadError> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(self.syntax(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn syntax(&self, error: &ScanError) -> ReadError {
        let marker = error.marker();
        let place = Place { file: self.name.to_owned(), line: number(marker.line()) };
        ReadError::malformed(
            place,
            format!("this is not YAML at column {}: {}", marker.col() + 1, error.info()),
            "check the indentation, and quote texts that hold `: `, `#`, `{` or `[`",
        )
    }

    fn error(
        &self,
        span: Span,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> ReadError {
        ReadError::malformed(
            Place { file: self.name.to_owned(), line: line(span) },
            problem,
            remedy,
        )
    }
}

/// How many nodes a value has.
fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(entries) => entries.values().map(nodes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn line(span: Span) -> u32 {
    number(span.start.line())
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}

/// What an unquoted scalar means in YAML 1.2's core schema.
fn plain(text: &str) -> Result<Value, (String, &'static str)> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => {
            return Err((
                format!("`{text}` is a number that JSON cannot hold"),
                "quote it if a text is meant",
            ));
        }
        _ => {}
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() {
        return Ok(Value::String(text.to_owned()));
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return integer(text, digits, 10);
    }
    if let Some(octal) = text.strip_prefix("0o")
        && !octal.is_empty()
        && octal.bytes().all(|byte| matches!(byte, b'0'..=b'7'))
    {
        return integer(text, octal, 8);
    }
    if let Some(hexadecimal) = text.strip_prefix("0x")
        && !hexadecimal.is_empty()
        && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return integer(text, hexadecimal, 16);
    }
    if is_float(digits) {
        // Rust's grammar for floats holds all that YAML's core schema does.
        return text.parse().ok().and_then(Number::from_f64).map(Value::Number).ok_or_else(|| {
            (format!("`{text}` is beyond a 64-bit float"), "quote it if a text is meant")
        });
    }
    Ok(Value::String(text.to_owned()))
}

fn integer(text: &str, digits: &str, radix: u32) -> Result<Value, (String, &'static str)> {
    if radix == 10 && digits.len() > 1 && digits.starts_with('0') {
        return Err((
            format!("the number `{text}` would lose its leading zero"),
            "quote it if the zero matters, or drop the zero",
        ));
    }
    let number = if text.starts_with('-') {
        i64::from_str_radix(text, radix).ok().map(Number::from)
    } else {
        u64::from_str_radix(digits, radix).ok().map(Number::from)
    };
    number.map(Value::Number).ok_or_else(|| {
        (format!("the integer `{text}` does not fit in 64 bits"), "quote it if a text is meant")
    })
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, YAML's float without its sign.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_holds = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let some_digit = !whole.is_empty() || !fraction.is_empty();
    some_digit && all_digits(whole) && all_digits(fraction) && exponent_holds
}

#[cfg(test)]
mod tests {
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
                "yes", "No", "on", true, null, null, "--", "+", 31, 15, 5, -7, 1.5, 0.5, 5.0,
                1000.0, "1_000", "12:30", "e5", "."
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
}
