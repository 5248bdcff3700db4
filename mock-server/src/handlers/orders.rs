//! The order endpoints.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use chrono::{DateTime, FixedOffset, Utc};
use octane_client::types;
use octane_openapi::{Violation, ViolationIn};
use serde::Deserialize;
use serde_json::Value;

use super::wire;
use crate::auth;
use crate::cursor::{Cursor, CursorError};
use crate::domain::create::{Activation, Requested};
use crate::domain::decide::{self, Withdraw};
use crate::domain::event::{Contact, QualificationIds};
use crate::domain::{OrderId, Touched};
use crate::faults::FaultMet;
use crate::http::{Answer, Call, Failure, Handler, Rejection, RequestId, Surface, success};
use crate::journal::Recording;
use crate::world::{Carried, CreateOrder, OrderFilter, World};

/// How many orders a page has if the call does not say: the contract's default of `limit`.
const PAGE_ORDERS_DEFAULT: usize = 20;

/// What the contract calls an order's number, in paths and bodies.
const ORDER_ID: &str = "orderId";

/// The contract of the order endpoints: providers call, and a world answers.
pub(crate) struct Orders;

impl Surface for Orders {
    type Context = World;

    /// RFC 7617, section 2.
    const CHALLENGE: &'static str = "Basic realm=\"octane\", charset=\"UTF-8\"";

    const FALLBACKS: &'static [u16] = &[400, 401, 404, 405, 406, 413, 415, 429, 500];

    fn authenticate(world: &World, headers: &HeaderMap) -> Result<String, &'static str> {
        auth::authenticate(headers, world.test_data()).map(str::to_owned)
    }

    fn wait(world: &World, provider: &str) -> Option<u64> {
        world.wait(provider)
    }

    fn fault(world: &World, operation: &str, provider: &str) -> Option<FaultMet> {
        world.meet_fault(operation, provider)
    }

    fn envelope(failure: &Failure<'_>) -> Value {
        let envelope = types::ErrorEnvelope {
            success: false,
            error_code: failure.error.error_code,
            error_message: failure.message.clone(),
            violations: super::violations!(failure, types),
            order_id: failure.order_id.map(types::OrderId),
        };
        serde_json::to_value(envelope).expect("generated types are serialised to JSON")
    }

    const TAKES_PREFERENCES: bool = true;

    fn next_seed(world: &World) -> u64 {
        world.next_seed()
    }

    fn now(world: &World) -> DateTime<Utc> {
        world.now()
    }

    fn record<'w>(world: &'w World, request: &Parts) -> Recording<'w> {
        let journal = world.journal();
        let RequestId(id) = request.extensions.get().expect("the server names every request");
        Recording::begin(journal, world.clock(), id.clone(), request)
    }

    fn order_named(path: &[(String, String)], body: &Value) -> Option<OrderId> {
        let in_path = path.iter().find(|(name, _)| name == ORDER_ID);
        match in_path {
            Some((_, text)) => text.parse().ok(),
            None => body.get(ORDER_ID)?.as_i64(),
        }
    }
}

/// The handlers by operationId.
pub(crate) fn orders_handlers() -> BTreeMap<&'static str, Handler<Orders>> {
    BTreeMap::from([
        ("checkServiceQualification", check_service_qualification as Handler<Orders>),
        ("createNbnOrder", create_nbn_order),
        ("listNbnOrders", list_nbn_orders),
        ("getNbnOrder", get_nbn_order),
        (decide::WITHDRAW, cancel_nbn_order),
        ("queryAppointmentTimeslots", query_appointment_timeslots),
        (decide::BOOK, book_appointment),
    ])
}

fn check_service_qualification(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let request: types::QualificationRequest = call.fitting_body()?;
    let (qualification, location) = world.qualify(&call.provider, &request.location_id)?;
    Ok(success(200, &wire::qualification_envelope(&qualification, location)))
}

fn create_nbn_order(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let command = match call.fitting_body()? {
        types::OrderRequest::ActivationRequest(it) => CreateOrder::Activation(
            requested(&it.sub_order_type.to_string(), &it.service, it.cust_req_date),
            Activation {
                ids: QualificationIds {
                    remote_order_id: it.remote_order_id,
                    qualification_search_id: it.qualification_search_id,
                    remote_qualification_search_id: it.remote_qualification_search_id,
                },
                service_class: it.service_class.to_string(),
                infrastructure_id: it
                    .infrastructure_option
                    .map(|option| option.infrastructure_id.to_string()),
            },
        ),
        types::OrderRequest::ModificationRequest(it) => {
            let date = Some(it.cust_req_date);
            CreateOrder::Modification(requested(&it.sub_order_type.to_string(), &it.service, date))
        }
        types::OrderRequest::DisconnectionRequest(it) => {
            let date = Some(it.cust_req_date);
            CreateOrder::Disconnection(requested(&it.sub_order_type.to_string(), &it.service, date))
        }
    };
    let order = world.create(&call.provider, command)?;
    let location = format!("/v1/order/nbn/{}", order.id());
    let envelope = wire::order_envelope(&order, world.lifecycle());
    Ok(success(201, &envelope).with_header("location", location).about(Touched::made(&order)))
}

