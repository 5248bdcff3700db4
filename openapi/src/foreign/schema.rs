//! One schema: keywords of the wrong type, of a later OpenAPI, or that cannot be used.

use indexmap::IndexMap;
use jsonschema::Draft;
use serde_json::{Map, Value, json};

use super::mend::{Edit, Mending};
use crate::pointer;

/// Keywords of JSON Schema that OpenAPI 3.0 does not have and that would say more than is checked.
const LATER: &[&str] = &[
    "if",
    "then",
    "else",
    "patternProperties",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "additionalItems",
    "$dynamicRef",
    "$recursiveRef",
];

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object", "null"];

/// What a keyword's value must be.
#[derive(Clone, Copy)]
enum Expected {
    Type,
    Number,
    PositiveNumber,
    Count,
    Flag,
    Bound(&'static str),
    Pattern,
    Text,
    Names,
    Values,
    Schema,
    Schemas,
    NamedSchemas,
    SchemaOrFlag,
}

fn expected(key: &str) -> Option<Expected> {
    Some(match key {
        "type" => Expected::Type,
        "multipleOf" => Expected::PositiveNumber,
        "maximum" | "minimum" => Expected::Number,
        "exclusiveMaximum" => Expected::Bound("maximum"),
        "exclusiveMinimum" => Expected::Bound("minimum"),
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties" | "minProperties" => {
            Expected::Count
        }
        "uniqueItems" | "nullable" | "readOnly" | "writeOnly" => Expected::Flag,
        "pattern" => Expected::Pattern,
        "format" => Expected::Text,
        "required" => Expected::Names,
        "enum" => Expected::Values,
        "not" | "items" => Expected::Schema,
        "allOf" | "oneOf" | "anyOf" => Expected::Schemas,
        "properties" => Expected::NamedSchemas,
        "additionalProperties" => Expected::SchemaOrFlag,
        _ => return None,
    })
}

/// Does this keyword restrict a value?
pub(super) fn is_assertion(key: &str) -> bool {
    expected(key).is_some()
}

/// Mends the schema at `pointer`.
pub(super) fn mend(mending: &mut Mending<'_>, pointer: &str, value: &Value) {
    let Some(schema) = value.as_object() else { return };
    for (key, value) in schema {
        if let Some(expected) = expected(key) {
            keyword(mending, pointer, schema, key, value, expected);
        } else if key == "const" {
            if !schema.contains_key("enum") {
                mending.edit(Edit::Replace(pointer::join(pointer, "enum"), json!([value])));
            }
        } else if LATER.contains(&key.as_str()) {
            mending.drop_key(pointer, key, format!("`{key}` is not OpenAPI 3.0"));
        }
    }
    if let Some(discriminator) = schema.get("discriminator") {
        mend_discriminator(mending, pointer, schema, discriminator);
    }
}

fn keyword(
    mending: &mut Mending<'_>,
    pointer: &str,
    schema: &Map<String, Value>,
    key: &str,
    value: &Value,
    expected: Expected,
) {
    let is_schema = |value: &Value| value.is_object();
    let must_be = |what: &str| Some(format!("`{key}` must be {what}"));
    let problem = match expected {
        Expected::Type => match value {
            Value::String(one) if TYPES.contains(&one.as_str()) => None,
            Value::Array(several)
                if !several.is_empty()
                    && several
                        .iter()
                        .all(|it| it.as_str().is_some_and(|it| TYPES.contains(&it))) =>
            {
                None
            }
            _ => must_be("a type of JSON"),
        },
        Expected::Number if value.is_number() => None,
        Expected::Number => must_be("a number"),
        Expected::PositiveNumber if value.as_f64().is_some_and(|number| number > 0.0) => None,
        Expected::PositiveNumber => must_be("a number above zero"),
        Expected::Count if value.as_f64().is_some_and(|it| it >= 0.0 && it.fract() == 0.0) => None,
        Expected::Count => must_be("a whole number"),
        Expected::Flag if value.is_boolean() => None,
        Expected::Flag => must_be("`true` or `false`"),
        Expected::Bound(of) => match value {
            Value::Bool(_) if schema.get(of).is_some_and(Value::is_number) => None,
            Value::Bool(_) => {
                // Draft 4 wants the bound beside the flag, and without it the flag says nothing.
                mending.edit(Edit::Remove(pointer::join(pointer, key)));
                None
            }
            // As JSON Schema has it since Draft 6.
            Value::Number(_) => {
                mending.edit(Edit::Replace(pointer::join(pointer, of), value.clone()));
                mending.edit(Edit::Replace(pointer::join(pointer, key), Value::Bool(true)));
                None
            }
            _ => must_be("`true` or `false`"),
        },
        Expected::Pattern => match value.as_str() {
            Some(pattern) if is_pattern(pattern) => None,
            Some(pattern) => Some(format!("`{pattern}` is no regular expression")),
            None => must_be("a regular expression"),
        },
        Expected::Text if value.is_string() => None,
        Expected::Text => must_be("a text"),
        Expected::Names => {
            names(mending, pointer, value);
            None
        }
        Expected::Values if value.as_array().is_some_and(|it| !it.is_empty()) => None,
        Expected::Values => must_be("a list of values"),
        Expected::Schema if is_schema(value) => None,
        // `items: true`, and the like, say nothing.
        Expected::Schema if value == &Value::Bool(true) => {
            mending.edit(Edit::Replace(pointer::join(pointer, key), json!({})));
            None
        }
        Expected::Schema => must_be("a schema"),
        Expected::Schemas
            if value.as_array().is_some_and(|it| !it.is_empty() && it.iter().all(is_schema)) =>
        {
            None
        }
        Expected::Schemas => must_be("a list of schemas"),
        Expected::NamedSchemas => match value.as_object() {
            Some(properties) => {
                let at = pointer::join(pointer, key);
                for (name, _) in properties.iter().filter(|(_, value)| !is_schema(value)) {
                    let at = pointer::join(&at, name);
                    mending.warn(&at, "a property must be a schema", "any value is accepted there");
                    mending.edit(Edit::Replace(at, json!({})));
                }
                None
            }
            None => must_be("a mapping of names to schemas"),
        },
        Expected::SchemaOrFlag if is_schema(value) || value.is_boolean() => None,
        Expected::SchemaOrFlag => must_be("a schema, `true` or `false`"),
    };
    if let Some(problem) = problem {
        mending.drop_key(pointer, key, problem);
    }
}

