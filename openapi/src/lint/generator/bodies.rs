//! Request bodies and responses the generator can type.

use serde_json::Value;

use super::super::{Context, Findings};
use crate::kind::Kind;
use crate::node::Node;
use crate::operation::{Method, Operation, Response};
use crate::pointer;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.contract.operations() {
        one_response_type(operation, findings);
        body_on_bodiless_method(operation, findings);
    }
    response_statuses(context, findings);
    response_media(context, findings);
    request_media(context, findings);
    optional_body(context, findings);
    encodings(context, findings);
    dropped(context, findings);
    deprecated(context, findings);
}

/// `response-types`: successes, or failures, of more than one type.
fn one_response_type(operation: &Operation, findings: &mut Findings<'_>) {
    for (noun, statuses) in [("success", 200..300), ("failure", 400..600)] {
        let mut alike = operation.responses.values().filter(|one| statuses.contains(&one.status));
        let Some(first) = alike.next() else { continue };
        for response in alike.filter(|response| response.schema != first.schema) {
            let at = pointer::join(&operation.pointer, "responses");
            findings.add(
                &pointer::join(&at, &response.status.to_string()),
                "response-types",
                format!(
                    "`{}` answers {noun} with {} in {} and {} in {}",
                    operation.id,
                    body_type(first),
                    first.status,
                    body_type(response),
                    response.status
                ),
                format!(
                    "give every {noun} of an operation one and the same schema under `components`"
                ),
            );
        }
    }
}

fn body_type(response: &Response) -> String {
    match &response.schema {
        Some(schema) if schema.starts_with("/components/schemas/") => {
            format!("`{}`", pointer::last(schema))
        }
        Some(_) => "a schema of its own".to_owned(),
        None => "no body".to_owned(),
    }
}

/// `request-body`: a body where HTTP gives it no meaning.
fn body_on_bodiless_method(operation: &Operation, findings: &mut Findings<'_>) {
    let bodiless = matches!(operation.method, Method::Get | Method::Head | Method::Trace);
    if bodiless && operation.request_body.is_some() {
        findings.add(
            &pointer::join(&operation.pointer, "requestBody"),
            "request-body",
            format!("a {} has no body", operation.method),
            "use query parameters, or another method",
        );
    }
}

/// `response-status`: ranges and `default`, which hide or clash with the statuses beside them.
fn response_statuses(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.of(Kind::Operation) {
        let responses = operation.get("responses").and_then(|all| all.entries().ok());
        for (status, response) in responses.into_iter().flatten() {
            let number = status.parse::<u16>().ok();
            if number.is_some_and(|number| (100..600).contains(&number)) || status.starts_with("x-")
            {
                continue;
            }
            findings.add(
                &response.pointer,
                "response-status",
                format!("answers are not documented by `{status}`"),
                "write each status as a number of three digits",
            );
        }
    }
}

fn media_types<'c>(owner: &Node<'c>) -> Vec<(&'c str, Node<'c>)> {
    owner.get("content").and_then(|content| content.entries().ok()).unwrap_or_default()
}

/// `response-media-type`: answers that the client would hand over as untyped bytes.
fn response_media(context: &Context<'_>, findings: &mut Findings<'_>) {
    for response in context.of(Kind::Response) {
        for (media_type, media) in media_types(&response) {
            if media_type != "application/json" {
                findings.add(
                    &media.pointer,
                    "response-media-type",
                    format!("the client would not decode `{media_type}`"),
                    "answer with `application/json` alone",
                );
            } else if media.get("schema").is_none() {
                findings.add(
                    &media.pointer,
                    "response-media-type",
                    "the JSON answer has no `schema`",
                    "add one, or remove the `content`",
                );
            }
        }
    }
}

const REQUEST_MEDIA_TYPES: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "text/plain",
];

/// `request-media-type`: bodies in several media types, or in one the client cannot send.
fn request_media(context: &Context<'_>, findings: &mut Findings<'_>) {
    for body in context.of(Kind::RequestBody) {
        for (index, (media_type, media)) in media_types(&body).iter().enumerate() {
            if index > 0 {
                findings.add(
                    &media.pointer,
                    "request-media-type",
                    "the request body has several media types",
                    "keep one of them",
                );
            } else if !REQUEST_MEDIA_TYPES.contains(media_type) {
                findings.add(
                    &media.pointer,
                    "request-media-type",
                    format!("the client cannot send `{media_type}`"),
                    "take `application/json`",
                );
            }
        }
    }
}

/// `optional-body`: a body that may be left out, which the client would demand.
fn optional_body(context: &Context<'_>, findings: &mut Findings<'_>) {
    for body in context.of(Kind::RequestBody) {
        let required = body.get("required");
        if required.as_ref().map(|flag| flag.value) != Some(&Value::Bool(true)) {
            findings.add(
                &required.map_or(body.pointer, |flag| flag.pointer),
                "optional-body",
                "the client cannot leave a request body out",
                "write `required: true`",
            );
        }
    }
}

/// `encoding`: per-property encodings, which the generator has no answer to.
fn encodings(context: &Context<'_>, findings: &mut Findings<'_>) {
    for media in context.of(Kind::MediaType) {
        if let Some(encoding) = media.get("encoding") {
            findings.add(
                &encoding.pointer,
                "encoding",
                "the client cannot encode properties one by one",
                "remove it",
            );
        }
    }
}

/// `dropped`: parts of a contract that nothing derived from it would have.
fn dropped(context: &Context<'_>, findings: &mut Findings<'_>) {
    let keys = [
        (Kind::Components, "links"),
        (Kind::Components, "callbacks"),
        (Kind::PathItem, "servers"),
        (Kind::Operation, "servers"),
        (Kind::Operation, "callbacks"),
        (Kind::Response, "links"),
    ];
    for (kind, key) in keys {
        for key in context.of(kind).filter_map(|owner| owner.get(key)) {
            findings.add(
                &key.pointer,
                "dropped",
                format!("nothing reads the `{}` of {}", pointer::last(&key.pointer), kind.noun()),
                "say it in the description",
            );
        }
    }
    for item in context.of(Kind::PathItem) {
        if let Some(reference) = item.get("$ref") {
            findings.add(
                &reference.pointer,
                "dropped",
                "a path cannot be a reference",
                "write its operations here",
            );
        }
    }
}

/// `deprecated`: a flag that the client does not show, with no word about it that it would.
fn deprecated(context: &Context<'_>, findings: &mut Findings<'_>) {
    let kinds = [Kind::Operation, Kind::Parameter, Kind::Header, Kind::Schema];
    for owner in kinds.into_iter().flat_map(|kind| context.of(kind)) {
        let flag = owner.get("deprecated").filter(|flag| flag.value == &Value::Bool(true));
        let description =
            owner.value.get("description").and_then(Value::as_str).unwrap_or_default();
        if let Some(flag) = flag.filter(|_| !description.to_lowercase().contains("deprecated")) {
            findings.add(
                &flag.pointer,
                "deprecated",
                "the client does not show `deprecated`",
                "say in the description, too, that it is deprecated and what to use instead",
            );
        }
    }
}
