//! Tag `Order`: every provider's orders, and nbn's side of them.

use octane_client::control::types;
use serde::Deserialize;

use super::{SUCCESS, Steered, inspection};
use crate::domain::decide::{self, NetworkEvent};
use crate::domain::{Order, OrderId};
use crate::http::{Answer, Call, Rejection, success};
use crate::seeding::SeedOrder;
use crate::world::World;

/// How many orders are listed if the call does not say: the contract's default of `limit`.
const ORDERS_DEFAULT: usize = 100;

#[derive(Deserialize)]
struct ListParameters {
    limit: Option<usize>,
    before: Option<OrderId>,
}

pub(super) fn list_orders(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let ListParameters { limit, before } = call.parameters();
    let world = &steered.world;
    let orders = world.all_orders(before, limit.unwrap_or(ORDERS_DEFAULT));
    let summary = |order: &Order| inspection::summary(order, world.lifecycle());
    let envelope = types::OrdersEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Orders { orders: orders.iter().map(summary).collect() },
    };
    Ok(success(200, &envelope))
}

pub(super) fn inspect_order(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
    let OrderParameters { order_id } = call.parameters();
    let inspection = steered.world.inspect(order_id)?;
    let envelope = types::OrderInspectionEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: inspection::inspection(&inspection, steered.world.lifecycle()),
    };
    Ok(success(200, &envelope))
}

pub(super) fn seed_order(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
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

pub(super) fn send_network_event(steered: &Steered, call: &Call) -> Result<Answer, Rejection> {
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
