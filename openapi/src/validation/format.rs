//! The formats Draft 4 leaves unchecked and a contract relies on: `uuid`, `int32` and `int64`.
//!
//! `date` and `date-time` are the validator's own. Integer formats are about numbers, which JSON
//! Schema formats never are, so they become a keyword of their own on the way in and `format` again
//! in violations. An integer without a format must fit in 64 bits all the same: no typed client can
//! hold more.

use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::Value;

/// What the lowering writes beside `type: integer`; its value is the format, or `integer`.
pub(super) const INTEGER_KEYWORD: &str = "x-octane-integer";

/// Adds the formats to a validator's options.
pub(super) fn checked(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options.should_validate_formats(true).with_format("uuid", is_uuid).with_keyword(
        INTEGER_KEYWORD,
        |_, format, _| {
            Ok(Box::new(match format.as_str() {
                Some("int32") => Width::Bits32,
                _ => Width::Bits64,
            }))
        },
    )
}

/// The hyphenated form alone: what the typed client writes.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

enum Width {
    Bits32,
    Bits64,
}

impl<'i> Keyword<'i> for Width {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom(INTEGER_KEYWORD)) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        if let Some(number) = instance.as_i64() {
            return match self {
                Width::Bits32 => i32::try_from(number).is_ok(),
                Width::Bits64 => true,
            };
        }
        // An integer beyond 64 bits has become a float on reading. What is no integer at all is for
        // `type` to report.
        instance.as_f64().is_none_or(|number| number.fract() != 0.0 || number.abs() < MAGNITUDE)
    }
}

/// 2⁶³, from which on a float in a parsed value may be an integer that did not fit.
const MAGNITUDE: f64 = 9_223_372_036_854_775_808.0;
