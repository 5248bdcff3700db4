//! What a run says of each rule: broken, kept, or nothing, if it never came to where the rule matters.
//!
//! That a part of the verification ran does not mean that it looked at a rule: without a control plane
//! no fee ever falls due, and a green tick for the fee would be a lie. So a rule is kept only if the
//! run saw what the rule is about.

use super::{Report, counted};
use crate::finding::Finding;
use crate::reach::Trigger;
use crate::rules::naming::of_refusal;
use crate::rules::{Evidence, Rule};
use crate::truth_table::{Event, State};

/// What a run says of a rule.
#[derive(Debug)]
pub enum Verdict<'a> {
    /// It is broken: a finding of each operation, with how many more there are like it.
    Broken(Vec<(&'a Finding, usize)>),
    /// It is broken where that is accepted for now, as this says.
    Accepted(String),
    /// It is kept, as far as was looked.
    Kept,
    /// Nothing was seen that it is about, for this reason.
    NotSeen(&'static str),
}

/// Every rule, in the order of the catalogue.
pub fn of_rules(report: &Report) -> Vec<(Rule, Verdict<'_>)> {
    let groups = report.grouped();
    let verdict = |rule: Rule| {
        let broken: Vec<(&Finding, usize)> =
            groups.iter().filter(|(it, _)| it.failure.rule == rule).copied().collect();
        let verdict = if !broken.is_empty() {
            Verdict::Broken(broken)
        } else if let Some(accepted) = accepted(report, rule) {
            Verdict::Accepted(accepted)
        } else if !looked(report, rule) {
            Verdict::NotSeen("no part of this verification looks for it")
        } else if !was_seen(report, rule) {
            Verdict::NotSeen("nothing that it is about was seen")
        } else {
            Verdict::Kept
        };
        (rule, verdict)
    };
    Rule::all().map(verdict).collect()
}

/// What of a rule is accepted and was met.
fn accepted(report: &Report, rule: Rule) -> Option<String> {
    let of_rule = report.accepted.iter().filter(|(it, met)| it.rule == rule && **met > 0);
    let told = of_rule.map(|(it, met)| {
        let met = usize::try_from(*met).unwrap_or(usize::MAX);
        format!("{it}, met {}", counted(met, "time"))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("accepted for now: {}", told.join("; ")))
}

/// Whether a part ran that looks for a rule.
fn looked(report: &Report, rule: Rule) -> bool {
    rule.facts().evidence.iter().any(|part| match part {
        Evidence::EveryAnswer | Evidence::TypedClient => true,
        part => report.tallies.get(part).is_some_and(|tally| tally.tried > 0),
    })
}

/// Whether anything was seen that a rule is about.
fn was_seen(report: &Report, rule: Rule) -> bool {
    let coverage = &report.coverage;
    let answered = |operation: &str, statuses: std::ops::Range<u16>| {
        let mut answers = coverage.answers.keys();
        answers.any(|(known, status)| known == operation && statuses.contains(status))
    };
    let succeeded = |operation: &str| answered(operation, 200..300);
    let refused = || coverage.refusals.keys().any(|name| of_refusal(name) == rule);
    let moved_to_held = || {
        let hold = Trigger::Event(Event::Hold);
        let by_hand = State::ALL.iter().any(|state| {
            coverage.answers_in(*state, hold).keys().any(|answer| !answer.starts_with('4'))
        });
        by_hand || coverage.moves.keys().any(|(_, to)| *to == State::Held)
    };
    match rule {
        Rule::RequestAnswered
        | Rule::StatusDocumented
        | Rule::NoServerError
        | Rule::SecretsKept
        | Rule::ContentIsJson
        | Rule::BodyMatchesSchema
        | Rule::FieldsDeclared
        | Rule::EnvelopeConsistent
        | Rule::ClientDecodes
        | Rule::ClientKeepsEverything
        | Rule::AnswerFollows => coverage.requests > 0,
        Rule::RequiredHeaders => {
            coverage.answers.keys().any(|(_, status)| matches!(status, 201 | 401 | 405 | 429))
        }
        Rule::ErrorCodeDeclared | Rule::RefusalChangesNothing => !coverage.refusals.is_empty(),
        Rule::CredentialsRequired
        | Rule::ProtocolRefusals
        | Rule::BadInputRefused
        | Rule::OthersSeeNothing
        | Rule::OnlyActivationsWithdrawn
        | Rule::QualificationBindsOrder
        | Rule::QualificationExpires
        | Rule::OrderedOnce
        | Rule::CustomerOfProvider
        | Rule::OneChangeAtATime
        | Rule::TimeslotBookable
        | Rule::PlaceSoldOnce => refused(),
        // Valid requests are sent where nobody minds what they change.
        Rule::ValidInputAccepted => report.control.network,
        Rule::Lifecycle => !coverage.cells.is_empty(),
        Rule::StatusHistoryComplete | Rule::WithdrawableTold | Rule::OrderAsRequested => {
            succeeded("getNbnOrder")
        }
        Rule::WithdrawalRecorded => succeeded("cancelNbnOrder"),
        Rule::LateWithdrawalFee => coverage.moments.contains_key("late withdrawal charged"),
        Rule::RemediationDate => moved_to_held(),
        Rule::QualificationAnswered => succeeded("checkServiceQualification"),
        Rule::NewOrderLocated | Rule::IdsAreNew => succeeded("createNbnOrder"),
        Rule::AppointmentRecorded => succeeded("bookAppointment"),
        Rule::TimeslotsOffered | Rule::PlacesCounted => succeeded("queryAppointmentTimeslots"),
        Rule::ListComplete | Rule::ListAgreesWithOrder | Rule::ListPaged => {
            succeeded("listNbnOrders")
        }
        // The part that looks for it sees it.
        Rule::Linearizable => true,
    }
}
