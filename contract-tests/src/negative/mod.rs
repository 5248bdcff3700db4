//! Requests that break one rule of the contract, and must be refused for it.
//!
//! They are generated from the contract's schemas: a valid request, sent to an order in the state in
//! which it would succeed, with one keyword broken at a time, so that no 409 hides a missing 400. The
//! answer must name that very place and keyword and no other place, and nothing may change. At the
//! end the valid requests themselves are sent and must succeed, which proves that it was the broken
//! keyword that was refused.
//!
//! Whether anything changed is looked at once for several cases: a refused request leaves the orders
//! fit for the next. If something did change, those cases are tried again one by one.

mod answer;
pub mod body;
mod case;
pub mod cases;
mod credentials;
pub mod fixture;
mod identity;
mod names;
mod odd;
mod outcome;
mod parameter;
mod precedence;
mod protocol;
mod run;
mod valid;

pub use case::{Case, Refusal};
pub use cases::Choice;
pub use fixture::Fixture;
pub use names::{Named, PREPARING, known};
pub use outcome::{BadCase, Negatives};
pub(crate) use run::{Shows, again};
pub use run::{every_case, on_order};
pub use valid::{ValidCall, ValidRead};
