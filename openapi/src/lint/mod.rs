//! Is this contract one that everything derived from it can carry?
//!
//! [`lint`] reads the raw tree, so that what the typed model drops is seen: misspelt keys, and
//! whatever stands beside a `$ref`. Every rule is a small function over one `Context`, named as its
//! findings are, in a file by theme. All findings are reported at once, by line.
//!
//! A document that cannot be read as a [`Contract`] at all has no findings but a
//! [`ReadError`](crate::ReadError), with a place and a remedy like theirs.
//!
//! Left out, because the code generation sees to it: bounds of integers, `additionalProperties`, the
//! offset of a `date-time`, enums with one value.

use std::fmt;

use crate::contract::Contract;
use crate::document::Document;
use crate::kind::{self, Kind, Visit};
use crate::node::Node;
use crate::place::Place;

mod error_codes;
mod examples;
mod generator;
mod keys;
mod lifecycle;
mod operations;
mod provenance;
mod references;
mod schemas;
mod words;

/// Something wrong with a contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// The rule, in kebab case.
    pub rule: &'static str,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { place, rule, problem, remedy } = self;
        write!(f, "{place}: error[{rule}]: {problem}; {remedy}")
    }
}

/// Everything wrong with `contract`, by line.
pub fn lint(contract: &Contract) -> Vec<Finding> {
    let context = Context::new(contract);
    let mut findings = Findings { document: context.document, list: Vec::new() };
    keys::check(&context, &mut findings);
    references::check(&context, &mut findings);
    schemas::check(&context, &mut findings);
    operations::check(&context, &mut findings);
    generator::check(&context, &mut findings);
    provenance::check(&context, &mut findings);
    error_codes::check(&context, &mut findings);
    lifecycle::check(&context, &mut findings);
    examples::check(&context, &mut findings);
    let mut list = findings.list;
    list.sort();
    list.dedup();
    list
}

/// What the rules read.
struct Context<'c> {
    contract: &'c Contract,
    document: &'c Document,
    /// Every object of the raw tree; see [`kind::objects`].
    objects: Vec<Visit<'c>>,
}

impl<'c> Context<'c> {
    fn new(contract: &'c Contract) -> Context<'c> {
        let document = contract.document();
        Context { contract, document, objects: kind::objects(document) }
    }

    /// The objects of one kind that are no mere references.
    fn of(&self, kind: Kind) -> impl Iterator<Item = Node<'c>> {
        let objects = self.objects.iter();
        objects.filter(move |object| object.kind == kind && !object.is_reference()).map(|object| {
            Node { document: self.document, pointer: object.pointer.clone(), value: object.value }
        })
    }

    /// The node at a pointer that is known to exist.
    fn node(&self, pointer: &str) -> Node<'c> {
        let value = self.document.at(pointer).expect("the pointer was read from this document");
        Node { document: self.document, pointer: pointer.to_owned(), value }
    }
}

/// What the rules have found so far.
struct Findings<'c> {
    document: &'c Document,
    list: Vec<Finding>,
}

impl Findings<'_> {
    fn add(
        &mut self,
        pointer: &str,
        rule: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.list.push(Finding {
            place: self.document.place(pointer),
            rule,
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }
}
