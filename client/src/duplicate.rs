//! A create whose first answer was lost.
//!
//! The service orders once by `remoteOrderId`, so the second attempt is refused as a duplicate and
//! the refusal names the order. If that order is what was asked for, the first attempt made it, and
//! the order is the answer. A refusal of the first attempt, or of an attempt before which the
//! service cannot have acted, is an answer like any other and stays one.

use reqwest::{
    StatusCode,
    header::{HeaderValue, LOCATION},
};

use crate::{
    answer::Answer,
    exchange::Call,
    spare::Spare,
    telemetry,
    types::{ActivationRequest, ErrorCode, ErrorEnvelope, NbnOrder, OrderEnvelope, OrderId},
};

/// The order that an earlier attempt of `create` made, as if it had been answered now.
///
/// Nothing, if `answer` is no refusal of a duplicate, or the order cannot be read, or is another
/// one than was asked for: then the refusal stands, and it names the order.
pub(crate) async fn resolve(call: Call<'_>, create: &Spare, answer: &Answer) -> Option<Answer> {
    let order_id = existing_order(answer)?;
    let wanted: ActivationRequest = serde_json::from_slice(create.body()).ok()?;

    // The order is where the create's `Location` would have pointed.
    let read = create.read_below(&order_id.to_string())?;
    let mut found = call.also("get_nbn_order", read).await.ok()?;
    if found.status != StatusCode::OK {
        return None;
    }
    let order = serde_json::from_slice::<OrderEnvelope>(&found.body).ok()?.response;
    if !is(&order, &wanted) {
        return None;
    }
    telemetry::resolved("create_nbn_order", order_id.0);
    found.status = StatusCode::CREATED;
    let location = HeaderValue::try_from(format!("{}/{order_id}", create.url().path())).ok()?;
    found.headers.insert(LOCATION, location);
    Some(found)
}

/// The order that a refusal of a duplicate names.
fn existing_order(answer: &Answer) -> Option<OrderId> {
    if Some(answer.status.as_u16()) != ErrorCode::DuplicateRemoteOrder.status() {
        return None;
    }
    let envelope: ErrorEnvelope = serde_json::from_slice(&answer.body).ok()?;
    let duplicate = ErrorCode::from(envelope.error_code) == ErrorCode::DuplicateRemoteOrder;
    duplicate.then_some(envelope.order_id).flatten()
}

/// Whether an order is the one that was asked for, as far as an order tells.
fn is(order: &NbnOrder, wanted: &ActivationRequest) -> bool {
    order.remote_order_id == Some(wanted.remote_order_id)
        && order.service.cust_no == wanted.service.cust_no
        && order.service.plan_no.is_none_or(|plan| wanted.service.plan_no == Some(plan))
}
