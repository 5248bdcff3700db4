//! The verifier catches every defect there is a server with, and finds none in the correct one.

use std::collections::BTreeSet;

use octane_contract_tests::defects::{Defect, Depth, Matrix, all};
use octane_contract_tests::machine::run::Shrinking;
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::races::drawn;

use crate::support::{runtime, session};

/// The rest takes minutes without optimisations, and is a chore of its own: `cargo xtask defects`.
#[test]
fn a_defect_of_each_class_is_caught_and_the_correct_server_has_none() {
    let mut classes = BTreeSet::new();
    let one_each: Vec<Defect> =
        all().into_iter().filter(|defect| classes.insert(defect.class)).collect();
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let matrix = Matrix::of(&one_each, Depth::First, 1, threads, &Quiet);
    assert!(matrix.passed(), "{matrix}");
    assert_eq!(matrix.rows.len(), 22);
}

#[test]
fn names_are_kebab_case_and_each_is_one_of_many_defects() {
    let mut seen = BTreeSet::new();
    for defect in all() {
        let name = defect.name;
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
        assert!(name.chars().all(plain), "{name}");
        assert!(seen.insert(name), "{name} twice");
    }
    assert!(seen.len() >= 60, "only {} defects", seen.len());
}

#[test]
fn a_race_that_is_lost_is_made_small_and_shown_in_columns() {
    let race = all().into_iter().find(|it| it.name == "withdrawals-race").unwrap();
    let (session, runtime) = (session(&race.target()), runtime());
    let mut races = (0..12).map(|number| drawn(&session, 1, number, Shrinking::Full));
    let lost = races.find_map(|race| runtime.block_on(race).expect("the mock is there"));
    insta::assert_snapshot!(lost.expect("one of the races is lost"));
}
