//! Withdraw in each of the twelve states, seen from everywhere, and what becomes of the booked place.

use octane_client::{control, types};
use octane_contract_tests::Session;
use octane_contract_tests::caller::Provider;
use octane_contract_tests::cells::{alone, seeds};
use octane_contract_tests::machine::Looks;
use octane_contract_tests::machine::calls::{Trouble, typed};
use octane_contract_tests::machine::run::sequence;
use octane_contract_tests::reach::Trigger;
use octane_contract_tests::truth_table::Operation;
use serde_json::json;

use crate::support::{in_process, runtime};

#[test]
fn withdrawing_in_each_of_the_twelve_states_is_answered_by_the_table_and_seen_everywhere() {
    let session = in_process();
    runtime().block_on(async {
        for state in seeds() {
            let withdraw = Trigger::Operation(Operation::Withdraw);
            match sequence(&session, &alone((state, withdraw)), Looks::Everything).await {
                Ok(()) => {}
                Err(Trouble::Broken(failure)) => panic!("withdraw in {state}: {failure}"),
                Err(Trouble::Unreachable(problem)) => panic!("{problem}"),
            }
        }
    });
    let coverage = session.log().coverage();
    let rows = coverage.cells.iter().map(|((state, _), answers)| {
        let answers: Vec<&str> = answers.keys().map(String::as_str).collect();
        format!("{state:<20} {}", answers.join(" or "))
    });
    insta::assert_snapshot!(rows.collect::<Vec<_>>().join("\n"), @r"
    Submitted            200
    Acknowledged         200
    Accepted             202
    AppointmentRequired  202
    Scheduled            202
    Held                 202
    PendingWithdrawal    409 WithdrawalAlreadyPending (3008)
    InProgress           409 PastPointOfNoReturn (3009)
    Completed            409 OrderClosed (3010)
    Rejected             409 OrderClosed (3010)
    Withdrawn            409 OrderClosed (3010)
    Cancelled            409 OrderClosed (3010)
    ");
}

#[test]
fn a_place_booked_by_a_withdrawn_order_is_free_again_and_not_before() {
    let session = in_process();
    runtime().block_on(async {
        let body: control::types::SeedOrderRequest = typed(json!({ "state": "Scheduled" }));
        let order =
            session.control().seed_order().body(body).send().await.unwrap().response.order_id.0;
        let client = session.client(Provider::A);
        let booked = client.get_nbn_order().order_id(order).send().await.unwrap();
        let booked = booked.into_inner().response.appointment.unwrap();
        let slot = booked.timeslot_id.to_string();
        let start = booked.valid_for.start_date_time;
        let while_scheduled = places_free(&session, start, &slot).await;

        let body = types::WithdrawRequest {
            reason: types::WithdrawalReason::CustomerMoving,
            comment: None,
        };
        client.cancel_nbn_order().order_id(order).body(body).send().await.unwrap();
        assert_eq!(
            places_free(&session, start, &slot).await,
            while_scheduled,
            "nbn has not decided"
        );

        let event =
            typed::<control::types::NetworkEventRequest>(json!({ "event": "confirmWithdrawal" }));
        session.control().send_network_event().order_id(order).body(event).send().await.unwrap();
        assert_eq!(places_free(&session, start, &slot).await, while_scheduled + 1);
        assert!(session.log().take_failures().is_empty());
    });
}

/// How many places of a timeslot are free; none if it is not offered.
async fn places_free(
    session: &Session,
    start: chrono::DateTime<chrono::FixedOffset>,
    slot: &str,
) -> i32 {
    let call = session
        .client(Provider::B)
        .query_appointment_timeslots()
        .location_id("LOC000000000001")
        .start_date_time(start)
        .end_date_time(start + chrono::TimeDelta::hours(1))
        .demand_type(types::DemandType::StandardInstall);
    let offered = call.send().await.unwrap().into_inner().response.timeslots;
    offered.iter().find(|it| it.timeslot_id.to_string() == slot).map_or(0, |it| it.places_free)
}
