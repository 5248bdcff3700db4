//! The verifier catches every defect there is a server with, and finds none in the correct one.

use octane_contract_tests::defects::{Depth, Matrix, all};
use octane_contract_tests::machine::run::Shrinking;
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::races::drawn;

use crate::support::{runtime, session};

#[test]
fn every_defect_is_caught_and_the_correct_server_has_none() {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let matrix = Matrix::of("", Depth::First, threads, &Quiet);
    assert!(matrix.passed(), "{matrix}");
    assert!(matrix.rows.len() >= 60, "only {} defects", matrix.rows.len());
}

#[test]
fn names_are_kebab_case_and_each_is_one_defect() {
    let mut seen = std::collections::BTreeSet::new();
    for defect in all() {
        let name = defect.name;
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        assert!(name.chars().all(plain), "{name}");
        assert!(seen.insert(name), "{name} twice");
    }
}

#[test]
fn a_race_that_is_lost_is_made_small_and_shown_in_columns() {
    let race = all().into_iter().find(|it| it.name == "withdrawals-race").unwrap();
    let (session, runtime) = (session(&race.target()), runtime());
    let mut races = (0..12).map(|number| drawn(&session, 1, number, Shrinking::Full));
    let lost = races.find_map(|race| runtime.block_on(race).expect("the mock is there"));
    insta::assert_snapshot!(lost.expect("one of the races is lost"));
}
