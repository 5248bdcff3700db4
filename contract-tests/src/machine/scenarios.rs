//! Sequences that are tried before any random ones.
//!
//! Each leads to a boundary that random steps hardly ever hit on the second, or to something that was
//! once wrong. They say what to do and not what to expect: that the model works out, as for every
//! other sequence. Seeds of failed cases stop meaning anything when the weights change; these do not.

use super::MISSING;
use crate::caller::Provider::{A, B};
use crate::reach::{Abstract, Outcome};
use crate::step::{By, Details, During, Filter, Kind, Pick, Place, Span, Step, Twist};
use crate::step::{Change::Disconnect, Change::Modify};
use crate::truth_table::{Event, State, Visit};

/// A sequence and what it is about.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// What is done.
    pub steps: Vec<Step>,
}

/// Every scenario.
pub fn all() -> Vec<Scenario> {
    vec![
        scenario("a withdrawal 24 hours before the visit is free", late_withdrawal(0)),
        scenario("a withdrawal a second later is charged", late_withdrawal(1)),
        scenario("a withdrawal a second earlier is free", late_withdrawal(-1)),
        scenario("the fee counts from when the withdrawal was asked for", decided_late()),
        scenario("a fee is charged when nbn agrees, for when it was asked", decided_later()),
        scenario("a withdrawal after a refused one is charged once", withdrawn_twice()),
        scenario(
            "a create is refused for the first thing that is wrong with it",
            refused_creates(),
        ),
        scenario("a qualification of 30 days can be ordered with", expiry(0)),
        scenario("a qualification a second older cannot", expiry(1)),
        scenario("a timeslot that starts now cannot be booked", started(0)),
        scenario("a timeslot that starts in a second can", started(-1)),
        scenario("a timeslot is sold until it is full, and again once a place is free", sold_out()),
        scenario("a window has its start in it and its end not", windows()),
        scenario("timeslots are offered up to 90 days ahead", horizon()),
        scenario("an appointment is moved, released and booked again", moved()),
        scenario("a planned remediation date is a day of the location's time zone", held()),
        scenario("a customer has the service of the activation completed last", one_service()),
        scenario("a change that nbn rejects leaves room for the next", changes()),
        scenario("another provider's order is not found by any call", strangers()),
        scenario("orders made at one moment are listed newest first, page by page", many()),
    ]
}

