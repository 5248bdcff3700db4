//! Contracts that are not ours, served from what they say.
//!
//! There are no orders here and no state: a request is judged by the contract alone and answered with
//! a documented example, or with data made to obey the schema. In the order in which a request meets
//! them:
//!
//! | module | job |
//! |---|---|
//! | `routes` | which operation is meant? |
//! | `credentials` | may whoever calls come in? |
//! | `choice` | which documented answer, in which media type? |
//! | `request` | what is wrong with the request? |
//! | `writing` | the answer, of an example or of the schema |
//! | `problem` | a refusal, as the contract documents it or as RFC 9457 has it |
//!
//! [`Foreign`] puts them in that order, and is the one place through which every exchange goes.
//! Apart from `http`, whose [`Api`](crate::http::Api) is for contracts of ours: those say how to refuse
//! (`x-error-codes`) and have handlers, and their operations are told apart by path and method alone.

mod choice;
mod control;
mod credentials;
mod exchange;
mod problem;
mod request;
mod routes;
mod server;
mod writing;

pub use server::{ForeignConfig, ForeignServer};
