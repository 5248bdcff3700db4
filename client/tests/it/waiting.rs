//! Waiting for an order.

use std::time::Duration;

use octane_client::{Error, Waited, types::OrderStatus};

use crate::support::{Answer, failure, order, scripted};

fn seen(status: &str) -> Answer {
    Answer::json(200, &order(status, "2026-03-05T08:00:00+11:00"))
}

fn down(status: u16) -> Answer {
    Answer::json(status, &failure(1010))
}

#[tokio::test]
async fn it_ends_when_the_order_is_what_it_is_to_be() {
    let (client, clock) = scripted([seen("Submitted"), seen("Submitted"), seen("Accepted")]);
    let wait = client.wait_for(1001).until(|order| order.status == OrderStatus::Accepted);
    let waited = wait.await.unwrap();
    assert!(matches!(waited, Waited::Reached(_)));
    assert_eq!(waited.order().status, OrderStatus::Accepted);
    assert_eq!(clock.sleeps(), [1, 2].map(Duration::from_secs));
}

#[tokio::test]
async fn it_ends_at_the_deadline_with_the_order_as_it_is() {
    let (client, clock) = scripted([seen("Submitted")]);
    let wait = client.wait_for(1001).timeout(Duration::from_secs(60));
    let waited = wait.until(|_| false).await.unwrap();
    assert!(matches!(waited, Waited::DeadlinePassed(_)));
    assert_eq!(clock.sleeps(), [1, 2, 4, 8, 16, 29].map(Duration::from_secs));
}

#[tokio::test]
async fn a_service_that_is_down_meanwhile_is_waited_for() {
    // Each look is three attempts.
    let (client, _) = scripted([
        seen("Submitted"),
        down(503),
        down(503),
        down(500),
        down(502),
        down(503),
        down(503),
        seen("Accepted"),
    ]);
    let wait = client.wait_for(1001).until(|order| order.status == OrderStatus::Accepted);
    assert!(matches!(wait.await.unwrap(), Waited::Reached(_)));
}

#[tokio::test]
async fn at_the_deadline_the_last_sight_counts_more_than_a_failure() {
    let (client, _) = scripted([seen("Held"), down(503)]);
    let wait = client.wait_for(1001).timeout(Duration::from_secs(20));
    let waited = wait.until(|_| false).await.unwrap();
    assert_eq!(waited.order().status, OrderStatus::Held);

    let (client, _) = scripted([down(503)]);
    let wait = client.wait_for(1001).timeout(Duration::from_secs(20));
    assert_eq!(wait.until(|_| false).await.unwrap_err().status().unwrap(), 503);
}

#[tokio::test]
async fn an_answer_that_will_not_change_ends_it() {
    let (client, clock) = scripted([seen("Submitted"), Answer::json(404, &failure(3001))]);
    let error = client.wait_for(1001).until(|_| false).await.unwrap_err();
    assert!(matches!(error, Error::Documented { .. }));
    assert_eq!(clock.sleeps(), [Duration::from_secs(1)]);
}

#[tokio::test]
async fn a_wait_may_look_as_often_as_asked() {
    let (client, clock) = scripted([seen("Submitted")]);
    let wait = client
        .wait_for(1001)
        .timeout(Duration::from_secs(7))
        .poll(Duration::from_secs(2), Duration::from_secs(2));
    wait.until(|_| false).await.unwrap();
    assert_eq!(clock.sleeps(), [2, 2, 2, 1].map(Duration::from_secs));
}
