//! What a violation says: what must be, never what was sent.
//!
//! The value is left out on purpose. A message ends up in logs and in other people's browsers, and
//! the pointer says well enough which value is meant.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

/// Names from a request are cut to this many characters; a body may be megabytes of one key.
const NAME_LENGTH_MAX: usize = 40;
/// Longer lists of allowed values are cut.
const OPTIONS_MAX: usize = 30;

/// The sentence for one error; it reads on after the pointer of the value.
pub(super) fn sentence(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(expected) } => {
            format!("must be {}", type_name(&expected.to_string()))
        }
        Kind::Type { kind: TypeKind::Multiple(expected) } => {
            let names: Vec<_> = expected.iter().map(|one| type_name(&one.to_string())).collect();
            format!("must be {}", names.join(" or "))
        }
        Kind::Enum { options } => one_of(options),
        Kind::Pattern { pattern } => format!("must match `{pattern}`"),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "is too long to be matched against the pattern".to_owned()
        }
        Kind::Format { format } => format!("must be {}", format_name(format)),
        Kind::MinLength { limit } => format!("must have at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", count(*limit, "character")),
        Kind::MinItems { limit } => format!("must have at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", count(*limit, "item")),
        Kind::MinProperties { limit } => {
            format!("must have at least {}", count(*limit, "property"))
        }
        Kind::MaxProperties { limit } => format!("must have at most {}", count(*limit, "property")),
        Kind::Minimum { limit } => format!("must be {limit} or more"),
        Kind::Maximum { limit } => format!("must be {limit} or less"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::UniqueItems => "must not hold the same item twice".to_owned(),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            format!("must have one of the {} shapes described", context.len())
        }
        Kind::OneOfMultipleValid { .. } => {
            "must have exactly one of the shapes described, and fits several".to_owned()
        }
        Kind::Not { .. } | Kind::FalseSchema => "is not allowed".to_owned(),
        // Keywords that Draft 4, as the lowering leaves it, cannot produce.
        other => format!("breaks the rule `{}`", other.keyword()),
    }
}

/// A property that must be there and is not.
pub(super) fn missing(property: &str) -> String {
    format!("is required: `{}` is missing", cut(property))
}

/// A property nobody knows.
pub(super) fn unknown(property: &str) -> String {
    format!("is not allowed: `{}` is unknown here", cut(property))
}

/// A property that the values of others require.
pub(super) fn missing_because<'v>(
    property: &str,
    conditions: impl Iterator<Item = (&'v str, &'v Value)>,
) -> String {
    let conditions: Vec<_> = conditions
        .map(|(other, values)| {
            let values = values.as_array().map_or(&[][..], Vec::as_slice);
            let values: Vec<_> = values.iter().map(literal).collect();
            format!("`{other}` is {}", values.join(" or "))
        })
        .collect();
    format!("is required when {}: `{property}` is missing", conditions.join(" and "))
}

/// An integer that is too wide.
pub(super) fn width(format: Option<&str>) -> String {
    match format {
        Some("int32") => "must fit in a signed 32-bit integer".to_owned(),
        _ => "must fit in a signed 64-bit integer".to_owned(),
    }
}

/// A discriminator that names no variant.
pub(super) fn tag<'t>(tags: impl Iterator<Item = &'t str>) -> String {
    let tags: Vec<_> = tags.map(|tag| format!("`{tag}`")).collect();
    format!("must be one of {}, which decides what else is expected", tags.join(", "))
}

/// At most [`NAME_LENGTH_MAX`] characters of a name that came in a request.
pub(super) fn cut(name: &str) -> String {
    match name.char_indices().nth(NAME_LENGTH_MAX) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

fn one_of(options: &Value) -> String {
    let options = options.as_array().map_or(&[][..], Vec::as_slice);
    let more = if options.len() > OPTIONS_MAX { ", …" } else { "" };
    let listed: Vec<_> = options.iter().take(OPTIONS_MAX).map(literal).collect();
    match listed.as_slice() {
        [only] => format!("must be {only}"),
        several => format!("must be one of {}{more}", several.join(", ")),
    }
}

/// A value of the contract in backticks, texts without their quotes.
fn literal(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("`{text}`"),
        None => format!("`{value}`"),
    }
}

fn type_name(name: &str) -> &'static str {
    match name {
        "array" => "a list",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "null" => "null",
        "number" => "a number",
        "object" => "an object",
        _ => "a string",
    }
}

fn format_name(format: &str) -> String {
    match format {
        "date-time" => "an RFC 3339 date-time, such as `2025-03-10T08:00:00+10:00`".to_owned(),
        "date" => "a date, such as `2025-03-10`".to_owned(),
        "uuid" => "a UUID, such as `123e4567-e89b-12d3-a456-426614174000`".to_owned(),
        other => format!("in the format `{other}`"),
    }
}

fn count(number: u64, noun: &str) -> String {
    match (number, noun) {
        (1, noun) => format!("1 {noun}"),
        (number, "property") => format!("{number} properties"),
        (number, noun) => format!("{number} {noun}s"),
    }
}
