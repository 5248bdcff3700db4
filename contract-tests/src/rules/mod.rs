//! The promises that are checked, each a rule with an id that does not change.
//!
//! A check finds that something is wrong by comparing whole answers; which rule that breaks follows
//! from where the difference is ([`naming`]). So there is no check that looks for one rule alone, and
//! a fault nobody thought of still has a name. What is known of each rule stands in [`catalogue`]; it
//! names places in the contract by JSON pointer, and [`place`] makes lines of them.

use std::fmt;

use octane_openapi::{Contract, Place};

pub mod catalogue;
mod facts;
pub mod naming;
pub mod pages;
pub mod place;

pub use facts::{Evidence, Facts};

/// A promise of the contract, or of this crate's model of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the catalogue says what each promises")]
pub enum Rule {
    RequestAnswered,
    StatusDocumented,
    NoServerError,
    ContentIsJson,
    RequiredHeaders,
    SecretsKept,
    BodyMatchesSchema,
    FieldsDeclared,
    EnvelopeConsistent,
    ErrorCodeDeclared,
    ClientDecodes,
    ClientKeepsEverything,
    CredentialsRequired,
    ProtocolRefusals,
    BadInputRefused,
    ValidInputAccepted,
    RefusalChangesNothing,
    OthersSeeNothing,
    Lifecycle,
    StatusHistoryComplete,
    WithdrawableTold,
    WithdrawalRecorded,
    LateWithdrawalFee,
    RemediationDate,
    OnlyActivationsWithdrawn,
    QualificationAnswered,
    QualificationBindsOrder,
    QualificationExpires,
    OrderedOnce,
    CustomerOfProvider,
    OneChangeAtATime,
    NewOrderLocated,
    IdsAreNew,
    OrderAsRequested,
    AppointmentRecorded,
    TimeslotsOffered,
    PlacesCounted,
    TimeslotBookable,
    PlaceSoldOnce,
    ListComplete,
    ListAgreesWithOrder,
    ListPaged,
    Linearizable,
    AnswerFollows,
}

/// No rule has this id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("find the rule `{asked}`; {}", suggestion(.near))]
pub struct UnknownRule {
    /// What was asked for.
    pub asked: String,
    /// The ids that look like it, the nearest first.
    pub near: Vec<&'static str>,
}

impl Rule {
    /// Every rule, in the order of the catalogue.
    pub fn all() -> impl Iterator<Item = Rule> {
        catalogue::all().map(|(rule, _)| *rule)
    }

    /// What is known of it.
    pub fn facts(self) -> &'static Facts {
        let entry = catalogue::all().find(|(rule, _)| *rule == self);
        &entry.expect("a test finds every rule in the catalogue").1
    }

    /// A short name that does not change.
    pub fn id(self) -> &'static str {
        self.facts().id
    }

    /// What is promised, in a sentence.
    pub fn promise(self) -> &'static str {
        self.facts().promise
    }

    /// The rule of this id.
    ///
    /// # Errors
    /// With the ids that look like it, if there is none.
    pub fn of_id(id: &str) -> Result<Rule, UnknownRule> {
        if let Some(rule) = Rule::all().find(|rule| rule.id() == id) {
            return Ok(rule);
        }
        let mut near: Vec<(f64, &'static str)> = Rule::all()
            .map(|rule| (strsim::jaro_winkler(id, rule.id()), rule.id()))
            .filter(|(likeness, name)| *likeness > 0.75 || name.contains(id))
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let near = near.into_iter().take(3).map(|(_, name)| name).collect();
        Err(UnknownRule { asked: id.to_owned(), near })
    }

    /// Whether it is about what is told, and not about what is so: when it is broken, what happened is
    /// still what the model says.
    pub fn is_of_telling(self) -> bool {
        matches!(
            self,
            Rule::ContentIsJson
                | Rule::RequiredHeaders
                | Rule::BodyMatchesSchema
                | Rule::EnvelopeConsistent
                | Rule::ErrorCodeDeclared
                | Rule::ClientDecodes
                | Rule::ClientKeepsEverything
                | Rule::FieldsDeclared
                | Rule::SecretsKept
                | Rule::WithdrawableTold
                | Rule::NewOrderLocated
                | Rule::TimeslotsOffered
                | Rule::ListComplete
                | Rule::ListAgreesWithOrder
                | Rule::ListPaged
        )
    }

    /// Where the contract makes this promise.
    pub fn places(self, contract: &Contract) -> Vec<Place> {
        let document = contract.document();
        self.facts().sources.iter().map(|pointer| document.place(pointer)).collect()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

fn suggestion(near: &[&str]) -> String {
    match near {
        [] => "`octane-contract rules` lists them all".to_owned(),
        near => format!("did you mean {}?", near.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_kebab_case_and_name_one_rule_each() {
        let mut seen = BTreeSet::new();
        for rule in Rule::all() {
            let id = rule.id();
            assert!(id.chars().all(|it| it.is_ascii_lowercase() || it == '-'), "{id}");
            assert!(seen.insert(id), "{id} twice");
            assert_eq!(Rule::of_id(id), Ok(rule));
        }
        // The last variant: whoever adds one behind it finds this.
        assert_eq!(seen.len(), Rule::AnswerFollows as usize + 1, "a rule without an entry");
    }

    #[test]
    fn every_place_named_is_in_the_contract() {
        let contract = Contract::orders().expect("the contract is linted");
        for rule in Rule::all() {
            assert!(!rule.facts().sources.is_empty(), "{rule}");
            for pointer in rule.facts().sources {
                assert!(contract.document().at(pointer).is_some(), "{rule}: {pointer}");
            }
        }
    }

    #[test]
    fn an_unknown_id_is_answered_with_those_near_to_it() {
        let error = Rule::of_id("late-withdrawl-fee").unwrap_err();
        assert_eq!(
            error.to_string(),
            "find the rule `late-withdrawl-fee`; did you mean late-withdrawal-fee?"
        );
        assert_eq!(
            Rule::of_id("zzz").unwrap_err().to_string(),
            "find the rule `zzz`; `octane-contract rules` lists them all"
        );
    }
}
