//! Parameters as they are written, and the values they stand for.
//!
//! A separator counts where it stands in the request as such: the comma of `a%2Cb` is part of a
//! value, the one of `a,b` is not. So texts are split before they are percent-decoded.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::endpoint::{Input, Location, Style};
use super::outline::Outline;
use crate::document::Document;

/// How many keys deep a `deepObject` is read.
const KEYS_MAX: usize = 16;

/// What a request sends beside its body, as it is written.
#[derive(Debug, Default)]
pub struct Sent {
    /// The text of each placeholder of the path.
    pub path: Vec<(String, String)>,
    /// The pairs of the query, names decoded and values not.
    query: Vec<(String, String)>,
    /// Each header with its values, names in small letters.
    headers: Vec<(String, String)>,
    /// The pairs of the `Cookie` headers.
    cookies: Vec<(String, String)>,
}

/// What became of a parameter.
#[derive(Debug, PartialEq)]
pub enum Decoded {
    /// It is not there.
    Absent,
    /// It stands for this value.
    Value(Value),
    /// It stands for nothing: the sentence, which reads on after the parameter's name, says why.
    Broken(String),
}

impl Sent {
    /// What stands in the path, the query and the headers; header names in small letters.
    pub fn new(path: Vec<(String, String)>, query: &str, headers: Vec<(String, String)>) -> Sent {
        let query = Sent::pairs(query);
        // A name that is no UTF-8 is no parameter's.
        let query = query.filter_map(|(name, raw)| Some((Sent::decoded(&name).ok()?, raw)));
        let cookies = headers.iter().filter(|(name, _)| name == "cookie");
        let cookies = cookies.flat_map(|(_, value)| value.split(';')).filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            Some((name.to_owned(), value.trim_matches('"').to_owned()))
        });
        Sent { path, query: query.collect(), cookies: cookies.collect(), headers }
    }

    /// The first value of a query parameter, header or cookie, decoded as far as it can be.
    pub fn first(&self, location: Location, name: &str) -> Option<String> {
        let raw = self.raw(location, name).into_iter().next()?;
        Some(Sent::decoded(raw).unwrap_or_else(|_| raw.to_owned()))
    }

    /// The pairs of a query or a form, as they are written.
    pub(super) fn pairs(text: &str) -> impl Iterator<Item = (String, String)> + use<'_> {
        text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (name.replace('+', " "), value.replace('+', " "))
        })
    }

    pub(super) fn decoded(raw: &str) -> Result<String, String> {
        let text = percent_decode_str(raw).decode_utf8();
        text.map(std::borrow::Cow::into_owned)
            .map_err(|_| "is not UTF-8 once percent-decoded".to_owned())
    }

    fn raw(&self, location: Location, name: &str) -> Vec<&str> {
        let (pairs, name) = match location {
            Location::Path => (&self.path, name.to_owned()),
            Location::Query => (&self.query, name.to_owned()),
            Location::Header => (&self.headers, name.to_ascii_lowercase()),
            Location::Cookie => (&self.cookies, name.to_owned()),
        };
        pairs.iter().filter(|(key, _)| *key == name).map(|(_, raw)| raw.as_str()).collect()
    }
}

impl Input {
    /// The value of this parameter in a request; `document` is the contract's.
    pub fn decode(&self, document: &Document, sent: &Sent) -> Decoded {
        let outline = Outline::new(document, self.schema.as_deref());
        match self.value(&outline, sent) {
            Ok(None) => Decoded::Absent,
            Ok(Some(value)) => Decoded::Value(value),
            Err(problem) => Decoded::Broken(problem),
        }
    }

    fn value(&self, outline: &Outline<'_>, sent: &Sent) -> Result<Option<Value>, String> {
        if self.style == Style::DeepObject {
            return self.deep_object(outline, sent);
        }
        let is_form = self.style == Style::Form && self.explode;
        if is_form && outline.is_object() && !outline.is_array() {
            return exploded_form(outline, sent, self.location);
        }
        let texts = sent.raw(self.location, &self.name);
        if texts.is_empty() {
            return Ok(None);
        }
        let is_repeated = self.explode
            && matches!(self.style, Style::Form | Style::SpaceDelimited | Style::PipeDelimited);
        if is_repeated && outline.is_array() {
            let items = outline.items();
            let values: Result<Vec<_>, _> =
                texts.iter().map(|text| Ok(items.value(&self.decoded(text)?))).collect();
            return values.map(|values| Some(Value::Array(values)));
        }
        // Header lines of one name are one list.
        let joined = texts.join(",");
        let text = match (texts.as_slice(), self.location) {
            ([text], _) => *text,
            (_, Location::Header) if outline.is_array() => joined.as_str(),
            (several, _) => return Err(format!("is sent {} times; send it once", several.len())),
        };
        let text = self.without_prefix(text)?;
        if self.style == Style::Json {
            let text = self.decoded(text)?;
            let value = serde_json::from_str(&text);
            return value.map(Some).map_err(|error| format!("is not JSON: {error}"));
        }
        if outline.is_array() {
            let items = outline.items();
            let values: Result<Vec<_>, _> =
                self.split(text).map(|text| Ok(items.value(&self.decoded(text)?))).collect();
            return values.map(|values| Some(Value::Array(values)));
        }
        if outline.is_object() {
            return self.object(outline, text).map(Some);
        }
        Ok(Some(outline.value(&self.decoded(text)?)))
    }

