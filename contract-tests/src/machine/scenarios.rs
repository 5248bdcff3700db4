//! Sequences that are tried before any random ones.
//!
//! Each leads to a boundary that random steps hardly ever hit on the second, or to something that was
//! once wrong. They say what to do and not what to expect: that the model works out, as for every
//! other sequence. Seeds of failed cases stop meaning anything when the weights change; these do not.

use chrono::{DateTime, TimeDelta, TimeZone, Timelike as _, Utc};

use super::run::start;
use super::{Looks, MISSING, walks};
use crate::caller::Provider::{A, B};
use crate::reach::Abstract;
use crate::step::{By, Details, During, Filter, Kind, Pick, Place, Span, Step, Twist};
use crate::truth_table::{Event, State, Visit};

mod calendar;
mod lists;
mod refusals;
mod services;

/// A sequence and what it is about.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// What is done.
    pub steps: Vec<Step>,
    /// How closely it is looked at where not everything is looked at: a sequence that is mostly
    /// refused, or mostly leads up to something, shows at its end what it did.
    pub looks: Looks,
}

/// Every scenario. What they vary in varies with the seed, and so does which of the two providers is
/// which: what holds for the one holds for the other.
pub fn all(seed: u64) -> Vec<Scenario> {
    let mut every = vec![
        at_end("a withdrawal is charged from a second after 24 hours before the visit", late()),
        at_end("the fee counts from when the withdrawal was asked for", decided_later()),
        at_end(
            "a create is refused for the first thing that is wrong with it",
            refusals::of_creates(),
        ),
        at_end(
            "a qualification can be ordered with for 30 days, and not a second longer",
            expiry(),
        ),
        at_end("a timeslot can be booked until a second before it starts", started()),
        at_end("a timeslot is sold until it is full, and again once a place is free", sold_out()),
        closely(
            "a window has its start in it and its end not, and is no more than 90 days ahead",
            [windows(), horizon()].concat(),
        ),
        at_end("timeslots keep the hours and days of their place all year", calendar::of_a_year()),
        closely("an appointment is moved, released and booked again", moved()),
        closely("a planned remediation date is a day of the location's time zone", held()),
        at_end(
            "a customer has the service of the activation completed last, until a disconnection is",
            services::of_customers(seed),
        ),
        at_end("a modified service goes on, and a terminated one is over", services::changes()),
        at_end("another provider's order is not found by any call", strangers()),
        at_end("orders made at one moment are listed newest first, page by page", many()),
        at_end(
            "what an order may do does not depend on what it has been through",
            walks::drawn(seed),
        ),
    ];
    for (nth, scenario) in every.iter_mut().enumerate() {
        if seed.wrapping_add(nth as u64).is_multiple_of(2) {
            scenario.steps.iter_mut().for_each(swap_providers);
        }
    }
    every
}

fn closely(about: &'static str, steps: Vec<Step>) -> Scenario {
    Scenario { about, steps, looks: Looks::InTurn }
}

fn at_end(about: &'static str, steps: Vec<Step>) -> Scenario {
    Scenario { about, steps, looks: Looks::AtEnd }
}

fn swap_providers(step: &mut Step) {
    match step {
        Step::Qualify { provider, .. }
        | Step::Activate { provider, .. }
        | Step::Change { provider, .. }
        | Step::Seed { provider, .. }
        | Step::List { provider, .. }
        | Step::Timeslots { provider, .. } => *provider = provider.other(),
        Step::Repeat { .. }
        | Step::Network { .. }
        | Step::Get { .. }
        | Step::Withdraw { .. }
        | Step::Book { .. }
        | Step::Advance { .. } => {}
    }
}

/// A state that an order can be made in, by the shortest way there.
pub(super) fn seeded(state: State, visit: Visit) -> Abstract {
    let booked = matches!(state, State::Scheduled | State::InProgress | State::Completed);
    let timeslot_held = booked && visit.is_required();
    Abstract { state, timeslot_held, ..Abstract::initial(visit) }
}

/// Time passes to a day that a calendar may get wrong, or none does: the seed chooses.
pub fn begun_at(seed: u64) -> Step {
    let days = calendar::days();
    let nth = usize::try_from(seed % (days.len() as u64 + 1)).unwrap_or_default();
    advance(days.get(nth).map_or(Span::Minutes(0), |day| Span::Until(*day)))
}

fn qualify(place: Place) -> Step {
    Step::Qualify { provider: A, place, details: Details::default() }
}

fn activate(qualification: usize) -> Step {
    let (twist, details) = (Twist::None, Details::default());
    Step::Activate { provider: A, qualification, customer: 0, twist, details }
}

fn nbn(order: usize, event: Event) -> Step {
    Step::Network { order, event, noted: false }
}

