//! The control plane: one file for each tag of its contract, and here what they share.

mod clock;
mod coverage;
mod fault;
mod fault_rule;
mod inspection;
mod journal;
mod lifecycle;
mod order;
mod server;
pub(crate) mod stream;
mod test_data;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use octane_client::control::types;
use octane_openapi::Contract;
use serde_json::Value;

use crate::guard::Guard;
use crate::http::{Failure, Handler, Surface};
use crate::world::World;
use crate::worlds::Worlds;

/// What `errorMessage` says on success.
const SUCCESS: &str = "Success";

/// The contract of the control plane: whoever may call steers a world.
pub(crate) struct Control;

/// What the control plane steers: all worlds, and the one the request names.
pub(crate) struct Steered {
    pub(crate) worlds: Arc<Worlds>,
    pub(crate) world: Arc<World>,
    pub(crate) about: Arc<About>,
    pub(crate) guard: Arc<Guard>,
}

/// What is told of the contract that is served.
pub(crate) struct About {
    pub(crate) contract_title: String,
    pub(crate) contract_version: String,
    pub(crate) contract: Contract,
}

impl Surface for Control {
    type Context = Steered;

    /// RFC 6750, section 3.
    const CHALLENGE: &'static str = "Bearer realm=\"octane-mock\"";

    const FALLBACKS: &'static [u16] = &[400, 401, 403, 404, 405, 406, 413, 415, 500];

    fn authenticate(steered: &Steered, headers: &HeaderMap) -> Result<String, &'static str> {
        if let Some(token) = &steered.guard.token {
            token.check(headers)?;
        }
        Ok(String::new())
    }

    fn envelope(failure: &Failure<'_>) -> Value {
        let envelope = types::ErrorEnvelope {
            success: false,
            error_code: failure.error.error_code,
            error_message: failure.message.clone(),
            violations: crate::handlers::violations!(failure, types),
            legal_events: failure.legal_events.clone().unwrap_or_default().into_vec(),
        };
        serde_json::to_value(envelope).expect("generated types are serialised to JSON")
    }

    fn now(steered: &Steered) -> DateTime<Utc> {
        steered.world.now()
    }
}

/// The handlers by operationId.
pub(crate) fn control_handlers() -> BTreeMap<&'static str, Handler<Control>> {
    BTreeMap::from([
        ("getHealth", server::get_health as Handler<Control>),
        ("resetWorld", server::reset_world),
        ("listWorlds", world::list_worlds),
        ("createWorld", world::create_world),
        ("dropWorld", world::drop_world),
        ("listSnapshots", world::list_snapshots),
        ("takeSnapshot", world::take_snapshot),
        ("restoreSnapshot", world::restore_snapshot),
        ("dropSnapshot", world::drop_snapshot),
        ("listOrders", order::list_orders),
        ("inspectOrder", order::inspect_order),
        ("getLifecycle", lifecycle::get_lifecycle),
        ("seedOrder", order::seed_order),
        ("sendNetworkEvent", order::send_network_event),
        ("listFaults", fault::list_faults),
        ("addFault", fault::add_fault),
        ("clearFaults", fault::clear_faults),
        ("removeFault", fault::remove_fault),
        ("listExchanges", journal::list_exchanges),
        ("clearJournal", journal::clear_journal),
        ("getExchange", journal::get_exchange),
        ("verifyCalls", journal::verify_calls),
        ("getCoverage", coverage::get_coverage),
        ("getTestData", test_data::get_test_data),
        ("getSettings", world::get_settings),
        ("changeSettings", world::change_settings),
        ("getClock", clock::get_clock),
        ("setClock", clock::set_clock),
        ("advanceClock", clock::advance_clock),
    ])
}
