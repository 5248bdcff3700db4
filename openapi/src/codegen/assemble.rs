//! progenitor's output and our own types, made into one file.
//!
//! Types written by hand join progenitor's `types` module, under the plain names progenitor already
//! uses for them. Taken away is what would be a second way to do a thing: the constructors that
//! bypass the client's builder, and the prelude.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Fields, Ident, ImplItem, Item, ItemImpl, ItemMod, Type, parse_quote};

use super::{document, error_code, lean, lower::Lowered, open_enum::OpenEnum};
use crate::Contract;

/// The source of the whole client, formatted.
pub(super) fn assemble(
    contract: &Contract,
    library: &str,
    tokens: TokenStream,
    open_enums: &[OpenEnum],
    error_codes: &TokenStream,
    lowered: &Lowered,
) -> Result<String, syn::Error> {
    let mut file: syn::File = syn::parse2(tokens)?;

    let mut names: Vec<Ident> = open_enums.iter().map(|e| format_ident!("{}", e.name)).collect();
    if !error_codes.is_empty() {
        names.push(format_ident!("{}", error_code::NAME));
    }

    // The second asserts that there are hooks, which nothing calls any more.
    file.items.retain(|item| match item {
        Item::Mod(module) => module.ident != "prelude",
        Item::Const(constant) => constant.ident != "_",
        _ => true,
    });
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                add_types(module, open_enums, error_codes, lowered, &names)?;
            }
            Item::Mod(module) if module.ident == "builder" => {
                import(module, &names, &quote! { super::types });
                lean::send_through_transport(module)?;
            }
            Item::Impl(block) if is_inherent(block, "Client") => tidy_client(block),
            _ => {}
        }
    }
    document::document(&mut file, contract, library);
    Ok(prettyplease::unparse(&file))
}

fn add_types(
    types: &mut ItemMod,
    open_enums: &[OpenEnum],
    error_codes: &TokenStream,
    lowered: &Lowered,
    names: &[Ident],
) -> Result<(), syn::Error> {
    let Some((_, items)) = &mut types.content else { return Ok(()) };
    for item in items.iter_mut() {
        if let Item::Mod(module) = item
            && module.ident == "builder"
        {
            import(module, names, &quote! { super });
        }
    }
    let conversions = number_conversions(items, lowered);
    let enums = open_enums.iter().map(OpenEnum::render);
    let ours = quote! { #conversions #error_codes #(#enums)* };
    items.extend(syn::parse2::<syn::File>(ours)?.items);
    Ok(())
}

/// Lets a literal be an id: `order_id(7)` is an `i32` to Rust, and typify converts from `i64` alone.
fn number_conversions(items: &[Item], lowered: &Lowered) -> TokenStream {
    let newtypes = items.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    let wide = newtypes.filter(|item| {
        lowered.numbers.iter().any(|number| number.integer && item.ident == number.name)
            && matches!(&item.fields, Fields::Unnamed(fields)
                if fields.unnamed.iter().all(|field| is_path_to(&field.ty, "i64")))
    });
    let impls = wide.map(|item| {
        let name = &item.ident;
        quote! {
            impl ::std::convert::From<i32> for #name {
                fn from(value: i32) -> Self {
                    Self(value.into())
                }
            }
            impl ::std::convert::From<u32> for #name {
                fn from(value: u32) -> Self {
                    Self(value.into())
                }
            }
        }
    });
    quote! { #(#impls)* }
}

fn import(module: &mut ItemMod, names: &[Ident], path: &TokenStream) {
    if let Some((_, items)) = &mut module.content
        && !names.is_empty()
    {
        items.insert(0, parse_quote! { #[allow(unused_imports)] use #path::{#(#names),*}; });
    }
}

fn tidy_client(block: &mut ItemImpl) {
    block.items.retain(|item| !matches!(item, ImplItem::Fn(item) if item.sig.ident == "new"));
    for item in &mut block.items {
        let ImplItem::Fn(item) = item else { continue };
        if item.sig.ident == "new_with_client" {
            item.vis = parse_quote!(pub(crate));
        }
    }
}

pub(super) fn is_inherent(block: &ItemImpl, name: &str) -> bool {
    block.trait_.is_none() && is_path_to(&block.self_ty, name)
}

pub(super) fn is_path_to(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}
