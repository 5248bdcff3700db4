//! Answers: what an older client makes of a newer service, and what it must not lose.

use octane_client::types::{self, AppointmentSlotType, ErrorCode, OrderStatus};
use serde_json::{Value, json};

use crate::support::{Answer, client, order};

async fn decoded(body: &Value) -> types::OrderEnvelope {
    let (client, _) = client(Answer::json(200, body));
    client.get_nbn_order().order_id(1001).send().await.unwrap().into_inner()
}

#[tokio::test]
async fn an_unknown_order_status_survives_decoding_and_encoding() {
    let body = order("AwaitingAsbestosReport", "2026-03-05T08:00:00+10:00");
    let envelope = decoded(&body).await;
    assert_eq!(envelope.response.status, OrderStatus::Unknown("AwaitingAsbestosReport".to_owned()));
    assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
}

#[tokio::test]
async fn a_slot_keeps_the_offset_it_was_sent_with() {
    let envelope = decoded(&order("Scheduled", "2026-03-05T08:00:00+10:00")).await;
    let start = envelope.response.appointment.unwrap().valid_for.start_date_time;
    assert_eq!(start.to_rfc3339(), "2026-03-05T08:00:00+10:00");
}

#[tokio::test]
async fn a_field_added_to_the_service_is_skipped() {
    let mut body = order("Scheduled", "2026-03-05T08:00:00+10:00");
    body["response"]["weather"] = json!("fine");
    body["response"]["appointment"]["validFor"]["flexible"] = json!(true);
    assert_eq!(decoded(&body).await.response.status, OrderStatus::Scheduled);
}

#[test]
fn every_known_status_is_its_own_text() {
    assert_eq!(OrderStatus::ALL.len(), 12);
    for status in OrderStatus::ALL {
        assert_eq!(&OrderStatus::from(status.as_str()), status);
        assert_eq!(&status.to_string().parse::<OrderStatus>().unwrap(), status);
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    assert_eq!(AppointmentSlotType::Am.as_str(), "AM");
}

#[test]
fn every_error_code_is_found_by_its_number_and_its_name() {
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from(code.code()), *code);
        assert_eq!(code.name().parse::<ErrorCode>().unwrap(), *code);
        assert!(code.status().is_some() && code.meaning().is_some() && code.action().is_some());
    }
    assert_eq!(ErrorCode::OrderNotFound.to_string(), "OrderNotFound (3001)");
    assert!("Unknown".parse::<ErrorCode>().is_err());
}

#[test]
fn an_unknown_error_code_is_kept() {
    let code = ErrorCode::from(31_337);
    assert_eq!(code, ErrorCode::Unknown(31_337));
    assert_eq!((code.code(), code.status()), (31_337, None));
    assert_eq!(serde_json::to_value(code).unwrap(), 31_337);
}
