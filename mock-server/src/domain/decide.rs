//! Withdraw, book, and nbn's own acts: may this happen to this order now, and what does it change?
//!
//! Everything here is a pure function of the lifecycle, the order, the command and the moment.
//! The state is judged by the lifecycle alone; the checks around it are the rules the contract
//! writes in the description of the operation, in the order of its `x-refusals`.

use chrono::{DateTime, NaiveDate, Utc};
use octane_client::types::ErrorCode;
use octane_openapi::{Judgement, Lifecycle, Target, Transition};

use super::effect::{self, Input};
use super::event::{Contact, Event, OrderKind, Recorded};
use super::order::Order;
use super::refusal::Refusal;
use super::timeslot::Timeslot;

/// The operation that withdraws an order, a trigger of the lifecycle.
pub const WITHDRAW: &str = "cancelNbnOrder";

/// The operation that books an appointment, a trigger of the lifecycle.
pub const BOOK: &str = "bookAppointment";

/// What a command does, when it is carried out.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The HTTP status the contract gives the transition of an operation.
    pub status: Option<u16>,
    /// What happens to the order, in this order.
    pub events: Vec<Event>,
}

/// A withdrawal asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdraw {
    /// One of the contract's reasons.
    pub reason: String,
    /// In the provider's words.
    pub comment: Option<String>,
}

/// Judges a withdrawal.
///
/// # Errors
/// `OrderNotActivation`, or the refusal the lifecycle names for the order's state.
pub fn withdraw(
    lifecycle: &Lifecycle,
    order: &Order,
    command: Withdraw,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    if order.request.kind != OrderKind::Activation {
        return Err(Refusal::new(
            ErrorCode::OrderNotActivation,
            format!(
                "Order {} is a {}; only activations can be withdrawn.",
                order.id(),
                order.request.kind.noun()
            ),
        ));
    }
    let Withdraw { reason, comment } = command;
    let input = Input {
        withdrawal: Some(Event::WithdrawalRequested { reason, comment }),
        ..Input::default()
    };
    operation(lifecycle, order, WITHDRAW, &input, now)
}

/// Whether a withdrawal of `order` would be accepted now.
pub fn is_withdrawable(lifecycle: &Lifecycle, order: &Order) -> bool {
    order.request.kind == OrderKind::Activation
        && matches!(judge(lifecycle, order, WITHDRAW), Judgement::Moves(_))
}

/// The timeslot a booking names, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeslotView {
    /// The timeslot.
    pub timeslot: Timeslot,
    /// Places not taken by other orders.
    pub places_free: u32,
}

/// Judges a booking of the timeslot in `view`; none if the order's service area has no such one.
///
/// # Errors
/// The refusal the lifecycle names for the order's state, then `TimeslotNotFound`, `TimeslotPassed`
/// or `TimeslotFull`.
pub fn book(
    lifecycle: &Lifecycle,
    order: &Order,
    view: Option<TimeslotView>,
    contact: Option<Contact>,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    // The state comes first: whether the timeslot is any good is of no use to a closed order.
    let transition = admit(lifecycle, order, BOOK)?;
    let TimeslotView { timeslot, places_free } = view.ok_or_else(|| {
        let area = &order.request.service_area;
        Refusal::new(
            ErrorCode::TimeslotNotFound,
            format!("There is no such timeslot in service area {area}."),
        )
    })?;
    if timeslot.has_started(now) {
        let start = timeslot.start.to_rfc3339();
        return Err(Refusal::new(
            ErrorCode::TimeslotPassed,
            format!("The timeslot started at {start}."),
        ));
    }
    if !timeslot.is_bookable(now) {
        return Err(Refusal::new(
            ErrorCode::TimeslotNotFound,
            "The timeslot is further than 90 days ahead.",
        ));
    }
    if places_free == 0 {
        return Err(Refusal::new(ErrorCode::TimeslotFull, "The timeslot has no free place."));
    }
    let input =
        Input { booking: Some(Event::TimeslotBooked { timeslot, contact }), ..Input::default() };
    Ok(carry_out(lifecycle, order, transition, &input, now))
}

/// An act of nbn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkEvent {
    /// Its name in the lifecycle.
    pub name: String,
    /// nbn's own words.
    pub note: Option<String>,
    /// For a hold: the day by which the shortfall is to be remedied.
    pub planned_remediation_date: Option<NaiveDate>,
}

impl NetworkEvent {
    /// The event of this name, about which nbn says nothing more.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), note: None, planned_remediation_date: None }
    }
}

