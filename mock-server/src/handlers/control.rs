//! The control plane: nbn's side of an order, the clock, and a fresh start.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use octane_client::control::types;
use serde::Deserialize;
use serde_json::Value;

use crate::clock::{Clock, ClockOutOfRange};
use crate::domain::decide::{self, NetworkEvent};
use crate::domain::{Order, OrderId, Refusal};
use crate::http::{Answer, Call, Failure, Handler, Rejection, Surface, success};
use crate::seeding::SeedOrder;
use crate::world::{Network, World};
use crate::worlds::Worlds;

/// What `errorMessage` says on success.
const SUCCESS: &str = "Success";

/// The contract of the control plane: everybody may call, and steers a world.
pub(crate) struct Control;

/// What the control plane steers: all worlds, and the one the request names.
pub(crate) struct Steered {
    pub(crate) worlds: Arc<Worlds>,
    pub(crate) world: Arc<World>,
    pub(crate) about: Arc<About>,
}

/// What is told of the contract that is served.
pub(crate) struct About {
    pub(crate) contract_title: String,
    pub(crate) contract_version: String,
}

impl Surface for Control {
    type Context = Steered;

    const FALLBACKS: &'static [u16] = &[400, 404, 405, 406, 413, 415, 500];

    fn authenticate(_: &Steered, _: &HeaderMap) -> Result<String, &'static str> {
        Ok(String::new())
    }

    fn envelope(failure: &Failure<'_>) -> Value {
        let envelope = types::ErrorEnvelope {
            success: false,
            error_code: failure.error.error_code,
            error_message: failure.message.clone(),
            violations: super::violations!(failure, types),
            legal_events: failure.legal_events.clone().unwrap_or_default(),
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
        ("getHealth", get_health as Handler<Control>),
        ("resetWorld", reset_world),
        ("listWorlds", list_worlds),
        ("createWorld", create_world),
        ("dropWorld", drop_world),
        ("listSnapshots", list_snapshots),
        ("takeSnapshot", take_snapshot),
        ("restoreSnapshot", restore_snapshot),
        ("dropSnapshot", drop_snapshot),
        ("seedOrder", seed_order),
        ("sendNetworkEvent", send_network_event),
        ("getSettings", get_settings),
        ("changeSettings", change_settings),
        ("getClock", get_clock),
        ("setClock", set_clock),
        ("advanceClock", advance_clock),
    ])
}

fn get_health(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(success(200, &health(steered)))
}

fn health(steered: &Steered) -> types::HealthEnvelope {
    let count = |number: usize| i64::try_from(number).expect("fewer orders than that");
    types::HealthEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Health {
            contract_title: steered.about.contract_title.clone(),
            contract_version: steered.about.contract_version.clone(),
            seed: i64::from(steered.world.seed()),
            orders: count(steered.world.order_count()),
        },
    }
}

fn reset_world(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    steered.world.reset();
    Ok(success(200, &health(steered)))
}

fn list_worlds(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(worlds(200, steered))
}

fn create_world(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::WorldRequest = call.body();
    let default = steered.worlds.default_world();
    let seed = request.seed.map_or(default.seed(), |seed| {
        u32::try_from(seed).expect("the contract bounds seeds to 32 bits")
    });
    let clock = match request.now {
        Some(now) => Clock::fixed(now.to_utc()).map_err(out_of_range)?,
        None => default.clock(),
    };
    let network = request.network.map_or(default.network(), network);
    steered.worlds.create(&request.name, seed, clock, network)?;
    Ok(worlds(201, steered))
}

#[derive(Deserialize)]
struct WorldParameters {
    world: String,
}

fn drop_world(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let WorldParameters { world } = call.parameters();
    steered.worlds.remove(&world)?;
    Ok(worlds(200, steered))
}

fn worlds(status: u16, steered: &Steered) -> Answer {
    let envelope = types::WorldsEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Worlds { worlds: steered.worlds.names() },
    };
    success(status, &envelope)
}

#[derive(Deserialize)]
struct SnapshotParameters {
    snapshot: String,
}

fn list_snapshots(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(snapshots(steered))
}

