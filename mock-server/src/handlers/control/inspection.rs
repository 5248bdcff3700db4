//! An order as a tester sees it: what has happened to it, in sentences, and what may happen next.

use chrono::{DateTime, Utc};
use octane_client::control::types;
use octane_openapi::Lifecycle;

use crate::domain::decide;
use crate::domain::event::{OrderKind, WithdrawalOutcome};
use crate::domain::moves::{self, Move, Outcome, TriggerKind};
use crate::domain::order::ChargeKind;
use crate::domain::{Event, Order, Recorded, Timeslot};
use crate::handlers::wire;
use crate::world::Inspection;

pub(super) fn summary(order: &Order, lifecycle: &Lifecycle) -> types::OrderSummary {
    let request = &order.request;
    types::OrderSummary {
        order_id: types::OrderId(order.id()),
        status: order.status.clone(),
        is_withdrawable: decide::is_withdrawable(lifecycle, order),
        legal_events: decide::legal_events(lifecycle, order),
        provider: request.provider.clone(),
        cust_no: request.customer_number,
        location_id: request.location_id.clone(),
        order_type: wire::order_type(request.kind).to_string(),
        created_at: order.created_at.fixed_offset(),
        updated_at: order.updated_at.fixed_offset(),
    }
}

pub(super) fn inspection(
    Inspection { order, events }: &Inspection,
    lifecycle: &Lifecycle,
) -> types::OrderInspection {
    types::OrderInspection {
        order: summary(order, lifecycle),
        timeline: timeline(order, events),
        moves: moves::moves(lifecycle, order).into_iter().map(a_move).collect(),
    }
}

pub(super) fn trigger_kind(kind: TriggerKind) -> types::TriggerKind {
    match kind {
        TriggerKind::Operation => types::TriggerKind::Operation,
        TriggerKind::NetworkEvent => types::TriggerKind::NetworkEvent,
    }
}

fn a_move(Move { trigger, kind, outcome }: Move<'_>) -> types::Move {
    let (to, refusal) = match outcome {
        Outcome::Leads(to) => (Some(to), None),
        Outcome::Refused(error) => (None, Some(error.to_owned())),
        Outcome::NotLegal => (None, None),
    };
    types::Move {
        trigger: trigger.to_owned(),
        kind: trigger_kind(kind),
        is_legal: to.is_some(),
        to,
        refusal,
    }
}

/// The creation, then every event. What follows from an entered state has the cause of entering it.
fn timeline(order: &Order, events: &[Recorded]) -> Vec<types::TimelineEntry> {
    let first = order.status_history.first();
    let mut cause = first.map(|change| change.cause.clone());
    let mut entries = vec![types::TimelineEntry {
        at: order.created_at.fixed_offset(),
        event: "Created".to_owned(),
        text: created(order),
        status: first.map(|change| change.status.clone()),
        cause: cause.clone(),
    }];
    for Recorded { at, event } in events {
        let mut status = None;
        if let Event::Moved { to, cause: of_move, .. } = event {
            status = Some(to.clone());
            cause = Some(of_move.clone());
        }
        entries.push(entry(*at, order, event, status, cause.clone()));
    }
    entries
}

fn entry(
    at: DateTime<Utc>,
    order: &Order,
    event: &Event,
    status: Option<String>,
    cause: Option<String>,
) -> types::TimelineEntry {
    let (event, text) = match event {
        Event::Moved { to, cause, note } => ("Moved", moved(to, cause, note.as_deref())),
        Event::TimeslotBooked { timeslot, contact } => {
            let with = contact.as_ref().map(|it| format!(" The technician meets {}.", it.name));
            let text = format!("A place was booked on {}.", period(timeslot));
            ("TimeslotBooked", text + &with.unwrap_or_default())
        }
        Event::TimeslotReleased => {
            ("TimeslotReleased", "The place in the timeslot was given back.".to_owned())
        }
        Event::WithdrawalRequested { reason, comment } => {
            let words = comment.as_ref().map(|it| format!(" In the provider's words: “{it}”"));
            let text = format!("The provider asked to withdraw the order ({reason}).");
            ("WithdrawalRequested", text + &words.unwrap_or_default())
        }
        Event::WithdrawalDecided(outcome) => ("WithdrawalDecided", decided(*outcome).to_owned()),
        Event::Charged { kind, amount_cents } => {
            let what = match kind {
                ChargeKind::LateWithdrawal => "the late withdrawal",
            };
            let (dollars, cents) = (amount_cents / 100, amount_cents % 100);
            ("Charged", format!("{dollars}.{cents:02} dollars were charged for {what}."))
        }
        Event::RemediationPlanned { by } => {
            ("RemediationPlanned", format!("nbn plans to have remedied the shortfall by {by}."))
        }
        Event::RemediationEnded => {
            ("RemediationEnded", "There is no shortfall to remedy any more.".to_owned())
        }
        Event::ServiceChanged => ("ServiceChanged", service_changed(order.request.kind).to_owned()),
    };
    types::TimelineEntry { at: at.fixed_offset(), event: event.to_owned(), text, status, cause }
}

fn created(order: &Order) -> String {
    let request = &order.request;
    let what = match request.kind {
        OrderKind::Activation => "a service",
        OrderKind::Modification => "a change of the service",
        OrderKind::Disconnection => "the end of the service",
    };
    let (provider, customer) = (&request.provider, request.customer_number);
    format!("`{provider}` ordered {what} at {} for customer {customer}.", request.location_id)
}

fn moved(to: &str, cause: &str, note: Option<&str>) -> String {
    let note = note.map(|it| format!(" nbn says: “{it}”")).unwrap_or_default();
    format!("The order became {to} by {cause}.{note}")
}

fn decided(outcome: WithdrawalOutcome) -> &'static str {
    match outcome {
        WithdrawalOutcome::Pending => "The withdrawal waits for nbn.",
        WithdrawalOutcome::Accepted => "The withdrawal took effect.",
        WithdrawalOutcome::Refused => "nbn refused the withdrawal; the order goes on.",
        WithdrawalOutcome::Overtaken => "nbn cancelled the order instead of deciding.",
    }
}

fn service_changed(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Activation => "The customer's service became active.",
        OrderKind::Modification => "The customer's service was changed.",
        OrderKind::Disconnection => "The customer's service ended.",
    }
}

/// The timeslot in its own local time, as whoever is visited would say it.
fn period(timeslot: &Timeslot) -> String {
    let (start, end) = (timeslot.start, timeslot.end);
    format!(
        "{}, {} to {}",
        start.format("%A %-d %B %Y"),
        start.format("%H:%M"),
        end.format("%H:%M")
    )
}
