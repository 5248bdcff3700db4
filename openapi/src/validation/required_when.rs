//! `x-required-when`: a property required by the value of another.
//!
//! `{ comment: { reason: [Other] } }` reads: `comment` is required when `reason` is `Other`. Of
//! several conditions on one property, all must hold. OpenAPI 3.0 can only say this with `oneOf` or
//! `not`, which the generator does not survive.

use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::{Map, Value};

pub(super) const KEYWORD: &str = "x-required-when";

/// Adds the keyword to a validator's options.
pub(super) fn registered(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options.with_keyword(KEYWORD, |_, rule, _| {
        if is_rule(rule) {
            Ok(Box::new(RequiredWhen(rule.clone())))
        } else {
            Err(ValidationError::schema(
                "`x-required-when` maps a property to the values of others that require it: `{ comment: { reason: [Other] } }`",
            ))
        }
    })
}

/// The properties that `rule` requires of `value` and that are missing, each with the properties
/// whose values require it.
pub(super) fn missing<'r>(
    rule: &'r Value,
    value: &Value,
) -> Vec<(&'r str, &'r Map<String, Value>)> {
    let (Some(rule), Some(value)) = (rule.as_object(), value.as_object()) else {
        return Vec::new();
    };
    let requirements = rule
        .iter()
        .filter_map(|(property, conditions)| Some((property.as_str(), conditions.as_object()?)));
    requirements
        .filter(|(property, conditions)| {
            !value.contains_key(*property)
                && conditions.iter().all(|(other, values)| {
                    let values = values.as_array().map_or(&[][..], Vec::as_slice);
                    value.get(other).is_some_and(|actual| values.contains(actual))
                })
        })
        .collect()
}

fn is_rule(rule: &Value) -> bool {
    rule.as_object().is_some_and(|rule| {
        rule.values().all(|conditions| {
            conditions.as_object().is_some_and(|conditions| {
                !conditions.is_empty() && conditions.values().all(Value::is_array)
            })
        })
    })
}

struct RequiredWhen(Value);

impl<'i> Keyword<'i> for RequiredWhen {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            // One error for all the properties; the translation asks `missing` again for each.
            Err(ValidationError::custom(KEYWORD))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        missing(&self.0, instance).is_empty()
    }
}
