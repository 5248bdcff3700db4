//! Makes a tree of the parser's events.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Value};

use super::leniency::Leniency;
use crate::place::{Place, ReadError};
use crate::pointer;

/// Deeper than any contract, and shallow enough for recursion everywhere a tree is read.
const DEPTH_MAX: usize = 100;

/// A file on its way from the parser's events to a tree.
pub(super) struct Reader<'a> {
    pub(super) name: &'a str,
    events: Parser<'a, StrInput<'a>>,
    lines: HashMap<String, u32>,
    depth: usize,
    /// `None` where the file must be as we write ours.
    pub(super) leniency: Option<Leniency>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        name: &'a str,
        events: Parser<'a, StrInput<'a>>,
        leniency: Option<Leniency>,
    ) -> Self {
        Self { name, events, lines: HashMap::new(), depth: 0, leniency }
    }

    /// The line of every node, and what was kept for leniency.
    pub(super) fn found(self) -> (HashMap<String, u32>, Option<Leniency>) {
        (self.lines, self.leniency)
    }

    /// Reads the one document there is.
    pub(super) fn document(&mut self) -> Result<Value, ReadError> {
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
        self.anchored(anchor, &value);
        Ok(value)
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

    pub(super) fn error(
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

pub(super) fn line(span: Span) -> u32 {
    number(span.start.line())
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}
