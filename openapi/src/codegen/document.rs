//! What the documentation of a generated client says beside the contract's own words.
//!
//! progenitor hands on descriptions where there are some. A caller also wants to know what a call
//! may be refused with, to copy an example that compiles, and to find no public item without a word.
//! What the contract does not describe is told by its name in the contract, which is where to ask.

use std::collections::BTreeMap;

use heck::{ToPascalCase as _, ToSnakeCase as _};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;
use syn::{
    Attribute, Fields, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, Type, Visibility, parse_quote,
};

use super::{assemble::is_inherent, lower::fenced_as_text};
use crate::{Contract, Operation};

/// Documents every public item of a client; `library` is its path in a caller's code.
pub(super) fn document(file: &mut syn::File, contract: &Contract, library: &str) {
    let context = Context { contract, library, calls: calls(&file.items) };
    for item in &mut file.items {
        match item {
            Item::Impl(block) if is_inherent(block, "Client") => {
                block.items.iter_mut().for_each(|item| context.operation(item));
            }
            Item::Mod(module) if module.ident == "builder" => context.builders(module),
            Item::Mod(module) if module.ident == "types" => types(module),
            _ => {}
        }
    }
}

struct Context<'a> {
    contract: &'a Contract,
    library: &'a str,
    /// The setters of each call, by the name of its builder, and what they take.
    calls: BTreeMap<String, Vec<(String, TokenStream)>>,
}

impl Context<'_> {
    fn find(&self, method: &Ident) -> Option<&Operation> {
        self.contract.operations().iter().find(|operation| *method == operation.id.to_snake_case())
    }

    /// The path of the module, as the crate itself writes it.
    fn module(&self) -> String {
        self.library.split("::").skip(1).fold("crate".to_owned(), |path, part| path + "::" + part)
    }

    /// A method of the client that begins a call.
    fn operation(&self, item: &mut ImplItem) {
        let ImplItem::Fn(method) = item else { return };
        let Some(operation) = self.find(&method.sig.ident) else { return };
        let builder = returned(method).unwrap_or_default();
        let setters = self.calls.get(&builder).map(Vec::as_slice).unwrap_or_default();
        let description = fenced_as_text(operation.description.trim());
        let mut text = format!("{}\n\n{description}", operation.summary.trim());
        text += &format!("\n\nSends a `{}` to `{}`.", operation.method.as_str(), operation.path);
        text += &format!("\n\n# Errors\n\n{}", self.errors(operation));
        text += &format!("\n\n# Example\n\n{}", self.example(&method.sig.ident, setters));
        // progenitor's own words, whose example does not compile.
        method.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
        say(&mut method.attrs, &text);
    }

    fn errors(&self, operation: &Operation) -> String {
        let module = self.module();
        let all = format!("[`Error`]({module}::Error)");
        let refusals: Vec<String> = operation
            .refusals
            .iter()
            .map(|name| format!("[`{name}`]({module}::types::ErrorCode::{name})"))
            .collect();
        match refusals.split_last() {
            None => format!("As of every call: see {all}."),
            Some((only, [])) => format!("Refused with {only}, or as of every call: see {all}."),
            Some((last, others)) => format!(
                "Refused with {} or {last}, or as of every call: see {all}.",
                others.join(", ")
            ),
        }
    }

    /// The call with every setter, as a caller may copy it; what it stands in is hidden.
    fn example(&self, method: &Ident, setters: &[(String, TokenStream)]) -> String {
        let arguments: String = setters
            .iter()
            .map(|(name, ty)| format!(", {name}: {}", ty.to_string().replace(' ', "")))
            .collect();
        let chain: String =
            setters.iter().map(|(name, _)| format!("    .{name}({name})\n")).collect();
        let library = self.library;
        format!(
            "```no_run\n\
             # use {library}::{{Client, Error, types::{{self, *}}}};\n\
             # async fn call(client: &Client{arguments}) -> Result<(), Error> {{\n\
             let answer = client\n    .{method}()\n{chain}    .send()\n    .await?;\n\
             # Ok(())\n\
             # }}\n\
             ```"
        )
    }

    /// The calls: what their setters set, in the words of the contract.
    fn builders(&self, module: &mut ItemMod) {
        let Some((_, items)) = &mut module.content else { return };
        for item in items {
            let Item::Impl(block) = item else { continue };
            let Some(name) = self_name(block) else { continue };
            let mut operations = self.contract.operations().iter();
            let operation = operations.find(|operation| name == operation.id.to_pascal_case());
            for method in methods(block) {
                let set = method.sig.ident.to_string();
                let parameter = operation.and_then(|operation| {
                    operation.parameters.iter().find(|p| p.name.to_snake_case() == set)
                });
                match (set.as_str(), parameter) {
                    // Only the client begins a call.
                    ("new", _) => method.vis = parse_quote!(pub(crate)),
                    ("body", None) => say_if_silent(
                        &mut method.attrs,
                        "Sets the request: all of it at once, or its builder.",
                    ),
                    ("body_map", None) => say_if_silent(
                        &mut method.attrs,
                        "Changes the request's builder, as far as it is set.",
                    ),
                    ("send", None) => say(
                        &mut method.attrs,
                        "\n# Errors\n\nAs the method of the client says that began this call.",
                    ),
                    (_, Some(parameter)) if !parameter.description.is_empty() => {
                        say_if_silent(
                            &mut method.attrs,
                            &fenced_as_text(parameter.description.trim()),
                        );
                    }
                    (_, Some(parameter)) => {
                        say_if_silent(&mut method.attrs, &format!("Sets `{}`.", parameter.name));
                    }
                    (_, None) => say_if_silent(&mut method.attrs, &format!("Sets `{set}`.")),
                }
            }
        }
    }
}

