//! What there is to know of a rule, and who looks whether it is kept.

/// What is known of a rule.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Its name, which does not change.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What is promised.
    pub promise: &'static str,
    /// Whom it would hurt if it were broken.
    pub why: &'static str,
    /// Where the contract promises it.
    pub sources: &'static [&'static str],
    /// Who looks whether it is kept.
    pub evidence: &'static [Evidence],
}

/// A part of the verification that gives evidence about rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Every answer, whatever was asked, as raw bytes.
    EveryAnswer,
    /// Every answer, read and written again by the typed client.
    TypedClient,
    /// The truth table on the wire, cell by cell.
    TruthTable,
    /// Requests that break one rule each.
    Negatives,
    /// Sequences of steps, each answer and view compared with the model.
    Flows,
    /// What no sequence of steps can show, each promise by itself.
    Probes,
    /// Steps at once, which some order of them must explain.
    Races,
    /// Calls that are made to fail.
    Faults,
}

impl Evidence {
    /// Its name in lists and reports.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::EveryAnswer => "every answer",
            Evidence::TypedClient => "typed client",
            Evidence::TruthTable => "truth table",
            Evidence::Negatives => "negatives",
            Evidence::Flows => "flows",
            Evidence::Probes => "probes",
            Evidence::Races => "races",
            Evidence::Faults => "faults",
        }
    }
}
