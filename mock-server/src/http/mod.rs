//! From HTTP to a call of an operation and back, as a contract says: nothing here knows what an
//! order is.
//!
//! An [`Api`] is a contract with handlers by operationId. It judges a request in the order the
//! contract lays down (credentials, path, method, `Accept`, size, content type, syntax, schema),
//! hands a valid call to its handler, and holds every answer against the contract before it leaves.
//! The mock serves two of them: the orders, and its own control plane.
//!
//! What hyper refuses before the router sees it (a request line or header it cannot parse, headers
//! beyond its limits) is answered by hyper: with a 4xx, but without an envelope.

pub(crate) mod accept;
mod answer;
mod api;
pub(crate) mod body;
mod call;
mod delivery;
mod documented;
mod failure;
mod notes;
pub(crate) mod preference;
pub(crate) mod preferred;
mod send;
pub(crate) mod validation;

pub(crate) use answer::{Answer, success};
pub(crate) use api::{Api, Handler, Rejection, Surface};
pub use api::{ResponseCheck, StartError};
pub(crate) use call::Call;
pub(crate) use delivery::{Cut, Delivery, without_connection};
pub(crate) use documented::documented;
pub(crate) use failure::{Failure, shortened};
pub(crate) use notes::{REQUEST_ID, RequestId, Trace};
pub use validation::Validation;
