//! nbn acting by itself: the scenarios of the test data, as the clock passes.

use chrono::TimeDelta;
use octane_mock_server::{Clock, Config, MockServer, Network, SeedOrder, TestData, World};

use crate::support::config;

fn server() -> MockServer {
    MockServer::new(Config { network: Network::Auto, ..config() }).unwrap()
}

/// Orders at `location`, lets `days` pass an hour at a time, and tells the states passed with the
/// hours since the order was made. A timeslot is booked whenever one is asked for.
#[track_caller]
fn check(location: &str, days: i64, withdraw_in: Option<&str>, expected: &str) {
    let server = server();
    let world = server.world();
    let wanted =
        SeedOrder { location_id: Some(location.to_owned()), ..SeedOrder::in_state("Submitted") };
    let order = world.seed_order(&wanted).unwrap();
    let (provider, id) = (order.request.provider.as_str(), order.id());
    let mut withdrawals = 0;
    for _ in 0..days * 24 {
        world.advance_clock(TimeDelta::hours(1)).unwrap();
        let order = world.order(provider, id).unwrap();
        if order.status == "AppointmentRequired" {
            book_first(world, provider, id, location);
        }
        if withdraw_in == Some(order.status.as_str()) && withdrawals < 2 {
            let reason = "CostDeclined".to_owned();
            let command = octane_mock_server::domain::decide::Withdraw { reason, comment: None };
            world.withdraw(provider, id, command).unwrap();
            withdrawals += 1;
        }
    }
    let order = world.order(provider, id).unwrap();
    let hours =
        |at: chrono::DateTime<chrono::Utc>| (at - order.created_at).num_minutes() as f64 / 60.0;
    let passed: Vec<_> = order
        .status_history
        .iter()
        .map(|change| format!("{} {:.1}", change.status, hours(change.at)))
        .collect();
    assert_eq!(passed.join(", "), expected);
}

fn book_first(world: &World, provider: &str, order_id: i64, location: &str) {
    let now = world.now();
    let free = world.timeslots(location, now, now + TimeDelta::days(30)).unwrap();
    let timeslot = free.timeslots[0].timeslot.id.clone();
    world.book(provider, order_id, &timeslot, None).unwrap();
}

#[test]
fn an_order_goes_straight_through_or_by_a_visit() {
    check(
        "LOC000000000002",
        1,
        None,
        "Submitted 0.0, Acknowledged 0.0, Accepted 0.2, InProgress 1.2, Completed 3.2",
    );
    // Ordered at 09:00; the visit is at 13:00.
    check(
        "LOC000000000001",
        1,
        None,
        "Submitted 0.0, Acknowledged 0.0, Accepted 0.2, AppointmentRequired 1.2, Scheduled 2.0, \
         InProgress 4.0, Completed 6.0",
    );
}

#[test]
fn an_order_is_rejected_held_or_cancelled_where_the_test_data_says_so() {
    check("LOC000000000005", 1, None, "Submitted 0.0, Acknowledged 0.0, Rejected 0.2");
    check(
        "LOC000000000006",
        9,
        None,
        "Submitted 0.0, Acknowledged 0.0, Accepted 0.2, Held 1.2, Accepted 169.2, \
         AppointmentRequired 170.2, Scheduled 171.0, InProgress 173.0, Completed 175.0",
    );
    check(
        "LOC000000000009",
        3,
        None,
        "Submitted 0.0, Acknowledged 0.0, Accepted 0.2, Cancelled 24.2",
    );
}

#[test]
fn a_visit_fails_once_and_a_withdrawal_is_refused_once() {
    check(
        "LOC000000000008",
        2,
        None,
        "Submitted 0.0, Acknowledged 0.0, Accepted 0.2, AppointmentRequired 1.2, Scheduled 2.0, \
         InProgress 5.0, AppointmentRequired 6.0, Scheduled 6.0, InProgress 24.0, Completed 26.0",
    );
    check(
        "LOC000000000007",
        2,
        Some("Accepted"),
        "Submitted 0.0, Acknowledged 0.0, Accepted 0.2, PendingWithdrawal 1.0, Accepted 1.5, \
         PendingWithdrawal 2.0, Withdrawn 2.5",
    );
}

#[test]
fn a_long_leap_and_many_small_steps_lead_to_the_same() {
    let after = |steps: i32| {
        let server = server();
        let wanted = SeedOrder {
            location_id: Some("LOC000000000002".to_owned()),
            ..SeedOrder::in_state("Submitted")
        };
        let order = server.world().seed_order(&wanted).unwrap();
        for _ in 0..steps {
            server.world().advance_clock(TimeDelta::hours(240) / steps).unwrap();
        }
        server.world().order(&order.request.provider, order.id()).unwrap()
    };
    assert_eq!(after(1), after(1000));
}

#[test]
fn nothing_happens_by_itself_until_it_is_asked_for() {
    let server = MockServer::new(config()).unwrap();
    let world = server.world();
    let order = world.seed_order(&SeedOrder::in_state("Submitted")).unwrap();
    world.advance_clock(TimeDelta::days(1)).unwrap();
    let status = || world.order(&order.request.provider, order.id()).unwrap().status;
    assert_eq!(status(), "Submitted");
    world.set_network(Network::Auto);
    assert_eq!(status(), "AppointmentRequired");
    world.set_network(Network::Manual);
    world.set_clock(Clock::fixed("2027-01-01T00:00:00Z".parse().unwrap()).unwrap());
    assert_eq!(status(), "AppointmentRequired");
}

#[test]
fn a_scenario_that_the_lifecycle_does_not_allow_stops_the_start() {
    let data = |event: &str, visit: bool| {
        include_str!("../../test-data.yaml")
            .replace(
                "Accepted: [{ after: 1day, event: cancelByNetwork",
                &format!("Accepted: [{{ after: 1day, event: {event}"),
            )
            .replace("visitRequired: true", &format!("visitRequired: {visit}"))
    };
    let start = |text: String| {
        let test_data = TestData::parse("altered.yaml", &text).unwrap();
        MockServer::new(Config { test_data, ..config() }).err().map(|error| error.to_string())
    };
    assert_eq!(start(data("cancelByNetwork", true)), None);
    let error = start(data("complete", true)).unwrap();
    assert!(
        error.contains("`cancelledByNetwork` has nbn `complete` an order that is `Accepted`"),
        "{error}"
    );
    let error = start(data("cancelByNetwork", false)).unwrap();
    assert!(error.contains("`technicianVisit` has nbn `requireAppointment`"), "{error}");
    let unknown =
        include_str!("../../test-data.yaml").replace("scenario: rejected", "scenario: lost");
    let error = TestData::parse("altered.yaml", &unknown).unwrap_err().to_string();
    assert!(error.contains("`lost`"), "{error}");
}
