//! The report as it is printed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::{End, Report, Strictness, Tally};
use crate::coverage::CELLS;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::reach::Trigger;
use crate::reproduce;
use crate::rules::Evidence;
use crate::skew::Skew;
use crate::target::Target;
use crate::truth_table::{Operation, State};

/// A report and how it is read.
#[derive(Debug)]
pub struct Terminal<'a> {
    /// The report.
    pub report: &'a Report,
    /// How strictly it is read.
    pub strictness: Strictness,
}

impl fmt::Display for Terminal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Terminal { report, strictness } = *self;
        exercised(report, f)?;
        not_seen(report, f)?;
        Made { lines: &report.left, ledger: report.ledger.as_deref(), target: &report.target }
            .fmt(f)?;
        writeln!(f)?;
        for (it, met) in &report.accepted {
            match met {
                0 => writeln!(f, "Accepted, but not met: {it}. It can be taken out.")?,
                met => writeln!(f, "Accepted: {it}, met {met} times")?,
            }
        }
        let groups = report.grouped();
        if groups.is_empty() {
            return match (&report.end, report.passed(strictness)) {
                (end @ (End::Interrupted(_) | End::Lost(_)), _) | (end @ End::Spent, true) => {
                    writeln!(f, "{end} Nothing is wrong with what was seen until then.")
                }
                (End::Whole, true) => writeln!(f, "The contract is kept."),
                (End::Whole | End::Spent, false) => writeln!(
                    f,
                    "Nothing is wrong with what was seen, but {} things were not, which --ci wants.",
                    report.unseen().count()
                ),
            };
        }
        if report.end == End::Whole {
            write!(f, "The contract")?;
        } else {
            write!(f, "{} As far as was seen, the contract", report.end)?;
        }
        writeln!(f, " is broken in {} ways:", groups.len())?;
        for (number, (finding, more)) in groups.iter().enumerate() {
            writeln!(f)?;
            writeln!(f, "{}. {}", number + 1, Written { finding, contract: &report.contract })?;
            if *more > 0 {
                writeln!(f, "   (and {more} more of this rule and operation)")?;
            }
        }
        writeln!(f)?;
        writeln!(
            f,
            "To reproduce, set OCTANE_URL and the providers' credentials in OCTANE_USERNAME,\n\
             OCTANE_PASSWORD, OCTANE_OTHER_USERNAME and OCTANE_OTHER_PASSWORD, and drop the world\n\
             `reproduce` afterwards. `octane-contract explain RULE` tells more of a rule."
        )
    }
}

fn exercised(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "{} against {}", report.target, report.contract)?;
    writeln!(f)?;
    let tally = |part| report.tallies.get(&part).copied().unwrap_or_default();
    let line = |f: &mut fmt::Formatter<'_>, part: Evidence, what: String| {
        let Tally { requests, .. } = tally(part);
        writeln!(f, "  {:<12} {what:<44} {requests:>6} requests", part.name())
    };
    let cells = tally(Evidence::TruthTable).tried;
    line(f, Evidence::TruthTable, format!("{cells} cells of states and triggers"))?;
    let invalid = tally(Evidence::Negatives).tried;
    line(f, Evidence::Negatives, format!("{invalid} ways to be wrong, many in one request"))?;
    let Tally { tried, steps, .. } = tally(Evidence::Flows);
    line(f, Evidence::Flows, format!("{tried} sequences of {steps} steps"))?;
    if tally(Evidence::Probes).tried + tally(Evidence::Races).tried > 0 {
        let probes = tally(Evidence::Probes).tried;
        line(f, Evidence::Probes, format!("{probes} promises that no sequence shows"))?;
        let races = tally(Evidence::Races).tried;
        line(f, Evidence::Races, format!("{races} times several calls at once"))?;
    }
    if report.control.faults {
        let faults = tally(Evidence::Faults).tried;
        line(f, Evidence::Faults, format!("{faults} calls that are made to fail"))?;
    }
    let (seconds, requests) = (report.elapsed.as_secs_f64(), report.coverage.requests);
    let (profile, seed) = (report.effort.profile.name(), report.effort.seed);
    let rate = if seconds > 0.0 { requests as f64 / seconds } else { 0.0 };
    writeln!(f)?;
    writeln!(
        f,
        "Profile {profile}, seed {seed}: {requests} requests in {seconds:.1} s, {rate:.0} a second"
    )?;
    if let Some(Skew { least_seconds, most_seconds }) = report.skew {
        writeln!(f, "Its clock is {least_seconds} to {most_seconds} seconds ahead of this one")?;
    }
    if !report.control.network {
        writeln!(f, "There is no control plane: nbn acted by itself")?;
    }
    answers(report, f)?;
    success(report, f)?;
    withdrawals(report, f)?;
    writeln!(f)?;
    let covered = report.coverage.cells_covered();
    writeln!(f, "Lifecycle cells covered: {covered} of {CELLS}")
}

