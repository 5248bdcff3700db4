//! Which step to try next, and how often.
//!
//! Small functions over few names, so that collisions and shrinking come free, with explicit weights.
//! They lean towards what succeeds and towards orders that are far on: an answer of 409 hides
//! everything behind it, and few orders would get far by chance. Choices that proptest shrinks are
//! written with the simplest first. What a request says beyond that is left plain here: it comes from
//! the contract ([`forms`](crate::forms)).

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::MISSING;
use crate::caller::Provider;
use crate::model::World;
use crate::step::{
    By, Change, Details, During, Filter, Kind, Pick, Place, Said, Span, Step, Twist,
};
use crate::truth_table::{Answer, Event, Operation, State, answer, legal_events};

/// More orders than this in one case only make it slower.
const ORDERS_MAX: usize = 7;

/// More open orders than this at once, and none of them gets far.
const OPEN_MAX: usize = 3;

/// The steps to choose from in this world.
pub(super) fn steps(world: &World) -> BoxedStrategy<Step> {
    let idle = idle_qualifications(world);
    let open = world.orders.iter().filter(|order| !order.is_closed()).count();
    let room = open < OPEN_MAX && world.orders.len() < ORDERS_MAX;
    let mut choices =
        vec![(if idle.is_empty() && room { 12 } else { 1 }, qualify()), (1, timeslots())];
    if !world.qualifications.is_empty() {
        choices.push((if room && !idle.is_empty() { 16 } else { 1 }, activate(world)));
    }
    if !world.orders.is_empty() {
        choices.push((2, list(world)));
        let scheduled =
            !orders_where(world, |order| world.orders[order].held_timeslot().is_some()).is_empty();
        choices.push((if scheduled { 12 } else { 3 }, advance(world)));
        choices.push((3, any_event(world)));
        choices.push((1, get(world)));
        choices.push((1, withdraw_any(any_order(world))));
        let active = world.orders.iter().any(|order| order.status == State::Completed);
        if active || world.orders.len() == 1 {
            choices.push((if active { 5 } else { 1 }, change()));
        }
        choices.push((1, book(any_order(world))));
    }
    choices.extend(progress(world).map(|step| (40, step)));
    choices.extend(withdraw(world));
    let bookable = bookable(world);
    if !bookable.is_empty() {
        choices.push((24, book(select(bookable).boxed())));
    }
    Union::new_weighted(choices).boxed()
}

/// Qualifications that an order could be made with.
fn idle_qualifications(world: &World) -> Vec<usize> {
    let used = |index| world.orders.iter().any(|order| order.qualification == Some(index));
    (0..world.qualifications.len())
        .filter(|index| {
            let made = &world.qualifications[*index];
            made.location.orderable && !used(*index) && world.now - made.at <= TimeDelta::days(30)
        })
        .collect()
}

fn orders_where(world: &World, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
    (0..world.orders.len()).filter(|order| wanted(*order)).collect()
}

fn bookable(world: &World) -> Vec<usize> {
    orders_where(world, |order| {
        matches!(answer(world.orders[order].status, Operation::Book), Answer::Moves(..))
    })
}

fn any_order(world: &World) -> BoxedStrategy<usize> {
    let orders: Vec<usize> = (0..world.orders.len()).collect();
    prop_oneof![30 => select(orders), 1 => Just(MISSING)].boxed()
}

fn provider() -> BoxedStrategy<Provider> {
    prop_oneof![3 => Just(Provider::A), 1 => Just(Provider::B)].boxed()
}

fn place() -> BoxedStrategy<Place> {
    prop_oneof![
        12 => Just(Place::Visit),
        5 => Just(Place::NoVisit),
        5 => Just(Place::FarVisit),
        1 => Just(Place::NotOrderable),
        1 => Just(Place::Unknown),
    ]
    .boxed()
}

fn by() -> BoxedStrategy<By> {
    prop_oneof![19 => Just(By::Owner), 1 => Just(By::Stranger)].boxed()
}

fn qualify() -> BoxedStrategy<Step> {
    let details = Details::default;
    (provider(), place())
        .prop_map(move |(provider, place)| Step::Qualify { provider, place, details: details() })
        .boxed()
}

