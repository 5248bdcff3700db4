//! Orders, qualifications and timeslots as the contract's generated types.
//!
//! Structs are written out in full, without `..`: a field that the contract makes required does not
//! compile until it is given a value here.

use chrono::{DateTime, FixedOffset, Utc};
use octane_client::types;
use octane_openapi::Lifecycle;

use crate::domain::decide;
use crate::domain::event::{Contact, OrderKind, WithdrawalOutcome};
use crate::domain::order::{
    Appointment, AppointmentAction, Charge, ChargeKind, StatusChange, Withdrawal,
};
use crate::domain::timeslot::Half;
use crate::domain::{Order, Qualification, Timeslot};
use crate::test_data::Location;
use crate::world::{FreeTimeslot, FreeTimeslots};

/// What `errorMessage` says on success.
const SUCCESS: &str = "Success";

pub(super) fn order_envelope(order: &Order, lifecycle: &Lifecycle) -> types::OrderEnvelope {
    types::OrderEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: nbn_order(order, lifecycle),
    }
}

fn nbn_order(order: &Order, lifecycle: &Lifecycle) -> types::NbnOrder {
    let request = &order.request;
    let ids = request.qualification;
    types::NbnOrder {
        order_id: types::OrderId(order.id()),
        remote_order_id: ids.map(|it| it.remote_order_id),
        order_type: order_type(request.kind),
        sub_order_type: request.sub_order_type.clone(),
        status: order.status.as_str().into(),
        is_withdrawable: decide::is_withdrawable(lifecycle, order),
        visit_required: request.visit_required,
        location_id: checked(&request.location_id),
        service_class: checked(&request.service_class),
        qualification_search_id: ids.map(|it| it.qualification_search_id),
        remote_qualification_search_id: ids.map(|it| it.remote_qualification_search_id),
        infrastructure_id: request.infrastructure_id.as_deref().map(checked),
        service: types::OrderedService {
            cust_no: types::CustomerNumber(request.customer_number),
            csn: request.carrier_service_name.clone(),
            plan_no: request.plan_number.map(types::PlanNumber),
        },
        cust_req_date: request.requested_date,
        created_at: utc(order.created_at),
        updated_at: utc(order.updated_at),
        status_history: order.status_history.iter().map(status_change).collect(),
        appointment: order.appointment.as_ref().map(appointment),
        charges: order.charges.iter().map(charge).collect(),
        withdrawal: order.withdrawal.as_ref().map(withdrawal),
        planned_remediation_date: order.planned_remediation_date,
    }
}

pub(super) fn order_summary(order: &Order, lifecycle: &Lifecycle) -> types::OrderSummary {
    let request = &order.request;
    types::OrderSummary {
        order_id: types::OrderId(order.id()),
        remote_order_id: request.qualification.map(|it| it.remote_order_id),
        order_type: order_type(request.kind),
        sub_order_type: request.sub_order_type.clone(),
        status: order.status.as_str().into(),
        is_withdrawable: decide::is_withdrawable(lifecycle, order),
        cust_no: types::CustomerNumber(request.customer_number),
        created_at: utc(order.created_at),
        updated_at: utc(order.updated_at),
    }
}

pub(super) fn order_list_envelope(
    orders: Vec<types::OrderSummary>,
    next_cursor: Option<String>,
) -> types::OrderListEnvelope {
    types::OrderListEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::OrderList { orders, next_cursor },
    }
}

pub(super) fn order_type(kind: OrderKind) -> types::OrderType {
    match kind {
        OrderKind::Activation => types::OrderType::New,
        OrderKind::Modification => types::OrderType::Change,
        OrderKind::Disconnection => types::OrderType::Terminate,
    }
}

/// The kind of order a filter asks for; none if no order is of that type.
pub(super) fn order_kind(order_type: &types::OrderType) -> Option<OrderKind> {
    [OrderKind::Activation, OrderKind::Modification, OrderKind::Disconnection]
        .into_iter()
        .find(|kind| self::order_type(*kind) == *order_type)
}

fn status_change(change: &StatusChange) -> types::StatusChange {
    types::StatusChange {
        status: change.status.as_str().into(),
        at: utc(change.at),
        cause: change.cause.clone(),
        note: change.note.clone(),
    }
}

fn appointment(appointment: &Appointment) -> types::Appointment {
    let Appointment { id, timeslot, is_booked, contact, history } = appointment;
    types::Appointment {
        appointment_id: checked(id),
        status: match is_booked {
            true => types::AppointmentStatus::Booked,
            false => types::AppointmentStatus::Released,
        },
        timeslot_id: checked(&timeslot.id),
        appointment_slot_type: slot_type(timeslot.half),
        valid_for: valid_for(timeslot),
        contact: contact.as_ref().map(|Contact { name, phone, notes }| types::SiteContact {
            name: checked(name),
            phone: checked(phone),
            notes: notes.as_deref().map(checked),
        }),
        history: history
            .iter()
            .map(|change| types::AppointmentChange {
                action: match change.action {
                    AppointmentAction::Booked => types::AppointmentAction::Booked,
                    AppointmentAction::Rescheduled => types::AppointmentAction::Rescheduled,
                    AppointmentAction::Released => types::AppointmentAction::Released,
                },
                timeslot_id: checked(&change.timeslot_id),
                at: utc(change.at),
            })
            .collect(),
    }
}

fn charge(charge: &Charge) -> types::Charge {
    types::Charge {
        type_: match charge.kind {
            ChargeKind::LateWithdrawal => types::ChargeType::LateWithdrawalFee,
        },
        charge_amount: types::Amount(f64::from(charge.amount_cents) / 100.0),
        charged_at: utc(charge.at),
    }
}

