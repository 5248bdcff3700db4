//! Something that is wrong, with everything that is needed to see it again.

use std::collections::BTreeMap;

use octane_openapi::Place;
use serde_json::Value;

use crate::caller::Caller;
use crate::deeds::Deed;
use crate::exchange::Exchange;
use crate::failure::{Failure, FailureClass};
use crate::known::Accepted;
use crate::machine::MISSING;
use crate::machine::run::{Counterexample, start};
use crate::machine::runner::trigger;
use crate::model::World;
use crate::negative::BadCase;
use crate::races::{Lost, TRIES};
use crate::reach::Trigger;
use crate::redact::Redaction;
use crate::replay::Replay;
use crate::rules::Evidence;
use crate::session::Session;
use crate::step::Step;
use crate::trial::{Shown, Trial};
use crate::truth_table::State;

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
    /// What was known to be wrong with the target, and passed over on the way.
    pub known: Vec<Accepted>,
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
        let steps = with_numbers(trial.sentences(), &found.exchanges);
        Self {
            part,
            about,
            place: found.failure.place(session.judge()),
            known: session.known().take_passed(),
            tester: session.accounts().tester(),
            failure: found.failure,
            seed,
            steps,
            trial,
            exchanges: found.exchanges,
        }
    }

    /// What an invalid request found.
    pub fn of_case(bad: BadCase, seed: u64, session: &Session) -> Self {
        Self {
            part: Evidence::Negatives,
            about: bad.about.first().cloned().unwrap_or_default(),
            place: bad.failure.place(session.judge()),
            known: session.known().take_passed(),
            tester: session.accounts().tester(),
            exchanges: bad.exchanges,
            failure: bad.failure,
            seed,
            steps: bad.about,
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
            known: session.known().take_passed(),
            tester: session.accounts().tester(),
            failure: shown.failure,
            seed,
            steps: with_numbers(trial.sentences(), &shown.exchanges),
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
            known: session.known().take_passed(),
            tester: session.accounts().tester(),
            steps: with_numbers(lost.steps(), &lost.before),
            exchanges: lost.exchanges(),
            failure: lost.failure,
            seed,
            trial: Trial::Race(lost.race),
        }
    }

    /// The same, and nothing in it tells a credential: what answers hold of passwords was taken out when
    /// they came, and this takes out the user names.
    #[must_use]
    pub fn redacted(self, redaction: &Redaction) -> Self {
        let told = |text: &String| redaction.told(text);
        let failure = Failure {
            expected: told(&self.failure.expected),
            received: told(&self.failure.received),
            ..self.failure
        };
        let (about, steps) = (told(&self.about), self.steps.iter().map(told).collect());
        Self { failure, about, steps, ..self }
    }

    /// The cell of the lifecycle that it is about: what was tried last, in the state the order was in.
    pub fn cell(&self) -> Option<(State, Trigger)> {
        let steps = match &self.trial {
            Trial::Steps { steps, .. } => steps,
            Trial::Followed { deeds, .. } => return deeds.last().and_then(Deed::cell),
            Trial::Faults { .. }
            | Trial::Negatives { .. }
            | Trial::Probe { .. }
            | Trial::Race(_) => return None,
        };
        let (last, before) = steps.split_last()?;
        let (order, trigger) = trigger(last)?;
        let mut world = World::at(start());
        for step in before {
            world.perform(step);
        }
        Some((world.state(order)?, trigger))
    }

    /// The state that it is about, if it is wrong already with an order that was just put there.
    pub fn state(&self) -> Option<State> {
        let Trial::Steps { steps, .. } = &self.trial else { return None };
        match steps.last()? {
            Step::Seed { state, .. } => Some(state.state),
            _ => None,
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
            known: self.known.clone(),
            trial: self.trial.clone(),
        }
    }
}

/// Sentences about orders by their place, with the numbers that they have in requests.
fn with_numbers(sentences: Vec<String>, exchanges: &[Exchange]) -> Vec<String> {
    let mut numbers: Vec<i64> = Vec::new();
    for exchange in exchanges.iter().filter(|it| it.method == "POST" && it.status == 201) {
        let number = exchange.response().get("orderId").and_then(Value::as_i64);
        numbers.extend(number.filter(|number| !numbers.contains(number)));
    }
    sentences.into_iter().map(|sentence| with_number(&sentence, &numbers)).collect()
}

fn with_number(sentence: &str, numbers: &[i64]) -> String {
    const WORD: &str = "order ";
    let mut parts = sentence.split(WORD);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|it: char| !it.is_ascii_digit()).unwrap_or(part.len());
        let (place, rest) = part.split_at(digits);
        text.push_str(WORD);
        text.push_str(place);
        match place.parse::<usize>().ok() {
            Some(MISSING) => text.push_str(" (there is none)"),
            Some(place) => {
                text.extend(numbers.get(place).map(|number| format!(" ({number})")));
            }
            None => {}
        }
        text.push_str(rest);
    }
    text
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
