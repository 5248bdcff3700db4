//! The operations: from a valid call to the world and back.
//!
//! A handler turns wire types into a command and an order into wire types, and decides nothing.

/// The violations of a failure as the `Violation` of a generated module: both contracts have the
/// same schema, but the types are two.
macro_rules! violations {
    ($failure:expr, $types:ident) => {
        $failure
            .violations
            .iter()
            .map(|violation| $types::Violation {
                in_: violation.location.as_str().into(),
                pointer: violation.pointer.clone(),
                keyword: violation.keyword.clone(),
                message: violation.message.clone(),
                rule: violation.rule.clone(),
            })
            .collect()
    };
}
use violations;

mod control;
mod orders;
mod wire;

pub(crate) use control::{About, Control, Steered, control_handlers, stream};
pub(crate) use orders::{Orders, orders_handlers};
