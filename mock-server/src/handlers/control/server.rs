//! Tag `Server`: whether it is up, and a fresh start.

use octane_client::control::types;

use super::{SUCCESS, Steered};
use crate::http::{Answer, Call, Rejection, success};

pub(super) fn get_health(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(success(200, &health(steered)))
}

pub(super) fn health(steered: &Steered) -> types::HealthEnvelope {
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

pub(super) fn reset_world(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    steered.world.reset();
    Ok(success(200, &health(steered)))
}
