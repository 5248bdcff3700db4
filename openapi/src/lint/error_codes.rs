//! Error codes: each declared once, used, and answered with the status it has.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::words::{pascal_case, suggestion};
use super::{Context, Findings};
use crate::operation::Response;
use crate::pointer;

const CODES: &str = "/x-error-codes";

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    numbers(context, findings);
    names_and_texts(context, findings);
    unused_error_code(context, findings);
    refusals(context, findings);
    fallbacks(context, findings);
    unexplained_status(context, findings);
    example_error_code(context, findings);
}

/// `error-code-number`: one number for two errors, or a number that means success.
fn numbers(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut first: HashMap<i64, &str> = HashMap::new();
    for (name, code) in context.contract.error_codes() {
        let at = pointer::join(&pointer::join(CODES, name), "errorCode");
        if code.error_code < 1 {
            findings.add(
                &at,
                "error-code-number",
                format!("`{name}` has the number {}", code.error_code),
                "use a positive number; 0 is success",
            );
        }
        if let Some(first) = first.get(&code.error_code) {
            findings.add(
                &at,
                "error-code-number",
                format!("`{name}` and `{first}` both have the number {}", code.error_code),
                "give each error a number of its own",
            );
        }
        first.entry(code.error_code).or_insert(name);
    }
}

/// `error-code-name`, `error-code-text`: a name that is no variant, a text that says nothing.
fn names_and_texts(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (name, code) in context.contract.error_codes() {
        let at = pointer::join(CODES, name);
        if pascal_case(name) != *name {
            let remedy = format!("write `{}`", pascal_case(name));
            findings.add(&at, "error-code-name", format!("`{name}` is not in PascalCase"), remedy);
        }
        for (key, text) in [("meaning", &code.meaning), ("action", &code.action)] {
            if text.trim().is_empty() {
                findings.add(
                    &pointer::join(&at, key),
                    "error-code-text",
                    format!("the `{key}` of `{name}` is empty"),
                    "say it in a sentence",
                );
            }
        }
        if code.status < 400 {
            findings.add(
                &pointer::join(&at, "status"),
                "error-code-status",
                format!("`{name}` is answered with {}, which is no failure", code.status),
                "use a status from 400 to 599",
            );
        }
    }
}

/// `unused-error-code`: an error that nothing answers.
fn unused_error_code(context: &Context<'_>, findings: &mut Findings<'_>) {
    let contract = context.contract;
    let refusals = contract.operations().iter().flat_map(|operation| &operation.refusals);
    let fallbacks = contract.fallbacks().values().map(|fallback| &fallback.error_code);
    let used: HashSet<&String> = refusals.chain(fallbacks).collect();
    for name in contract.error_codes().keys().filter(|name| !used.contains(name)) {
        findings.add(
            &pointer::join(CODES, name),
            "unused-error-code",
            format!("no operation and no fallback answers `{name}`"),
            "list it in the `x-refusals` of the operations that do, or remove it",
        );
    }
}

/// `refusal`: a refusal that is unknown, listed twice, or whose status the operation does not have.
fn refusals(context: &Context<'_>, findings: &mut Findings<'_>) {
    let codes = context.contract.error_codes();
    for operation in context.contract.operations() {
        let list = pointer::join(&operation.pointer, "x-refusals");
        for (index, name) in operation.refusals.iter().enumerate() {
            let at = pointer::join(&list, &index.to_string());
            if operation.refusals[..index].contains(name) {
                let problem = format!("`{name}` is listed twice");
                findings.add(&at, "refusal", problem, "keep the one that takes precedence");
            }
            let Some(code) = codes.get(name) else {
                let remedy = suggestion(
                    name,
                    codes.keys().map(String::as_str),
                    "declare it in `x-error-codes`",
                );
                findings.add(&at, "refusal", format!("there is no error code `{name}`"), remedy);
                continue;
            };
            if !operation.responses.contains_key(&code.status) {
                findings.add(
                    &at,
                    "refusal",
                    format!(
                        "`{name}` is answered with {}, which `{}` does not document",
                        code.status, operation.id
                    ),
                    format!("add a response \"{}\" to it", code.status),
                );
            }
        }
    }
}

/// `fallback`: a fallback whose error code is unknown or has another status.
fn fallbacks(context: &Context<'_>, findings: &mut Findings<'_>) {
    let codes = context.contract.error_codes();
    for (status, fallback) in context.contract.fallbacks() {
        let at = pointer::join("/x-fallback-responses", &status.to_string());
        let at = pointer::join(&at, "errorCode");
        let name = &fallback.error_code;
        match codes.get(name) {
            None => {
                let known = codes.keys().map(String::as_str);
                let remedy = suggestion(name, known, "declare it in `x-error-codes`");
                findings.add(&at, "fallback", format!("there is no error code `{name}`"), remedy);
            }
            Some(code) if code.status != *status => findings.add(
                &at,
                "fallback",
                format!("`{name}` is answered with {}, not {status}", code.status),
                format!("name an error code whose status is {status}"),
            ),
            Some(_) => {}
        }
    }
}

/// `unexplained-status`: a failure of an operation that neither a refusal nor a fallback explains.
fn unexplained_status(context: &Context<'_>, findings: &mut Findings<'_>) {
    let contract = context.contract;
    // A contract without error codes explains none of its failures, and is not asked to.
    if contract.error_codes().is_empty() {
        return;
    }
    for operation in contract.operations() {
        let refused: HashSet<u16> = operation
            .refusals
            .iter()
            .filter_map(|name| Some(contract.error_codes().get(name)?.status))
            .collect();
        for status in operation.responses.keys().filter(|status| **status >= 400) {
            if !refused.contains(status) && !contract.fallbacks().contains_key(status) {
                let at = pointer::join(&operation.pointer, "responses");
                findings.add(
                    &pointer::join(&at, &status.to_string()),
                    "unexplained-status",
                    format!("nothing that `{}` may refuse is answered with {status}", operation.id),
                    "name the error in its `x-refusals`, or remove the response",
                );
            }
        }
    }
}

/// `example-error-code`: an example of a failure with a number that no error of its status has.
fn example_error_code(context: &Context<'_>, findings: &mut Findings<'_>) {
    let contract = context.contract;
    let operations = contract.operations().iter().flat_map(|one| one.responses.values());
    let fallbacks = contract.fallbacks().values().map(|fallback| &fallback.response);
    for response in operations.chain(fallbacks).filter(|response| response.status >= 400) {
        for (name, example) in &response.examples {
            let Some(number) = example.get("errorCode").and_then(Value::as_i64) else { continue };
            let mut codes = contract.error_codes().values();
            if codes.any(|code| code.error_code == number && code.status == response.status) {
                continue;
            }
            findings.add(
                &example_pointer(context, response, name),
                "example-error-code",
                format!("no error with the status {} has the number {number}", response.status),
                "use a number from `x-error-codes`",
            );
        }
    }
}

/// The place of a response's example, whether it stands there or is referred to.
fn example_pointer(context: &Context<'_>, response: &Response, name: &str) -> String {
    let content = pointer::join(&response.pointer, "content");
    let media = pointer::join(&content, response.media_type.as_deref().unwrap_or_default());
    let named = pointer::join(&pointer::join(&media, "examples"), name);
    let example = context.document.follow(&named);
    let example = example.map(|example| pointer::join(&example, "value"));
    let example = example.unwrap_or_else(|| pointer::join(&media, "example"));
    pointer::join(&example, "errorCode")
}