fn book(order: usize, pick: Pick) -> Step {
    Step::Book { by: By::Owner, order, pick, details: Details::default() }
}

fn withdraw(order: usize) -> Step {
    Step::Withdraw { by: By::Owner, order, details: Details::default() }
}

fn advance(span: Span) -> Step {
    Step::Advance { span }
}

/// An order that needs a visit and waits for an appointment.
fn waits_for_appointment() -> Step {
    Step::Seed { provider: A, state: seeded(State::AppointmentRequired, Visit::Required) }
}

/// A second before, just then, and a second after. The first order is brought so far step by step.
fn late() -> Vec<Step> {
    let orders = [(0, -1), (1, 0), (2, 1)];
    let mut steps = vec![qualify(Place::Visit), activate(0)];
    let events = [Event::Acknowledge, Event::Accept, Event::RequireAppointment];
    steps.extend(events.map(|event| nbn(0, event)));
    steps.extend([waits_for_appointment(), waits_for_appointment()]);
    steps.extend(orders.map(|(order, _)| book(order, Pick::Nth(7 + order))));
    steps.extend(orders.into_iter().flat_map(|(order, seconds)| {
        [
            advance(Span::FeeBoundary(order, seconds)),
            withdraw(order),
            nbn(order, Event::ConfirmWithdrawal),
        ]
    }));
    steps
}

/// One withdrawal is asked for early and decided late, one is decided some time after it was asked for,
/// and one is refused and asked for again.
fn decided_later() -> Vec<Step> {
    let (early, late, again) = (0, 1, 2);
    let mut steps: Vec<Step> = [early, late, again].map(|_| waits_for_appointment()).into();
    steps.extend([early, late, again].map(|order| book(order, Pick::Nth(7 + order))));
    steps.extend([
        withdraw(early),
        advance(Span::FeeBoundary(late, 1)),
        withdraw(late),
        advance(Span::Minutes(5)),
        Step::Network { order: late, event: Event::ConfirmWithdrawal, noted: true },
        advance(Span::FeeBoundary(again, 1)),
        withdraw(again),
        withdraw(again),
        nbn(again, Event::RefuseWithdrawal),
        advance(Span::Minutes(5)),
        withdraw(again),
        nbn(again, Event::ConfirmWithdrawal),
        withdraw(again),
        advance(Span::TimeslotStart(early, 60)),
        nbn(early, Event::ConfirmWithdrawal),
    ]);
    steps
}

fn expiry() -> Vec<Step> {
    vec![
        qualify(Place::Visit),
        qualify(Place::Visit),
        advance(Span::Expiry(0, 0)),
        activate(0),
        advance(Span::Expiry(1, 1)),
        activate(1),
    ]
}

fn started() -> Vec<Step> {
    let orders = [(0, -1), (1, 0)];
    let mut steps: Vec<Step> = orders.map(|_| waits_for_appointment()).into();
    steps.extend(orders.into_iter().flat_map(|(order, _)| {
        [book(order, Pick::Nth(2 + order)), nbn(order, Event::RequireReschedule)]
    }));
    steps.extend(orders.into_iter().flat_map(|(order, seconds)| {
        [advance(Span::TimeslotStart(order, seconds)), book(order, Pick::Same)]
    }));
    steps
}

/// More orders than any timeslot has places book one timeslot; then one of them is withdrawn, and at
/// last the timeslot is full when it starts.
fn sold_out() -> Vec<Step> {
    const ORDERS: usize = 4;
    const ELSEWHERE: usize = ORDERS;
    let last = ORDERS - 1;
    let mut steps: Vec<Step> = (0..=ORDERS).map(|_| waits_for_appointment()).collect();
    steps.push(book(ELSEWHERE, Pick::Nth(9)));
    steps.push(advance(Span::Minutes(1)));
    // Who only looks sees what others book.
    let (place, during, details) = (Place::Visit, During::Days(0, 3), Details::default());
    let look = Step::Timeslots { provider: B, place, during, details };
    steps.push(look.clone());
    steps.extend((0..ORDERS).map(|order| book(order, Pick::Nth(1))));
    steps.push(look);
    steps.extend([
        // What is refused leaves the place as it is that an order holds, and who is met there.
        advance(Span::Minutes(1)),
        book(ELSEWHERE, Pick::Nth(1)),
        // The place that an order holds is free to it, if to nobody else.
        book(0, Pick::Same),
        withdraw(0),
        book(last, Pick::Nth(1)),
        nbn(0, Event::ConfirmWithdrawal),
        book(last, Pick::Nth(1)),
        advance(Span::TimeslotStart(last, 1)),
        book(ELSEWHERE, Pick::Passed),
    ]);
    steps
}

