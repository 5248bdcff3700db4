//! Bad input is refused for what is wrong with it, and changes nothing.

use std::collections::BTreeSet;

use octane_contract_tests::budget::Budget;
use octane_contract_tests::negative::cases::{all, chosen};
use octane_contract_tests::negative::{Case, Choice, Fixture, Miss, every_case};
use octane_contract_tests::profile::Stop;
use octane_contract_tests::progress::Quiet;

use crate::support::{in_process, runtime};

#[test]
fn every_broken_request_is_refused_for_what_is_wrong_with_it() {
    let session = in_process();
    let (choice, budget) = (Choice::Every, Budget::default());
    let negatives =
        runtime().block_on(every_case(&session, choice, 1, &budget, Stop::AtEnd, &Quiet)).unwrap();
    let wrong: Vec<String> =
        negatives.wrong.iter().map(|bad| format!("{:?}\n{}", bad.cases, bad.failure)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), negatives.tried, wrong.join("\n"));
    assert!(negatives.tried > 500, "only {} cases were generated", negatives.tried);
}

#[test]
fn a_choice_leaves_out_no_place_and_over_many_seeds_no_case() {
    let session = in_process();
    let fixture = runtime().block_on(Fixture::prepare(&session)).unwrap();
    let cases = all(session.judge(), session.accounts(), &fixture);
    let names: BTreeSet<&str> = cases.iter().map(|case| case.about.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "every case has a name of its own");

    let of_seed = |seed| chosen(cases.clone(), Choice::OfEachPlace(1), seed);
    let once = of_seed(1);
    let places = |cases: &[Case]| -> BTreeSet<String> {
        cases.iter().map(|case| format!("{} {:?}", case.operation, case.refusal)).collect()
    };
    assert_eq!(places(&once), places(&cases));
    let near = |cases: &[Case]| -> BTreeSet<String> {
        let near = cases.iter().filter(|case| case.miss == Miss::Near);
        near.map(|case| format!("{} {}", case.operation, case.slip())).collect()
    };
    assert_eq!(near(&once), near(&cases), "every near miss is tried, whatever the seed");
    assert!(2 * once.len() < cases.len(), "{} of {}", once.len(), cases.len());
    let tried: BTreeSet<String> = (0..128).flat_map(of_seed).map(|case| case.about).collect();
    let left: Vec<&&str> = names.iter().filter(|name| !tried.contains(**name)).collect();
    assert!(left.is_empty(), "{left:?}");
}
