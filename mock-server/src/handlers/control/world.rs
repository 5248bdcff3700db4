//! Tag `World`: isolated states in one server, what they looked like before, and how they are set.

use std::num::NonZeroU32;

use octane_client::control::types;
use serde::Deserialize;

use super::clock::out_of_range;
use super::server::health;
use super::{SUCCESS, Steered};
use crate::clock::Clock;
use crate::http::{Answer, Call, Rejection, success};
use crate::rate_limit::RateLimit;
use crate::world::Network;

pub(super) fn list_worlds(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(worlds(200, steered))
}

pub(super) fn create_world(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
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

pub(super) fn drop_world(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
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

pub(super) fn list_snapshots(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(snapshots(steered))
}

pub(super) fn take_snapshot(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let SnapshotParameters { snapshot } = call.parameters();
    steered.world.take_snapshot(&snapshot)?;
    Ok(snapshots(steered))
}

pub(super) fn restore_snapshot(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let SnapshotParameters { snapshot } = call.parameters();
    steered.world.restore_snapshot(&snapshot)?;
    Ok(success(200, &health(steered)))
}

pub(super) fn drop_snapshot(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
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

pub(super) fn get_settings(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(settings(steered))
}

pub(super) fn change_settings(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::SettingsRequest = call.body();
    if let Some(wanted) = request.network {
        steered.world.set_network(network(wanted));
    }
    if let Some(wanted) = request.rate_limit {
        steered.world.set_rate_limit(rate_limit(&wanted));
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
            rate_limit: steered.world.rate_limit().map(|limit| types::RateLimit {
                requests_per_second: i64::from(limit.requests_per_second.get()),
                burst: Some(i64::from(limit.burst.get())),
            }),
        },
    };
    success(200, &envelope)
}

/// None for no limit.
fn rate_limit(wanted: &types::RateLimit) -> Option<RateLimit> {
    let number = |it: i64| NonZeroU32::new(u32::try_from(it).expect("the contract bounds limits"));
    let requests_per_second = number(wanted.requests_per_second)?;
    let burst = wanted.burst.and_then(number).unwrap_or(requests_per_second);
    Some(RateLimit { requests_per_second, burst })
}

fn network(mode: types::NetworkMode) -> Network {
    match mode {
        types::NetworkMode::Manual => Network::Manual,
        types::NetworkMode::Auto => Network::Auto,
    }
}