fn take_snapshot(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let SnapshotParameters { snapshot } = call.parameters();
    steered.world.take_snapshot(&snapshot)?;
    Ok(snapshots(steered))
}

fn restore_snapshot(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let SnapshotParameters { snapshot } = call.parameters();
    steered.world.restore_snapshot(&snapshot)?;
    Ok(success(200, &health(steered)))
}

fn drop_snapshot(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let SnapshotParameters { snapshot } = call.parameters();
    steered.world.drop_snapshot(&snapshot)?;
    Ok(snapshots(steered))
}

fn snapshots(steered: &Steered) -> Answer {
    let envelope = types::SnapshotsEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Snapshots { snapshots: steered.world.snapshot_names() },
    };
    success(200, &envelope)
}

fn seed_order(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::SeedOrderRequest = call.body();
    let wanted = SeedOrder {
        state: request.state,
        through: request.through,
        provider: request.provider,
        customer_number: request.cust_no,
        location_id: request.location_id.map(|it| it.to_string()),
    };
    let order = steered.world.seed_order(&wanted)?;
    Ok(success(201, &order_state(&steered.world, &order)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderParameters {
    order_id: OrderId,
}

fn send_network_event(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let OrderParameters { order_id } = call.parameters();
    let request: types::NetworkEventRequest = call.body();
    let event = NetworkEvent {
        name: request.event.to_string(),
        note: request.note.map(|it| it.to_string()),
        planned_remediation_date: request.planned_remediation_date,
    };
    let order = steered.world.network_event(order_id, event)?;
    Ok(success(200, &order_state(&steered.world, &order)))
}

fn order_state(world: &World, order: &Order) -> types::OrderStateEnvelope {
    types::OrderStateEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::OrderState {
            order_id: types::OrderId(order.id()),
            status: order.status.clone(),
            is_withdrawable: decide::is_withdrawable(world.lifecycle(), order),
            legal_events: decide::legal_events(world.lifecycle(), order),
        },
    }
}

fn get_settings(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(settings(steered))
}

fn change_settings(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::SettingsRequest = call.body();
    if let Some(wanted) = request.network {
        steered.world.set_network(network(wanted));
    }
    Ok(settings(steered))
}

fn settings(steered: &Steered) -> Answer {
    let envelope = types::SettingsEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Settings {
            network: match steered.world.network() {
                Network::Manual => types::NetworkMode::Manual,
                Network::Auto => types::NetworkMode::Auto,
            },
            rate_limit: None,
        },
    };
    success(200, &envelope)
}

fn network(mode: types::NetworkMode) -> Network {
    match mode {
        types::NetworkMode::Manual => Network::Manual,
        types::NetworkMode::Auto => Network::Auto,
    }
}

fn get_clock(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(success(200, &clock(steered.world.clock())))
}

fn set_clock(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::ClockRequest = call.body();
    let wanted = request.now.map(|it| it.to_utc());
    let set = match request.mode {
        types::ClockMode::Fixed => Clock::fixed(wanted.unwrap_or_else(|| steered.world.now())),
        types::ClockMode::Running => {
            let scale = request.scale.unwrap_or(1);
            let scale = u32::try_from(scale).expect("the contract bounds the scale");
            Clock::running(wanted.unwrap_or_else(Utc::now), scale)
        }
    };
    let set = set.map_err(out_of_range)?;
    steered.world.set_clock(set);
    Ok(success(200, &clock(set)))
}

fn advance_clock(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::AdvanceRequest = call.body();
    let advanced = steered.world.advance_clock(TimeDelta::seconds(request.seconds));
    Ok(success(200, &clock(advanced.map_err(out_of_range)?)))
}

fn out_of_range(_: ClockOutOfRange) -> Refusal {
    Refusal::named(
        types::ErrorCode::ClockOutOfRange.name(),
        "A clock shows the years 1970 to 9998; it stays as it is.",
    )
}

fn clock(clock: Clock) -> types::ClockEnvelope {
    types::ClockEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Clock {
            mode: match clock.scale() {
                None => types::ClockMode::Fixed,
                Some(_) => types::ClockMode::Running,
            },
            scale: clock.scale().map(i64::from),
            now: clock.now().fixed_offset(),
        },
    }
}
