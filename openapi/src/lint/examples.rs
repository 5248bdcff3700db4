//! Examples that are what they are examples of.
//!
//! They are on every page, the mock answers with them where it has no handler, and people copy them.

use super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::pointer;
use crate::validation::Validators;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    invalid_examples(context, findings);
    missing_examples(context, findings);
}

/// A value that must be valid against a schema, both by pointer.
struct Claim {
    schema: String,
    value: String,
}

/// `invalid-schema`, `invalid-example`: an example that breaks its schema, or a schema that cannot be
/// compiled to find out.
fn invalid_examples(context: &Context<'_>, findings: &mut Findings<'_>) {
    let claims = claims(context);
    // Dangling references have findings of their own, and would hide everything else here.
    if findings.list.iter().any(|finding| finding.rule == "reference") {
        return;
    }
    let everything = context.of(Kind::Schema).map(|schema| schema.pointer).collect::<Vec<_>>();
    let schemas = claims.iter().map(|claim| claim.schema.as_str());
    let schemas = schemas.chain(everything.iter().map(String::as_str)).collect();
    let document = context.contract.shared_document();
    let validators = match Validators::of_schemas(&document, schemas) {
        Ok(validators) => validators,
        Err(error) => {
            findings.list.push(super::Finding {
                place: error.place,
                rule: "invalid-schema",
                problem: format!("the schema cannot be compiled: {}", error.problem),
                remedy: "mend it; examples are not checked until then".to_owned(),
            });
            return;
        }
    };
    for Claim { schema, value } in &claims {
        for violation in validators.schema(schema, context.node(value).value) {
            let at = if violation.pointer.is_empty() {
                "it".to_owned()
            } else {
                format!("`{}`", violation.pointer)
            };
            findings.add(
                &format!("{value}{}", violation.pointer),
                "invalid-example",
                format!("the example is invalid: {at} {}", violation.message),
                format!("mend it, or the rule {}", violation.rule),
            );
        }
    }
}

fn claims(context: &Context<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for kind in [Kind::MediaType, Kind::Parameter, Kind::Header] {
        for owner in context.of(kind) {
            let schema = owner.get("schema");
            let Some(schema) = schema.and_then(|one| context.document.follow(&one.pointer)) else {
                continue;
            };
            let own = owner.get("example").map(|example| example.pointer);
            let named = owner.get("examples").and_then(|named| named.entries().ok());
            let named = named
                .into_iter()
                .flatten()
                .filter_map(|(_, example)| Some(example.followed().ok()?.get("value")?.pointer));
            for value in own.into_iter().chain(named) {
                claims.push(Claim { schema: schema.clone(), value });
            }
        }
    }
    for schema in context.of(Kind::Schema) {
        for value in ["example", "default"].iter().filter_map(|key| schema.get(key)) {
            claims.push(Claim { schema: schema.pointer.clone(), value: value.pointer });
        }
    }
    claims
}

/// `missing-example`: a request or success that a reader has to imagine.
fn missing_examples(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.contract.operations() {
        if let Some(body) = &operation.request_body
            && body.examples.is_empty()
        {
            missing_example(&context.node(&body.pointer), "request", findings);
        }
        let successes = operation.responses.values().filter(|one| (200..300).contains(&one.status));
        for response in successes.filter(|one| one.schema.is_some() && one.examples.is_empty()) {
            missing_example(&context.node(&response.pointer), "answer", findings);
        }
    }
}

fn missing_example(owner: &Node<'_>, what: &str, findings: &mut Findings<'_>) {
    findings.add(
        &pointer::join(&owner.pointer, "content"),
        "missing-example",
        format!("the {what} has no example"),
        "add `examples` beside its schema",
    );
}
