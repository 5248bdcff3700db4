//! A generated call, from the built request on.
//!
//! progenitor sends through hooks that must answer a `reqwest::Response`, and reads that by copying
//! its headers and collecting its body. The hand-written transport has the whole answer by then, so a
//! second response would be made only to be taken apart: that is most of what a typed call would cost
//! beside its request. So what follows the request is one call of `crate::transport::call`, which is
//! told what the operation documents and decodes the answer where it is.
//!
//! The version of the API goes with it. progenitor makes a map of headers for that alone.

use syn::{Arm, Block, Expr, ExprMatch, ImplItem, Item, ItemMod, Pat, Stmt, parse_quote};

/// Sends every call of the builders through `crate::transport::call`.
///
/// # Errors
///
/// If a call is not of the form that progenitor gives to answers that are JSON or empty.
pub(super) fn send_through_transport(builders: &mut ItemMod) -> Result<(), syn::Error> {
    let Some((_, items)) = &mut builders.content else { return Ok(()) };
    let blocks = items.iter_mut().filter_map(|item| match item {
        Item::Impl(block) => Some(block),
        _ => None,
    });
    for item in blocks.flat_map(|block| &mut block.items) {
        if let ImplItem::Fn(method) = item
            && method.sig.ident == "send"
        {
            rewrite(&mut method.block)?;
        }
    }
    Ok(())
}

fn rewrite(block: &mut Block) -> Result<(), syn::Error> {
    let failed = || {
        syn::Error::new_spanned(&block.stmts[0], "an operation whose answers are neither JSON nor empty")
    };
    let begin = block.stmts.iter().position(|statement| declares(statement, "info"));
    let begin = begin.ok_or_else(failed)?;
    let operation = block.stmts[begin..].iter().find_map(operation_id).ok_or_else(failed)?;
    let Some(Stmt::Expr(Expr::Match(answers), None)) = block.stmts.last() else {
        return Err(failed());
    };
    let kinds: Vec<Arm> = kinds(answers).ok_or_else(failed)?;

    let version_alone =
        block.stmts.iter().filter(|statement| appends_header(statement)).count() == 1;
    block.stmts.truncate(begin);
    if version_alone {
        block.stmts.retain(|s| !appends_header(s) && !declares(s, MAP));
        for statement in &mut block.stmts {
            if let Stmt::Local(local) = statement
                && let Some(init) = &mut local.init
            {
                take_out_headers(&mut init.expr);
            }
        }
    }
    let call: Expr = parse_quote! {
        crate::transport::call(
            client.inner(),
            request,
            #operation,
            super::Client::api_version(),
            |status| match status { #(#kinds)* },
        ).await
    };
    block.stmts.push(Stmt::Expr(call, None));
    Ok(())
}

/// The arms of a `match` of a status, as what kind of answer each is.
fn kinds(answers: &ExprMatch) -> Option<Vec<Arm>> {
    answers
        .arms
        .iter()
        .map(|arm| {
            let pattern = &arm.pat;
            let body = quote::ToTokens::to_token_stream(&arm.body).to_string();
            let kind: Expr = if body.contains("UnexpectedResponse") {
                parse_quote!(crate::transport::Documented::Nowhere)
            } else if !body.contains("from_response") && !body.contains("ResponseValue :: empty") {
                return None;
            } else if body.contains("ErrorResponse") {
                parse_quote!(crate::transport::Documented::Failure)
            } else {
                parse_quote!(crate::transport::Documented::Success)
            };
            Some(parse_quote!(#pattern => #kind,))
        })
        .collect()
}

/// The text in `let info = OperationInfo { operation_id: "…" };`.
fn operation_id(statement: &Stmt) -> Option<Expr> {
    let Stmt::Local(local) = statement else { return None };
    match local.init.as_ref()?.expr.as_ref() {
        Expr::Struct(literal) => literal.fields.first().map(|field| field.expr.clone()),
        _ => None,
    }
}

const MAP: &str = "header_map";

fn declares(statement: &Stmt, name: &str) -> bool {
    matches!(statement, Stmt::Local(local)
        if matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == name))
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