fn activate(world: &World) -> BoxedStrategy<Step> {
    let twist = prop_oneof![
        12 => Just(Twist::None),
        3 => Just(Twist::Device),
        1 => Just(Twist::ForeignDevice),
        1 => Just(Twist::MixedIds),
        1 => Just(Twist::UnknownQualification),
        1 => Just(Twist::ServiceClass),
        1 => Just(Twist::ForeignCustomer),
    ];
    let known: Vec<usize> = (0..world.qualifications.len()).chain([MISSING]).collect();
    let any = (select(known), provider()).boxed();
    let owned = |index: usize| (index, world.qualifications[index].provider);
    let idle: Vec<_> = idle_qualifications(world).into_iter().map(owned).collect();
    let spoilt = |index: &usize| {
        let made = &world.qualifications[*index];
        !made.location.orderable || world.now - made.at > TimeDelta::days(30)
    };
    let spoilt: Vec<_> = (0..world.qualifications.len()).filter(spoilt).map(owned).collect();
    let mut choices = vec![(1, any)];
    if !idle.is_empty() {
        choices.push((8, select(idle).boxed()));
    }
    if !spoilt.is_empty() {
        choices.push((2, select(spoilt).boxed()));
    }
    let which = Union::new_weighted(choices);
    (which, 0..2_usize, twist)
        .prop_map(|((qualification, provider), customer, twist)| Step::Activate {
            provider,
            qualification,
            customer,
            twist,
            details: Details::default(),
        })
        .boxed()
}

fn change() -> BoxedStrategy<Step> {
    let change = prop_oneof![2 => Just(Change::Modify), 1 => Just(Change::Disconnect)];
    (provider(), 0..2_usize, change)
        .prop_map(|(provider, customer, change)| Step::Change {
            provider,
            customer,
            change,
            details: Details::default(),
        })
        .boxed()
}

/// Events that are legal, those that lead on more often than those that end an order early.
fn progress(world: &World) -> Option<BoxedStrategy<Step>> {
    let mut choices = Vec::new();
    for (index, order) in world.orders.iter().enumerate() {
        for event in legal_events(order.status, order.visit) {
            let weight = match event {
                Event::CancelByNetwork | Event::Reject => 1,
                Event::Hold | Event::RequireReschedule | Event::RefuseWithdrawal => 4,
                Event::Complete => 4,
                Event::Resume | Event::ConfirmWithdrawal => 8,
                Event::Acknowledge | Event::Accept | Event::RequireAppointment => 16,
                Event::Start if order.status == State::Scheduled => 6,
                Event::Start => 16,
            };
            let step =
                any::<bool>().prop_map(move |noted| Step::Network { order: index, event, noted });
            choices.push((weight, step.boxed()));
        }
    }
    (!choices.is_empty()).then(|| Union::new_weighted(choices).boxed())
}

fn any_event(world: &World) -> BoxedStrategy<Step> {
    (any_order(world), select(Event::ALL.to_vec()), any::<bool>())
        .prop_map(|(order, event, noted)| Step::Network { order, event, noted })
        .boxed()
}

fn get(world: &World) -> BoxedStrategy<Step> {
    (any_order(world), by()).prop_map(|(order, by)| Step::Get { by, order }).boxed()
}

/// A withdrawal by the owner, well explained, with its weight. Orders that are far on are withdrawn
/// more often than new ones, of which few would otherwise get far; refusals are tried in every state
/// that refuses, and most where an order does not stay for long.
fn withdraw(world: &World) -> Option<(u32, BoxedStrategy<Step>)> {
    let weight = |state| match state {
        State::Submitted | State::Acknowledged => 2,
        State::Accepted | State::AppointmentRequired => 5,
        State::Scheduled => 30,
        State::Held => 14,
        State::PendingWithdrawal => 2,
        State::InProgress => 4,
        State::Completed | State::Rejected | State::Withdrawn | State::Cancelled => 1,
    };
    let choices: Vec<(u32, BoxedStrategy<usize>)> = world
        .orders
        .iter()
        .enumerate()
        .map(|(index, order)| (weight(order.status), Just(index).boxed()))
        .collect();
    let weight = choices.iter().map(|(weight, _)| weight).sum();
    (weight > 0).then(|| {
        let step = Union::new_weighted(choices).prop_map(|order| Step::Withdraw {
            by: By::Owner,
            order,
            details: Details::default(),
        });
        (weight, step.boxed())
    })
}

