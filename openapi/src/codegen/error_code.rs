//! `ErrorCode`: the business errors of `x-error-codes` as one enum.
//!
//! The envelope carries the number; this is what to match on. A number this version does not know
//! is kept, because a service adds refusals more often than anything else.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::CodegenError;
use crate::Contract;

/// The name of the enum, and of a schema that stands for it if the contract has one.
pub(super) const NAME: &str = "ErrorCode";

/// The enum of the contract's business errors; nothing if it has none.
pub(super) fn render(contract: &Contract) -> Result<TokenStream, CodegenError> {
    let codes = contract.error_codes();
    if codes.is_empty() {
        return Ok(TokenStream::new());
    }
    let enum_name = format_ident!("{NAME}");
    let names: Vec<&String> = codes.keys().collect();
    let variants: Vec<Ident> =
        names.iter().map(|name| variant(contract, name)).collect::<Result<_, _>>()?;
    let numbers: Vec<i64> = codes.values().map(|code| code.error_code).collect();
    let statuses: Vec<u16> = codes.values().map(|code| code.status).collect();
    let meanings: Vec<&str> = codes.values().map(|code| code.meaning.trim()).collect();
    let actions: Vec<&str> = codes.values().map(|code| code.action.trim()).collect();
    let docs = codes.values().map(|code| {
        let (number, status) = (code.error_code, code.status);
        let (meaning, action) = (code.meaning.trim(), code.action.trim());
        format!("{number}, status {status}. {meaning}\n\nWhat to do: {action}")
    });
    Ok(quote! {
        /// A business error: why the service refused a request.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #enum_name {
            #(#[doc = #docs] #variants,)*
            /// A code added to the service after this client was built.
            Unknown(i64),
        }

        impl #enum_name {
            /// The codes this version knows, in the contract's order.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The number in the envelope's `errorCode`.
            pub const fn code(self) -> i64 {
                match self {
                    #(Self::#variants => #numbers,)*
                    Self::Unknown(code) => code,
                }
            }

            /// The name in the contract; `Unknown` for a code it does not have.
            pub const fn name(self) -> &'static str {
                match self {
                    #(Self::#variants => #names,)*
                    Self::Unknown(_) => "Unknown",
                }
            }

            /// The HTTP status it comes with.
            pub const fn status(self) -> ::std::option::Option<u16> {
                match self {
                    #(Self::#variants => Some(#statuses),)*
                    Self::Unknown(_) => None,
                }
            }

            /// What it means, in the contract's words.
            pub const fn meaning(self) -> ::std::option::Option<&'static str> {
                match self {
                    #(Self::#variants => Some(#meanings),)*
                    Self::Unknown(_) => None,
                }
            }

            /// What the caller should do, in the contract's words.
            pub const fn action(self) -> ::std::option::Option<&'static str> {
                match self {
                    #(Self::#variants => Some(#actions),)*
                    Self::Unknown(_) => None,
                }
            }
        }

        impl ::std::convert::From<i64> for #enum_name {
            fn from(code: i64) -> Self {
                match code {
                    #(#numbers => Self::#variants,)*
                    _ => Self::Unknown(code),
                }
            }
        }

        impl ::std::convert::From<#enum_name> for i64 {
            fn from(code: #enum_name) -> Self {
                code.code()
            }
        }

        impl ::std::str::FromStr for #enum_name {
            type Err = self::error::ConversionError;

            fn from_str(name: &str) -> ::std::result::Result<Self, Self::Err> {
                match name {
                    #(#names => Ok(Self::#variants),)*
                    _ => Err("no error code of the contract has this name".into()),
                }
            }
        }

        /// The name, and the number in brackets: `OrderNotFound (3001)`.
        impl ::std::fmt::Display for #enum_name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{} ({})", self.name(), self.code())
            }
        }

        impl ::serde::Serialize for #enum_name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.code())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #enum_name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                <i64 as ::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    })
}

fn variant(contract: &Contract, name: &str) -> Result<Ident, CodegenError> {
    let variant = syn::parse_str(name).ok().filter(|_| name != "Unknown");
    variant.ok_or_else(|| CodegenError::Refused {
        place: contract.document().place(&format!("/x-error-codes/{name}")).to_string(),
        part: format!("error code `{name}`"),
        reason: "it cannot be the name of a variant".to_owned(),
    })
}
