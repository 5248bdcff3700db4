//! Answers as people read them.

use chrono::{DateTime, FixedOffset};
use octane_client::{
    WithdrawOutcome,
    types::{Charge, NbnOrder, OrderSummary, Qualification, TimePeriod, Timeslot},
};

use crate::table::{pairs, table};

pub(crate) fn qualification(found: &Qualification) -> String {
    let location = &found.location;
    let product = &found.product;
    let result = match &product.product_result_reason {
        Some(reason) => format!("{}: {reason}", product.product_result),
        None => product.product_result.to_string(),
    };
    let devices: Vec<_> = found
        .infrastructures
        .iter()
        .map(|device| {
            let free = device.ntd_port.iter().filter(|port| port.status.as_str() == "Free").count();
            [
                device.id.to_string(),
                device.ntd_type.clone(),
                device.ntd_location.clone(),
                format!("{free} of {}", device.ntd_port.len()),
            ]
        })
        .collect();
    let class = format!("{} ({})", *location.service_class, location.service_class_description);
    pairs(&[
        ("location", Some(location.id.to_string())),
        ("address", Some(location.address_string.clone())),
        ("technology", Some(location.technology_type.clone())),
        ("service class", Some(class)),
        ("service area", Some(location.location_identifiers.id.to_string())),
        (product.product_name.as_str(), Some(result)),
        ("remote order id", Some(found.remote_order_id.to_string())),
    ]) + "\n"
        + &table(["DEVICE", "TYPE", "PLACE", "FREE PORTS"], &devices, "no device there yet")
}

pub(crate) fn order(order: &NbnOrder) -> String {
    let appointment = order.appointment.as_ref().map(|appointment| {
        let period = period(&appointment.valid_for);
        let slot = &appointment.appointment_slot_type;
        format!("{period} {slot}, {} ({})", appointment.appointment_id.as_str(), appointment.status)
    });
    let withdrawal = order.withdrawal.as_ref().map(|withdrawal| {
        let asked = moment(&withdrawal.requested_at);
        format!("{}: {}, asked for {asked}", withdrawal.outcome, withdrawal.reason)
    });
    let history: Vec<_> = order
        .status_history
        .iter()
        .map(|change| {
            let cause = change.cause.clone();
            [
                moment(&change.at),
                change.status.to_string(),
                cause,
                change.note.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let charged: String =
        order.charges.iter().map(|c| format!("\ncharged  {}\n", charge(c))).collect();
    let service = &order.service;
    pairs(&[
        ("order", Some(order.order_id.to_string())),
        ("status", Some(order.status.to_string())),
        ("withdrawable", Some(yes_or_no(order.is_withdrawable))),
        ("type", Some(format!("{}, {}", order.order_type, order.sub_order_type))),
        ("customer", Some(service.cust_no.to_string())),
        ("plan", service.plan_no.map(|plan| plan.to_string())),
        ("location", Some(order.location_id.to_string())),
        ("visit required", Some(yes_or_no(order.visit_required))),
        ("appointment", appointment),
        ("withdrawal", withdrawal),
        ("remedied by", order.planned_remediation_date.map(|date| date.to_string())),
        ("remote order id", order.remote_order_id.map(|id| id.to_string())),
    ]) + &charged
        + "\n"
        + &table(["AT", "STATUS", "CAUSE", "NOTE"], &history, "")
}

pub(crate) fn orders(orders: &[OrderSummary]) -> String {
    let rows: Vec<_> = orders
        .iter()
        .map(|order| {
            [
                order.order_id.to_string(),
                order.status.to_string(),
                order.order_type.to_string(),
                order.cust_no.to_string(),
                yes_or_no(order.is_withdrawable),
                moment(&order.created_at),
                moment(&order.updated_at),
            ]
        })
        .collect();
    let head = ["ORDER", "STATUS", "TYPE", "CUSTOMER", "WITHDRAWABLE", "CREATED", "UPDATED"];
    table(head, &rows, "no orders")
}

pub(crate) fn timeslots(timeslots: &[Timeslot]) -> String {
    let rows: Vec<_> = timeslots
        .iter()
        .map(|slot| {
            [
                slot.timeslot_id.to_string(),
                period(&slot.valid_for),
                slot.appointment_slot_type.to_string(),
                slot.places_free.to_string(),
            ]
        })
        .collect();
    table(["TIMESLOT", "TIME", "HALF", "PLACES"], &rows, "no timeslot is free")
}

pub(crate) fn outcome(outcome: &WithdrawOutcome) -> String {
    let shown = outcome.order();
    let id = shown.order_id;
    match outcome {
        WithdrawOutcome::Withdrawn { .. } => {
            format!("order {id} is withdrawn; nothing is charged\n")
        }
        WithdrawOutcome::WithdrawnWithCharge { charges, .. } => {
            let charges: Vec<_> = charges.iter().map(charge).collect();
            format!("order {id} is withdrawn; charged: {}\n", charges.join(", "))
        }
        WithdrawOutcome::Refused { why, .. } => {
            format!("order {id} is not withdrawn, it is {}; {why}\n", shown.status)
        }
        WithdrawOutcome::StillPending { .. } => format!(
            "nbn is to decide about order {id}; run the command again with `--wait 10m` to wait\n"
        ),
        // The client may come to know outcomes that this program does not.
        _ => order(shown),
    }
}

fn charge(charge: &Charge) -> String {
    format!("{} {:.2} AUD", charge.type_, charge.charge_amount.0)
}

fn period(period: &TimePeriod) -> String {
    let (start, end) = (&period.start_date_time, &period.end_date_time);
    format!("{}–{}", start.format("%a %Y-%m-%d %H:%M"), end.format("%H:%M %:z"))
}

fn moment(moment: &DateTime<FixedOffset>) -> String {
    moment.format("%Y-%m-%d %H:%M %:z").to_string()
}

fn yes_or_no(fact: bool) -> String {
    if fact { "yes" } else { "no" }.to_owned()
}
