//! What is left of the control plane where there are no orders: is it up, and a fresh start.
//!
//! Of `openapi/mock-control.yaml`, in its shapes, so that whatever waits for one mock to be up waits
//! for the other. Worlds, orders and the clock are about orders; a contract without them has none.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, header};
use octane_client::control::types;

use super::exchange::Foreign;
use super::problem::Problem;
use super::writing::Writing;
use crate::guard::Guard;
use crate::handlers::Control;
use crate::http::Surface as _;

/// Whether a path is the control plane's, and not the contract's.
pub(super) fn is_path(path: &str) -> bool {
    path.strip_prefix("/_mock").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The answer to a request for the control plane.
pub(super) fn answer(foreign: &Foreign, guard: &Guard, parts: &Parts) -> Response<Body> {
    if let Some(reason) = guard.forbids(&parts.method, &parts.headers) {
        return refused(foreign, Problem::new(403, reason));
    }
    if let Some(Err(reason)) = guard.token.as_ref().map(|token| token.check(&parts.headers)) {
        let problem = Problem::new(401, reason);
        return refused(foreign, problem.with_header(header::WWW_AUTHENTICATE, Control::CHALLENGE));
    }
    let (allowed, is_reset) = match parts.uri.path() {
        "/_mock/health" => (Method::GET, false),
        "/_mock/reset" => (Method::POST, true),
        _ => {
            let message = "Here the control plane is GET /_mock/health and POST /_mock/reset.";
            return refused(foreign, Problem::new(404, message));
        }
    };
    if parts.method != allowed {
        let problem = Problem::new(405, format!("The path does not take {}.", parts.method));
        let problem = problem.with_header(header::ALLOW, allowed.as_str());
        return refused(foreign, problem);
    }
    if is_reset {
        foreign.reset();
    }
    let health = types::HealthEnvelope {
        success: true,
        error_code: 0,
        error_message: "Success".to_owned(),
        response: types::Health {
            contract_title: foreign.contract.title().to_owned(),
            contract_version: foreign.contract.version().to_owned(),
            seed: i64::from(foreign.seed),
            orders: 0,
        },
    };
    let bytes = serde_json::to_vec(&health).expect("generated types are serialised to JSON");
    let mut response = Response::new(Body::from(bytes));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn refused(foreign: &Foreign, problem: Problem) -> Response<Body> {
    let (contract, response_check) = (&foreign.contract, foreign.response_check);
    problem.response(None, Writing { contract, response_check, seed: 0, is_dynamic: false })
}
