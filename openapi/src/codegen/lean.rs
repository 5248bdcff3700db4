//! What a generated call does twice is done once.
//!
//! progenitor reads a response by copying its headers and collecting its body. The hand-written
//! transport has read the body already, to see whether it is whole, so the call takes it from there.
//! And progenitor makes a map of headers for the version of the API alone, to copy it into the
//! request's; the hook before each request adds that header. Together that is half of what a typed
//! call costs beside its request.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use syn::{Expr, ImplItem, Item, ItemMod, Pat, Stmt};

/// Reads responses with `crate::transport::value` in place of `ResponseValue::from_response`.
pub(super) fn read_once(tokens: TokenStream) -> TokenStream {
    let mut lean: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let inside = read_once(group.stream());
                let mut new = Group::new(group.delimiter(), inside);
                new.set_span(group.span());
                lean.push(new.into());
            }
            TokenTree::Ident(name) if name == "from_response" => {
                // Behind `ResponseValue::`, of which the two colons are a token each.
                lean.truncate(lean.len().saturating_sub(3));
                lean.extend(quote! { crate::transport::value });
            }
            other => lean.push(other),
        }
    }
    lean.into_iter().collect()
}

/// Leaves the version of the API to the hook, in calls that set no other header.
pub(super) fn leave_version_to_hook(builders: &mut ItemMod) {
    let Some((_, items)) = &mut builders.content else { return };
    let blocks = items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    for item in blocks.flat_map(|block| &mut block.items) {
        let ImplItem::Fn(method) = item else { continue };
        let headers = method.block.stmts.iter().filter(|statement| appends_header(statement));
        if method.sig.ident != "send" || headers.count() != 1 {
            continue;
        }
        method.block.stmts.retain(|statement| !appends_header(statement) && !is_map(statement));
        for statement in &mut method.block.stmts {
            if let Stmt::Local(local) = statement
                && let Some(init) = &mut local.init
            {
                take_out_headers(&mut init.expr);
            }
        }
    }
}

const MAP: &str = "header_map";

fn is_map(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local)
        if matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == MAP))
}

fn appends_header(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(Expr::MethodCall(call), _)
        if call.method == "append" && is_the_map(&call.receiver))
}

fn is_the_map(expression: &Expr) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(MAP))
}

/// Takes `.headers(header_map)` out of a chain of calls.
fn take_out_headers(expression: &mut Expr) {
    match expression {
        Expr::Try(tried) => take_out_headers(&mut tried.expr),
        Expr::MethodCall(call) => {
            if call.method == "headers" && call.args.iter().any(is_the_map) {
                *expression = (*call.receiver).clone();
            } else {
                take_out_headers(&mut call.receiver);
            }
        }
        _ => {}
    }
}