fn withdrawal(withdrawal: &Withdrawal) -> types::Withdrawal {
    types::Withdrawal {
        reason: withdrawal.reason.as_str().into(),
        comment: withdrawal.comment.as_deref().map(checked),
        requested_at: utc(withdrawal.requested_at),
        decided_at: withdrawal.decided_at.map(utc),
        outcome: match withdrawal.outcome {
            WithdrawalOutcome::Pending => types::WithdrawalOutcome::Pending,
            WithdrawalOutcome::Accepted => types::WithdrawalOutcome::Accepted,
            WithdrawalOutcome::Refused => types::WithdrawalOutcome::Refused,
            WithdrawalOutcome::Overtaken => types::WithdrawalOutcome::Overtaken,
        },
    }
}

pub(super) fn timeslots_envelope(
    free: &FreeTimeslots<'_>,
    window_end: DateTime<Utc>,
) -> types::TimeslotsEnvelope {
    let FreeTimeslots { timeslots, location, now } = free;
    let today = now.with_timezone(&location.time_zone).date_naive();
    let timeslot = |FreeTimeslot { timeslot, places_free }: &FreeTimeslot| {
        let lead_days = (timeslot.start.date_naive() - today).num_days();
        types::Timeslot {
            timeslot_id: checked(&timeslot.id),
            appointment_slot_type: slot_type(timeslot.half),
            valid_for: valid_for(timeslot),
            within_time_window: timeslot.end <= window_end,
            appointment_lead_time: i32::try_from(lead_days).expect("at most 90 days ahead"),
            places_free: i32::try_from(*places_free).expect("a handful of places"),
        }
    };
    types::TimeslotsEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::TimeslotList { timeslots: timeslots.iter().map(timeslot).collect() },
    }
}

fn slot_type(half: Half) -> types::AppointmentSlotType {
    match half {
        Half::Am => types::AppointmentSlotType::Am,
        Half::Pm => types::AppointmentSlotType::Pm,
    }
}

fn valid_for(timeslot: &Timeslot) -> types::TimePeriod {
    types::TimePeriod { start_date_time: timeslot.start, end_date_time: timeslot.end }
}

pub(super) fn qualification_envelope(
    qualification: &Qualification,
    location: &Location,
) -> types::QualificationEnvelope {
    let date = qualification.at.with_timezone(&location.time_zone).format("%d-%m-%Y").to_string();
    types::QualificationEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Qualification {
            remote_order_id: qualification.ids.remote_order_id,
            qualification_search_id: qualification.ids.qualification_search_id,
            remote_qualification_search_id: qualification.ids.remote_qualification_search_id,
            product_selection: "nbn".to_owned(),
            date_submitted: date,
            location: qualified_location(location),
            product: qualified_product(location),
            infrastructures: location.infrastructures.iter().map(|id| device(id)).collect(),
        },
    }
}

fn qualified_location(location: &Location) -> types::Location {
    types::Location {
        id: checked(&location.id),
        address_string: location.address(),
        street_number: Some(location.street_number.clone()),
        street: Some(location.street.clone()),
        suburb: Some(location.suburb.clone()),
        state: location.state.clone(),
        postcode: location.postcode.clone(),
        gps_latitude: Some(location.gps_latitude.clone()),
        gps_longitude: Some(location.gps_longitude.clone()),
        technology_type: location.technology_type.clone(),
        technology_type_description: location.technology_type_description.clone(),
        service_class: checked(&location.service_class),
        service_class_description: location.service_class_description.clone(),
        region: location.region.clone(),
        location_identifiers: types::LocationIdentifier {
            type_: "POI".to_owned(),
            id: checked(&location.service_area.id),
            name: location.service_area.name.clone(),
        },
    }
}

fn qualified_product(location: &Location) -> types::QualifiedProduct {
    let feature = |name: &str, value: &str| types::ProductFeature {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    types::QualifiedProduct {
        product_name: "tc4".to_owned(),
        product_result: match location.orderable {
            true => types::ProductResult::Pass,
            false => types::ProductResult::Fail,
        },
        product_result_reason: (!location.orderable)
            .then(|| format!("Service class {} cannot be ordered.", location.service_class)),
        supported_product_features: vec![
            feature("AuthenticationType", "IPoE"),
            feature("IPType", "Static"),
        ],
    }
}

/// A network termination device as nbn installs them: indoors, on mains power, with four ports, all
/// of them free.
fn device(id: &str) -> types::Infrastructure {
    let port = |number: u8| types::InfrastructurePort {
        port_id: number.to_string(),
        port_name: format!("1-UNI-D{number}"),
        uni_type: "UNI-D".to_owned(),
        status: types::PortStatus::Free,
        fee: None,
        referenced_data: None,
    };
    types::Infrastructure {
        id: checked(id),
        ntd_type: "INTERNAL".to_owned(),
        ntd_power_type: "AC".to_owned(),
        battery_power_unit: "No".to_owned(),
        ntd_location: "INDOOR".to_owned(),
        ntd_port: (1..=4).map(port).collect(),
    }
}

/// A moment the server recorded: in UTC, as the contract says.
fn utc(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.fixed_offset()
}

/// A text as a generated type that checks a pattern.
///
/// # Panics
/// If the server made or kept a text that the contract forbids: a bug here, or in the test data.
fn checked<'a, T>(text: &'a str) -> T
where
    T: TryFrom<&'a str, Error: std::fmt::Debug>,
{
    T::try_from(text).expect("the server keeps only what the contract allows")
}