fn windows() -> Vec<Step> {
    let whole = 4 * 60 * 60 * 1_000;
    let edges = [0, 1].into_iter().flat_map(|from| [0, 1, whole - 1, whole].map(|to| (from, to)));
    let here = edges.map(|edge| (Place::Visit, edge));
    let far = [(Place::FarVisit, (0, 0)), (Place::FarVisit, (1, whole))];
    let ask = |(place, (from, to))| Step::Timeslots {
        provider: A,
        place,
        during: During::Around(1, from, to),
        details: Details::default(),
    };
    here.chain(far).map(ask).collect()
}

/// On a Thursday, at the moment that is 90 days before the first timeslot of a Wednesday.
fn horizon() -> Vec<Step> {
    let thursday = start().with_nanosecond(0).unwrap_or_else(start) + TimeDelta::days(3);
    let during = During::Days(85, 10);
    let ask = |place| Step::Timeslots { provider: A, place, during, details: Details::default() };
    vec![
        ask(Place::Visit),
        advance(Span::Until(thursday)),
        ask(Place::Visit),
        ask(Place::FarVisit),
        advance(Span::Milliseconds(1)),
        ask(Place::Visit),
    ]
}

fn moved() -> Vec<Step> {
    let mut steps = vec![waits_for_appointment()];
    steps.extend([
        book(0, Pick::Nth(3)),
        advance(Span::Minutes(1)),
        book(0, Pick::Nth(4)),
        book(0, Pick::Same),
        book(0, Pick::Elsewhere),
        nbn(0, Event::Hold),
        nbn(0, Event::Resume),
        nbn(0, Event::RequireAppointment),
        book(0, Pick::Nth(4)),
        nbn(0, Event::Start),
        nbn(0, Event::RequireReschedule),
        book(0, Pick::Nth(5)),
        nbn(0, Event::Start),
        nbn(0, Event::Complete),
    ]);
    steps
}

/// The mock once counted the ten days from the day it was in UTC, a day behind Sydney's.
fn held() -> Vec<Step> {
    let events = [Event::Acknowledge, Event::Accept, Event::Hold].map(|event| nbn(0, event));
    let mut steps = vec![qualify(Place::Visit), activate(0)];
    steps.extend(events);
    steps.extend([withdraw(0), nbn(0, Event::RefuseWithdrawal), nbn(0, Event::Resume)]);
    steps
}

fn strangers() -> Vec<Step> {
    let (by, order) = (By::Stranger, 0);
    let mut steps = vec![waits_for_appointment()];
    steps.extend([
        Step::Get { by, order },
        Step::Get { by: By::Owner, order: MISSING },
        withdraw(MISSING),
        book(MISSING, Pick::Nth(1)),
        nbn(MISSING, Event::Acknowledge),
    ]);
    steps
}

fn many() -> Vec<Step> {
    let mut steps = Vec::new();
    for order in 0..5 {
        steps.extend([qualify(Place::NoVisit), activate(order)]);
        if order == 2 {
            // Within one second.
            steps.push(advance(Span::Milliseconds(250)));
        }
    }
    let details = Details::default();
    steps.extend([Step::Qualify { provider: B, place: Place::Visit, details }]);
    for limit in [None, Some(1), Some(2)] {
        steps.push(Step::List { provider: A, filter: Filter::default(), limit });
    }
    steps.push(Step::List { provider: B, filter: Filter::default(), limit: Some(1) });
    let of = |status| Filter { status: Some(status), ..Filter::default() };
    let new = Step::List { provider: A, filter: of(State::Submitted), limit: None };
    steps.push(new.clone());
    steps.extend([nbn(0, Event::Acknowledge), nbn(3, Event::Acknowledge), nbn(3, Event::Reject)]);
    // The very lists that were asked for before nbn acted.
    steps.extend([Step::List { provider: A, filter: Filter::default(), limit: None }, new]);
    // A page is cut off what the filter leaves, and not the other way round.
    for filter in [of(State::Submitted), of(State::Acknowledged), of(State::Rejected)] {
        steps.push(Step::List { provider: A, filter, limit: Some(1) });
    }
    let mine = Filter { customer: Some(1), order_type: Some(Kind::New), ..Filter::default() };
    steps.push(Step::List { provider: A, filter: mine, limit: None });
    // A repeated create names its own order, and no later one.
    steps.extend([activate(0), activate(3)]);
    for order in [0, 3] {
        let from = Filter { created_from: Some(order), ..Filter::default() };
        let to = Filter { created_to: Some(order), ..Filter::default() };
        steps.push(Step::List { provider: A, filter: from, limit: Some(1) });
        steps.push(Step::List { provider: A, filter: to, limit: Some(1) });
    }
    steps
}
