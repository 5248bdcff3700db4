//! Enums that may grow.
//!
//! typify's enums refuse a value they do not know, so one new order status would break every
//! client that is out there. A component schema with `x-extensible-enum: true` is therefore
//! written here: the values of today are variants, and any other is kept in `Unknown` and sent
//! back as it came. The type is `#[non_exhaustive]`, which makes callers provide for that day.
//!
//! Only component schemas can be extensible: progenitor is told to use a type by its name.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use super::CodegenError;
use crate::Contract;

/// A string enum that may grow.
pub(super) struct OpenEnum {
    /// The schema's name, which is the type's.
    pub(super) name: String,
    description: String,
    variants: Vec<Variant>,
}

struct Variant {
    name: String,
    value: String,
    description: String,
}

/// The enums of the contract that may grow, in its order.
pub(super) fn read(contract: &Contract) -> Result<Vec<OpenEnum>, CodegenError> {
    let schemas = contract.document().value().pointer("/components/schemas");
    schemas
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, schema)| schema.get("x-extensible-enum") == Some(&Value::Bool(true)))
        .map(|(name, schema)| open_enum(contract, name, schema))
        .collect()
}

fn open_enum(contract: &Contract, name: &str, schema: &Value) -> Result<OpenEnum, CodegenError> {
    // The same conversion that typify applies, so that both kinds of enum look alike.
    let mut taken = BTreeMap::from([("Unknown".to_owned(), "an unknown value".to_owned())]);
    let states = states(contract, name);
    let values = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let mut variants = Vec::new();
    for value in values.filter_map(Value::as_str) {
        let variant = variant_name(value);
        if let Some(first) = taken.insert(variant.clone(), value.to_owned()) {
            let pointer = format!("/components/schemas/{name}/enum");
            return Err(CodegenError::VariantClash {
                place: contract.document().place(&pointer).to_string(),
                schema: name.to_owned(),
                variant,
                first,
                second: value.to_owned(),
            });
        }
        let description = states.get(value).cloned().unwrap_or_else(|| format!("`{value}`."));
        variants.push(Variant { name: variant, value: value.to_owned(), description });
    }
    let description = schema.get("description").and_then(Value::as_str);
    let description = description.map_or_else(|| format!("`{name}`."), str::to_owned);
    Ok(OpenEnum { name: name.to_pascal_case(), description, variants })
}

/// What the lifecycle says about each value, where the enum is the states of one.
fn states(contract: &Contract, name: &str) -> BTreeMap<String, String> {
    let pointer = format!("#/components/schemas/{name}");
    contract
        .lifecycles()
        .values()
        .filter(|lifecycle| lifecycle.schema.trim_start_matches('#') == &pointer[1..])
        .flat_map(|lifecycle| &lifecycle.states)
        .map(|(state, said)| (state.clone(), said.description.clone()))
        .collect()
}

fn variant_name(value: &str) -> String {
    let name = value.to_pascal_case();
    match name.chars().next() {
        Some(first) if first.is_alphabetic() => name,
        _ => format!("X{name}"),
    }
}

impl OpenEnum {
    /// The type and what can be done with it.
    pub(super) fn render(&self) -> TokenStream {
        let name = format_ident!("{}", self.name);
        let variants: Vec<Ident> =
            self.variants.iter().map(|variant| format_ident!("{}", variant.name)).collect();
        let values: Vec<&str> = self.variants.iter().map(|v| v.value.as_str()).collect();
        let said = self.variants.iter().map(|variant| &variant.description);
        let doc = format!(
            "{}\n\nMay grow: a value this version does not know is kept in `Unknown`.",
            self.description.trim_end()
        );
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#[doc = #said] #variants,)*
                /// A value added to the service after this client was built, as it was received.
                Unknown(::std::string::String),
            }

            impl #name {
                /// The values this version knows, in the contract's order.
                pub const ALL: &'static [Self] = &[#(Self::#variants),*];

                /// The value as it is sent.
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#variants => #values,)*
                        Self::Unknown(value) => value,
                    }
                }
            }

            impl ::std::convert::From<&str> for #name {
                fn from(value: &str) -> Self {
                    match value {
                        #(#values => Self::#variants,)*
                        _ => Self::Unknown(value.to_owned()),
                    }
                }
            }

            impl ::std::convert::From<::std::string::String> for #name {
                fn from(value: ::std::string::String) -> Self {
                    match value.as_str() {
                        #(#values => Self::#variants,)*
                        _ => Self::Unknown(value),
                    }
                }
            }

            impl ::std::str::FromStr for #name {
                type Err = ::std::convert::Infallible;

                fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                    Ok(Self::from(value))
                }
            }

            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.pad(self.as_str())
                }
            }

            impl ::serde::Serialize for #name {
                fn serialize<S: ::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)
                        .map(Self::from)
                }
            }
        }
    }
}
