//! Requests that break one rule of the contract, and must be refused for it.
//!
//! They are generated from the contract's schemas: a valid request, sent to an order in the state in
//! which it would succeed, with one keyword broken at a time, so that no 409 hides a missing 400. Those
//! that break different places go into one request (`together`); a sample, and whatever no other
//! request can show, goes alone. The answer must name the very places and keywords that are broken and
//! no others, and nothing may change. Where several are wrong together, the finding names the one that
//! is wrong alone, or as few as are wrong only together. At the end the valid requests themselves are
//! sent and must succeed, which proves that it was the broken keyword that was refused.
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
mod spelling;
mod together;
mod turns;
mod valid;
mod violations;

pub use case::{Case, Refusal};
pub use cases::Choice;
pub use fixture::Fixture;
pub use names::{Named, PREPARING, known};
pub use outcome::{BadCase, Negatives};
pub(crate) use run::{Shows, again};
pub use run::{again_on_order, every_case, on_order};
pub use together::{Attempt, packed};
pub use valid::{ValidCall, ValidRead};
