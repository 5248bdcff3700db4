//! Requests: what leaves the client, as the transport sees it.

use chrono::DateTime;
use octane_client::types;
use reqwest::header::{AUTHORIZATION, USER_AGENT};
use serde_json::{Value, json};

use crate::support::{Answer, client, failure, only, order};

fn refused() -> Answer {
    Answer::json(401, &failure(1002))
}

fn body(request: &reqwest::Request) -> Value {
    serde_json::from_slice(request.body().unwrap().as_bytes().unwrap()).unwrap()
}

#[tokio::test]
async fn a_request_goes_through_the_transport_with_the_credentials() {
    let (client, sent) = client(Answer::json(200, &order("Submitted", "2026-03-05T08:00:00Z")));
    let answer = client.get_nbn_order().order_id(1001).send().await.unwrap();
    assert_eq!(answer.status(), 200);

    let request = only(&sent);
    assert_eq!(request.url().as_str(), "http://octane.test/tiab/api/v1/order/nbn/1001");
    let authorization = &request.headers()[AUTHORIZATION];
    assert_eq!(authorization, "Basic aGFyYm91cjpzM2NyZXQ=");
    assert!(authorization.is_sensitive());
    assert!(request.timeout().is_some());
}

#[tokio::test]
async fn a_user_agent_of_ones_own_is_sent_by_any_transport() {
    let sent = std::sync::Arc::new(std::sync::Mutex::new(None));
    let seen = std::sync::Arc::clone(&sent);
    let client = octane_client::Client::builder("http://octane.test")
        .user_agent("harbour-portal/1.2")
        .transport(move |request: reqwest::Request| {
            *seen.lock().unwrap() = request.headers().get(USER_AGENT).cloned();
            async { Ok(refused().into_response()) }
        })
        .build()
        .unwrap();
    client.list_nbn_orders().send().await.unwrap_err();
    assert_eq!(sent.lock().unwrap().as_ref().unwrap(), "harbour-portal/1.2");
}

#[tokio::test]
async fn a_moment_in_the_query_keeps_its_offset_and_its_plus_is_encoded() {
    let (client, sent) = client(refused());
    let from = DateTime::parse_from_rfc3339("2026-03-01T00:00:00+10:00").unwrap();
    let call = client.list_nbn_orders().created_from(from).send().await;
    call.unwrap_err();

    let request = only(&sent);
    assert_eq!(request.url().query(), Some("createdFrom=2026-03-01T00%3A00%3A00%2B10%3A00"));
    let pairs: Vec<_> = request.url().query_pairs().into_owned().collect();
    assert_eq!(pairs, [("createdFrom".to_owned(), "2026-03-01T00:00:00+10:00".to_owned())]);
}

#[tokio::test]
async fn filters_are_sent_as_the_contract_spells_them_and_absent_ones_are_not() {
    let (client, sent) = client(refused());
    let call = client
        .list_nbn_orders()
        .status(types::OrderStatus::PendingWithdrawal)
        .order_type("Upgrade")
        .cust_no(100_001)
        .limit(50)
        .cursor("a+b/c=")
        .send();
    call.await.unwrap_err();
    assert_eq!(
        only(&sent).url().query(),
        Some(
            "cursor=a%2Bb%2Fc%3D&custNo=100001&limit=50&orderType=Upgrade&status=PendingWithdrawal"
        )
    );
}

#[tokio::test]
async fn no_filter_sends_no_query() {
    let (client, sent) = client(refused());
    client.list_nbn_orders().send().await.unwrap_err();
    assert_eq!(only(&sent).url().query(), None);
}

#[tokio::test]
async fn an_enum_with_spaces_is_encoded_in_the_query() {
    let (client, sent) = client(refused());
    let moment = DateTime::parse_from_rfc3339("2026-03-01T00:00:00Z").unwrap();
    let call = client
        .query_appointment_timeslots()
        .location_id("LOC000000000001")
        .start_date_time(moment)
        .end_date_time(moment)
        .demand_type(types::DemandType::InstallDeinstall)
        .send();
    call.await.unwrap_err();
    let request = only(&sent);
    let demand = request.url().query_pairs().find(|(name, _)| name == "demandType").unwrap();
    assert_eq!(demand.1, "Install - Deinstall");
}

#[tokio::test]
async fn a_withdrawal_is_sent_as_the_contract_says() {
    let (client, sent) = client(refused());
    let request = types::WithdrawRequest::builder()
        .reason(types::WithdrawalReason::Other)
        .comment(Some("Ordered twice.".parse().unwrap()));
    client.cancel_nbn_order().order_id(7).body(request).send().await.unwrap_err();
    let request = only(&sent);
    assert_eq!(request.method(), "POST");
    assert_eq!(request.url().path(), "/tiab/api/v1/order/nbn/7/cancel");
    assert_eq!(body(&request), json!({ "reason": "Other", "comment": "Ordered twice." }));
}

#[tokio::test]
async fn the_kind_of_an_order_need_not_be_repeated() {
    let (client, sent) = client(refused());
    let service =
        types::ServiceRequest::builder().cust_no(100_001).csn(types::CarrierServiceName::NbnTc4);
    let request: types::DisconnectionRequest = types::DisconnectionRequest::builder()
        .sub_order_type(types::DisconnectionRequestSubOrderType::PortOut)
        .service(service)
        .cust_req_date(DateTime::parse_from_rfc3339("2026-06-30T17:00:00+10:00").unwrap())
        .try_into()
        .unwrap();
    client.create_nbn_order().body(request).send().await.unwrap_err();
    let expected = json!({
        "orderType": "Terminate",
        "subOrderType": "Port Out",
        "service": { "custNo": 100_001, "csn": "nbn-tc4" },
        "custReqDate": "2026-06-30T17:00:00+10:00",
    });
    let sent = body(&only(&sent));
    assert_eq!(sent, expected);
    let read: types::OrderRequest = serde_json::from_value(sent).unwrap();
    assert!(matches!(read, types::OrderRequest::DisconnectionRequest(_)));
}

#[tokio::test]
async fn a_value_the_contract_forbids_is_not_sent() {
    let (client, sent) = client(refused());
    let call = client.query_appointment_timeslots().location_id("LOC1").send().await;
    let error = octane_client::Error::from(call.unwrap_err());
    assert!(error.to_string().starts_with("the request was not sent: "), "{error}");
    assert!(sent.lock().unwrap().is_empty());
}
