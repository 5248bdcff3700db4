//! A create whose first answer was lost.
//!
//! The service orders once by `remoteOrderId`, so the second attempt is refused as a duplicate and
//! the refusal names the order. If that order is what was asked for, the first attempt made it, and
//! the order is the answer. A refusal of the first attempt, or of an attempt before which the
//! service cannot have acted, is an answer like any other and stays one.

use reqwest::{
    Method, Request, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION},
};

use crate::{
    answer::Answer,
    exchange::Call,
    telemetry,
    types::{ActivationRequest, ErrorCode, ErrorEnvelope, NbnOrder, OrderEnvelope, OrderId},
};

/// The order that an earlier attempt of `create` made, as if it had been answered now.
///
/// Nothing, if `answer` is no refusal of a duplicate, or the order cannot be read, or is another
/// one than was asked for: then the refusal stands, and it names the order.
pub(crate) async fn resolve(call: Call<'_>, create: &Request, answer: &Answer) -> Option<Answer> {
    let order_id = existing_order(answer)?;
    let wanted: ActivationRequest = serde_json::from_slice(create.body()?.as_bytes()?).ok()?;

    let mut found = call.also("get_nbn_order", read(create, order_id)?).await.ok()?;
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

/// The request that reads an order: where the create's `Location` would have pointed, with the
/// headers of the create.
fn read(create: &Request, order_id: OrderId) -> Option<Request> {
    let mut url = create.url().clone();
    url.path_segments_mut().ok()?.push(&order_id.to_string());
    let mut request = Request::new(Method::GET, url);
    *request.headers_mut() = create.headers().clone();
    request.headers_mut().remove(CONTENT_TYPE);
    request.headers_mut().remove(CONTENT_LENGTH);
    Some(request)
}

/// Whether an order is the one that was asked for, as far as an order tells.
fn is(order: &NbnOrder, wanted: &ActivationRequest) -> bool {
    order.remote_order_id == Some(wanted.remote_order_id)
        && order.service.cust_no == wanted.service.cust_no
        && order.service.plan_no.is_none_or(|plan| wanted.service.plan_no == Some(plan))
}