/// A withdrawal by anybody, well explained or not.
fn withdraw_any(order: BoxedStrategy<usize>) -> BoxedStrategy<Step> {
    let unexplained = || Details::one("reason", Said::Text("Other".to_owned()));
    let details = prop_oneof![8 => Just(Details::default()), 1 => Just(unexplained())];
    let by = prop_oneof![8 => Just(By::Owner), 1 => Just(By::Stranger)];
    (by, order, details)
        .prop_map(|(by, order, details)| Step::Withdraw { by, order, details })
        .boxed()
}

fn book(order: BoxedStrategy<usize>) -> BoxedStrategy<Step> {
    let pick = prop_oneof![
        // The first more often than others, so that it gets full.
        8 => Just(Pick::Nth(0)),
        6 => (1..4_usize).prop_map(Pick::Nth),
        2 => Just(Pick::Same),
        1 => Just(Pick::Elsewhere),
        1 => Just(Pick::Passed),
        1 => Just(Pick::Invented),
    ];
    (by(), order, pick)
        .prop_map(|(by, order, pick)| Step::Book { by, order, pick, details: Details::default() })
        .boxed()
}

fn list(world: &World) -> BoxedStrategy<Step> {
    let order = if world.orders.is_empty() { Just(MISSING).boxed() } else { any_order(world) };
    let filter = (
        proptest::option::weighted(0.3, select(State::ALL.to_vec())),
        proptest::option::weighted(0.2, select(vec![Kind::New, Kind::Change, Kind::Terminate])),
        proptest::option::weighted(0.2, 0..2_usize),
        proptest::option::weighted(0.2, order.clone()),
        proptest::option::weighted(0.2, order),
    )
        .prop_map(|(status, order_type, customer, created_from, created_to)| Filter {
            status,
            order_type,
            customer,
            created_from,
            created_to,
        });
    (provider(), filter, proptest::option::of(1..4_u8))
        .prop_map(|(provider, filter, limit)| Step::List { provider, filter, limit })
        .boxed()
}

fn timeslots() -> BoxedStrategy<Step> {
    let days = prop_oneof![1 => Just(1), 3 => Just(7), 2 => Just(60), 1 => Just(0), 1 => Just(-1)];
    let spans = (select(vec![0, -1, 3, 80, 89, 120]), days)
        .prop_map(|(from, days)| During::Days(from, days));
    // A timeslot takes four hours: its edges, and a thousandth of a second beside them.
    let edges = (
        0..3_usize,
        select(vec![0, -1, 1]),
        select(vec![14_400_000, 14_399_999, 14_400_001, 0, 1]),
    )
        .prop_map(|(index, from, to)| During::Around(index, from, to));
    (provider(), place(), prop_oneof![1 => spans, 1 => edges])
        .prop_map(|(provider, place, during)| Step::Timeslots {
            provider,
            place,
            during,
            details: Details::default(),
        })
        .boxed()
}

fn advance(world: &World) -> BoxedStrategy<Step> {
    let mut choices = vec![
        (3, select(vec![1, 45, 300, 1440]).prop_map(Span::Minutes).boxed()),
        (1, select(vec![3, 7, 31]).prop_map(Span::Days).boxed()),
    ];
    let booked = orders_where(world, |order| world.orders[order].held_timeslot().is_some());
    let around = || select(vec![0_i64, -1, 1]);
    if !booked.is_empty() {
        let fee = (select(booked.clone()), around());
        choices.push((8, fee.prop_map(|(order, after)| Span::FeeBoundary(order, after)).boxed()));
        let start = (select(booked), around());
        choices
            .push((1, start.prop_map(|(order, after)| Span::TimeslotStart(order, after)).boxed()));
    }
    let idle = idle_qualifications(world);
    if !idle.is_empty() {
        let expiry = (select(idle), around());
        choices.push((1, expiry.prop_map(|(index, after)| Span::Expiry(index, after)).boxed()));
    }
    Union::new_weighted(choices).prop_map(|span| Step::Advance { span }).boxed()
}
