//! The Octane order contract, and everything that reads it.
//!
//! A contract is one OpenAPI 3.0 document that also says how requests behave: its error codes, its
//! fallback answers and the lifecycle of an order stand in `x-` extensions. It is read once, into a
//! [`Contract`]; the client, the mock, the verifier and the pages are all derived from that.
//!
//! | module | job | feature |
//! |---|---|---|
//! | [`Document`] | one file as a tree, with the line of each node | |
//! | [`Contract`] | operations, error codes, fallbacks and lifecycles | |
//! | `validation` | is this value what the contract says? | `validation` |
//! | `sample` | a value that is what the contract says | `sample` |
//! | `foreign` | contracts that are not ours, read with warnings | `foreign` |
//! | `lint` | is this contract one that everything derived from it can carry? | `tooling` |
//! | `codegen` | Rust client source | `codegen` |

#[cfg(feature = "codegen")]
pub mod codegen;
mod contract;
mod document;
mod error_code;
#[cfg(feature = "foreign")]
pub mod foreign;
mod kind;
mod lifecycle;
#[cfg(feature = "tooling")]
pub mod lint;
mod node;
mod operation;
#[cfg(feature = "tooling")]
pub mod pages;
mod place;
mod pointer;
mod provenance;
#[cfg(feature = "sample")]
pub mod sample;
#[cfg(feature = "validation")]
pub mod validation;
mod yaml;

pub use contract::Contract;
pub use document::Document;
pub use error_code::{ErrorCode, Fallback};
pub use lifecycle::{Condition, Judgement, Lifecycle, State, StateRefusal, Target, Transition};
pub use operation::{
    Discriminator, Method, Operation, Parameter, ParameterLocation, RequestBody, Response,
    ResponseHeader,
};
pub use place::{Place, ReadError, Warning};
pub use provenance::Provenance;
#[cfg(feature = "sample")]
pub use validation::{Direction, Schemas};
#[cfg(feature = "validation")]
pub use validation::{Undocumented, ValidationBuildError, Validators, Violation, ViolationIn};
