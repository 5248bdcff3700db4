//! The reviewable surface of a generated client: what a caller sees, and nothing else.
//!
//! A change of the contract changes thousands of generated lines; what it changes for callers is
//! usually three. The surface is those: every operation with its setters and what it answers, every
//! type with its public fields or variants. It reads like Rust but is not meant to compile. What
//! every type has (derives, builders, conversions) is left out.
//!
//! Operations and types are in alphabetical order, so that moving a schema changes nothing.

use std::{collections::BTreeMap, fmt::Write};

use quote::ToTokens;
use syn::{
    Fields, GenericArgument, ImplItem, ImplItemFn, Item, ItemImpl, PathArguments, ReturnType, Type,
    Visibility,
};

use super::{SurfaceError, assemble::is_inherent};

/// The public operations and types of a client that [`generate`](super::generate) made.
///
/// # Errors
///
/// If `source` is not Rust.
pub fn surface(source: &str) -> Result<String, SurfaceError> {
    let file = syn::parse_file(source)?;
    let builders = module(&file.items, "builder");
    let operations = file
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Impl(block) if is_inherent(block, "Client") => Some(block),
            _ => None,
        })
        .flat_map(public_functions)
        .map(|function| operation(function, builders));
    let types = module(&file.items, "types").iter().filter_map(definition);

    let mut lines = String::new();
    for (_, text) in operations
        .chain(types.map(|(name, text)| (format!("~{name}"), text)))
        .collect::<BTreeMap<_, _>>()
    {
        lines.push_str(&text);
        lines.push('\n');
    }
    lines.truncate(lines.trim_end().len());
    lines.push('\n');
    Ok(lines)
}

/// `fn cancel_nbn_order()`, its setters, and what `send` answers.
fn operation(function: &ImplItemFn, builders: &[Item]) -> (String, String) {
    let name = function.sig.ident.to_string();
    let mut text = format!("fn {name}()");
    let builder = match &function.sig.output {
        ReturnType::Type(_, ty) => last_segment(ty),
        ReturnType::Default => None,
    };
    let blocks = builders.iter().filter_map(|item| match item {
        Item::Impl(block) if builder.as_deref().is_some_and(|name| is_inherent(block, name)) => {
            Some(block)
        }
        _ => None,
    });
    let mut answer = String::new();
    for setter in blocks.flat_map(public_functions) {
        match setter.sig.ident.to_string().as_str() {
            "new" | "body_map" => {}
            "send" => answer = answered(setter),
            setting => {
                push(&mut text, format_args!("\n    .{setting}({})", accepted(setter)));
            }
        }
    }
    push(&mut text, format_args!("\n    {answer};\n"));
    (name, text)
}

/// The type a setter converts into: the `T` of `where V: TryInto<T>`.
fn accepted(setter: &ImplItemFn) -> String {
    let bounds = setter.sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    bounds
        .filter_map(|predicate| match predicate {
            syn::WherePredicate::Type(predicate) => predicate.bounds.first(),
            _ => None,
        })
        .find_map(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => first_argument(bound.path.segments.last()?),
            _ => None,
        })
        .map_or_else(|| "…".to_owned(), show)
}

/// `-> OrderEnvelope, or ErrorEnvelope`.
fn answered(send: &ImplItemFn) -> String {
    let ReturnType::Type(_, ty) = &send.sig.output else { return "-> ()".to_owned() };
    let Type::Path(result) = ty.as_ref() else { return format!("-> {}", show(ty)) };
    let Some(PathArguments::AngleBracketed(arguments)) =
        result.path.segments.last().map(|segment| &segment.arguments)
    else {
        return format!("-> {}", show(ty));
    };
    let answers: Vec<String> = arguments
        .args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(Type::Path(path)) => {
                first_argument(path.path.segments.last()?).map(show)
            }
            _ => None,
        })
        .collect();
    format!("-> {}", answers.join(", or "))
}

fn definition(item: &Item) -> Option<(String, String)> {
    let (name, text) = match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let text = match &item.fields {
                Fields::Unnamed(fields) => {
                    let types: Vec<String> = fields.unnamed.iter().map(|f| show(&f.ty)).collect();
                    format!("struct {}({});\n", item.ident, types.join(", "))
                }
                Fields::Named(fields) => {
                    let mut text = format!("struct {} {{\n", item.ident);
                    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                        let name = field.ident.as_ref().map(ToString::to_string);
                        let name = name.unwrap_or_default();
                        push(&mut text, format_args!("    {name}: {},\n", show(&field.ty)));
                    }
                    text + "}\n"
                }
                Fields::Unit => format!("struct {};\n", item.ident),
            };
            (item.ident.to_string(), text)
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let open = item.attrs.iter().any(|a| a.path().is_ident("non_exhaustive"));
            let mark = if open { "#[non_exhaustive]\n" } else { "" };
            let mut text = format!("{mark}enum {} {{\n", item.ident);
            for variant in &item.variants {
                let fields = match &variant.fields {
                    Fields::Unit => String::new(),
                    fields => {
                        let types: Vec<String> = fields.iter().map(|f| show(&f.ty)).collect();
                        format!("({})", types.join(", "))
                    }
                };
                push(&mut text, format_args!("    {}{fields},\n", variant.ident));
            }
            (item.ident.to_string(), text + "}\n")
        }
        Item::Type(item) if is_public(&item.vis) => {
            (item.ident.to_string(), format!("type {} = {};\n", item.ident, show(&item.ty)))
        }
        _ => return None,
    };
    Some((name, text))
}

fn module<'a>(items: &'a [Item], name: &str) -> &'a [Item] {
    items
        .iter()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => module.content.as_ref(),
            _ => None,
        })
        .map_or(&[], |(_, items)| items.as_slice())
}

fn public_functions(block: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if is_public(&function.vis) => Some(function),
        _ => None,
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

fn first_argument(segment: &syn::PathSegment) -> Option<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

/// A type without the paths that every reader knows.
fn show(ty: &Type) -> String {
    const KNOWN: [&str; 10] = [
        "boxed",
        "chrono",
        "collections",
        "naive",
        "option",
        "std",
        "string",
        "types",
        "uuid",
        "vec",
    ];
    let tokens = ty.to_token_stream().to_string();
    let mut text = String::new();
    for token in tokens.split(' ') {
        match token {
            "::" | "" => {}
            token if KNOWN.contains(&token) => {}
            "," => text.push_str(", "),
            token => text.push_str(token),
        }
    }
    // prettyplease ends a broken list of arguments with a comma.
    text.replace(", >", ">")
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a String takes any text");
}
