//! Tag `Clock`: the time that orders, timeslots and the `Date` header go by.

use chrono::{TimeDelta, Utc};
use octane_client::control::types;

use super::{SUCCESS, Steered};
use crate::clock::{Clock, ClockOutOfRange};
use crate::domain::Refusal;
use crate::http::{Answer, Call, Rejection, success};

pub(super) fn get_clock(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    Ok(success(200, &clock(steered.world.clock())))
}

pub(super) fn set_clock(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
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

pub(super) fn advance_clock(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let request: types::AdvanceRequest = call.body();
    let advanced = steered.world.advance_clock(TimeDelta::seconds(request.seconds));
    Ok(success(200, &clock(advanced.map_err(out_of_range)?)))
}

pub(super) fn out_of_range(_: ClockOutOfRange) -> Refusal {
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
