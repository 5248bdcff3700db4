//! Lists as streams over their pages.

use std::{ops::Range, pin::pin};

use futures_core::Stream;
use serde_json::{Value, json};

use crate::support::{Answer, failure, scripted, scripted_and_sent};

fn down() -> Answer {
    Answer::json(503, &failure(1010))
}

/// A page of a list.
fn page(ids: Range<i64>, next: Option<&str>) -> Answer {
    let orders: Vec<Value> = ids
        .map(|id| {
            json!({
                "orderId": id, "orderType": "New", "subOrderType": "New", "status": "Held",
                "isWithdrawable": true, "custNo": 100_001,
                "createdAt": "2026-03-01T22:00:00Z", "updatedAt": "2026-03-01T22:00:00Z",
            })
        })
        .collect();
    let mut body = json!({
        "success": true, "errorCode": 0, "errorMessage": "Success", "response": { "orders": orders },
    });
    if let Some(next) = next {
        body["response"]["nextCursor"] = next.into();
    }
    Answer::json(200, &body)
}

#[tokio::test]
async fn all_orders_of_all_pages_come_in_order() {
    let pages = [page(0..2, Some("a")), page(2..2, Some("b")), page(2..5, None)];
    let (client, _, sent) = scripted_and_sent(pages);
    let orders = client.list_nbn_orders().cust_no(100_001).items().all().await.unwrap();
    let ids: Vec<_> = orders.iter().map(|order| order.order_id.0).collect();
    assert_eq!(ids, [0, 1, 2, 3, 4]);
    let queries: Vec<_> =
        sent.lock().unwrap().iter().map(|r| r.url().query().unwrap().to_owned()).collect();
    assert_eq!(queries, ["custNo=100001", "cursor=a&custNo=100001", "cursor=b&custNo=100001"]);
}

#[tokio::test]
async fn a_page_that_nobody_asks_for_is_not_fetched() {
    let (client, _, sent) = scripted_and_sent([page(0..2, Some("a")), page(2..3, None)]);
    let mut items = client.list_nbn_orders().items();
    assert_eq!(sent.lock().unwrap().len(), 0);
    items.next().await.unwrap().unwrap();
    items.next().await.unwrap().unwrap();
    assert_eq!(sent.lock().unwrap().len(), 1);
    items.next().await.unwrap().unwrap();
    assert!(items.next().await.is_none());
    assert!(items.next().await.is_none());
    assert_eq!(sent.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_failure_ends_the_stream_and_tells_where_to_go_on() {
    let answers = [page(0..2, Some("a")), down(), down(), down(), page(2..3, None)];
    let (client, _) = scripted(answers);
    let mut pages = client.list_nbn_orders().pages();
    assert_eq!(pages.cursor(), None);
    assert_eq!(pages.next().await.unwrap().unwrap().orders.len(), 2);
    assert_eq!(pages.next().await.unwrap().unwrap_err().status().unwrap(), 503);
    assert!(pages.next().await.is_none());

    let cursor = pages.cursor().unwrap();
    assert_eq!(cursor, "a");
    let rest = client.list_nbn_orders().cursor(cursor).items().all().await.unwrap();
    assert_eq!(rest.len(), 1);
}

#[tokio::test]
async fn a_list_that_goes_round_ends() {
    let (client, _) = scripted([page(0..2, Some("a"))]);
    let mut pages = client.list_nbn_orders().pages();
    pages.next().await.unwrap().unwrap();
    let error = pages.next().await.unwrap().unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "the next page is the page itself");
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn they_are_streams_like_any_other() {
    let (client, _) = scripted([page(0..1, None)]);
    let mut items = pin!(client.list_nbn_orders().items());
    let mut next = async || std::future::poll_fn(|cx| items.as_mut().poll_next(cx)).await;
    assert_eq!(next().await.unwrap().unwrap().order_id.0, 0);
    assert!(next().await.is_none());
}
