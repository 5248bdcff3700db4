//! The world behind the router: seeding, time, order numbers, reset.

use chrono::TimeDelta;
use octane_mock_server::{Clock, Config, MockServer, SeedOrder};
use serde_json::{Value, json};

use crate::support::{MONDAY, OUTBACK, config, get, post, server};

async fn script(server: &MockServer) -> Vec<(u16, Value)> {
    let router = server.router();
    let calls = [
        post(
            "/v1/qualification/check",
            &json!({"productSelection": "nbn", "locationId": "LOC000000000004"}),
        ),
        post("/_mock/orders", &json!({"state": "Scheduled"})),
        post("/_mock/orders", &json!({"state": "PendingWithdrawal", "through": ["Scheduled"]})),
        get("/v1/order/nbn?limit=1"),
        get("/v1/order/nbn/1002"),
        get(
            "/v1/appointment/nbn/timeslot?locationId=LOC000000000001&startDateTime=2026-03-02T00:00:00Z&endDateTime=2026-05-02T00:00:00Z&demandType=Standard%20Install",
        ),
        post("/v1/order/nbn/1001/cancel", &json!({"reason": "CostDeclined"})),
    ];
    let mut replies = Vec::new();
    for call in calls {
        let reply = call.to(&router).await;
        replies.push((reply.status, reply.body));
    }
    replies
}

#[tokio::test]
async fn the_same_seed_and_requests_give_the_same_answers() {
    let with_seed = |seed| MockServer::new(Config { seed, ..config() }).unwrap();
    let first = script(&with_seed(7)).await;
    assert!(first.iter().all(|(status, _)| *status < 300), "{first:?}");
    assert_eq!(first, script(&with_seed(7)).await);
    assert_ne!(first, script(&with_seed(8)).await);
}

#[tokio::test]
async fn a_reset_starts_anew_and_makes_cursors_stale() {
    let server = server();
    let first = script(&server).await;
    let next = first[3].1["response"]["nextCursor"].as_str().unwrap().to_owned();
    let page = format!("/v1/order/nbn?limit=1&cursor={next}");
    get(&page).to(&server.router()).await.expect(200);
    post("/_mock/reset", &json!(null)).to(&server.router()).await.expect(200);
    let health = get("/_mock/health").to(&server.router()).await.expect(200);
    assert_eq!(health["orders"], 0);
    let stale = get(&page).to(&server.router()).await;
    assert_eq!(stale.status, 400);
    assert_eq!(script(&server).await[..3], first[..3]);
}

#[tokio::test]
async fn a_page_neither_repeats_nor_skips_while_orders_are_made() {
    let server = server();
    let router = server.router();
    let seed = |state: &str| server.world().seed_order(&SeedOrder::in_state(state)).unwrap().id();
    let mut existed: Vec<i64> = (0..7).map(|_| seed("Submitted")).collect();
    existed.reverse();
    let mut seen = Vec::new();
    let mut path = "/v1/order/nbn?limit=2".to_owned();
    loop {
        let page = get(&path).to(&router).await.expect(200);
        let ids =
            page["orders"].as_array().unwrap().iter().map(|it| it["orderId"].as_i64().unwrap());
        seen.extend(ids);
        seed("Held");
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/order/nbn?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, existed);
}

#[tokio::test]
async fn a_cursor_of_another_provider_or_list_is_refused() {
    let server = server();
    let router = server.router();
    for _ in 0..3 {
        server.world().seed_order(&SeedOrder::in_state("Held")).unwrap();
    }
    let page = get("/v1/order/nbn?limit=1&status=Held").to(&router).await.expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    let follow = |filter: &str| get(&format!("/v1/order/nbn?cursor={cursor}{filter}"));
    follow("&status=Held").to(&router).await.expect(200);
    assert_eq!(follow("").to(&router).await.status, 400);
    assert_eq!(follow("&status=Scheduled").to(&router).await.status, 400);
    assert_eq!(follow("&status=Held").by(OUTBACK).to(&router).await.status, 400);
}

#[tokio::test]
async fn seeding_passes_the_states_asked_for() {
    let server = server();
    for (state, through, expected) in [
        ("Submitted", vec![], "Submitted"),
        (
            "Completed",
            vec![],
            "Submitted Acknowledged Accepted AppointmentRequired Scheduled InProgress Completed",
        ),
        (
            "Held",
            vec!["InProgress"],
            "Submitted Acknowledged Accepted AppointmentRequired Scheduled InProgress Held",
        ),
        (
            "PendingWithdrawal",
            vec!["Scheduled"],
            "Submitted Acknowledged Accepted AppointmentRequired Scheduled PendingWithdrawal",
        ),
        (
            "Withdrawn",
            vec!["Held"],
            "Submitted Acknowledged Accepted Held PendingWithdrawal Withdrawn",
        ),
    ] {
        let through = through.into_iter().map(str::to_owned).collect();
        let wanted = SeedOrder { through, ..SeedOrder::in_state(state) };
        let order = server.world().seed_order(&wanted).unwrap();
        let passed: Vec<_> = order.status_history.iter().map(|it| it.status.as_str()).collect();
        assert_eq!(passed.join(" "), expected);
    }
}

#[tokio::test]
async fn the_clock_is_set_moved_and_shown_in_the_date_header() {
    let server = server();
    let router = server.router();
    let reply = get("/v1/order/nbn").to(&router).await;
    assert_eq!(reply.headers["date"], "Sun, 01 Mar 2026 22:00:00 GMT");
    let moved = post("/_mock/clock/advance", &json!({"seconds": 90_000})).to(&router).await;
    assert_eq!(moved.expect(200), json!({"mode": "Fixed", "now": "2026-03-02T23:00:00Z"}));
    let set = json!({"mode": "Fixed", "now": "2026-04-05T03:00:00+10:00"});
    let request = crate::support::call("PUT", "/_mock/clock").json(&set.to_string());
    assert_eq!(request.to(&router).await.expect(200)["now"], "2026-04-04T17:00:00Z");
    let reply = get("/_mock/clock").to(&router).await;
    assert_eq!(reply.headers["date"], "Sat, 04 Apr 2026 17:00:00 GMT");
}

#[tokio::test]
async fn the_clock_does_not_leave_the_years_it_can_show() {
    let server = server();
    let router = server.router();
    let last = json!({"mode": "Fixed", "now": "9998-12-31T23:59:59Z"});
    let set = crate::support::call("PUT", "/_mock/clock").json(&last.to_string());
    set.to(&router).await.expect(200);
    let refused = post("/_mock/clock/advance", &json!({"seconds": 1})).to(&router).await;
    assert_eq!((refused.status, refused.error_code()), (422, 9007));
    assert_eq!(get("/_mock/clock").to(&router).await.expect(200)["now"], "9998-12-31T23:59:59Z");
}

#[test]
fn a_running_clock_does_not_go_back() {
    let clock = Clock::running(MONDAY.parse().unwrap(), 1).unwrap();
    let first = clock.now();
    assert!(clock.now() >= first);
    assert!(clock.advanced(TimeDelta::days(1)).unwrap().now() >= first + TimeDelta::days(1));
    assert!(clock.advanced(TimeDelta::MAX).is_err());
}