/// The setters of each call, by the name of its builder.
fn calls(items: &[Item]) -> BTreeMap<String, Vec<(String, TokenStream)>> {
    let builders = items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_ref(),
        _ => None,
    });
    let mut calls = BTreeMap::new();
    for item in builders.into_iter().flat_map(|(_, items)| items) {
        let Item::Impl(block) = item else { continue };
        let Some(name) = self_name(block) else { continue };
        let setters = block.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => Some((method.sig.ident.to_string(), taken(method)?)),
            _ => None,
        });
        calls.insert(name.to_string(), setters.collect());
    }
    calls
}

/// What a setter takes: the `T` of `V: TryInto<T>`.
fn taken(method: &ImplItemFn) -> Option<TokenStream> {
    let clause = method.sig.generics.where_clause.as_ref()?;
    let syn::WherePredicate::Type(predicate) = clause.predicates.first()? else { return None };
    let syn::TypeParamBound::Trait(bound) = predicate.bounds.first()? else { return None };
    let segment = bound.path.segments.last().filter(|segment| segment.ident == "TryInto")?;
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => {
            Some(arguments.args.first()?.to_token_stream())
        }
        _ => None,
    }
}

/// The name of the type that a method answers.
fn returned(method: &ImplItemFn) -> Option<String> {
    match &method.sig.output {
        syn::ReturnType::Type(_, ty) => last_name(ty).map(ToString::to_string),
        syn::ReturnType::Default => None,
    }
}

fn last_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The name of the type that an inherent impl is of.
fn self_name(block: &ItemImpl) -> Option<Ident> {
    block.trait_.is_none().then(|| last_name(&block.self_ty).cloned()).flatten()
}

fn methods(block: &mut ItemImpl) -> impl Iterator<Item = &mut ImplItemFn> {
    block.items.iter_mut().filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
        _ => None,
    })
}

/// The types: what the contract says nothing about is told by its name there.
fn types(module: &mut ItemMod) {
    let Some((_, items)) = &mut module.content else { return };
    // What the fields say, their setters say too.
    let mut said: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => {
                let Fields::Named(fields) = &mut item.fields else { continue };
                let words = said.entry(item.ident.to_string()).or_default();
                for field in &mut fields.named {
                    let Some(name) = field.ident.as_ref().map(ToString::to_string) else {
                        continue;
                    };
                    let wire = wire_name(&field.attrs).unwrap_or_else(|| name.clone());
                    say_if_silent(&mut field.attrs, &format!("`{wire}`."));
                    words.insert(name, text_of(&field.attrs));
                }
            }
            Item::Enum(item) => {
                for variant in &mut item.variants {
                    let wire =
                        wire_name(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
                    say_if_silent(&mut variant.attrs, &format!("`{wire}`."));
                }
            }
            Item::Impl(block) if block.trait_.is_none() => {
                for method in methods(block).filter(|method| method.sig.ident == "builder") {
                    say_if_silent(
                        &mut method.attrs,
                        "Starts a value, which `try_into` makes once every required field is set.",
                    );
                }
            }
            _ => {}
        }
    }
    for item in items {
        match item {
            Item::Mod(module) if module.ident == "builder" => builders_of_types(module, &said),
            _ => {}
        }
    }
}

fn builders_of_types(module: &mut ItemMod, said: &BTreeMap<String, BTreeMap<String, String>>) {
    let Some((_, items)) = &mut module.content else { return };
    say_if_silent(&mut module.attrs, "Builders of the types.");
    for item in items {
        match item {
            Item::Struct(item) => {
                let name = &item.ident;
                say_if_silent(&mut item.attrs, &format!("Builds a [`{name}`](super::{name})."));
            }
            Item::Impl(block) => {
                let Some(name) = self_name(block) else { continue };
                let words = said.get(&name.to_string());
                for method in methods(block) {
                    let field = method.sig.ident.to_string();
                    let text = words.and_then(|words| words.get(&field)).cloned();
                    let text = text.unwrap_or_else(|| format!("`{field}`."));
                    say_if_silent(&mut method.attrs, &text);
                }
            }
            _ => {}
        }
    }
}

/// The name on the wire, where it is another than in Rust.
fn wire_name(attributes: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Other settings of serde have values in other forms, which end the reading of this one.
        let read = attribute.parse_nested_meta(|meta| {
            let value: syn::LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("rename") {
                name = Some(value.value());
            }
            Ok(())
        });
        read.ok();
    }
    name
}

fn is_silent(attributes: &[Attribute]) -> bool {
    !attributes.iter().any(|attribute| attribute.path().is_ident("doc"))
}

fn say_if_silent(attributes: &mut Vec<Attribute>, text: &str) {
    if is_silent(attributes) {
        say(attributes, text);
    }
}

fn say(attributes: &mut Vec<Attribute>, text: &str) {
    attributes.push(parse_quote!(#[doc = #text]));
}

/// All that is said of an item.
fn text_of(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}