/// Judges a network event; refused with the legal ones.
///
/// # Errors
/// `EventNotLegal` of the control plane's contract.
pub fn network_event(
    lifecycle: &Lifecycle,
    order: &Order,
    command: NetworkEvent,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let NetworkEvent { name, note, planned_remediation_date } = command;
    let transition = match judge(lifecycle, order, &name) {
        Judgement::Moves(transition) if lifecycle.events.contains_key(&name) => transition,
        Judgement::Moves(_) | Judgement::Refused(_) | Judgement::NotLegal => {
            return Err(not_legal(lifecycle, order, &name));
        }
    };
    let input = Input { remediation_by: planned_remediation_date, ..Input::default() };
    let mut decision = carry_out(lifecycle, order, transition, &input, now);
    if let Some(Event::Moved { note: slot, .. }) = decision.events.first_mut() {
        *slot = note;
    }
    Ok(decision)
}

/// The network events that are legal for `order` now.
pub fn legal_events(lifecycle: &Lifecycle, order: &Order) -> Vec<String> {
    let visit_required = order.request.visit_required;
    lifecycle
        .legal_events(&order.status, |condition| effect::holds(condition, visit_required))
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// The shortest list of triggers that brings an order from its start through the states `through`
/// to `target`; none if no way leads there for an order that needs a visit or not.
pub fn route<'a>(
    lifecycle: &'a Lifecycle,
    target: &str,
    through: &[&str],
    visit_required: bool,
) -> Option<Vec<&'a str>> {
    lifecycle.route(target, through, |condition| effect::holds(condition, visit_required))
}

fn operation(
    lifecycle: &Lifecycle,
    order: &Order,
    trigger: &str,
    input: &Input,
    now: DateTime<Utc>,
) -> Result<Decision, Refusal> {
    let transition = admit(lifecycle, order, trigger)?;
    Ok(carry_out(lifecycle, order, transition, input, now))
}

/// The transition that an operation makes, or the refusal the lifecycle names instead.
fn admit<'a>(
    lifecycle: &'a Lifecycle,
    order: &Order,
    trigger: &str,
) -> Result<&'a Transition, Refusal> {
    match judge(lifecycle, order, trigger) {
        Judgement::Moves(transition) => Ok(transition),
        Judgement::Refused(error) => {
            let message = format!("Order {} is {}.", order.id(), order.status);
            Err(Refusal::by_lifecycle(error, message))
        }
        Judgement::NotLegal => {
            unreachable!("that every guarded operation has an answer is checked at start-up")
        }
    }
}

pub(super) fn judge<'a>(lifecycle: &'a Lifecycle, order: &Order, trigger: &str) -> Judgement<'a> {
    let visit_required = order.request.visit_required;
    lifecycle.judge(&order.status, trigger, |condition| effect::holds(condition, visit_required))
}

/// The state in which `transition` leaves `order`.
pub(super) fn destination<'a>(transition: &'a Transition, order: &'a Order) -> &'a str {
    match &transition.to {
        Target::State(state) => state,
        Target::Previous => order
            .previous_status()
            .expect("that no order goes back from its initial state is checked at start-up"),
    }
}

fn carry_out(
    lifecycle: &Lifecycle,
    order: &Order,
    transition: &Transition,
    input: &Input,
    now: DateTime<Utc>,
) -> Decision {
    let to = destination(transition, order);
    // Each event is applied to a copy, so that an effect sees what those before it have done.
    let mut after = order.clone();
    let mut events = Vec::new();
    let mut happens = |event: Event, after: &mut Order| {
        after.apply(&Recorded { at: now, event: event.clone() });
        events.push(event);
    };
    let moved = Event::Moved { to: to.to_owned(), cause: transition.trigger.clone(), note: None };
    happens(moved, &mut after);
    for name in &transition.effects {
        if let Some(event) = effect::event(name, &after, input, now) {
            happens(event, &mut after);
        }
    }
    let keeps_timeslot = lifecycle.states.get(to).is_some_and(|state| state.holds_timeslot);
    if after.booked_timeslot().is_some() && !keeps_timeslot {
        happens(Event::TimeslotReleased, &mut after);
    }
    Decision { status: transition.status, events }
}

fn not_legal(lifecycle: &Lifecycle, order: &Order, event: &str) -> Refusal {
    let legal = legal_events(lifecycle, order);
    let alternative = match legal.as_slice() {
        [] => "no event is".to_owned(),
        [only] => format!("legal is `{only}`"),
        several => format!("legal are `{}`", several.join("`, `")),
    };
    let (id, status) = (order.id(), &order.status);
    Refusal::named(
        octane_client::control::types::ErrorCode::EventNotLegal.name(),
        format!("`{event}` is not legal for order {id}, which is {status}; {alternative}."),
    )
    .with_legal_events(legal)
}

impl OrderKind {
    const fn noun(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Modification => "modification",
            Self::Disconnection => "disconnection",
        }
    }
}
