//! The surface of generated source.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{
    Expr, ExprLit, Fields, FieldsNamed, GenericArgument, ImplItem, ImplItemFn, ItemEnum, ItemImpl,
    ItemStruct, Lit, Pat, PathArguments, ReturnType, Stmt, Type, Visibility,
};

use super::{ERROR_CODE, Family, Item, Key, Kind, Member, OPTIONAL, REQUIRED, Surface};
use crate::codegen::{
    SurfaceError,
    assemble::{is_inherent, is_path_to},
};

impl Surface {
    /// The public operations and types of a client that [`generate`](crate::codegen::generate) made.
    ///
    /// # Errors
    ///
    /// If `source` is not Rust.
    pub fn of(source: &str) -> Result<Self, SurfaceError> {
        let file = syn::parse_file(source)?;
        let calls = module(&file.items, "builder");
        let types = module(&file.items, "types");
        let builders = module(types, "builder");

        let clients = inherent(&file.items, "Client");
        let operations = clients.flat_map(public_functions).map(|method| operation(method, calls));
        let definitions = types.iter().filter_map(|item| match item {
            syn::Item::Struct(item) if is_public(&item.vis) => Some(structure(item, builders)),
            syn::Item::Enum(item) if is_public(&item.vis) => Some(enumeration(item, types)),
            syn::Item::Type(item) if is_public(&item.vis) => {
                Some((item.ident.to_string(), holding(Kind::Alias, show(&item.ty))))
            }
            _ => None,
        });
        let operations =
            operations.map(|(name, item)| (Key { family: Family::Operation, name }, item));
        let definitions =
            definitions.map(|(name, item)| (Key { family: Family::Type, name }, item));
        Ok(Self { items: operations.chain(definitions).collect() })
    }
}

/// `cancel_nbn_order`, its setters, and what `send` answers.
fn operation(method: &ImplItemFn, calls: &[syn::Item]) -> (String, Item) {
    let call = match &method.sig.output {
        ReturnType::Type(_, ty) => last_segment(ty).unwrap_or_default(),
        ReturnType::Default => String::new(),
    };
    // Of a parameter that may be left out, the call keeps an `Option`.
    let kept = named_fields(calls, &call);
    let may_be_left_out = |name: &str| {
        let kept = kept.into_iter().flat_map(|fields| &fields.named);
        kept.filter(|field| field.ident.as_ref().is_some_and(|ident| ident == name))
            .any(|field| inside(&field.ty).is_some_and(|ty| is_path_to(ty, "Option")))
    };
    let mut item = holding(Kind::Operation, "()".to_owned());
    for function in inherent(calls, &call).flat_map(public_functions) {
        let name = function.sig.ident.to_string();
        match name.as_str() {
            "new" | "body_map" => {}
            "send" => item.holds = answered(function),
            _ => {
                let note = if may_be_left_out(&name) { OPTIONAL } else { "" }.to_owned();
                item.members.push(Member { name, ty: accepted(function), note });
            }
        }
    }
    (method.sig.ident.to_string(), item)
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

/// `OrderEnvelope, or ErrorEnvelope`: the arguments of the arguments of a `Result`.
fn answered(send: &ImplItemFn) -> String {
    let ReturnType::Type(_, ty) = &send.sig.output else { return "()".to_owned() };
    let arguments = arguments(ty).filter_map(inside).map(show);
    match arguments.collect::<Vec<_>>() {
        answers if answers.is_empty() => show(ty),
        answers => answers.join(", or "),
    }
}

fn structure(item: &ItemStruct, builders: &[syn::Item]) -> (String, Item) {
    let name = item.ident.to_string();
    let fields = match &item.fields {
        Fields::Named(fields) => fields,
        Fields::Unnamed(fields) => {
            let types: Vec<String> = fields.unnamed.iter().map(|field| show(&field.ty)).collect();
            return (name, holding(Kind::Tuple, types.join(", ")));
        }
        Fields::Unit => return (name, holding(Kind::Tuple, String::new())),
    };
    let required = required(builders, &name);
    let mut structure = holding(Kind::Struct, String::new());
    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let looks_optional = is_path_to(&field.ty, "Option");
        let note = match required.get(&name) {
            Some(true) if looks_optional => REQUIRED,
            Some(false) if !looks_optional => OPTIONAL,
            Some(_) | None => "",
        };
        structure.members.push(Member { name, ty: show(&field.ty), note: note.to_owned() });
    }
    (name, structure)
}

