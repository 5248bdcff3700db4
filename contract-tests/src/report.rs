//! What was exercised and found, for people.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::coverage::{CELLS, Coverage};
use crate::exchange::Exchange;
use crate::failure::{Failure, FailureClass};
use crate::machine::run::Counterexample;
use crate::truth_table::{Operation, State};

/// Everything a verification came to.
#[derive(Debug)]
pub struct Report {
    /// The target's base URL.
    pub target: String,
    /// Title and version of the contract.
    pub contract: String,
    /// The names of the contract's error codes.
    pub refusals: Vec<String>,
    /// What the cases were drawn from.
    pub seed: u64,
    /// How many cells of the truth table were tried.
    pub cells_tried: usize,
    /// How many negative cases were tried.
    pub negatives_tried: usize,
    /// How many known sequences were run.
    pub scenarios: usize,
    /// How many cases of the state machine were run.
    pub cases: u32,
    /// How many steps they had.
    pub steps: u64,
    /// How long it all took.
    pub elapsed: Duration,
    /// What was exercised.
    pub coverage: Coverage,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Something that is wrong.
#[derive(Debug)]
pub struct Finding {
    /// Which part of the verification found it.
    pub part: Part,
    /// What was tried.
    pub about: String,
    /// The promise that was broken.
    pub failure: Failure,
    /// The steps that lead there.
    pub steps: Vec<String>,
    /// Commands that do the same.
    pub reproduction: Vec<String>,
}

/// A part of the verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The truth table, cell by cell.
    TruthTable,
    /// Requests that break one rule.
    Negatives,
    /// Sequences of steps.
    StateMachine,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn passed(&self) -> bool {
        self.findings.is_empty()
    }

    /// One finding of each class, with how many more there are like it.
    fn grouped(&self) -> Vec<(&Finding, usize)> {
        let mut groups: BTreeMap<FailureClass, (usize, &Finding, usize)> = BTreeMap::new();
        for (index, finding) in self.findings.iter().enumerate() {
            let class = finding.failure.class();
            groups.entry(class).or_insert((index, finding, 0)).2 += 1;
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by_key(|(index, ..)| *index);
        groups.into_iter().map(|(_, finding, count)| (finding, count - 1)).collect()
    }

    fn exercised(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} against {}", self.target, self.contract)?;
        writeln!(f)?;
        writeln!(f, "  truth table    {} cells tried on the wire", self.cells_tried)?;
        writeln!(f, "  negatives      {} requests", self.negatives_tried)?;
        writeln!(f, "  scenarios      {} sequences", self.scenarios)?;
        let (cases, steps, seed) = (self.cases, self.steps, self.seed);
        writeln!(f, "  state machine  {cases} cases, {steps} steps, seed {seed}")?;
        let seconds = self.elapsed.as_secs_f64();
        writeln!(f, "  requests       {} in {seconds:.1} s", self.coverage.requests)?;
        writeln!(f)?;
        writeln!(f, "Answers by operation and status")?;
        let mut operations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((operation, status), count) in &self.coverage.answers {
            let name = if operation == "-" { "(no operation)" } else { operation };
            operations.entry(name).or_default().push(format!("{status} × {count}"));
        }
        for (operation, answers) in operations {
            writeln!(f, "  {operation:<26} {}", answers.join(", "))?;
        }
        writeln!(f)?;
        writeln!(f, "Withdraw (cancelNbnOrder), by the state of the order")?;
        for state in State::ALL {
            let answers = self.coverage.answers_in(state, Operation::Withdraw);
            let answers: Vec<String> =
                answers.iter().map(|(answer, count)| format!("{answer} × {count}")).collect();
            let answers =
                if answers.is_empty() { "not tried".to_owned() } else { answers.join(", ") };
            writeln!(f, "  {state:<20} {answers}")?;
        }
        writeln!(f)?;
        let covered = self.coverage.cells_covered();
        writeln!(f, "Lifecycle cells covered: {covered} of {CELLS}")?;
        let unseen: Vec<&str> = self
            .refusals
            .iter()
            .map(String::as_str)
            .filter(|name| !self.coverage.refusals.contains_key(*name))
            .collect();
        let seen = self.refusals.len() - unseen.len();
        write!(f, "Business errors seen: {seen} of {}", self.refusals.len())?;
        if !unseen.is_empty() {
            write!(f, "; not {}", unseen.join(", "))?;
        }
        writeln!(f)
    }
}

impl Finding {
    /// What a sequence of steps found.
    pub fn of_steps(about: String, found: Counterexample) -> Self {
        Self {
            part: Part::StateMachine,
            about,
            failure: found.failure,
            steps: found.steps.iter().map(ToString::to_string).collect(),
            reproduction: found.exchanges.iter().map(Exchange::curl).collect(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.exercised(f)?;
        writeln!(f)?;
        if self.passed() {
            return writeln!(f, "The contract is kept.");
        }
        let groups = self.grouped();
        writeln!(f, "The contract is broken in {} ways:", groups.len())?;
        for (number, (finding, more)) in groups.iter().enumerate() {
            writeln!(f)?;
            writeln!(f, "{}. {finding}", number + 1)?;
            if *more > 0 {
                writeln!(f, "   (and {more} more of this promise and operation)")?;
            }
        }
        writeln!(f)?;
        writeln!(
            f,
            "To reproduce, set OCTANE_URL and the providers' credentials in OCTANE_USERNAME,"
        )?;
        writeln!(
            f,
            "OCTANE_PASSWORD, OCTANE_OTHER_USERNAME and OCTANE_OTHER_PASSWORD. Orders, timeslots"
        )?;
        writeln!(
            f,
            "and qualifications have the same numbers on a mock of the same seed after a reset."
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { rule, subject, expected, received, .. } = &self.failure;
        writeln!(f, "{} [{}]", rule.promise(), rule.id())?;
        writeln!(f, "   found by   {}: {}", self.part, self.about)?;
        writeln!(f, "   operation  {subject}")?;
        writeln!(f, "   expected   {expected}")?;
        write!(f, "   received   {received}")?;
        if let Some(exchange) = &self.failure.exchange {
            write!(f, "\n   at         {exchange}")?;
        }
        if !self.steps.is_empty() {
            write!(f, "\n   steps")?;
            for (number, step) in self.steps.iter().enumerate() {
                write!(f, "\n     {}. {step}", number + 1)?;
            }
        }
        if !self.reproduction.is_empty() {
            write!(f, "\n   reproduce")?;
            for line in &self.reproduction {
                write!(f, "\n     {}", shortened(line))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::TruthTable => "the truth table",
            Part::Negatives => "the negatives",
            Part::StateMachine => "the state machine",
        })
    }
}

/// A line that is still one to read: a body of 10 MB is not.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 2_000;
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{start}… ({} characters in all)", line.chars().count())
}
