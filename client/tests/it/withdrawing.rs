//! The withdraw flow: every outcome it can come to.

use std::time::Duration;

use octane_client::{
    Client, Error, WithdrawOutcome, WithdrawRefusal,
    types::{ErrorCode, WithdrawalReason},
};

use serde_json::json;

use crate::support::{
    Answer,
    clock::TestClock,
    failure, order, scripted,
    service::{Nbn, Orders, Service},
    socket_client,
};

async fn service(orders: Orders) -> (Service, Client, TestClock) {
    let service = Service::new().await;
    service.reset(orders, &[]);
    let (client, clock) = socket_client(&service.url());
    (service, client, clock)
}

async fn withdraw(client: &Client) -> WithdrawOutcome {
    client.withdraw(1001, WithdrawalReason::CustomerChangedMind).send().await.unwrap()
}

fn why(outcome: &WithdrawOutcome) -> WithdrawRefusal {
    let WithdrawOutcome::Refused { why, .. } = outcome else { panic!("{outcome:?}") };
    *why
}

#[tokio::test]
async fn an_order_that_nbn_has_not_accepted_is_withdrawn_at_once() {
    let (_service, client, clock) = service(Orders::new(Nbn::NotAsked)).await;
    let outcome = withdraw(&client).await;
    assert!(matches!(outcome, WithdrawOutcome::Withdrawn { .. }), "{outcome:?}");
    assert!(outcome.is_withdrawn() && clock.sleeps().is_empty());
}

#[tokio::test]
async fn a_decision_is_waited_for_with_growing_patience() {
    let (_service, client, clock) = service(Orders::new(Nbn::Agrees(4))).await;
    assert!(withdraw(&client).await.is_withdrawn());
    assert_eq!(clock.sleeps(), [1, 2, 4].map(Duration::from_secs));
}

#[tokio::test]
async fn a_late_withdrawal_tells_its_charge() {
    let (_service, client, _) = service(Orders::new(Nbn::AgreesLate(2))).await;
    let outcome = withdraw(&client).await;
    let WithdrawOutcome::WithdrawnWithCharge { order, charges } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(charges[0].charge_amount.0, 90.0);
    assert_eq!(order.charges, charges);
}

#[tokio::test]
async fn nbn_may_decline_and_may_end_the_order_instead() {
    let (_service, client, _) = service(Orders::new(Nbn::Declines(2))).await;
    let outcome = withdraw(&client).await;
    assert_eq!(why(&outcome), WithdrawRefusal::Network);
    assert_eq!(outcome.order().status.as_str(), "Scheduled");

    let (_service, client, _) = service(Orders::new(Nbn::Overtakes(2))).await;
    let outcome = withdraw(&client).await;
    assert_eq!(why(&outcome), WithdrawRefusal::Overtaken);
    assert_eq!(outcome.order().status.as_str(), "Cancelled");
}

#[tokio::test]
async fn the_service_says_why_it_refuses() {
    for (status, code) in [(409, 3009), (409, 3010), (422, 3007), (409, 31_337)] {
        let mut orders = Orders::new(Nbn::NotAsked);
        orders.refusal = Some((status, code));
        let (_service, client, clock) = service(orders).await;
        let outcome = withdraw(&client).await;
        assert_eq!(why(&outcome), WithdrawRefusal::Service(ErrorCode::from(code)));
        assert!(clock.sleeps().is_empty(), "a refusal is no reason to try again");
    }
    let code = ErrorCode::PastPointOfNoReturn;
    let (meaning, action) = (code.meaning().unwrap(), code.action().unwrap());
    assert_eq!(
        WithdrawRefusal::Service(code).to_string(),
        format!("the service refused, PastPointOfNoReturn (3009): {meaning} {action}")
    );
}

#[tokio::test]
async fn a_status_of_tomorrow_is_understood_by_what_the_withdrawal_says() {
    let asked = |status: &str, outcome: &str| {
        let mut order = order(status, "2026-03-05T08:00:00+11:00");
        order["response"]["withdrawal"] = json!({
            "reason": "CostDeclined", "requestedAt": "2026-03-04T20:00:00Z", "outcome": outcome,
        });
        Answer::json(200, &order)
    };
    let (client, clock) = scripted([
        asked("WithdrawalWithLawyers", "Pending"),
        asked("WithdrawalWithLawyers", "Pending"),
        asked("WithdrawnByLawyers", "Accepted"),
    ]);
    assert!(withdraw(&client).await.is_withdrawn());
    assert_eq!(clock.sleeps().len(), 1);
}

#[tokio::test]
async fn time_may_run_out_and_calling_again_goes_on_waiting() {
    let (service, client, clock) = service(Orders::new(Nbn::Agrees(8))).await;
    let flow = client
        .withdraw(1001, WithdrawalReason::Other)
        .comment("Ordered twice.")
        .timeout(Duration::from_secs(5));
    let outcome = flow.clone().send().await.unwrap();
    assert!(matches!(outcome, WithdrawOutcome::StillPending { .. }), "{outcome:?}");
    // The last look is at the deadline.
    assert_eq!(clock.sleeps(), [1, 2, 2].map(Duration::from_secs));

    let outcome = flow.send().await.unwrap();
    assert!(outcome.is_withdrawn(), "{outcome:?}");
    assert_eq!(service.orders.lock().unwrap().withdrawals, 1);
}

#[tokio::test]
async fn without_time_nothing_is_waited_for() {
    let (_service, client, clock) = service(Orders::new(Nbn::Agrees(1))).await;
    let call = client.withdraw(1001, WithdrawalReason::CustomerMoving).timeout(Duration::ZERO);
    let outcome = call.send().await.unwrap();
    assert!(matches!(outcome, WithdrawOutcome::StillPending { .. }), "{outcome:?}");
    assert!(clock.sleeps().is_empty());
}

#[tokio::test]
async fn a_second_call_finds_the_order_withdrawn() {
    let (service, client, _) = service(Orders::new(Nbn::AgreesLate(1))).await;
    let first = withdraw(&client).await;
    let second = withdraw(&client).await;
    assert_eq!(first, second);
    assert_eq!(service.orders.lock().unwrap().withdrawals, 1);
}

#[tokio::test]
async fn a_comment_the_contract_forbids_is_not_sent() {
    let client = Client::builder("http://127.0.0.1:1").build().unwrap();
    let call = client.withdraw(1001, WithdrawalReason::Other).comment("");
    assert!(matches!(call.send().await, Err(Error::InvalidRequest { .. })));
}

#[tokio::test]
async fn an_order_nobody_has_is_an_error() {
    let (client, _) = scripted([Answer::json(404, &failure(3001))]);
    let call = client.withdraw(1001, WithdrawalReason::CustomerMoving).send().await;
    assert_eq!(call.unwrap_err().error_code(), Some(ErrorCode::OrderNotFound));
}
