//! Texts: of a format, of a pattern, or plain words.

use super::chance::Chance;
use super::pattern;
use super::shape::{Bounds, Shape};

/// Longer texts than this are made only where the schema asks for them.
const LENGTH_MAX: usize = 10_000;

const WORDS: [&str; 32] = [
    "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jetty",
    "knoll", "ledge", "maple", "north", "ocean", "pearl", "quartz", "ridge", "slate", "thorn",
    "umber", "vale", "willow", "xenon", "yarrow", "zephyr", "bluff", "coral", "drift", "flint",
    "heath", "marsh",
];

/// A word of a small language.
pub(super) fn word(chance: &mut Chance) -> &'static str {
    chance.pick::<&'static str>(&WORDS)
}

/// A text; `None` if this attempt finds none.
pub(super) fn text(shape: &Shape<'_>, chance: &mut Chance, attempt: u64) -> Option<String> {
    if shape.length.max.is_some_and(|max| max < shape.length.min) || shape.length.min > 1_000_000 {
        return None;
    }
    // Of several patterns, each gets its turn: one of them may imply the others.
    let turn = usize::try_from(attempt).unwrap_or_default() % shape.patterns.len().max(1);
    if let Some(pattern) = shape.patterns.get(turn) {
        return pattern::text(pattern, shape.length, chance, attempt);
    }
    if let Some(text) = shape.format.and_then(|format| formatted(format, chance)) {
        let length = text.chars().count();
        let fits = length >= shape.length.min && shape.length.max.is_none_or(|max| length <= max);
        return Some(if fits { text } else { refitted(shape, text, chance) });
    }
    Some(words(shape.length, chance))
}

/// Words of a length within `bounds`.
fn words(bounds: Bounds, chance: &mut Chance) -> String {
    let max = bounds.max.unwrap_or(bounds.min.max(LENGTH_MAX));
    let mut text = word(chance).to_owned();
    while text.len() < bounds.min {
        text.push(' ');
        text.push_str(word(chance));
    }
    // All words are ASCII, so that bytes are characters. A text does not end in a space.
    text.truncate(max);
    if text.ends_with(' ') {
        text.pop();
        text.push('s');
    }
    text
}

/// A text of a format that is too short or too long, made to fit where its format lets it.
fn refitted(shape: &Shape<'_>, text: String, chance: &mut Chance) -> String {
    let bounds = shape.length;
    let missing = bounds.min.saturating_sub(text.len());
    match shape.format {
        Some("email" | "idn-email") if missing > 0 && missing < 50 => {
            format!("{}{text}", "a".repeat(missing))
        }
        Some("email" | "idn-email") => "a@b.io".to_owned(),
        Some("uri" | "url" | "iri" | "uri-reference") if missing > 0 => {
            format!("{text}{}", "a".repeat(missing))
        }
        Some("uri" | "url" | "iri") => "a:b".to_owned(),
        Some("byte") => {
            // Four characters of base64 stand for three bytes.
            let length = bounds.min.div_ceil(4).max(1) * 4;
            "c2Vh".repeat(length / 4)
        }
        Some("hostname" | "idn-hostname") if missing == 0 => "a.io".to_owned(),
        Some("binary" | "password") => words(bounds, chance),
        _ => text,
    }
}

/// A text of a known format.
fn formatted(format: &str, chance: &mut Chance) -> Option<String> {
    let date = |chance: &mut Chance| {
        format!("2026-{:02}-{:02}", chance.below(12) + 1, chance.below(28) + 1)
    };
    let time = |chance: &mut Chance| {
        let (hours, minutes, seconds) = (chance.below(24), chance.below(60), chance.below(60));
        format!("{hours:02}:{minutes:02}:{seconds:02}Z")
    };
    Some(match format {
        "date" => date(chance),
        "time" => time(chance),
        "date-time" => format!("{}T{}", date(chance), time(chance)),
        "duration" => format!("P{}DT{}H", chance.below(30) + 1, chance.below(23) + 1),
        "email" | "idn-email" => format!("{}.{}@example.com", word(chance), word(chance)),
        "hostname" | "idn-hostname" => format!("{}.example.com", word(chance)),
        // The addresses that are nobody's: RFC 5737 and RFC 3849.
        "ipv4" => format!("192.0.2.{}", chance.below(254) + 1),
        "ipv6" => format!("2001:db8::{:x}", chance.below(0xffff) + 1),
        "uri" | "url" | "iri" => {
            format!("https://example.com/{}/{}", word(chance), chance.below(1000))
        }
        "uri-reference" | "iri-reference" => format!("/{}/{}", word(chance), chance.below(1000)),
        "uri-template" => format!("https://example.com/{{{}}}", word(chance)),
        "uuid" => uuid(chance),
        "byte" => "c2Vh".repeat(chance.index(3) + 1),
        "json-pointer" => format!("/{}", word(chance)),
        "relative-json-pointer" => format!("1/{}", word(chance)),
        "regex" => format!("^{}$", word(chance)),
        "password" => format!("{}-{}", word(chance), 1000 + chance.below(9000)),
        _ => return None,
    })
}

/// A UUID of version 4, RFC 9562.
fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.next(), chance.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0x0fff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff,
    )
}