fn scenario(about: &'static str, steps: Vec<Step>) -> Scenario {
    Scenario { about, steps }
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

/// Has an order that needs a visit made in `AppointmentRequired`, where it does not matter how it came
/// there.
fn waiting() -> Vec<Step> {
    let state = Abstract {
        state: State::AppointmentRequired,
        origin: None,
        visit: Visit::Required,
        timeslot_held: false,
        outcome: Outcome::NeverAsked,
    };
    vec![Step::Seed { provider: A, state }]
}

/// Takes an order that needs a visit to `AppointmentRequired`.
fn waits_for_appointment(order: usize) -> Vec<Step> {
    let events = [Event::Acknowledge, Event::Accept, Event::RequireAppointment];
    let mut steps = vec![qualify(Place::Visit), activate(order)];
    steps.extend(events.map(|event| nbn(order, event)));
    steps
}

fn completed_without_visit(order: usize) -> [Step; 4] {
    [Event::Acknowledge, Event::Accept, Event::Start, Event::Complete]
        .map(|event| nbn(order, event))
}

fn late_withdrawal(seconds: i64) -> Vec<Step> {
    let mut steps = if seconds == 0 { waits_for_appointment(0) } else { waiting() };
    steps.extend([
        book(0, Pick::Nth(7)),
        advance(Span::FeeBoundary(0, seconds)),
        withdraw(0),
        nbn(0, Event::ConfirmWithdrawal),
    ]);
    steps
}

fn decided_late() -> Vec<Step> {
    let mut steps = waiting();
    steps.extend([
        book(0, Pick::Nth(7)),
        withdraw(0),
        advance(Span::TimeslotStart(0, 60)),
        nbn(0, Event::ConfirmWithdrawal),
    ]);
    steps
}

fn decided_later() -> Vec<Step> {
    let mut steps = waiting();
    steps.extend([
        book(0, Pick::Nth(7)),
        advance(Span::FeeBoundary(0, 1)),
        withdraw(0),
        advance(Span::Minutes(5)),
        Step::Network { order: 0, event: Event::ConfirmWithdrawal, noted: true },
    ]);
    steps
}

fn withdrawn_twice() -> Vec<Step> {
    let mut steps = waiting();
    steps.extend([
        book(0, Pick::Nth(7)),
        advance(Span::FeeBoundary(0, 1)),
        withdraw(0),
        withdraw(0),
        nbn(0, Event::RefuseWithdrawal),
        advance(Span::Minutes(5)),
        withdraw(0),
        nbn(0, Event::ConfirmWithdrawal),
        withdraw(0),
    ]);
    steps
}

fn expiry(seconds: i64) -> Vec<Step> {
    vec![qualify(Place::Visit), advance(Span::Expiry(0, seconds)), activate(0)]
}

fn refused_creates() -> Vec<Step> {
    let twists = [
        Twist::UnknownQualification,
        Twist::MixedIds,
        Twist::ServiceClass,
        Twist::ForeignDevice,
        Twist::ForeignCustomer,
    ];
    let create = |provider, qualification, twist| Step::Activate {
        provider,
        qualification,
        customer: 1,
        twist,
        details: Details::default(),
    };
    let mut steps =
        vec![qualify(Place::NotOrderable), qualify(Place::Unknown), qualify(Place::Visit)];
    steps.extend(twists.map(|twist| create(A, 0, twist)));
    steps.extend([create(A, 0, Twist::None), create(B, 1, Twist::None)]);
    steps.extend(twists.map(|twist| create(A, 1, twist)));
    steps.push(create(A, 1, Twist::Device));
    // Whatever else is wrong, the order there is comes first: a create can be repeated.
    steps.extend(twists.map(|twist| create(A, 1, twist)));
    steps
}

fn started(seconds: i64) -> Vec<Step> {
    let mut steps = waiting();
    steps.extend([
        book(0, Pick::Nth(2)),
        nbn(0, Event::RequireReschedule),
        advance(Span::TimeslotStart(0, seconds)),
        book(0, Pick::Same),
    ]);
    steps
}

/// More orders than any timeslot has places book one timeslot; then one of them is withdrawn.
fn sold_out() -> Vec<Step> {
    const ORDERS: usize = 4;
    let mut steps: Vec<Step> = (0..ORDERS).flat_map(|_| waiting()).collect();
    steps.extend((0..ORDERS).map(|order| book(order, Pick::Nth(1))));
    steps.extend([
        // The place that an order holds is free to it, if to nobody else.
        book(0, Pick::Same),
        withdraw(0),
        book(ORDERS - 1, Pick::Nth(1)),
        nbn(0, Event::ConfirmWithdrawal),
        book(ORDERS - 1, Pick::Nth(1)),
    ]);
    steps
}

fn windows() -> Vec<Step> {
    let whole = 4 * 60 * 60;
    let edges = [0, 1].into_iter().flat_map(|from| [0, 1, whole - 1, whole].map(|to| (from, to)));
    let ask = |(place, (from, to))| Step::Timeslots {
        provider: A,
        place,
        during: During::Around(1, from, to),
        details: Details::default(),
    };
    edges.flat_map(|edge| [Place::Visit, Place::FarVisit].map(|place| ask((place, edge)))).collect()
}

/// On a Thursday, at a time of day that in 90 days is that of the first timeslot of a Wednesday.
fn horizon() -> Vec<Step> {
    let during = During::Days(85, 10);
    let ask = |place| Step::Timeslots { provider: A, place, during, details: Details::default() };
    vec![
        ask(Place::Visit),
        advance(Span::Days(3)),
        ask(Place::Visit),
        ask(Place::FarVisit),
        advance(Span::Minutes(1)),
        ask(Place::Visit),
    ]
}

fn moved() -> Vec<Step> {
    let mut steps = waits_for_appointment(0);
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

/// The contract once did not say which of two completed activations a modification is about.
fn one_service() -> Vec<Step> {
    let change = |change| {
        let (provider, customer, details) = (A, 0, Details::default());
        Step::Change { provider, customer, change, details }
    };
    let mut steps =
        vec![qualify(Place::NoVisit), qualify(Place::NoVisit), activate(0), activate(1)];
    steps.extend(completed_without_visit(1));
    steps.extend(completed_without_visit(0));
    steps.extend([change(Modify), change(Disconnect)]);
    steps.extend(completed_without_visit(2));
    steps.extend([withdraw(3), change(Disconnect), withdraw(3)]);
    steps.extend(completed_without_visit(3));
    steps.push(change(Modify));
    steps
}

/// One after the other, so that there are enough to say everything there is to say about a change.
fn changes() -> Vec<Step> {
    let change = |change| {
        let (provider, customer, details) = (A, 0, Details::default());
        Step::Change { provider, customer, change, details }
    };
    let mut steps = vec![qualify(Place::NoVisit), activate(0)];
    steps.extend(completed_without_visit(0));
    let all = [Modify, Modify, Modify, Modify, Disconnect, Disconnect, Disconnect];
    for (nth, which) in all.into_iter().enumerate() {
        steps.extend([change(which), nbn(nth + 1, Event::Reject)]);
    }
    for kind in [Kind::Change, Kind::Terminate] {
        let filter = Filter { order_type: Some(kind), ..Filter::default() };
        steps.push(Step::List { provider: A, filter, limit: None });
    }
    steps
}

fn strangers() -> Vec<Step> {
    let (by, order) = (By::Stranger, 0);
    let mut steps = waits_for_appointment(0);
    steps.extend([
        Step::Get { by, order },
        Step::Withdraw { by, order, details: Details::default() },
        Step::Book { by, order, pick: Pick::Nth(1), details: Details::default() },
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
            steps.push(advance(Span::Minutes(1)));
        }
    }
    let details = Details::default();
    steps.extend([Step::Qualify { provider: B, place: Place::Visit, details }]);
    for limit in [None, Some(1), Some(2)] {
        steps.push(Step::List { provider: A, filter: Filter::default(), limit });
    }
    steps.push(Step::List { provider: B, filter: Filter::default(), limit: Some(1) });
    // A page is cut off what the filter leaves, and not the other way round.
    steps.extend([nbn(0, Event::Acknowledge), nbn(3, Event::Acknowledge), nbn(3, Event::Reject)]);
    let of = |status| Filter { status: Some(status), ..Filter::default() };
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
