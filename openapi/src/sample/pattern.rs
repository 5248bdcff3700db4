//! A text that a pattern matches.
//!
//! Made by walking the pattern's syntax tree, by hand: `rand_regex` draws from `rand`, whose streams
//! change, and proptest's strategies are for tests; neither keeps to printable characters or to a
//! length. Look-arounds are stepped over, since `regex-syntax` has none, and so are anchors within the
//! pattern; whether a text satisfies them is asked of the validator, and another is made if not.

use jsonschema::{Draft, Validator};
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde_json::{Value, json};

use super::chance::Chance;
use super::shape::Bounds;

/// How often a text is tried for.
const TRIES: usize = 96;

/// The most an unbounded repetition adds of its own accord.
const REPEATED_MAX: u64 = 8;

/// A text of `pattern` with a length within `bounds`.
pub(super) fn text(
    pattern: &str,
    bounds: Bounds,
    chance: &mut Chance,
    attempt: u64,
) -> Option<String> {
    let tree = parsed(pattern).or_else(|| parsed(&without_lookarounds(pattern)))?;
    let matcher = matcher(pattern);
    let ends = tree.properties().look_set_suffix().contains(Look::End);
    let max = bounds.max.unwrap_or(usize::MAX);
    let mut writer = Writer { chance, is_wide: attempt % 2 == 1, spare: 0, wanted: 0 };
    let is_wide = writer.is_wide;
    for turn in 0..TRIES {
        // Where a text may have to hold a sign of some kind, letters and digits alone may not do.
        writer.is_wide = is_wide || (matcher.is_some() && turn % 2 == 1);
        // A text as it comes; one that is stretched to the length asked for; the shortest there is.
        (writer.spare, writer.wanted) = match turn % 3 {
            0 => (REPEATED_MAX, 0),
            1 => (0, bounds.min),
            _ => (0, 0),
        };
        let mut text = String::new();
        writer.write(&tree, &mut text)?;
        let mut length = text.chars().count();
        while length < bounds.min && !ends {
            text.push('a');
            length += 1;
        }
        if !(bounds.min..=max).contains(&length) {
            continue;
        }
        let Some(matcher) = &matcher else { return Some(text) };
        let text = Value::String(text);
        if matcher.is_valid(&text) {
            return text.as_str().map(str::to_owned);
        }
    }
    None
}

/// What tells whether a text matches, for a pattern whose texts may turn out not to.
fn matcher(pattern: &str) -> Option<Validator> {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    if !inner.contains(['^', '$']) && !["\\b", "\\B", "(?"].iter().any(|it| inner.contains(it)) {
        return None;
    }
    let options = jsonschema::options().with_draft(Draft::Draft4).offline();
    options.build(&json!({ "pattern": pattern })).ok()
}

fn parsed(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().build().parse(pattern).ok()
}

/// The pattern without its `(?=…)`, `(?!…)`, `(?<=…)` and `(?<!…)`.
fn without_lookarounds(pattern: &str) -> String {
    let mut kept = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let is_lookaround =
            ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|opening| rest.starts_with(opening));
        let length = match character {
            _ if is_lookaround => group_length(rest),
            '\\' => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                kept.push_str(&rest[..length]);
                length
            }
            _ => {
                kept.push(character);
                character.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    kept
}

/// The length of the group that `pattern` begins with.
fn group_length(pattern: &str) -> usize {
    let (mut depth, mut is_escaped, mut is_in_class) = (0, false, false);
    for (at, character) in pattern.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '(' if !is_in_class => depth += 1,
            ')' if !is_in_class => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    pattern.len()
}

struct Writer<'c> {
    chance: &'c mut Chance,
    /// Are all printable characters taken, and not letters and digits alone?
    is_wide: bool,
    /// How much a repetition may add.
    spare: u64,
    /// How long the text is to be, where a repetition can make it so.
    wanted: usize,
}

