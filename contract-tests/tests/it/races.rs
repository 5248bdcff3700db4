//! Nothing can be had twice at once: 64 callers, real sockets, several threads.

use std::sync::Arc;

use octane_client::{Client, types};
use octane_contract_tests::Session;
use octane_contract_tests::caller::Provider;
use octane_contract_tests::machine::calls::{booking, typed};
use octane_contract_tests::machine::run::Shrinking;
use octane_contract_tests::model::World;
use octane_contract_tests::races::drawn;
use octane_contract_tests::step::Details;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use crate::support::{Loopback, session};

const CALLERS: usize = 64;

/// Runs `call` by every caller at once, and gives the status and body of every answer.
async fn at_once<F>(session: &Session, call: impl Fn(Client, usize) -> F) -> Vec<u16>
where
    F: Future<Output = u16> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(CALLERS));
    let mut calls = Vec::new();
    for caller in 0..CALLERS {
        let (barrier, call) =
            (Arc::clone(&barrier), call(session.client(Provider::A).clone(), caller));
        calls.push(tokio::spawn(async move {
            barrier.wait().await;
            call.await
        }));
    }
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap());
    }
    statuses.sort_unstable();
    statuses
}

fn status<T>(
    result: Result<octane_client::ResponseValue<T>, impl Into<octane_client::Error>>,
) -> u16 {
    match result {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => error.into().status().map_or(0, |status| status.as_u16()),
    }
}

/// One success and refusals with 409 otherwise, none of which breaks the contract.
#[track_caller]
fn admits_one(session: &Session, statuses: &[u16], success: u16) {
    let mut expected = vec![success];
    expected.resize(CALLERS, 409);
    assert_eq!(statuses, expected);
    assert!(session.log().take_failures().is_empty());
}

async fn seeded(session: &Session, state: &str) -> i64 {
    let body: octane_client::control::types::SeedOrderRequest =
        typed(json!({ "state": state, "locationId": "LOC000000000001" }));
    session.control().seed_order().body(body).send().await.unwrap().response.order_id.0
}

async fn timeslots(session: &Session) -> Vec<Value> {
    let call = session
        .client(Provider::A)
        .query_appointment_timeslots()
        .location_id("LOC000000000001")
        .start_date_time(
            "2026-01-01T00:00:00Z".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap(),
        )
        .end_date_time(
            "2036-01-01T00:00:00Z".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap(),
        )
        .demand_type(types::DemandType::StandardInstall);
    call.send().await.unwrap();
    session.log().last().unwrap().response()["timeslots"].as_array().unwrap().clone()
}

#[test]
fn of_64_withdrawals_of_one_order_one_is_accepted() {
    let loopback = Loopback::start();
    let session = session(&loopback.target);
    loopback.runtime.block_on(async {
        let order = seeded(&session, "Accepted").await;
        let statuses = at_once(&session, |client, _| async move {
            let body: types::WithdrawRequest = typed(World::withdrawal(&Details::default()));
            status(client.cancel_nbn_order().order_id(order).body(body).send().await)
        })
        .await;
        admits_one(&session, &statuses, 202);
        session.client(Provider::A).get_nbn_order().order_id(order).send().await.unwrap();
        let detail = session.log().last().unwrap().response().clone();
        assert_eq!(detail["status"], "PendingWithdrawal");
        assert_eq!(detail["statusHistory"].as_array().unwrap().len(), 4);
    });
}

#[test]
fn of_64_bookings_of_the_last_place_one_is_accepted() {
    let loopback = Loopback::start();
    let session = session(&loopback.target);
    loopback.runtime.block_on(async {
        let slot = timeslots(&session).await.remove(0);
        let id = slot["timeslotId"].as_str().unwrap().to_owned();
        let mut orders = Vec::new();
        for _ in 0..CALLERS {
            orders.push(seeded(&session, "AppointmentRequired").await);
        }
        for _ in 1..slot["placesFree"].as_u64().unwrap() {
            let order = seeded(&session, "AppointmentRequired").await;
            let body = booking(order, &id, None);
            session.client(Provider::A).book_appointment().body(body).send().await.unwrap();
        }
        let statuses = at_once(&session, |client, caller| {
            let body = booking(orders[caller], &id, None);
            async move { status(client.book_appointment().body(body).send().await) }
        })
        .await;
        admits_one(&session, &statuses, 200);
        let left = timeslots(&session).await;
        assert!(left.iter().all(|slot| slot["timeslotId"] != id), "a full timeslot is not offered");
    });
}

#[test]
fn of_64_creates_with_one_remote_order_id_one_makes_an_order() {
    let loopback = Loopback::start();
    let session = session(&loopback.target);
    loopback.runtime.block_on(async {
        let body: types::QualificationRequest =
            typed(json!({ "productSelection": "nbn", "locationId": "LOC000000000001" }));
        let client = session.client(Provider::A);
        let made = client.check_service_qualification().body(body).send().await.unwrap();
        let made = made.into_inner().response;
        let body: types::OrderRequest = typed(json!({
            "orderType": "New",
            "subOrderType": "New",
            "serviceClass": made.location.service_class,
            "remoteQualificationSearchId": made.remote_qualification_search_id,
            "qualificationSearchId": made.qualification_search_id,
            "remoteOrderId": made.remote_order_id,
            "service": { "custNo": 100_001, "csn": "nbn-tc4" },
        }));
        let statuses = at_once(&session, |client, _| {
            let body = body.clone();
            async move { status(client.create_nbn_order().body(body).send().await) }
        })
        .await;
        admits_one(&session, &statuses, 201);
        client.list_nbn_orders().send().await.unwrap();
        let exchanges = session.log().take_exchanges();
        let orders = exchanges.last().unwrap().response()["orders"].as_array().unwrap().clone();
        assert_eq!(orders.len(), 1);
        let refused = exchanges.iter().filter(|exchange| exchange.status == 409);
        for exchange in refused {
            let named = &exchange.json.as_ref().unwrap()["orderId"];
            assert_eq!(*named, orders[0]["orderId"], "a refused create names the order there is");
        }
    });
}

#[test]
fn calls_at_once_over_sockets_are_explained_by_some_order_of_them() {
    let loopback = Loopback::start();
    let session = session(&loopback.target);
    for number in 0..12 {
        let race = drawn(&session, 1, number, Shrinking::None);
        if let Some(lost) = loopback.runtime.block_on(race).expect("the mock is there") {
            panic!("{lost}");
        }
    }
}
