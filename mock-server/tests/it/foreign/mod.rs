//! Contracts that are not ours, from outside: what is refused, what is answered, what is warned of.

use axum::Router;
use axum::http::HeaderMap;
use octane_mock_server::{Clock, ForeignConfig, ForeignServer, Validation};
use octane_openapi::foreign::ForeignContract;
use serde_json::Value;

use crate::support::{Call, MONDAY, call};

mod answers;
mod parameters;
mod refusals;
mod warnings;

const ORDERS: (&str, &str) = ("orders.yaml", include_str!("../../contracts/orders.yaml"));
const LIBRARY: (&str, &str) = ("library.yaml", include_str!("../../contracts/library.yaml"));
const WEATHER: (&str, &str) = ("weather.json", include_str!("../../contracts/weather.json"));
const ODD: (&str, &str) = ("odd.yaml", include_str!("../../contracts/odd.yaml"));

fn contract((name, text): (&str, &str)) -> ForeignContract {
    ForeignContract::parse(name, text).unwrap()
}

fn config(contract: ForeignContract) -> ForeignConfig {
    let clock = Clock::fixed(MONDAY.parse().unwrap()).unwrap();
    ForeignConfig { clock, ..ForeignConfig::new(contract) }
}

fn serve(file: (&str, &str)) -> Router {
    ForeignServer::new(config(contract(file))).router()
}

fn serve_validating(file: (&str, &str), validation: Validation) -> Router {
    let config = ForeignConfig { validation, ..config(contract(file)) };
    ForeignServer::new(config).router()
}

/// A call without credentials.
fn ask(method: &str, path: &str) -> Call {
    call(method, path).with("authorization", None)
}

/// What came back.
#[derive(Debug, PartialEq)]
struct Given {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Given {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }
}

/// Sends `call` to `router`.
fn given(call: Call, router: &Router) -> Given {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (status, headers, bytes) = runtime.block_on(call.bytes_from(router));
    Given { status, headers, bytes }
}
