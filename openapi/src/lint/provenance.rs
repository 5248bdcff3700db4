//! `x-provenance`: where each part of the contract comes from.

use super::words::suggestion;
use super::{Context, Findings};
use crate::kind::Kind;
use crate::pointer;
use crate::provenance::Provenance;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    missing_provenance(context, findings);
    unknown_provenance(context, findings);
}

/// `missing-provenance`: an operation that does not say where it comes from.
fn missing_provenance(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.of(Kind::Operation) {
        if operation.get("x-provenance").is_none() {
            findings.add(
                &operation.pointer,
                "missing-provenance",
                "the operation does not say where it comes from",
                "add `x-provenance: documented`, `inferred` or `designed`",
            );
        }
    }
}

/// `unknown-provenance`: a value that is none of the three.
fn unknown_provenance(context: &Context<'_>, findings: &mut Findings<'_>) {
    for object in context.objects.iter().filter(|object| !object.is_reference()) {
        let Some(value) = object.value.get("x-provenance") else { continue };
        let text = value.as_str().unwrap_or_default();
        if text.parse::<Provenance>().is_err() {
            let known = Provenance::ALL.map(Provenance::as_str);
            let otherwise = "write `documented`, `inferred` or `designed`";
            findings.add(
                &pointer::join(&object.pointer, "x-provenance"),
                "unknown-provenance",
                format!("{value} is no provenance"),
                suggestion(text, known, otherwise),
            );
        }
    }
}