fn answers(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f)?;
    writeln!(f, "Answers by operation and status")?;
    let mut operations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((operation, status), count) in &report.coverage.answers {
        let name = if operation == "-" { "(no operation)" } else { operation };
        operations.entry(name).or_default().push(format!("{status} × {count}"));
    }
    for (operation, answers) in operations {
        writeln!(f, "  {operation:<26} {}", answers.join(", "))?;
    }
    Ok(())
}

fn success(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if report.coverage.calls.is_empty() {
        return Ok(());
    }
    writeln!(f)?;
    writeln!(f, "Accepted, of the calls that flows make")?;
    for (operation, calls) in &report.coverage.calls {
        let percent = 100.0 * calls.rate();
        writeln!(f, "  {operation:<26} {percent:>3.0} % of {}", calls.made)?;
    }
    Ok(())
}

fn withdrawals(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f)?;
    writeln!(f, "Withdraw (cancelNbnOrder), by the state of the order")?;
    for state in State::ALL {
        let withdraw = Trigger::Operation(Operation::Withdraw);
        let answers = report.coverage.answers_in(state, withdraw);
        let answers: Vec<String> =
            answers.iter().map(|(answer, count)| format!("{answer} × {count}")).collect();
        let answers = if answers.is_empty() { "not tried".to_owned() } else { answers.join(", ") };
        writeln!(f, "  {state:<20} {answers}")?;
    }
    Ok(())
}

fn not_seen(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    /// More than these are counted.
    const NAMED: usize = 24;
    if report.gaps.is_empty() {
        return Ok(());
    }
    writeln!(f)?;
    writeln!(f, "Not checked")?;
    for (because, gaps) in report.gaps_by_reason() {
        let mut named = gaps[..gaps.len().min(NAMED)].join(", ");
        if gaps.len() > NAMED {
            named.push_str(&format!(", and {} more", gaps.len() - NAMED));
        }
        writeln!(f, "  {}: {named}", because.words())?;
    }
    Ok(())
}

/// What became of what was made on the target.
#[derive(Debug)]
pub struct Made<'a> {
    /// A line of each.
    pub lines: &'a [String],
    /// The ledger of it, if somebody has to look after something.
    pub ledger: Option<&'a Path>,
    /// The target.
    pub target: &'a str,
}

impl fmt::Display for Made<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lines.is_empty() && self.ledger.is_none() {
            return Ok(());
        }
        writeln!(f)?;
        writeln!(f, "What was made")?;
        for line in self.lines {
            writeln!(f, "  {line}")?;
        }
        if let Some(ledger) = self.ledger {
            let (ledger, target) = (ledger.display(), self.target);
            let elsewhere = Target::url(target).is_ok_and(|target| !target.is_local());
            let allowed = if elsewhere { " --allow-remote" } else { "" };
            writeln!(f, "  What is left, this looks after once more, with the same credentials:")?;
            writeln!(f, "    octane-contract cleanup {ledger} --base-url {target}{allowed}")?;
        }
        Ok(())
    }
}

/// A finding in full.
#[derive(Debug)]
pub struct Written<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Title and version of the contract.
    pub contract: &'a str,
}

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Written { finding, contract } = *self;
        let Failure { rule, subject, expected, received, .. } = &finding.failure;
        writeln!(f, "{} [{}]", rule.promise(), rule.id())?;
        writeln!(f, "   found by   {}: {}", finding.part.name(), finding.about)?;
        writeln!(f, "   operation  {subject}")?;
        writeln!(f, "   contract   {}", finding.place)?;
        writeln!(f, "   expected   {expected}")?;
        write!(f, "   received   {received}")?;
        if let Some(exchange) = &finding.failure.exchange {
            write!(f, "\n   at         {exchange}")?;
        }
        write!(f, "\n   seed       {}", finding.seed)?;
        write!(f, "\n   steps")?;
        for (number, step) in finding.steps.iter().enumerate() {
            write!(f, "\n     {}. {step}", number + 1)?;
        }
        write!(f, "\n   by hand")?;
        for line in reproduce::commands(finding) {
            write!(f, "\n     {}", shortened(&line))?;
        }
        write!(f, "\n   as a test")?;
        for line in reproduce::test(finding, contract).lines() {
            write!(f, "\n     {line}")?;
        }
        Ok(())
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
