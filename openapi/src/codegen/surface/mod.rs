//! The reviewable surface of a generated client: what a caller sees, and nothing else.
//!
//! A change of the contract changes thousands of generated lines; what it changes for callers is
//! usually three. The surface is those: every operation with its setters and what it answers, every
//! type with its public fields or variants. What every type has (derives, builders, conversions) is
//! left out.
//!
//! It is read from the generated source (`read`), kept as a text that is committed (`text`), and
//! compared with what that text said before (`changes`). Operations and types are in alphabetical
//! order, so that moving a schema changes nothing.

mod changes;
mod read;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};

pub use changes::{Change, ChangeKind};
pub use text::SurfaceTextError;

/// The public operations and types of a generated client.
///
/// As text it reads like Rust, and is not meant to compile. A comment behind a member says what its
/// type does not: a setter or field that is optional all the same, or the number of an error code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surface {
    items: BTreeMap<Key, Item>,
}

/// An item's place in the order: operations, then types, each by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    family: Family,
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Operation,
    Type,
}

/// An operation or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    kind: Kind,
    /// Setters, fields or variants, in the order of the source.
    members: Vec<Member>,
    /// What an operation answers, or what a type without named fields holds.
    holds: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Operation,
    /// With named fields.
    Struct,
    /// `struct OrderId(i64);`
    Tuple,
    /// An enum whose variants a caller may list, for there will be no others.
    ClosedEnum,
    /// An enum that is `#[non_exhaustive]`.
    OpenEnum,
    /// `type Orders = Vec<Order>;`
    Alias,
}

/// A setter, a field or a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    name: String,
    /// What it takes or holds; empty for a variant that holds nothing.
    ty: String,
    /// What the type does not say; mostly nothing.
    note: String,
}

/// The note of what may be left out, although its type does not look so.
const OPTIONAL: &str = "optional";
/// The note of what must be given, although its type does not look so.
const REQUIRED: &str = "required";
/// The enum whose variants are the contract's error codes.
const ERROR_CODE: &str = super::error_code::NAME;

impl Member {
    /// Whether a caller who builds the item must give this.
    fn is_required(&self) -> bool {
        match self.note.as_str() {
            OPTIONAL => false,
            REQUIRED => true,
            _ => !self.ty.starts_with("Option<"),
        }
    }
}

impl Surface {
    /// The names of the types that callers send: those that setters take, and what they hold.
    fn sent(&self) -> BTreeSet<&str> {
        let operations = self.items.values().filter(|item| item.kind == Kind::Operation);
        let mut open: Vec<&str> = operations
            .flat_map(|item| &item.members)
            .flat_map(|setter| words(&setter.ty))
            .collect();
        let mut sent = BTreeSet::new();
        while let Some(name) = open.pop() {
            let key = Key { family: Family::Type, name: name.to_owned() };
            if let Some((key, item)) = self.items.get_key_value(&key)
                && sent.insert(key.name.as_str())
            {
                let held = item.members.iter().map(|member| member.ty.as_str());
                open.extend(held.chain([item.holds.as_str()]).flat_map(words));
            }
        }
        sent
    }
}

/// The names in a type.
fn words(ty: &str) -> impl Iterator<Item = &str> {
    ty.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
