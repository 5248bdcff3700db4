//! A contract with handlers, as an axum router.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, Response};
use indexmap::IndexMap;
use octane_openapi::{Contract, Operation, ValidationBuildError, Validators};

use super::accept;
use super::delivery::Delivery;
use super::failure::{Failure, shortened};
use super::notes::Notes;
use super::send::{send, unanswered};
use super::validation::Validation;

mod call;
mod faulty;
mod refusal;
mod response_check;
mod stream;
mod surface;

pub use response_check::ResponseCheck;
pub(crate) use surface::{Handler, Rejection, Streamer, Surface};

/// Why a contract cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Code and contract do not belong together.
    #[error(
        "the server has a handler for the operation `{operation}`, which contract `{contract}` \
         does not have; put the operation back, or take the handler out"
    )]
    OperationMissing {
        /// The operation.
        operation: &'static str,
        /// The contract's file.
        contract: String,
    },
    /// The contract does not say how to refuse a request that reaches no operation.
    #[error(
        "contract `{contract}` has no `{status}` under `x-fallback-responses`, or it names an error \
         that `x-error-codes` does not declare"
    )]
    FallbackMissing {
        /// The HTTP status.
        status: u16,
        /// The contract's file.
        contract: String,
    },
    /// A schema of the contract cannot be used.
    #[error("failed to build validators for the contract")]
    Validators(#[from] ValidationBuildError),
}

/// A contract with handlers.
pub(crate) struct Api<S: Surface> {
    contract: Contract,
    validators: Validators,
    handlers: BTreeMap<&'static str, Handler<S>>,
    response_check: ResponseCheck,
    validation: Validation,
}

impl<S: Surface> Api<S> {
    /// Joins a contract with its handlers. An operation without one answers its first example.
    pub(crate) fn new(
        contract: Contract,
        handlers: BTreeMap<&'static str, Handler<S>>,
        response_check: ResponseCheck,
    ) -> Result<Self, StartError> {
        for operation in handlers.keys().copied() {
            if contract.operation(operation).is_none() {
                let contract = contract.document().name().to_owned();
                return Err(StartError::OperationMissing { operation, contract });
            }
        }
        let declared = |status: &u16| {
            let fallback = contract.fallbacks().get(status)?;
            contract.error_codes().get(&fallback.error_code)
        };
        if let Some(status) = S::FALLBACKS.iter().find(|status| declared(status).is_none()) {
            let contract = contract.document().name().to_owned();
            return Err(StartError::FallbackMissing { status: *status, contract });
        }
        let validators = Validators::new(&contract)?;
        let validation = Validation::On;
        Ok(Self { contract, validators, handlers, response_check, validation })
    }

    /// The same, with invalid requests treated so.
    pub(crate) fn validating(self, validation: Validation) -> Self {
        Self { validation, ..self }
    }

    /// The contract.
    pub(crate) fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The routes of the contract. What reaches none of them is for [`Self::unrouted`].
    pub(crate) fn routes(self: &Arc<Self>) -> Router {
        let mut operations: IndexMap<&str, Vec<usize>> = IndexMap::new();
        for (index, operation) in self.contract.operations().iter().enumerate() {
            operations.entry(&operation.path).or_default().push(index);
        }
        let mut router = Router::new();
        for (path, operations) in operations {
            let (api, operations) = (Arc::clone(self), Arc::new(operations));
            let handler = move |request: Request<Body>| {
                let (api, operations) = (Arc::clone(&api), Arc::clone(&operations));
                async move { api.respond(&operations, request).await }
            };
            router = router.route(path, axum::routing::any(handler));
        }
        router
    }

    /// Answers a request whose path the contract does not have.
    pub(crate) async fn unrouted(&self, request: Request<Body>) -> Response<Body> {
        self.respond(&[], request).await
    }

    /// Answers a request to a path with these operations, by their index in the contract.
    async fn respond(&self, operations: &[usize], request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let context = Self::context(&parts);
        let mut notes = Notes::new(S::record(&context, &parts));
        let mut of_path = operations.iter().map(|index| &self.contract.operations()[*index]);
        if let Some(operation) = of_path.find(|it| it.method.as_str() == parts.method) {
            notes.operation(&operation.id);
        }
        let admitted = self.admit(&context, operations, &parts, &mut notes);
        let (operation, answer, delivery) = match admitted {
            Ok((provider, operation)) => {
                let fault = S::fault(&context, &operation.id, &provider);
                if let Some(fault) = &fault {
                    notes.fault(fault);
                }
                let call = (provider, operation, parts, body);
                let (answer, delivery) =
                    self.carry_out(&context, call, fault.as_ref(), &mut notes).await;
                (Some(operation), answer, delivery)
            }
            Err(failure) => (None, Some(self.refuse(failure)), Delivery::Whole),
        };
        let answer = answer.map(|answer| match self.response_check {
            ResponseCheck::On => self.held_against_contract(operation, answer),
            ResponseCheck::Off => answer,
        });
        match answer {
            Some(answer) => send(answer, S::now(&context), delivery, notes),
            None => unanswered(delivery, notes.trace),
        }
    }

    fn context(parts: &Parts) -> Arc<S::Context> {
        let context = parts.extensions.get::<Arc<S::Context>>();
        Arc::clone(context.expect("the server adds the context"))
    }

    /// The name of whoever calls, or the refusal of credentials that are not good.
    fn known(&self, context: &S::Context, parts: &Parts) -> Result<String, Failure<'_>> {
        S::authenticate(context, &parts.headers).map_err(|reason| {
            self.failure(401, reason).with_header("www-authenticate", S::CHALLENGE.to_owned())
        })
    }

    /// Judges what can be judged before the body is read: credentials, rate, path, method, `Accept`.
    fn admit(
        &self,
        context: &S::Context,
        operations: &[usize],
        parts: &Parts,
        notes: &mut Notes<'_>,
    ) -> Result<(String, &Operation), Failure<'_>> {
        let provider = self.known(context, parts)?;
        notes.provider(&provider);
        if let Some(seconds) = S::wait(context, &provider) {
            return Err(self.too_many_requests(seconds));
        }
        if operations.is_empty() {
            let path = parts.uri.path();
            return Err(self.failure(404, format!("There is no path `{}`.", shortened(path))));
        }
        let of_path = || operations.iter().map(|index| &self.contract.operations()[*index]);
        let operation =
            of_path().find(|it| it.method.as_str() == parts.method).ok_or_else(|| {
                let allowed: Vec<_> = of_path().map(|it| it.method.as_str()).collect();
                let method = shortened(parts.method.as_str());
                self.failure(405, format!("The path does not take {method}."))
                    .with_header("allow", allowed.join(", "))
            })?;
        if !accept::accepts_json(&parts.headers) {
            return Err(self.failure(406, "Answers are application/json."));
        }
        Ok((provider, operation))
    }
}