impl Writer<'_> {
    fn write(&mut self, tree: &Hir, text: &mut String) -> Option<()> {
        match tree.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(class) => text.push(self.character(class)?),
            HirKind::Repetition(repetition) => {
                let min = u64::from(repetition.min);
                let room =
                    repetition.max.map_or(u64::MAX, |max| u64::from(max).saturating_sub(min));
                let added = self.chance.below(room.min(self.spare).saturating_add(1));
                let missing = self.wanted.saturating_sub(text.chars().count());
                let stretched = u64::try_from(missing).unwrap_or(u64::MAX).saturating_sub(min);
                let times = min + added.max(stretched.min(room));
                for _ in 0..times {
                    self.write(&repetition.sub, text)?;
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub, text)?,
            HirKind::Concat(parts) => {
                for part in parts {
                    self.write(part, text)?;
                }
            }
            HirKind::Alternation(branches) => {
                let branch = self.chance.index(branches.len());
                self.write(&branches[branch], text)?;
            }
        }
        Some(())
    }

    /// A character of the class that people can read, if it has one.
    fn character(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.iter().map(|it| (it.start(), it.end())).collect(),
            Class::Bytes(class) => {
                class.iter().map(|it| (char::from(it.start()), char::from(it.end()))).collect()
            }
        };
        let is_in =
            |character: &char| ranges.iter().any(|(start, end)| (start..=end).contains(&character));
        let printable: Vec<char> = (' '..='~').filter(is_in).collect();
        let plain: Vec<char> =
            printable.iter().copied().filter(char::is_ascii_alphanumeric).collect();
        if !plain.is_empty() && !self.is_wide {
            return Some(*self.chance.pick(&plain));
        }
        if !printable.is_empty() {
            return Some(*self.chance.pick(&printable));
        }
        let (start, end) = ranges.get(self.chance.index(ranges.len().max(1)))?;
        let span = u64::from(u32::from(*end) - u32::from(*start)) + 1;
        let offset = u32::try_from(self.chance.below(span)).ok()?;
        char::from_u32(u32::from(*start) + offset).or(Some(*start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, bounds: Bounds) {
        let matcher = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .build(&serde_json::json!({ "pattern": pattern }))
            .unwrap();
        for seed in 0..50 {
            let made = text(pattern, bounds, &mut Chance::new(seed), seed);
            let made = made.unwrap_or_else(|| panic!("no text of `{pattern}` with seed {seed}"));
            assert!(matcher.is_valid(&made.clone().into()), "`{made}` is not of `{pattern}`");
            let length = made.chars().count();
            assert!(length >= bounds.min && bounds.max.is_none_or(|max| length <= max), "{made}");
        }
    }

    #[test]
    fn a_text_matches_the_pattern_it_was_made_of() {
        let any = Bounds::default();
        check(r"^[A-Z]{3}-\d{4}$", any);
        check(r"^(cat|dog)s?$", any);
        check(r"^\+?[1-9]\d{1,14}$", any);
        check(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", any);
        check(r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}", any);
        check(r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])(?=.*[!-/]).{8,20}$", any);
        check(r"\w+\/\w+", any);
        check(r"^(?!x)[0-9]+$", any);
        check(r"^\p{L}+$", any);
        check(r"^\u00e9\x41$", any);
        check("", any);
    }

    #[test]
    fn a_text_keeps_to_its_length() {
        check(r"^[a-z]+$", Bounds { min: 20, max: Some(24) });
        check(r"^[a-z]*$", Bounds { min: 0, max: Some(2) });
        check(r"^x", Bounds { min: 12, max: Some(12) });
        check(r"^[a-z0-9]{0,64}$", Bounds { min: 8, max: Some(16) });
    }

    #[test]
    fn lookarounds_are_stepped_over() {
        assert_eq!(without_lookarounds(r"^(?=.*[)\]])(?!a(b)c)x\(?=$"), r"^x\(?=$");
    }
}
