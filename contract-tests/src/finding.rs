//! Something that is wrong, with everything that is needed to see it again.

use std::collections::BTreeMap;

use octane_openapi::Place;

use crate::caller::Caller;
use crate::exchange::Exchange;
use crate::failure::{Failure, FailureClass};
use crate::machine::run::Counterexample;
use crate::negative::BadCase;
use crate::races::{Lost, TRIES};
use crate::replay::Replay;
use crate::rules::Evidence;
use crate::session::Session;
use crate::trial::{Shown, Trial};

/// Something that is wrong.
#[derive(Debug)]
pub struct Finding {
    /// Which part of the verification found it.
    pub part: Evidence,
    /// What was being tried.
    pub about: String,
    /// The promise that was broken.
    pub failure: Failure,
    /// The line of the contract that promises it.
    pub place: Place,
    /// What the verification was drawn from.
    pub seed: u64,
    /// What is done to see it, a sentence each.
    pub steps: Vec<String>,
    /// The least that shows it.
    pub trial: Trial,
    /// Who called the control plane: whoever tries it by hand has to be the same.
    pub tester: Caller,
    /// What was sent on the way.
    pub exchanges: Vec<Exchange>,
}

impl Finding {
    /// What a sequence of steps found.
    pub fn of_steps(
        part: Evidence,
        about: String,
        seed: u64,
        found: Counterexample,
        session: &Session,
    ) -> Self {
        let trial = Trial::Steps { looks: found.looks, steps: found.steps };
        Self {
            part,
            about,
            place: found.failure.place(session.judge()),
            tester: session.accounts().tester(),
            failure: found.failure,
            seed,
            steps: trial.sentences(),
            trial,
            exchanges: found.exchanges,
        }
    }

    /// What an invalid request found.
    pub fn of_case(bad: BadCase, seed: u64, session: &Session) -> Self {
        Self {
            part: Evidence::Negatives,
            about: bad.cases.first().cloned().unwrap_or_else(|| "orders to try on".to_owned()),
            place: bad.failure.place(session.judge()),
            tester: session.accounts().tester(),
            exchanges: bad.failure.exchange.iter().map(|it| (**it).clone()).collect(),
            failure: bad.failure,
            seed,
            steps: bad.cases.clone(),
            trial: Trial::Negatives { cases: bad.cases },
        }
    }

    /// What a trial showed.
    pub fn of_trial(
        part: Evidence,
        about: String,
        seed: u64,
        trial: Trial,
        shown: Shown,
        session: &Session,
    ) -> Self {
        Self {
            part,
            about,
            place: shown.failure.place(session.judge()),
            tester: session.accounts().tester(),
            failure: shown.failure,
            seed,
            steps: trial.sentences(),
            trial,
            exchanges: shown.exchanges,
        }
    }

    /// What a race found.
    pub fn of_race(about: &str, lost: Lost, seed: u64, session: &Session) -> Self {
        Self {
            part: Evidence::Races,
            about: format!("{about}, failed {} of {TRIES}", lost.failed),
            place: lost.failure.place(session.judge()),
            tester: session.accounts().tester(),
            steps: lost.steps(),
            exchanges: lost.exchanges(),
            failure: lost.failure,
            seed,
            trial: Trial::Race(lost.race),
        }
    }

    /// A name for files and tests: the rule and the operation.
    pub fn name(&self) -> String {
        let subject: String = self
            .failure
            .subject
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
            .collect();
        format!("{}-{subject}", self.failure.rule.id())
    }

    /// The file that tries it again.
    pub fn replay(&self, contract: &str) -> Replay {
        Replay {
            replay: Replay::FORMAT,
            contract: contract.to_owned(),
            rule: self.failure.rule.id().to_owned(),
            operation: self.failure.subject.clone(),
            place: self.place.to_string(),
            expected: self.failure.expected.clone(),
            received: self.failure.received.clone(),
            seed: self.seed,
            trial: self.trial.clone(),
        }
    }
}

/// One finding of each rule and operation, with how many more there are like it.
pub fn grouped(findings: &[Finding]) -> Vec<(&Finding, usize)> {
    let mut groups: BTreeMap<FailureClass, (usize, &Finding, usize)> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        groups.entry(finding.failure.class()).or_insert((index, finding, 0)).2 += 1;
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|(index, ..)| *index);
    groups.into_iter().map(|(_, finding, count)| (finding, count - 1)).collect()
}
