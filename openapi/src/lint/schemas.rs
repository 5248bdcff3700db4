//! Schemas that mean what they seem to say.

use serde_json::Value;

use super::words::suggestion;
use super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for schema in context.of(Kind::Schema) {
        schema_type(&schema, findings);
        schema_format(&schema, findings);
        inapplicable_keywords(&schema, findings);
        required_properties(&schema, findings);
        crossed_bounds(&schema, findings);
        enum_values(&schema, findings);
        extensible_enum(&schema, findings);
        required_when(context, &schema, findings);
    }
}

const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];

/// Keywords that say something about one type alone.
const KEYWORDS: [(&str, &[&str]); 16] = [
    ("properties", &["object"]),
    ("required", &["object"]),
    ("additionalProperties", &["object"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("pattern", &["string"]),
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("minimum", &["integer", "number"]),
    ("maximum", &["integer", "number"]),
    ("multipleOf", &["integer", "number"]),
    ("x-required-when", &["object"]),
];

/// Formats that the validators, the client or both give a meaning to, with their types.
const FORMATS: [(&str, &str); 15] = [
    ("date-time", "string"),
    ("date", "string"),
    ("time", "string"),
    ("uuid", "string"),
    ("email", "string"),
    ("uri", "string"),
    ("hostname", "string"),
    ("ipv4", "string"),
    ("ipv6", "string"),
    ("regex", "string"),
    ("password", "string"),
    ("int32", "integer"),
    ("int64", "integer"),
    ("float", "number"),
    ("double", "number"),
];

fn type_of(schema: &Node<'_>) -> Option<String> {
    schema.get("type").and_then(|own| own.value.as_str().map(str::to_owned))
}

/// `schema-type`: a type OpenAPI 3.0 does not have, or a list without `items`.
fn schema_type(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(own) = type_of(schema) else { return };
    let at = pointer::join(&schema.pointer, "type");
    if !TYPES.contains(&own.as_str()) {
        let otherwise = "write `nullable: true` for null, and leave `type` out for any value";
        let remedy = suggestion(&own, TYPES, otherwise);
        findings.add(&at, "schema-type", format!("there is no type `{own}`"), remedy);
    }
    if own == "array" && schema.get("items").is_none() {
        findings.add(&at, "schema-type", "the list has no `items`", "say what it is a list of");
    }
}

/// `schema-format`: a format that nothing checks, or one of another type.
fn schema_format(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(format) = schema.get("format") else { return };
    let text = format.value.as_str().unwrap_or_default();
    let own = type_of(schema);
    match FORMATS.iter().find(|(known, _)| *known == text) {
        None => {
            let known = FORMATS.iter().map(|(known, _)| *known);
            let problem = format!("nothing checks the format `{text}`");
            let remedy = suggestion(text, known, "say it with a `pattern`");
            findings.add(&format.pointer, "schema-format", problem, remedy);
        }
        Some((_, needed)) if own.as_deref() != Some(needed) => findings.add(
            &format.pointer,
            "schema-format",
            format!("the format `{text}` is one of `type: {needed}`"),
            format!("write `type: {needed}`, or remove the format"),
        ),
        Some(_) => {}
    }
}

/// `schema-keyword`: a keyword that says nothing about values of the schema's type.
fn inapplicable_keywords(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(own) = type_of(schema).filter(|own| TYPES.contains(&own.as_str())) else { return };
    for (keyword, types) in KEYWORDS {
        if schema.get(keyword).is_some() && !types.contains(&own.as_str()) {
            findings.add(
                &pointer::join(&schema.pointer, keyword),
                "schema-keyword",
                format!("`{keyword}` says nothing about values of `type: {own}`"),
                format!("remove it, or write `type: {}`", types.join("` or `type: ")),
            );
        }
    }
}

/// `required-property`: a required property that is not described.
fn required_properties(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let (Some(required), Some(properties)) = (schema.get("required"), schema.get("properties"))
    else {
        return;
    };
    let known = properties.value.as_object();
    for name in required.items().into_iter().flatten() {
        let Some(text) = name.value.as_str() else { continue };
        if known.is_some_and(|known| !known.contains_key(text)) {
            let known = known.into_iter().flatten().map(|(known, _)| known.as_str());
            findings.add(
                &name.pointer,
                "required-property",
                format!("the required property `{text}` is not described"),
                suggestion(text, known, "describe it under `properties`"),
            );
        }
    }
}

/// `crossed-bounds`: bounds that no value lies between.
fn crossed_bounds(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let pairs = [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ];
    for (low, high) in pairs {
        let number = |key| schema.get(key).and_then(|bound| bound.value.as_f64());
        if let (Some(from), Some(to)) = (number(low), number(high))
            && from > to
        {
            findings.add(
                &pointer::join(&schema.pointer, low),
                "crossed-bounds",
                format!("`{low}` is above `{high}`"),
                "swap them",
            );
        }
    }
}

/// `enum-value`: a value that is listed twice, or that is not of the schema's type.
fn enum_values(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(values) = schema.get("enum").and_then(|values| values.items().ok()) else { return };
    let own = type_of(schema);
    for (index, value) in values.iter().enumerate() {
        if values[..index].iter().any(|earlier| earlier.value == value.value) {
            let problem = format!("{} is listed twice", value.value);
            findings.add(&value.pointer, "enum-value", problem, "keep one of the two");
        }
        let fits = match own.as_deref() {
            Some("string") => value.value.is_string(),
            Some("integer") => value.value.is_i64() || value.value.is_u64(),
            Some("number") => value.value.is_number(),
            Some("boolean") => value.value.is_boolean(),
            _ => true,
        };
        let nullable = schema.value.get("nullable") == Some(&Value::Bool(true));
        let is_null = nullable && value.value.is_null();
        if !fits && !is_null {
            findings.add(
                &value.pointer,
                "enum-value",
                format!("{} is not of `type: {}`", value.value, own.unwrap_or_default()),
                "quote it if a text is meant, or change the type",
            );
            return;
        }
    }
}

/// `extensible-enum`: `x-extensible-enum` where the client cannot follow it.
fn extensible_enum(schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(flag) = schema.get("x-extensible-enum") else { return };
    let parent = pointer::split_last(&schema.pointer).map(|(parent, _)| parent);
    let is_component = parent == Some("/components/schemas");
    let is_enum = schema.get("enum").is_some() && type_of(schema).as_deref() == Some("string");
    if !flag.value.is_boolean() {
        let problem = "`x-extensible-enum` is a flag";
        findings.add(&flag.pointer, "extensible-enum", problem, "write `true`, or remove it");
    } else if !is_component || !is_enum {
        findings.add(
            &flag.pointer,
            "extensible-enum",
            "only a string enum under `components: schemas` can be extensible",
            "give the enum a name there, or remove the flag",
        );
    }
}

/// `required-when`: conditions on properties or values that do not exist.
fn required_when(context: &Context<'_>, schema: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(rule) = schema.get("x-required-when") else { return };
    let properties = schema.get("properties");
    let property = |name: &str| properties.as_ref().and_then(|all| all.get(name));
    let known = || {
        let all = properties.as_ref().and_then(|all| all.value.as_object());
        all.into_iter().flatten().map(|(name, _)| name.as_str())
    };
    let mut unknown = |name: &str, at: &str| {
        findings.add(
            at,
            "required-when",
            format!("there is no property `{name}`"),
            suggestion(name, known(), "describe it under `properties`"),
        );
    };
    let mut conditions = Vec::new();
    for (name, needed) in rule.entries().into_iter().flatten() {
        if property(name).is_none() {
            unknown(name, &needed.pointer);
        }
        for (other, values) in needed.entries().into_iter().flatten() {
            match property(other) {
                None => unknown(other, &values.pointer),
                Some(other) => conditions.push((other, values)),
            }
        }
    }
    for (other, values) in conditions {
        let allowed = context.document.follow(&other.pointer);
        let allowed = allowed.and_then(|pointer| context.document.at(&pointer)?.get("enum"));
        let Some(allowed) = allowed.and_then(Value::as_array) else { continue };
        for value in values.items().into_iter().flatten() {
            if !allowed.contains(value.value) {
                let texts = allowed.iter().filter_map(Value::as_str);
                let text = value.value.as_str().unwrap_or_default();
                findings.add(
                    &value.pointer,
                    "required-when",
                    format!("{} is no value of that property", value.value),
                    suggestion(text, texts, "list a value of its enum"),
                );
            }
        }
    }
}