    /// A list of keys and values, `a,1,b,2` or exploded `a=1,b=2`.
    fn object(&self, outline: &Outline<'_>, text: &str) -> Result<Value, String> {
        let parts: Vec<&str> = self.split(text).collect();
        let pairs: Option<Vec<(&str, &str)>> = match self.explode {
            true => parts.iter().map(|part| part.split_once('=')).collect(),
            false if parts.len().is_multiple_of(2) => {
                Some(parts.chunks(2).map(|pair| (pair[0], pair[1])).collect())
            }
            false => None,
        };
        let pairs = pairs.ok_or("is not a list of keys and values")?;
        let mut object = Map::new();
        for (key, text) in pairs {
            let key = self.decoded(key)?;
            let value = outline.property(&key).value(&self.decoded(text)?);
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }

    fn deep_object(&self, outline: &Outline<'_>, sent: &Sent) -> Result<Option<Value>, String> {
        let mut root = Branch::default();
        for (name, raw) in &sent.query {
            let Some(keys) = name.strip_prefix(self.name.as_str()) else { continue };
            let Some(keys) = keys.strip_prefix('[').and_then(|keys| keys.strip_suffix(']')) else {
                continue;
            };
            let keys: Vec<&str> = keys.split("][").collect();
            if keys.len() > KEYS_MAX {
                return Err(format!("is nested more than {KEYS_MAX} keys deep"));
            }
            root.grow(&keys, self.decoded(raw)?);
        }
        Ok((!root.branches.is_empty()).then(|| root.value(outline)))
    }

    /// The text behind what `label` and `matrix` put before it.
    fn without_prefix<'t>(&self, text: &'t str) -> Result<&'t str, String> {
        match self.style {
            Style::Label => {
                text.strip_prefix('.').ok_or_else(|| "does not begin with `.`".to_owned())
            }
            Style::Matrix => {
                let text = text.strip_prefix(';').ok_or("does not begin with `;`")?;
                // An exploded object names its properties instead.
                Ok(text.strip_prefix(&format!("{}=", self.name)).unwrap_or(text))
            }
            Style::Simple
            | Style::Form
            | Style::SpaceDelimited
            | Style::PipeDelimited
            | Style::DeepObject
            | Style::Json => Ok(text),
        }
    }

    /// The parts of a list, still encoded. An empty text has none.
    fn split<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> + use<'t> {
        let separators: &'static [&'static str] = match (self.style, self.explode) {
            (Style::SpaceDelimited, _) => &["%20", " "],
            (Style::PipeDelimited, _) => &["%7C", "%7c", "|"],
            (Style::Label, true) => &["."],
            (Style::Matrix, true) => &[";"],
            _ => &[","],
        };
        // An exploded matrix repeats the name: `;id=1;id=2`.
        let name = (self.style == Style::Matrix && self.explode).then(|| format!("{}=", self.name));
        let is_header = self.location == Location::Header;
        let mut rest = (!text.is_empty()).then_some(text);
        std::iter::from_fn(move || {
            let text = rest?;
            let next = separators
                .iter()
                .filter_map(|separator| Some((text.find(separator)?, separator.len())))
                .min();
            let part = match next {
                Some((at, length)) => {
                    rest = Some(&text[at + length..]);
                    &text[..at]
                }
                None => {
                    rest = None;
                    text
                }
            };
            let part = name.as_ref().and_then(|name| part.strip_prefix(name)).unwrap_or(part);
            Some(if is_header { part.trim() } else { part })
        })
    }

    fn decoded(&self, raw: &str) -> Result<String, String> {
        match self.location {
            Location::Header => Ok(raw.to_owned()),
            Location::Path | Location::Query | Location::Cookie => Sent::decoded(raw),
        }
    }
}

/// An object whose properties are parameters of their own.
fn exploded_form(
    outline: &Outline<'_>,
    sent: &Sent,
    location: Location,
) -> Result<Option<Value>, String> {
    let mut object = Map::new();
    for name in outline.properties() {
        let property = outline.property(name);
        let texts: Result<Vec<String>, String> =
            sent.raw(location, name).into_iter().map(Sent::decoded).collect();
        let value = match (texts?.as_slice(), property.is_array()) {
            ([], _) => continue,
            (texts, true) => texts.iter().map(|text| property.items().value(text)).collect(),
            ([text], false) => property.value(text),
            (several, false) => {
                return Err(format!("has `{name}` {} times; send it once", several.len()));
            }
        };
        object.insert(name.to_owned(), value);
    }
    Ok((!object.is_empty()).then_some(Value::Object(object)))
}

/// The keys of a `deepObject`, as a tree.
#[derive(Default)]
struct Branch {
    texts: Vec<String>,
    branches: BTreeMap<String, Branch>,
}

impl Branch {
    fn grow(&mut self, keys: &[&str], text: String) {
        match keys {
            // `name[list][]=a` is the same as `name[list]=a`, sent several times.
            [] | [""] => self.texts.push(text),
            [key, rest @ ..] => {
                let key = (*key).to_owned();
                self.branches.entry(key).or_default().grow(rest, text);
            }
        }
    }

    fn value(&self, outline: &Outline<'_>) -> Value {
        if outline.is_array() {
            let items = outline.items();
            let texts = self.texts.iter().map(|text| items.value(text));
            // `name[list][0]=a`: the keys are numbers, of which nobody sends a hundred.
            return texts
                .chain(self.branches.values().map(|branch| branch.value(&items)))
                .collect();
        }
        if let ([text], true) = (self.texts.as_slice(), self.branches.is_empty()) {
            return outline.value(text);
        }
        if self.branches.is_empty() {
            return self.texts.iter().map(|text| Value::String(text.clone())).collect();
        }
        let entries = self.branches.iter();
        Value::Object(
            entries
                .map(|(key, branch)| (key.clone(), branch.value(&outline.property(key))))
                .collect(),
        )
    }
}
