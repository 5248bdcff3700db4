//! Bad input is refused for what is wrong with it, and changes nothing.

use std::collections::BTreeSet;

use octane_contract_tests::Target;
use octane_contract_tests::budget::Budget;
use octane_contract_tests::negative::cases::{all, chosen};
use octane_contract_tests::negative::{Case, Choice, Fixture, Negatives, every_case};
use octane_contract_tests::profile::Stop;
use octane_contract_tests::progress::Quiet;
use octane_contract_tests::rules::Rule;
use octane_contract_tests::trial::Trial;
use serde_json::{Value, json};

use crate::faults::{Answer, faulty_router};
use crate::support::{in_process, runtime, session};

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
fn a_run_leaves_out_no_place_and_no_fault_and_a_few_seeds_leave_out_no_case() {
    let session = in_process();
    let fixture = runtime().block_on(Fixture::prepare(&session)).unwrap();
    let cases = all(session.judge(), session.accounts(), &fixture);
    let names: BTreeSet<&str> = cases.iter().map(|case| case.about.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "every case has a name of its own");
    for (index, case) in cases.iter().enumerate() {
        let same = cases[..index].iter().find(|it| it.request == case.request);
        assert!(same.is_none(), "{} is {}", case.about, same.unwrap().about);
    }

    let places = |cases: &[&Case]| -> BTreeSet<String> {
        cases.iter().map(|case| format!("{} {:?}", case.operation, case.refusal)).collect()
    };
    let mut tried = BTreeSet::new();
    for seed in 0..16 {
        let attempts = chosen(session.judge(), &cases, Choice::Together, seed);
        let sent: Vec<&Case> = attempts.iter().flat_map(|it| &it.cases).collect();
        assert_eq!(places(&sent), places(&cases.iter().collect::<Vec<_>>()), "seed {seed}");
        assert!(3 * attempts.len() < cases.len(), "{} for {}", attempts.len(), cases.len());
        tried.extend(sent.into_iter().map(|case| case.about.clone()));
    }
    let missing: Vec<&&str> = names.iter().filter(|name| !tried.contains(**name)).collect();
    assert!(missing.is_empty(), "{} of {}: {missing:#?}", missing.len(), names.len());
}

/// What the invalid requests of a run find wrong with a server: the cases of each finding.
#[track_caller]
fn found(spoil: fn(&mut Answer), rule: Rule) -> Vec<Vec<String>> {
    let target = Target::router(faulty_router(spoil));
    let session = session(&target);
    let (choice, budget, stop) = (Choice::Together, Budget::default(), Stop::AtEnd);
    let mut negatives = Negatives::default();
    let tried = every_case(&session, choice, 1, &budget, stop, &Quiet, &mut negatives);
    runtime().block_on(tried).unwrap();
    assert!(!negatives.wrong.is_empty());
    for bad in &negatives.wrong {
        assert_eq!(bad.failure.rule, rule, "{}", bad.failure);
    }
    for bad in negatives.wrong.iter().take(3) {
        // By its names alone it is tried again, and is as wrong.
        let again = Trial::Negatives { cases: bad.cases.clone() };
        let still = runtime().block_on(again.run(&session)).unwrap();
        assert!(still.is_some(), "{:?}", bad.cases);
        let kept = runtime().block_on(again.run(&in_process())).unwrap();
        assert!(kept.is_none(), "{:?}", bad.cases);
    }
    negatives.wrong.into_iter().map(|bad| bad.cases).collect()
}

/// The violations that an answer lists, if it is of a withdrawal.
fn of_withdrawal(answer: &mut Answer) -> Option<&mut Vec<Value>> {
    let is_withdrawal = answer.path.ends_with("/cancel");
    answer.body.get_mut("violations")?.as_array_mut().filter(|_| is_withdrawal)
}

#[test]
fn a_wrong_value_that_was_sent_with_others_is_found_by_itself() {
    let found = found(
        |answer| {
            let Some(listed) = of_withdrawal(answer) else { return };
            listed.retain(|it| it["pointer"] != "/reason" || it["keyword"] != "enum");
        },
        Rule::BadInputRefused,
    );
    for cases in found {
        let [case] = &cases[..] else { panic!("{cases:?}") };
        assert!(case.starts_with("cancelNbnOrder/body/reason/"), "{case}");
    }
}

#[test]
fn violations_that_are_listed_one_at_a_time_are_found_by_two_places() {
    let found = found(
        |answer| {
            if let Some(listed) = of_withdrawal(answer) {
                listed.truncate(1);
            }
        },
        Rule::BadInputRefused,
    );
    assert!(found.iter().any(|cases| cases.len() == 2), "{found:?}");
}

#[test]
fn a_violation_of_another_rule_than_it_says_is_found() {
    let found = found(
        |answer| {
            for it in of_withdrawal(answer).into_iter().flatten() {
                if it["keyword"] == "maxLength" {
                    it["rule"] = json!("#/components/schemas/WithdrawalComment/minLength");
                }
            }
        },
        Rule::BadInputRefused,
    );
    for cases in found {
        assert!(cases[0].starts_with("cancelNbnOrder/body/comment/maxLength"), "{cases:?}");
    }
}

#[test]
fn no_answer_may_hold_a_password() {
    let found = found(
        |answer| {
            if answer.body["errorCode"] == 1002 {
                answer.body["errorMessage"] = json!("It is harbour-test-secret.");
            }
        },
        Rule::SecretsKept,
    );
    assert!(found.iter().any(|cases| cases[0].ends_with("/401/no-credentials")), "{found:?}");
}
