//! progenitor: its settings, and what it says when it gives up.
//!
//! Builder style, because an operation with two optional filters should not read
//! `list(None, None, Some(..))`. The hooks are `Expected`, so that progenitor writes none of its own:
//! requests go through the hand-written transport (see `lean`), and do not compile without it.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl, TypePatch};
use quote::quote;
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value, json};

use super::{CodegenError, error_code, lower::Lowered, open_enum::OpenEnum, panics::caught};
use crate::Contract;

/// The tokens progenitor makes of a lowered contract.
pub(super) fn tokens(
    contract: &Contract,
    lowered: &Lowered,
    open_enums: &[OpenEnum],
    has_error_codes: bool,
) -> Result<TokenStream, CodegenError> {
    let settings = settings(lowered, open_enums, has_error_codes);
    attempt(&lowered.tree, &settings).map_err(|reason| {
        let (pointer, part, reason) = culprit(&lowered.tree, &settings)
            .unwrap_or_else(|| (String::new(), "the contract".to_owned(), reason));
        let place = contract.document().place(&pointer).to_string();
        CodegenError::Refused { place, part, reason }
    })
}

fn settings(
    lowered: &Lowered,
    open_enums: &[OpenEnum],
    has_error_codes: bool,
) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote! { crate::transport::Link })
        // What is compared in every test and in every caller's `if`.
        .with_derive("PartialEq");

    let moment = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("date-time".to_owned()),
        ..SchemaObject::default()
    };
    // `DateTime<Utc>`, typify's own choice, forgets the offset a timeslot was sent with.
    settings.with_conversion(
        moment,
        "::chrono::DateTime<::chrono::FixedOffset>",
        [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
    );

    let stringly = [TypeImpl::Display, TypeImpl::FromStr];
    for open_enum in open_enums {
        settings.with_replacement(&open_enum.name, &open_enum.name, stringly.iter().cloned());
    }
    if has_error_codes {
        let impls = std::iter::once(TypeImpl::Display);
        settings.with_replacement(error_code::NAME, error_code::NAME, impls);
    }
    for number in &lowered.numbers {
        let mut patch = TypePatch::default();
        patch.with_derive("Copy").with_derive("PartialOrd");
        if number.integer {
            patch.with_derive("Eq").with_derive("Ord").with_derive("Hash");
        }
        settings.with_patch(&number.name, &patch);
    }
    settings
}

/// One run of progenitor on a tree.
fn attempt(tree: &Value, settings: &GenerationSettings) -> Result<TokenStream, String> {
    let openapi: OpenAPI = serde_json::from_value(tree.clone()).map_err(|e| e.to_string())?;
    caught(|| Generator::new(settings).generate_tokens(&openapi))?.map_err(|e| e.to_string())
}

/// The part of the contract progenitor gives up on: its pointer, its name and what progenitor said.
///
/// progenitor does not say where it was, so this asks again: about the schemas without operations,
/// and then about each operation by itself. It takes milliseconds, and only after a failure.
fn culprit(tree: &Value, settings: &GenerationSettings) -> Option<(String, String, String)> {
    let mut schemas_alone = tree.clone();
    schemas_alone["paths"] = json!({});
    if let Err(reason) = attempt(&schemas_alone, settings) {
        let schemas = tree.pointer("/components/schemas").and_then(Value::as_object);
        for name in schemas.into_iter().flat_map(Map::keys) {
            let mut without = schemas_alone.clone();
            without["components"]["schemas"][name] = json!({});
            if attempt(&without, settings).is_ok() {
                let pointer = format!("/components/schemas/{}", escape(name));
                return Some((pointer, format!("schema `{name}`"), reason));
            }
        }
        return Some(("/components/schemas".to_owned(), "the schemas".to_owned(), reason));
    }
    for (path, item) in tree.get("paths")?.as_object()? {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if method == "parameters" {
                continue;
            }
            let mut alone = json!({ method: operation });
            if let Some(parameters) = item.get("parameters") {
                alone["parameters"] = parameters.clone();
            }
            let mut with_one = schemas_alone.clone();
            with_one["paths"] = json!({ path: alone });
            if let Err(reason) = attempt(&with_one, settings) {
                let id = operation.get("operationId").and_then(Value::as_str).unwrap_or(method);
                let pointer = format!("/paths/{}/{}", escape(path), escape(method));
                return Some((pointer, format!("operation `{id}`"), reason));
            }
        }
    }
    None
}

/// A key as a segment of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
