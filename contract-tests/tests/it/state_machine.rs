//! The withdraw flow as a state machine.
//!
//! The seeds are fixed, so a run can be repeated; `OCTANE_SEED` and `OCTANE_CASES` try others. Seeds
//! of failed cases go to `proptest-regressions/`, which is to be committed.

use std::str::FromStr;

use octane_contract_tests::Session;
use octane_contract_tests::coverage::Coverage;
use octane_contract_tests::machine::run::{Plan, known, persisted_in, run};
use octane_contract_tests::machine::scenarios;
use octane_contract_tests::report::Finding;
use octane_contract_tests::truth_table::{Answer, Operation, State, answer};
use tokio::runtime::Runtime;

use crate::support::{Loopback, in_process, runtime, session};

const REGRESSIONS: &str = "proptest-regressions/withdraw_flow.txt";

fn setting<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Runs the plan; a counterexample fails the test with the same report that the binary prints.
#[track_caller]
fn check(session: &Session, runtime: &Runtime, plan: Plan) -> Coverage {
    let seed = plan.seed;
    let outcome = run(session, runtime, plan).expect("the mock is there");
    if let Some(found) = outcome.found {
        panic!("{}", Finding::of_steps(format!("a case of seed {seed}"), found));
    }
    session.log().coverage()
}

#[test]
fn every_answer_and_every_view_follows_from_what_happened_before() {
    let session = in_process();
    let plan = Plan {
        persistence: Some(persisted_in(REGRESSIONS)),
        ..Plan::new(setting("OCTANE_CASES", 32), setting("OCTANE_SEED", 1))
    };
    let by_default = plan.cases == 32 && plan.seed == 1;
    let coverage = check(&session, &runtime(), plan);
    // Any other seed may miss something; this one is known not to.
    if by_default {
        goes_where_the_faults_are(&coverage);
    }
}

/// A run that never gets anywhere passes too, so it has to be shown where it got.
#[track_caller]
fn goes_where_the_faults_are(coverage: &Coverage) {
    assert_eq!(coverage.states(), State::ALL, "something was tried in every state");
    for state in State::ALL {
        let answers = coverage.answers_in(state, Operation::Withdraw);
        assert!(!answers.is_empty(), "no order was withdrawn while {state}");
        let expected = match answer(state, Operation::Withdraw) {
            Answer::Moves(status, _) => status.to_string(),
            Answer::Refused(name) => name.to_owned(),
        };
        for answer in answers.keys() {
            assert!(answer.contains(&expected), "withdrawing while {state} was answered {answer}");
        }
    }
    let count = |status| {
        coverage.answers.get(&("cancelNbnOrder".to_owned(), status)).copied().unwrap_or_default()
    };
    let accepted = count(200) + count(202);
    let tried = accepted + count(400) + count(404) + count(409) + count(422);
    assert!(2 * accepted >= tried, "{accepted} of {tried} withdrawals were accepted");
    for refusal in [
        "AppointmentNotExpected",
        "CustomerNotFound",
        "DuplicateRemoteOrder",
        "EventNotLegal",
        "NoActiveService",
        "OrderClosed",
        "OrderNotFound",
        "PastPointOfNoReturn",
        "QualificationMismatch",
        "TimeslotNotFound",
        "WithdrawalAlreadyPending",
    ] {
        assert!(coverage.refusals.contains_key(refusal), "{refusal}: never");
    }
}

#[test]
fn known_sequences_are_answered_as_the_model_says() {
    let (session, runtime) = (in_process(), runtime());
    for scenario in scenarios::all() {
        if let Some(found) = known(&session, &runtime, &scenario.steps).expect("the mock is there")
        {
            panic!("{}", Finding::of_steps(scenario.about.to_owned(), found));
        }
    }
    let coverage = session.log().coverage();
    for refusal in [
        "NoActiveService",
        "OrderClosed",
        "OrderNotActivation",
        "QualificationExpired",
        "ServiceHasOpenOrder",
        "TimeslotFull",
        "TimeslotNotFound",
        "TimeslotPassed",
        "WithdrawalAlreadyPending",
    ] {
        assert!(coverage.refusals.contains_key(refusal), "{refusal}: never");
    }
    assert_eq!(coverage.moments["late withdrawal charged"], 3);
    assert_eq!(coverage.moments["booked withdrawal free"], 3);
}

#[test]
fn the_same_holds_over_loopback() {
    let loopback = Loopback::start();
    let session = session(&loopback.target);
    check(&session, &loopback.runtime, Plan::new(3, 2));
}