/// `required` is a list of names, each once: Draft 4 has no empty one.
fn names(mending: &mut Mending<'_>, pointer: &str, value: &Value) {
    let at = pointer::join(pointer, "required");
    let Some(listed) = value.as_array() else {
        // `required: true` on a property is how Draft 3 had it, and `false` says nothing.
        if value != &Value::Bool(false) {
            mending.warn(&at, "`required` must be a list of properties", "it is not checked");
        }
        mending.edit(Edit::Remove(at));
        return;
    };
    let mut names: Vec<&Value> = Vec::new();
    for name in listed.iter().filter(|name| name.is_string()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        mending.edit(Edit::Remove(at));
    } else if names.len() < listed.len() {
        mending.edit(Edit::Replace(at, json!(names)));
    }
}

fn is_pattern(pattern: &str) -> bool {
    let options = jsonschema::options().with_draft(Draft::Draft4).offline();
    options.build(&json!({ "pattern": pattern })).is_ok()
}

/// Writes the mapping out whole, since what is not in it stands for itself; or takes out a
/// discriminator that cannot choose.
fn mend_discriminator(
    mending: &mut Mending<'_>,
    pointer: &str,
    schema: &Map<String, Value>,
    discriminator: &Value,
) {
    let Some(variants) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let at = pointer::join(pointer, "discriminator");
    let each = "the value is held against each of the schemas";
    let Some(property) = discriminator.get("propertyName").and_then(Value::as_str) else {
        mending.warn(&at, "a discriminator without a `propertyName`", each);
        mending.edit(Edit::Remove(at));
        return;
    };
    // Beside `null`, which is no object, the tag cannot decide.
    let is_nullable = schema.get("nullable") == Some(&Value::Bool(true));
    if is_nullable {
        mending.edit(Edit::Remove(at));
        return;
    }
    let reference = |variant: &Value| variant.get("$ref")?.as_str().and_then(pointer::of_reference);
    let targets: Option<Vec<String>> = variants.iter().map(reference).collect();
    let Some(targets) = targets else {
        mending.warn(&at, "a discriminator of schemas that have no names", each);
        mending.edit(Edit::Remove(at));
        return;
    };
    let mut mapping: IndexMap<String, String> = IndexMap::new();
    let declared = discriminator.get("mapping").and_then(Value::as_object);
    for (tag, written) in declared.into_iter().flatten() {
        let target = written.as_str().and_then(|written| {
            let named = pointer::join("/components/schemas", written);
            [pointer::of_reference(written), Some(named)]
                .into_iter()
                .flatten()
                .find(|target| mending.document.at(target).is_some())
        });
        match target {
            Some(target) => {
                mapping.insert(tag.clone(), target);
            }
            None => {
                let at = pointer::join(&pointer::join(&at, "mapping"), tag);
                let problem = format!("`{tag}` stands for a schema that is not in the file");
                mending.warn(&at, problem, "the tag is unknown");
            }
        }
    }
    for target in targets {
        if !mapping.values().any(|mapped| *mapped == target) {
            mapping.insert(pointer::last(&target), target);
        }
    }
    let mapping: IndexMap<String, String> =
        mapping.into_iter().map(|(tag, target)| (tag, format!("#{target}"))).collect();
    mending.edit(Edit::Replace(at, json!({ "propertyName": property, "mapping": mapping })));
}
