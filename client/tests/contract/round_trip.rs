//! Whatever valid answer the contract allows, the client reads it, and what it reads says the same.
//!
//! The answers are made from the contract's schemas and go through the whole client, not only
//! through its types.

use std::sync::LazyLock;

use chrono::DateTime;
use octane_client::{Client, Error, types};
use octane_openapi::{Contract, validation::Validators};
use proptest::{prelude::*, sample::select, test_runner::TestCaseResult};
use serde_json::{Value, json};

use crate::{
    schema::{Age, arb_value, meaning},
    support::{Answer, activation, scripted},
};

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::orders().unwrap());
static VALIDATORS: LazyLock<Validators> = LazyLock::new(|| Validators::new(&CONTRACT).unwrap());

/// An operation, and a way to call it.
type Call = (&'static str, fn(&Client) -> Result<Value, Error>);

/// The answer of a call, encoded again.
macro_rules! call {
    ($client:ident => $call:expr) => {
        |$client| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let answer = runtime.block_on($call.send())?;
            Ok(serde_json::to_value(answer.into_inner()).unwrap())
        }
    };
}

/// An operation that is new to the contract may be added here, and need not be.
const CALLS: [Call; 7] = [
    (
        "checkServiceQualification",
        call!(client => {
            let request = types::QualificationRequest::builder();
            let request = request.location_id("LOC000000000001".parse::<types::LocationId>().unwrap());
            client.check_service_qualification().body(request)
        }),
    ),
    ("createNbnOrder", call!(client => client.create_nbn_order().body(activation()))),
    ("listNbnOrders", call!(client => client.list_nbn_orders())),
    ("getNbnOrder", call!(client => client.get_nbn_order().order_id(1))),
    (
        "cancelNbnOrder",
        call!(client => {
            let request = types::WithdrawRequest::builder();
            let request = request.reason(types::WithdrawalReason::CustomerMoving);
            client.cancel_nbn_order().order_id(1).body(request)
        }),
    ),
    (
        "queryAppointmentTimeslots",
        call!(client => {
            let moment = DateTime::parse_from_rfc3339("2026-03-01T00:00:00Z").unwrap();
            client
                .query_appointment_timeslots()
                .location_id("LOC000000000001")
                .start_date_time(moment)
                .end_date_time(moment)
                .demand_type(types::DemandType::StandardInstall)
        }),
    ),
    (
        "bookAppointment",
        call!(client => {
            let request = types::BookingRequest::builder();
            let timeslot: types::TimeslotId = "4f2a90c1d3e85b67".parse().unwrap();
            client.book_appointment().body(request.order_id(1).timeslot_id(timeslot))
        }),
    ),
];

/// A documented answer: the call that gets it, its status, and a body that its schema allows.
fn arb_answer(age: Age) -> impl Strategy<Value = (Call, u16, Value)> {
    let documented: Vec<_> = CALLS
        .iter()
        .flat_map(|call| {
            let operation = CONTRACT.operation(call.0).unwrap();
            operation.responses.values().map(|response| (*call, response.status))
        })
        .collect();
    // Failures are many and all of one shape.
    let (failures, successes): (Vec<_>, Vec<_>) =
        documented.into_iter().partition(|(_, status)| *status >= 400);
    let answer = prop_oneof![4 => select(successes), 1 => select(failures)];
    answer.prop_flat_map(move |(call, status)| {
        let root = CONTRACT.document().value();
        (Just(call), Just(status), arb_value(root, schema(call.0, status), age))
    })
}

fn schema(operation: &str, status: u16) -> &'static Value {
    let response = &CONTRACT.operation(operation).unwrap().responses[&status];
    let pointer = response.schema.as_ref().unwrap();
    CONTRACT.document().value().pointer(pointer.trim_start_matches('#')).unwrap()
}

/// What the client makes of an answer, encoded again.
fn read_by_the_client((_, call): Call, status: u16, body: &Value) -> Value {
    let (client, _) = scripted([Answer::json(status, body)]);
    match call(&client) {
        Ok(value) => value,
        Err(error) => {
            let envelope = error.envelope().unwrap_or_else(|| panic!("{error}: {body}"));
            assert!(matches!(error, Error::Documented { .. }), "{error}");
            serde_json::to_value(envelope).unwrap()
        }
    }
}

fn says_the_same(call: Call, status: u16, sent: &Value, read: &Value) -> TestCaseResult {
    let (root, schema) = (CONTRACT.document().value(), schema(call.0, status));
    prop_assert_eq!(meaning(root, schema, read), meaning(root, schema, sent));
    Ok(())
}

proptest! {
    #[test]
    fn a_valid_answer_is_read_and_encoded_again_it_is_valid_and_says_the_same(
        (call, status, sent) in arb_answer(Age::Present)
    ) {
        let violations = |body| VALIDATORS.response(call.0, status, body).unwrap();
        prop_assert_eq!(violations(&sent), [], "the test makes valid answers");
        let read = read_by_the_client(call, status, &sent);
        prop_assert_eq!(violations(&read), []);
        says_the_same(call, status, &sent, &read)?;
    }

    #[test]
    fn an_answer_of_a_service_that_has_grown_is_read_and_says_the_same(
        (call, status, sent) in arb_answer(Age::Future)
    ) {
        let read = read_by_the_client(call, status, &sent);
        says_the_same(call, status, &sent, &read)?;
    }
}

#[test]
fn what_differs_does_not_say_the_same() {
    let root = CONTRACT.document().value();
    let schema = schema("getNbnOrder", 200);
    let order = |start: &str| meaning(root, schema, &crate::support::order("Held", start));
    assert_eq!(order("2026-03-05T08:00:00Z"), order("2026-03-05T08:00:00.000+00:00"));
    assert_ne!(order("2026-03-05T08:00:00Z"), order("2026-03-05T08:00:00.000000001Z"));
    assert_ne!(order("2026-03-05T08:00:00Z"), order("2026-03-05T18:00:00+10:00"), "the offset");
    assert_eq!(order("2026-03-05T08:00:00Z")["errorCode"], json!(0));
}
