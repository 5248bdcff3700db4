//! The one thing in which JSON is no YAML: characters written as two escapes.

use std::borrow::Cow;

/// JSON text without surrogate pairs: `"\ud83e\udd80"` becomes the character it stands for.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
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
