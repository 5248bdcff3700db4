//! The mock as part of a test suite in Rust.

use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;

use chrono::TimeDelta;
use octane_client::types::{OrderStatus, WithdrawRequest, WithdrawalReason};
use octane_client::{Client, Error, Retries};
use octane_mock_server::domain::decide::NetworkEvent;
use octane_mock_server::{
    Effect, FaultRule, MockServer, MockServerBuilder, RunningServer, SeedOrder, Stage,
};

const MONDAY: &str = "2026-03-02T09:00:00+11:00";

fn builder() -> MockServerBuilder {
    MockServer::builder().fixed_time(MONDAY)
}

async fn withdraw(client: &Client, order: i64) -> Result<(), Error> {
    let body = WithdrawRequest::builder().reason(WithdrawalReason::CostDeclined);
    let answer = client.cancel_nbn_order().order_id(order).body(body).send().await;
    answer.map(drop).map_err(Error::from)
}

/// What `test` panics with.
#[track_caller]
fn panic_of(test: impl FnOnce()) -> String {
    let panic = std::panic::catch_unwind(AssertUnwindSafe(test)).expect_err("it must panic");
    *panic.downcast::<String>().expect("the panic has a text")
}

#[tokio::test]
async fn a_test_fills_the_server_steers_it_and_asks_what_was_called() {
    let server = builder().seed(7).start().await;
    let wanted = SeedOrder::in_state(OrderStatus::PendingWithdrawal)
        .through(OrderStatus::Scheduled)
        .provider("outback")
        .customer(200_001)
        .location("LOC000000000001");
    let order = server.seed_order(&wanted).id();
    server.network_event(order, NetworkEvent::named("refuseWithdrawal"));
    server.advance_clock(TimeDelta::days(1));
    assert_eq!(server.order(order).status, "Scheduled");
    let seen = server.client("outback").get_nbn_order().order_id(order).send().await.unwrap();
    assert_eq!(seen.response.status, OrderStatus::Scheduled);
    let calls = server.expect_calls("getNbnOrder").order(order).provider("outback").exactly(1);
    assert_eq!((calls[0].status, calls[0].is_valid), (200, true));
    assert_eq!(calls[0].at.to_rfc3339(), "2026-03-02T22:00:00+00:00");
    server.expect_calls("cancelNbnOrder").never();
    server.expect_any_calls().status(200).at_most(1);
    server.expect_any_calls().valid().at_least(1);
}

#[tokio::test]
async fn a_failed_expectation_says_what_there_was_instead() {
    let server = builder().start().await;
    for _ in 0..2 {
        server.seed_order(&SeedOrder::in_state("Held"));
    }
    let harbour = server.client("harbour");
    withdraw(&harbour, 1001).await.unwrap();
    withdraw(&harbour, 1001).await.unwrap_err();
    withdraw(&server.client("outback"), 1002).await.unwrap_err();
    let other = WithdrawRequest::builder().reason(WithdrawalReason::Other);
    harbour.cancel_nbn_order().order_id(1002).body(other).send().await.unwrap_err();
    let failures = [
        panic_of(|| drop(server.expect_calls("cancelNbnOrder").order(1001).exactly(1))),
        panic_of(|| drop(server.expect_calls("cancelNbnOrder").order(1003).at_least(1))),
        panic_of(|| server.expect_any_calls().invalid().never()),
        panic_of(|| drop(server.expect_calls("withdrawOrder").exactly(1))),
    ];
    insta::assert_snapshot!(failures.join("\n\n---\n\n"));
}

#[tokio::test]
async fn a_mistake_in_the_test_is_told_with_what_would_be_right() {
    let server = builder().start().await;
    server.seed_order(&SeedOrder::in_state("Held"));
    let rule = FaultRule {
        operations: vec!["withdrawOrder".to_owned()],
        ..FaultRule::new(Effect::Reset(Stage::BeforeHandling))
    };
    for (mistake, expected) in [
        (panic_of(|| drop(server.client("nobody"))), "known are `harbour`, `outback`"),
        (panic_of(|| drop(server.order(1999))), "There is no order 1999."),
        (
            panic_of(|| drop(server.seed_order(&SeedOrder::in_state("Sheduled")))),
            "No way leads to `Sheduled`",
        ),
        (
            panic_of(|| drop(server.network_event(1001, NetworkEvent::named("start")))),
            "legal are `resume`, `cancelByNetwork`",
        ),
        (panic_of(|| drop(server.fault(rule))), "no operation `withdrawOrder`"),
        (panic_of(|| drop(server.world_named("default"))), "There is a world `default`."),
        (panic_of(|| drop(builder().fixed_time("noon"))), "`noon` is no moment"),
    ] {
        assert!(mistake.contains(expected), "{mistake}");
    }
}

#[tokio::test]
async fn a_fault_lasts_as_long_as_its_guard() {
    let server = builder().start().await;
    let order = server.seed_order(&SeedOrder::in_state("Submitted")).id();
    let client = server.client_builder("harbour").retries(Retries::none()).build().unwrap();
    let fault = server.fault(FaultRule::new(Effect::Reset(Stage::AfterHandling)));
    withdraw(&client, order).await.unwrap_err();
    withdraw(&client, order).await.unwrap_err();
    assert_eq!(fault.applied(), 2);
    let lost = server.expect_calls("cancelNbnOrder").order(order).exactly(2);
    assert!(lost.iter().all(|it| it.fault_id == i64::try_from(fault.id()).ok()));
    assert_eq!(lost[0].status_after.as_deref(), Some("Withdrawn"));
    drop(fault);
    let refused = withdraw(&client, order).await.unwrap_err();
    assert_eq!(refused.status().map(|it| it.as_u16()), Some(409));
}

#[tokio::test]
async fn a_guard_whose_rule_is_gone_is_dropped_quietly() {
    let server = builder().start().await;
    let fault = server.fault(FaultRule::new(Effect::Hang(Stage::BeforeHandling)));
    server.world().reset();
    assert_eq!(fault.applied(), 0);
    drop(fault);
}

static SHARED: LazyLock<RunningServer> = LazyLock::new(|| builder().start_blocking());

/// Two tests, each with a runtime of its own, at the same time.
#[test]
fn tests_share_a_server_and_have_a_world_each() {
    let in_world = |name: &'static str, state: &'static str| {
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let world = SHARED.world_named(name);
                let order = world.seed_order(&SeedOrder::in_state(state)).id();
                assert_eq!(order, 1001);
                let client = world.client("harbour");
                let seen = client.get_nbn_order().order_id(order).send().await.unwrap();
                assert_eq!(seen.response.status.to_string(), state);
                world.expect_any_calls().exactly(1);
                assert!(world.base_url().ends_with(&format!("/worlds/{name}")));
            });
        })
    };
    let tests = [in_world("one", "Held"), in_world("other", "Scheduled")];
    tests.into_iter().for_each(|test| test.join().unwrap());
    SHARED.expect_any_calls().never();
}

#[tokio::test]
async fn a_server_stops_when_told_to_and_when_dropped() {
    let refuses = |address| std::net::TcpStream::connect(address).is_err();
    let server = builder().start().await;
    let address = server.address();
    server.client("harbour").list_nbn_orders().send().await.unwrap();
    server.stop().await;
    assert!(refuses(address));

    let server = builder().start().await;
    let address = server.address();
    drop(server);
    // It stops by itself, soon.
    let stopped = tokio::task::spawn_blocking(move || while !refuses(address) {});
    tokio::time::timeout(std::time::Duration::from_secs(30), stopped).await.unwrap().unwrap();
}
