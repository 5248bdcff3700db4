//! Bad input is refused for what is wrong with it, and changes nothing.

use std::collections::BTreeSet;

use octane_contract_tests::budget::Budget;
use octane_contract_tests::negative::cases::{all, chosen};
use octane_contract_tests::negative::{Choice, Fixture, Negatives, every_case};
use octane_contract_tests::profile::Stop;
use octane_contract_tests::progress::Quiet;

use crate::support::{in_process, runtime};

#[test]
fn every_broken_request_is_refused_for_what_is_wrong_with_it() {
    let session = in_process();
    let (choice, budget) = (Choice::Every, Budget::default());
    let mut negatives = Negatives::default();
    let (stop, progress) = (Stop::AtEnd, &Quiet);
    let tried = every_case(&session, choice, 1, &budget, stop, progress, &mut negatives);
    runtime().block_on(tried).unwrap();
    let wrong: Vec<String> =
        negatives.wrong.iter().map(|bad| format!("{:?}\n{}", bad.cases, bad.failure)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), negatives.tried, wrong.join("\n"));
    assert!(negatives.tried > 500, "only {} cases were generated", negatives.tried);
}

#[test]
fn whatever_the_seed_every_case_is_sent_in_a_fraction_of_as_many_requests() {
    let session = in_process();
    let fixture = runtime().block_on(Fixture::prepare(&session)).unwrap();
    let cases = all(session.judge(), session.accounts(), &fixture);
    let names: BTreeSet<&str> = cases.iter().map(|case| case.about.as_str()).collect();
    let requests: Vec<_> = cases.iter().map(|case| &case.request).collect();
    for (index, case) in cases.iter().enumerate() {
        let same = requests[..index].iter().position(|it| **it == case.request);
        assert!(same.is_none(), "{} is {}", case.about, cases[same.unwrap()].about);
    }

    for seed in [1, 2] {
        let attempts = chosen(session.judge(), &cases, Choice::Together, seed);
        let tried = attempts.iter().flat_map(|it| &it.cases).map(|case| case.about.as_str());
        assert_eq!(tried.collect::<BTreeSet<_>>(), names);
        assert!(3 * attempts.len() < cases.len(), "{} for {}", attempts.len(), cases.len());
    }
}
