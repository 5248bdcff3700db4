//! The tests can fail: a target that is wrong in one place is caught, and the report says where.
//!
//! Each fault is made by a layer around the mock that spoils some of its answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use octane_contract_tests::finding::Finding;
use octane_contract_tests::machine::Looks;
use octane_contract_tests::machine::run::{Counterexample, Shrinking, drawn, examined};
use octane_contract_tests::report::terminal::Written;
use octane_contract_tests::rules::{Evidence, Rule};
use octane_contract_tests::{Session, Target};
use serde_json::{Value, json};

use crate::support::{mock, runtime, session, without_lines};

/// An answer about to be spoilt, with what it answers.
pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) media_type: HeaderValue,
    pub(crate) body: Value,
}

impl Answer {
    fn is(&self, method: &Method, end: &str) -> bool {
        self.method == *method && self.path.starts_with("/v1/") && self.path.ends_with(end)
    }

    fn is_detail(&self) -> bool {
        self.method == Method::GET && self.path.starts_with("/v1/order/nbn/")
    }
}

/// The mock with a fault.
fn faulty(spoil: impl Fn(&mut Answer) + Send + Sync + 'static) -> Session {
    session(&Target::router(faulty_router(spoil)))
}

pub(crate) fn faulty_router(spoil: impl Fn(&mut Answer) + Send + Sync + 'static) -> Router {
    spoilt(mock().router(), spoil)
}

/// A router whose answers are spoilt.
pub(crate) fn spoilt(
    router: Router,
    spoil: impl Fn(&mut Answer) + Send + Sync + 'static,
) -> Router {
    let spoil = Arc::new(spoil);
    let layer = from_fn(move |request: Request, next: Next| {
        let spoil = Arc::clone(&spoil);
        async move {
            let method = request.method().clone();
            // In a world or not, an answer is spoilt alike.
            let path = request.uri().path();
            let path = path.find("/v1/").map_or(path, |start| &path[start..]).to_owned();
            let (mut parts, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            let media_type = parts.headers[header::CONTENT_TYPE].clone();
            let body = serde_json::from_slice(&body).unwrap();
            let mut answer = Answer { method, path, status: parts.status, media_type, body };
            spoil(&mut answer);
            parts.status = answer.status;
            parts.headers.insert(header::CONTENT_TYPE, answer.media_type);
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(answer.body.to_string()))
        }
    });
    router.layer(layer)
}

/// What the first of many drawn sequences finds that finds anything.
fn counterexample(session: &Session, shrinking: Shrinking) -> Counterexample {
    let (runtime, known) = (runtime(), BTreeSet::new());
    (0..48)
        .find_map(|number| {
            let steps = drawn(1, number);
            let examined = examined(session, &steps, Looks::Everything, shrinking, &known);
            runtime.block_on(examined).expect("the mock is there")
        })
        .expect("the fault is found")
}

#[track_caller]
fn check(rule: Rule, spoil: impl Fn(&mut Answer) + Send + Sync + 'static) {
    let found = counterexample(&faulty(spoil), Shrinking::None);
    assert_eq!(found.failure.rule, rule, "{}", found.failure);
}

#[test]
fn a_status_that_is_documented_but_wrong_is_caught() {
    check(Rule::Lifecycle, |answer| {
        if answer.status == StatusCode::ACCEPTED {
            answer.status = StatusCode::OK;
        }
    });
}

#[test]
fn a_status_that_is_not_documented_is_caught() {
    check(Rule::StatusDocumented, |answer| {
        if answer.is(&Method::POST, "/cancel") && answer.status == StatusCode::CONFLICT {
            answer.status = StatusCode::FORBIDDEN;
        }
    });
}

#[test]
fn an_error_code_of_another_status_is_caught() {
    check(Rule::ErrorCodeDeclared, |answer| {
        if answer.body["errorCode"] == 3010 {
            answer.body["errorCode"] = json!(3001);
        }
    });
}

#[test]
fn an_answer_that_does_not_say_it_is_json_is_caught() {
    check(Rule::ContentIsJson, |answer| {
        if answer.is_detail() {
            answer.media_type = HeaderValue::from_static("text/plain");
        }
    });
}

#[test]
fn a_body_that_is_not_what_its_schema_says_is_caught() {
    check(Rule::BodyMatchesSchema, |answer| {
        if answer.is_detail() && answer.status == StatusCode::OK {
            answer.body["response"]["custReqDate"] = json!("tomorrow");
        }
    });
}

#[test]
fn a_field_that_the_contract_does_not_declare_is_told_as_it_was_answered() {
    let found = counterexample(
        &faulty(|answer| {
            if answer.is_detail() && answer.status == StatusCode::OK {
                answer.body["response"]["charge"] = json!({ "amount": 80.0 });
            }
        }),
        Shrinking::None,
    );
    let failure = found.failure;
    assert_eq!(failure.rule, Rule::FieldsDeclared);
    let expected = "nothing at `/response/charge`: the contract declares no such field";
    assert_eq!(failure.expected, expected);
    assert_eq!(failure.received, r#"{"amount":80.0}"#);
    assert_eq!(failure.pointer.as_deref(), Some("/components/schemas/NbnOrder"));
}

#[test]
fn a_history_that_forgets_is_caught() {
    check(Rule::StatusHistoryComplete, |answer| {
        if let Some(Value::Array(history)) = answer.body.pointer_mut("/response/statusHistory")
            && answer.method == Method::GET
            && history.len() > 4
        {
            history.remove(1);
        }
    });
}

#[test]
fn a_fee_of_another_amount_is_caught() {
    check(Rule::LateWithdrawalFee, |answer| {
        if let Some(amount) = answer.body.pointer_mut("/response/charges/0/chargeAmount") {
            *amount = json!(95.0);
        }
    });
}

#[test]
fn a_place_that_stays_taken_is_caught() {
    let held = std::sync::Mutex::new(std::collections::HashMap::<String, i64>::new());
    check(Rule::PlacesCounted, move |answer| {
        if answer.path.ends_with("/_mock/reset") {
            held.lock().unwrap().clear();
        }
        let Some(Value::Array(offered)) = answer.body.pointer_mut("/response/timeslots") else {
            return;
        };
        let mut held = held.lock().unwrap();
        for slot in offered {
            let id = slot["timeslotId"].as_str().unwrap().to_owned();
            let free = slot["placesFree"].as_i64().unwrap();
            let least = held.entry(id).or_insert(free);
            *least = (*least).min(free);
            slot["placesFree"] = json!(*least);
        }
    });
}

#[test]
fn an_order_that_the_other_provider_sees_is_caught() {
    check(Rule::OthersSeeNothing, |answer| {
        if answer.is_detail() && answer.status == StatusCode::NOT_FOUND {
            answer.body["errorCode"] = json!(1003);
            answer.body["errorMessage"] = json!("There is no such path.");
        }
    });
}

#[test]
fn a_failure_is_reported_with_the_fewest_steps_that_show_it() {
    let session = faulty(|answer| {
        let Some(Value::Array(orders)) = answer.body.pointer_mut("/response/orders") else {
            return;
        };
        for order in orders {
            order["isWithdrawable"] = json!(true);
        }
    });
    let found = counterexample(&session, Shrinking::Full);
    let about = "sequence 0 of seed 1".to_owned();
    let finding = Finding::of_steps(Evidence::Flows, about, 1, found, &session);
    let written = Written { finding: &finding };
    insta::assert_snapshot!(without_lines(&written.to_string()));
}