fn requested(
    sub_order_type: &str,
    service: &types::ServiceRequest,
    requested_date: Option<DateTime<FixedOffset>>,
) -> Requested {
    Requested {
        sub_order_type: sub_order_type.to_owned(),
        customer_number: *service.cust_no,
        carrier_service_name: service.csn.to_string(),
        plan_number: service.plan_no.as_deref().copied(),
        requested_date,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListParameters {
    status: Option<types::OrderStatus>,
    order_type: Option<types::OrderType>,
    cust_no: Option<i64>,
    created_from: Option<DateTime<FixedOffset>>,
    created_to: Option<DateTime<FixedOffset>>,
    limit: Option<usize>,
    cursor: Option<String>,
}

fn list_nbn_orders(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let parameters: ListParameters = call.fitting_parameters()?;
    let filter = OrderFilter {
        status: parameters.status.map(|it| it.to_string()),
        kind: parameters.order_type.as_ref().and_then(wire::order_kind),
        customer_number: parameters.cust_no,
        created_from: parameters.created_from,
        created_to: parameters.created_to,
    };
    let cursor = Cursor {
        provider: call.provider.clone(),
        filters: format!("{filter:?}"),
        generation: world.generation(),
        before: OrderId::MAX,
    };
    let resume = |text: &String| Cursor::resume(text, &cursor).map_err(cursor_violation);
    let before = parameters.cursor.as_ref().map(resume).transpose()?;
    let limit = parameters.limit.unwrap_or(PAGE_ORDERS_DEFAULT);
    let page = world.list(&call.provider, &filter, before, limit);
    let orders = page.orders.iter().map(|it| wire::order_summary(it, world.lifecycle())).collect();
    let next_cursor = page.more_before.map(|before| Cursor { before, ..cursor }.encode());
    Ok(success(200, &wire::order_list_envelope(orders, next_cursor)))
}

fn cursor_violation(error: CursorError) -> Rejection {
    Rejection::Invalid(Violation {
        location: ViolationIn::Query,
        pointer: "/cursor".to_owned(),
        keyword: "cursor".to_owned(),
        message: error.to_string(),
        rule: "#/paths/~1v1~1order~1nbn/get/description".to_owned(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrderParameters {
    order_id: OrderId,
}

fn get_nbn_order(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let OrderParameters { order_id } = call.fitting_parameters()?;
    let order = world.order(&call.provider, order_id)?;
    let envelope = wire::order_envelope(&order, world.lifecycle());
    Ok(success(200, &envelope).about(Touched::unchanged(&order)))
}

fn cancel_nbn_order(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let OrderParameters { order_id } = call.fitting_parameters()?;
    let request: types::WithdrawRequest = call.fitting_body()?;
    let command = Withdraw {
        reason: request.reason.to_string(),
        comment: request.comment.map(|it| it.to_string()),
    };
    let carried = world.withdraw(&call.provider, order_id, command)?;
    Ok(carried_out(world, &carried))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TimeslotParameters {
    location_id: String,
    start_date_time: DateTime<FixedOffset>,
    end_date_time: DateTime<FixedOffset>,
}

fn query_appointment_timeslots(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let TimeslotParameters { location_id, start_date_time, end_date_time } =
        call.fitting_parameters()?;
    let (from, to) = (start_date_time.to_utc(), end_date_time.to_utc());
    let free = world.timeslots(&location_id, from, to)?;
    Ok(success(200, &wire::timeslots_envelope(&free, to)))
}

fn book_appointment(world: &World, call: &Call) -> Result<Answer, Rejection> {
    let request: types::BookingRequest = call.fitting_body()?;
    let contact = request.contact.map(|it| Contact {
        name: it.name.to_string(),
        phone: it.phone.to_string(),
        notes: it.notes.map(|notes| notes.to_string()),
    });
    let (order_id, timeslot_id) = (*request.order_id, &request.timeslot_id);
    let carried = world.book(&call.provider, order_id, timeslot_id, contact)?;
    Ok(carried_out(world, &carried))
}

fn carried_out(world: &World, carried: &Carried) -> Answer {
    let status = carried.status.expect("that operations have a status is checked at start-up");
    success(status, &wire::order_envelope(&carried.order, world.lifecycle()))
        .about(carried.touched())
}