/// Which fields a struct's builder wants: those that are an `Err` until they are set.
fn required(builders: &[syn::Item], name: &str) -> BTreeMap<String, bool> {
    let defaults = builders.iter().filter_map(|item| match item {
        syn::Item::Impl(block) => {
            let (_, path, _) = block.trait_.as_ref()?;
            let default = path.segments.last()?.ident == "Default";
            (default && is_path_to(&block.self_ty, name)).then_some(block)
        }
        _ => None,
    });
    let bodies = defaults.flat_map(|block| &block.items).filter_map(|item| match item {
        ImplItem::Fn(function) => function.block.stmts.last(),
        _ => None,
    });
    let literals = bodies.filter_map(|statement| match statement {
        Stmt::Expr(Expr::Struct(literal), None) => Some(literal),
        _ => None,
    });
    let fields = literals.flat_map(|literal| &literal.fields);
    fields
        .map(|field| {
            let err = matches!(&field.expr, Expr::Call(call)
                if matches!(call.func.as_ref(), Expr::Path(path) if path.path.is_ident("Err")));
            (field.member.to_token_stream().to_string(), err)
        })
        .collect()
}

fn enumeration(item: &ItemEnum, types: &[syn::Item]) -> (String, Item) {
    let open = item.attrs.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    let kind = if open { Kind::OpenEnum } else { Kind::ClosedEnum };
    let name = item.ident.to_string();
    let notes = if name == ERROR_CODE { error_codes(types) } else { BTreeMap::new() };
    let mut enumeration = holding(kind, String::new());
    enumeration.members = item
        .variants
        .iter()
        .map(|variant| {
            let name = variant.ident.to_string();
            let types: Vec<String> = variant.fields.iter().map(|field| show(&field.ty)).collect();
            let note = notes.get(&name).cloned().unwrap_or_default();
            Member { name, ty: types.join(", "), note }
        })
        .collect();
    (name, enumeration)
}

/// `3001, status 404` for each error code, from the functions that tell them.
fn error_codes(types: &[syn::Item]) -> BTreeMap<String, String> {
    let numbers = |function: &str| -> BTreeMap<String, String> {
        let functions = inherent(types, ERROR_CODE).flat_map(public_functions);
        let body = functions.filter(|f| f.sig.ident == function).flat_map(|f| &f.block.stmts);
        let arms = body.flat_map(|statement| match statement {
            Stmt::Expr(Expr::Match(matched), None) => matched.arms.as_slice(),
            _ => &[],
        });
        arms.filter_map(|arm| match &arm.pat {
            Pat::Path(variant) => {
                Some((variant.path.segments.last()?.ident.to_string(), number(&arm.body)?))
            }
            _ => None,
        })
        .collect()
    };
    let statuses = numbers("status");
    let described = |(name, code): (String, String)| {
        let status = statuses.get(&name).map(|status| format!(", status {status}"));
        (name, code + &status.unwrap_or_default())
    };
    numbers("code").into_iter().map(described).collect()
}

/// `404` of `Some(404u16)` and of `404u16`.
fn number(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.base10_digits().to_owned()),
        Expr::Call(call) => number(call.args.first()?),
        _ => None,
    }
}

fn holding(kind: Kind, holds: String) -> Item {
    Item { kind, members: Vec::new(), holds }
}

fn named_fields<'a>(items: &'a [syn::Item], name: &str) -> Option<&'a FieldsNamed> {
    items.iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == name => match &item.fields {
            Fields::Named(fields) => Some(fields),
            Fields::Unnamed(_) | Fields::Unit => None,
        },
        _ => None,
    })
}

fn inherent<'a>(items: &'a [syn::Item], name: &'a str) -> impl Iterator<Item = &'a ItemImpl> {
    items.iter().filter_map(move |item| match item {
        syn::Item::Impl(block) if is_inherent(block, name) => Some(block),
        _ => None,
    })
}

/// The first type argument of a type: the `T` of `Option<T>`.
fn inside(ty: &Type) -> Option<&Type> {
    arguments(ty).next()
}

fn arguments(ty: &Type) -> impl Iterator<Item = &Type> {
    let segment = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    segment.into_iter().flat_map(segment_arguments)
}

fn first_argument(segment: &syn::PathSegment) -> Option<&Type> {
    segment_arguments(segment).next()
}

fn segment_arguments(segment: &syn::PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn module<'a>(items: &'a [syn::Item], name: &str) -> &'a [syn::Item] {
    items
        .iter()
        .find_map(|item| match item {
            syn::Item::Mod(module) if module.ident == name => module.content.as_ref(),
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
