//! The truth table agrees with itself, with the contract, and with the mock.

use std::collections::BTreeMap;

use octane_contract_tests::agreement::disagreements;
use octane_contract_tests::cells::{alone, described, every};
use octane_contract_tests::coverage::CELLS;
use octane_contract_tests::explore::explore;
use octane_contract_tests::machine::Looks;
use octane_contract_tests::machine::calls::Trouble;
use octane_contract_tests::machine::run::sequence;
use octane_contract_tests::reach::{REACHABLE, Trigger, reachable};
use octane_contract_tests::truth_table::State;
use octane_openapi::Contract;

use crate::support::{in_process, judge, runtime};

#[test]
fn the_contract_says_what_the_truth_table_says() {
    let judge = judge();
    let lifecycle = judge.orders().contract.lifecycle("nbnOrder").unwrap();
    assert_eq!(disagreements(lifecycle), Vec::<String>::new());
}

#[test]
fn a_contract_with_another_transition_disagrees_with_the_truth_table() {
    let contract = Contract::orders().unwrap();
    let mut lifecycle = contract.lifecycle("nbnOrder").unwrap().clone();
    lifecycle.transitions.retain(|transition| transition.trigger != "resume");
    assert_eq!(
        disagreements(&lifecycle),
        [
            "resume in Held (Required): the truth table says → Accepted, the contract not legal",
            "resume in Held (NotRequired): the truth table says → Accepted, the contract not legal"
        ]
    );
}

#[test]
fn every_cell_is_answered_on_the_wire_as_the_truth_table_says() {
    let session = in_process();
    for cell in every() {
        let result = runtime().block_on(sequence(&session, &alone(cell), Looks::Everything));
        assert!(result.is_ok(), "{}: {result:?}", described(cell));
    }
    let coverage = session.log().coverage();
    assert_eq!(coverage.cells_covered(), CELLS);
    assert_eq!(coverage.states(), State::ALL);
}

#[test]
fn the_mock_reaches_exactly_the_states_that_the_truth_table_reaches() {
    let session = in_process();
    let explored = match runtime().block_on(explore(&session)) {
        Ok(explored) => explored,
        Err(Trouble::Broken(failure)) => panic!("{failure}"),
        Err(Trouble::Unreachable(problem)) => panic!("{problem}"),
    };
    let expected: BTreeMap<_, BTreeMap<_, _>> = reachable()
        .into_keys()
        .map(|state| {
            (state, Trigger::all().map(|trigger| (trigger, state.after(trigger))).collect())
        })
        .collect();
    assert_eq!(explored.len(), REACHABLE);
    assert_eq!(explored, expected);
}
