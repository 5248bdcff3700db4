//! Charges that are wrong, missing, or one too many.

use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};

use super::Class::WrongCharges;
use super::proxy::orders;
use super::{Defect, contract, proxied};

fn moment(value: &Value) -> Option<DateTime<chrono::FixedOffset>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok()
}

/// The time from a moment of the withdrawal to the start of the visit that was booked then.
fn notice(order: &Value, counted_from: &str) -> Option<TimeDelta> {
    let start = moment(order.pointer("/appointment/validFor/startDateTime")?)?;
    Some(start - moment(order.pointer("/withdrawal")?.get(counted_from)?)?)
}

fn is_agreed(order: &Value) -> bool {
    order["status"] == "Withdrawn"
        && order["statusHistory"].as_array().is_some_and(|it| it.len() > 3)
}

/// The place was held until the withdrawal was agreed to.
fn had_place(order: &Value) -> bool {
    let history = order["appointment"]["history"].as_array().cloned().unwrap_or_default();
    history
        .last()
        .is_some_and(|last| last["action"] == "Released" && last["at"] == order["updatedAt"])
}

fn fee(order: &Value) -> Value {
    json!([{ "type": "LATE_WITHDRAWAL_FEE", "chargeAmount": 90.0, "chargedAt": order["updatedAt"] }])
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        contract(
            WrongCharges,
            "no-fee",
            "a late withdrawal is free",
            &[(
                "[acceptWithdrawal, chargeLateWithdrawal, endRemediation]",
                "[acceptWithdrawal, endRemediation]",
            )],
        ),
        contract(
            WrongCharges,
            "fee-when-asked",
            "the fee is charged when the withdrawal is asked for, whatever nbn decides",
            &[
                (
                    "to: PendingWithdrawal, status: 202, effects: [requestWithdrawal]",
                    "to: PendingWithdrawal, status: 202, effects: [requestWithdrawal, chargeLateWithdrawal]",
                ),
                (
                    "[acceptWithdrawal, chargeLateWithdrawal, endRemediation]",
                    "[acceptWithdrawal, endRemediation]",
                ),
            ],
        ),
        contract(
            WrongCharges,
            "fee-for-refused",
            "a late withdrawal costs though nbn refused it",
            &[(
                "to: $previous, effects: [refuseWithdrawal]",
                "to: $previous, effects: [refuseWithdrawal, chargeLateWithdrawal]",
            )],
        ),
        contract(
            WrongCharges,
            "fee-twice",
            "the fee is charged when asked for and again when agreed to",
            &[(
                "[acceptWithdrawal, chargeLateWithdrawal, endRemediation]",
                "[acceptWithdrawal, chargeLateWithdrawal, chargeLateWithdrawal, endRemediation]",
            )],
        ),
        proxied(WrongCharges, "fee-of-95", "the fee is 95.00", || {
            orders(|order| {
                if let Some(amount) = order.pointer_mut("/charges/0/chargeAmount") {
                    *amount = json!(95.0);
                }
            })
        }),
        proxied(WrongCharges, "fee-in-cents", "the fee is told in cents", || {
            orders(|order| {
                if let Some(amount) = order.pointer_mut("/charges/0/chargeAmount") {
                    *amount = json!(9000);
                }
            })
        }),
        proxied(
            WrongCharges,
            "fee-at-24-hours",
            "a withdrawal exactly 24 hours before costs",
            || {
                orders(|order| {
                    let exactly = notice(order, "requestedAt") == Some(TimeDelta::hours(24));
                    if is_agreed(order) && had_place(order) && exactly {
                        order["charges"] = fee(order);
                    }
                })
            },
        ),
        proxied(WrongCharges, "fee-from-decision", "the fee counts from nbn's decision", || {
            orders(|order| {
                if is_agreed(order) && had_place(order) {
                    let late =
                        notice(order, "decidedAt").is_some_and(|it| it < TimeDelta::hours(24));
                    order["charges"] = if late { fee(order) } else { json!([]) };
                }
            })
        }),
        proxied(
            WrongCharges,
            "fee-by-the-calendar",
            "a withdrawal the day before costs, at whatever hour",
            || {
                orders(|order| {
                    let start =
                        order.pointer("/appointment/validFor/startDateTime").and_then(moment);
                    let asked = order.pointer("/withdrawal/requestedAt").and_then(moment);
                    let (Some(start), Some(asked)) = (start, asked) else { return };
                    let asked = asked.with_timezone(start.offset());
                    if is_agreed(order) && had_place(order) {
                        let days = (start.date_naive() - asked.date_naive()).num_days();
                        order["charges"] = if days <= 1 { fee(order) } else { json!([]) };
                    }
                })
            },
        ),
        proxied(
            WrongCharges,
            "charged-when-asked",
            "the charge has the time of the request",
            || {
                orders(|order| {
                    let asked = order["withdrawal"]["requestedAt"].clone();
                    if order["withdrawal"].is_null() {
                        order.as_object_mut().map(|order| order.remove("withdrawal"));
                    }
                    for charge in order["charges"].as_array_mut().into_iter().flatten() {
                        charge["chargedAt"] = asked.clone();
                    }
                })
            },
        ),
    ]
}
