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
use crate::http::{Answer, Call, Caller, Failure, Handler, Rejection, success};
use crate::seeding::SeedOrder;
use crate::world::World;

/// What `errorMessage` says on success.
const SUCCESS: &str = "Success";

/// Takes everybody, and knows the envelope of the control plane.
pub(crate) struct ControlCaller {
    pub(crate) world: Arc<World>,
}

impl Caller for ControlCaller {
    const FALLBACKS: &'static [u16] = &[400, 404, 405, 406, 413, 415, 500];

    fn authenticate(&self, _: &HeaderMap) -> Result<String, &'static str> {
        Ok(String::new())
    }

    fn envelope(&self, failure: &Failure<'_>) -> Value {
        let envelope = types::ErrorEnvelope {
            success: false,
            error_code: failure.error.error_code,
            error_message: failure.message.clone(),
            violations: super::violations!(failure, types),
            legal_events: failure.legal_events.clone().unwrap_or_default(),
        };
        serde_json::to_value(envelope).expect("generated types are serialised to JSON")
    }

    fn now(&self) -> DateTime<Utc> {
        self.world.now()
    }
}

/// What the control plane steers: the world, and what is told of the contract it serves.
pub(crate) struct Controlled {
    pub(crate) world: Arc<World>,
    pub(crate) contract_title: String,
    pub(crate) contract_version: String,
}

/// The handlers by operationId.
pub(crate) fn control_handlers(controlled: Controlled) -> BTreeMap<&'static str, Handler> {
    type Handle = fn(&Controlled, &Call) -> Result<Answer, Rejection>;
    let handlers: [(&'static str, Handle); 7] = [
        ("getHealth", |controlled, _| Ok(success(200, &health(controlled)))),
        ("resetMock", reset_mock),
        ("seedOrder", seed_order),
        ("sendNetworkEvent", send_network_event),
        ("getClock", |controlled, _| Ok(success(200, &clock(controlled.world.clock())))),
        ("setClock", set_clock),
        ("advanceClock", advance_clock),
    ];
    let controlled = Arc::new(controlled);
    let with_world = |handle: Handle| -> Handler {
        let controlled = Arc::clone(&controlled);
        Box::new(move |call| handle(&controlled, call))
    };
    handlers.into_iter().map(|(operation, handle)| (operation, with_world(handle))).collect()
}

fn health(controlled: &Controlled) -> types::HealthEnvelope {
    let count = |number: usize| i64::try_from(number).expect("fewer orders than that");
    types::HealthEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Health {
            contract_title: controlled.contract_title.clone(),
            contract_version: controlled.contract_version.clone(),
            seed: i64::from(controlled.world.seed()),
            orders: count(controlled.world.order_count()),
        },
    }
}

fn reset_mock(controlled: &Controlled, _: &Call) -> Result<Answer, Rejection> {
    controlled.world.reset();
    Ok(success(200, &health(controlled)))
}

fn seed_order(controlled: &Controlled, call: &Call) -> Result<Answer, Rejection> {
    let request: types::SeedOrderRequest = call.body();
    let wanted = SeedOrder {
        state: request.state,
        through: request.through,
        provider: request.provider,
        customer_number: request.cust_no,
        location_id: request.location_id.map(|it| it.to_string()),
    };
    let order = controlled.world.seed_order(&wanted)?;
    Ok(success(201, &order_state(&controlled.world, &order)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderParameters {
    order_id: OrderId,
}

fn send_network_event(controlled: &Controlled, call: &Call) -> Result<Answer, Rejection> {
    let OrderParameters { order_id } = call.parameters();
    let request: types::NetworkEventRequest = call.body();
    let event = NetworkEvent {
        name: request.event.to_string(),
        note: request.note.map(|it| it.to_string()),
        planned_remediation_date: request.planned_remediation_date,
    };
    let order = controlled.world.network_event(order_id, event)?;
    Ok(success(200, &order_state(&controlled.world, &order)))
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

fn set_clock(controlled: &Controlled, call: &Call) -> Result<Answer, Rejection> {
    let request: types::ClockRequest = call.body();
    let wanted = request.now.map(|it| it.to_utc());
    let set = match request.mode {
        types::ClockMode::Fixed => Clock::fixed(wanted.unwrap_or_else(|| controlled.world.now())),
        types::ClockMode::Running => Clock::running(wanted.unwrap_or_else(Utc::now)),
    };
    let set = set.map_err(out_of_range)?;
    controlled.world.set_clock(set);
    Ok(success(200, &clock(set)))
}

fn advance_clock(controlled: &Controlled, call: &Call) -> Result<Answer, Rejection> {
    let request: types::AdvanceRequest = call.body();
    let advanced = controlled.world.advance_clock(TimeDelta::seconds(request.seconds));
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
            mode: match clock.is_running() {
                false => types::ClockMode::Fixed,
                true => types::ClockMode::Running,
            },
            now: clock.now().fixed_offset(),
        },
    }
}
