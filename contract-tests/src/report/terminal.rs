//! The report as it is printed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use super::{End, Report, Strictness, Tally, counted, not_checked};
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
    /// The folder that the findings were written to, to be tried again, if they were.
    pub replays: Option<&'a Path>,
}

impl fmt::Display for Terminal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Terminal { report, strictness, replays } = *self;
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
                    "Nothing is wrong with what was seen, but not everything was that --ci wants: {}.",
                    counted(report.unseen().count(), "thing")
                ),
            };
        }
        if report.end == End::Whole {
            write!(f, "The contract")?;
        } else {
            write!(f, "{} As far as was seen, the contract", report.end)?;
        }
        writeln!(f, " is broken in {}:", counted(groups.len(), "way"))?;
        for (number, (finding, more)) in groups.iter().enumerate() {
            writeln!(f)?;
            writeln!(f, "{}. {}", number + 1, Written { finding })?;
            if *more > 0 {
                writeln!(f, "   (and {more} more of this rule and operation)")?;
            }
        }
        writeln!(f)?;
        writeln!(
            f,
            "To reproduce by hand, set OCTANE_URL and the providers' credentials in OCTANE_USERNAME,\n\
             OCTANE_PASSWORD, OCTANE_OTHER_USERNAME and OCTANE_OTHER_PASSWORD, and drop the world\n\
             `reproduce` afterwards. `octane-contract explain RULE` tells more of a rule."
        )?;
        match replays {
            Some(folder) => writeln!(
                f,
                "`octane-contract replay` tries a finding again: its file is in `{}`, with a Rust test\n\
                 to paste beside it.",
                folder.display()
            ),
            None => writeln!(
                f,
                "With `--replays FOLDER`, a file is written of each that `octane-contract replay` tries\n\
                 again, and a Rust test to paste; `--html FILE` shows all of it on a page."
            ),
        }
    }
}

fn exercised(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "{} against {}", report.target, report.contract)?;
    writeln!(f)?;
    let tally = |part| report.tallies.get(&part).copied().unwrap_or_default();
    let line = |f: &mut fmt::Formatter<'_>, part: Evidence, what: String| {
        let Tally { requests, .. } = tally(part);
        let requests = of(requests, "request");
        writeln!(f, "  {:<12} {what:<44} {requests:>15}", part.name())
    };
    let cells = tally(Evidence::TruthTable).tried;
    line(f, Evidence::TruthTable, format!("{} of states and triggers", of(cells, "cell")))?;
    let invalid = tally(Evidence::Negatives).tried;
    let ways = of(invalid, "way");
    line(f, Evidence::Negatives, format!("{ways} to be wrong, many in one request"))?;
    let Tally { tried, steps, .. } = tally(Evidence::Flows);
    line(f, Evidence::Flows, format!("{} of {}", of(tried, "sequence"), of(steps, "step")))?;
    if tally(Evidence::Probes).tried + tally(Evidence::Races).tried > 0 {
        let probes = tally(Evidence::Probes).tried;
        line(f, Evidence::Probes, format!("{} that no sequence shows", of(probes, "promise")))?;
        let races = tally(Evidence::Races).tried;
        line(f, Evidence::Races, format!("{} several calls at once", of(races, "time")))?;
    }
    if report.control.faults {
        let faults = tally(Evidence::Faults).tried;
        line(f, Evidence::Faults, format!("{} made to fail", of(faults, "call")))?;
    }
    let (seconds, requests) = (report.elapsed.as_secs_f64(), report.coverage.requests);
    let (profile, seed) = (report.effort.profile.name(), report.effort.seed);
    let rate = if seconds > 0.0 { requests as f64 / seconds } else { 0.0 };
    writeln!(f)?;
    writeln!(
        f,
        "Profile {profile}, seed {seed}: {} in {seconds:.1} s, {rate:.0} a second",
        of(requests, "request")
    )?;
    if let Some(skew) = report.skew {
        writeln!(f, "{}", clock(skew))?;
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

fn of(count: u64, what: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), what)
}

/// How far its clock is from this one, which answers tell to the second.
fn clock(skew: Skew) -> String {
    let seconds = |it: i64| of(it.unsigned_abs(), "second");
    match (skew.least_seconds, skew.most_seconds) {
        (least, most) if least <= 0 && most >= 0 && most - least <= 2 => {
            "Its clock agrees with this one".to_owned()
        }
        (least, most) if least == most && least > 0 => {
            format!("Its clock is {} ahead of this one", seconds(least))
        }
        (least, most) if least == most => {
            format!("Its clock is {} behind this one", seconds(least))
        }
        (least, most) if most <= 0 => {
            format!("Its clock is {} to {} behind this one", -most, seconds(least))
        }
        (least, most) if least >= 0 => {
            format!("Its clock is {least} to {} ahead of this one", seconds(most))
        }
        (least, most) => format!(
            "Its clock is between {} behind this one and {} ahead of it",
            seconds(least),
            seconds(most)
        ),
    }
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
    writeln!(f, "Accepted, of the calls that flows make; some are made to be refused")?;
    for (operation, calls) in &report.coverage.calls {
        writeln!(f, "  {operation:<26} {} of {}", calls.accepted, calls.made)?;
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
    if report.gaps.is_empty() {
        return Ok(());
    }
    writeln!(f)?;
    writeln!(f, "Not checked; `--json FILE` names each")?;
    for (because, lines) in not_checked::lines(report) {
        writeln!(f, "  {}:", because.words())?;
        for line in lines {
            writeln!(f, "    {line}")?;
        }
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

/// A finding, shortly: what is wrong, where, and what shows it. The test and the replay are for files.
#[derive(Debug)]
pub struct Written<'a> {
    /// The finding.
    pub finding: &'a Finding,
}

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Written { finding } = *self;
        let Failure { rule, subject, expected, received, .. } = &finding.failure;
        writeln!(f, "{} [{}]", rule.promise(), rule.id())?;
        writeln!(f, "   found by   {}: {}", finding.part.name(), line(&finding.about))?;
        writeln!(f, "   operation  {}", line(subject))?;
        writeln!(f, "   contract   {}", finding.place)?;
        writeln!(f, "   expected   {}", line(expected))?;
        write!(f, "   received   {}", line(received))?;
        if let Some(exchange) = &finding.failure.exchange {
            write!(f, "\n   at         {}", line(&exchange.to_string()))?;
        }
        write!(f, "\n   seed       {}", finding.seed)?;
        write!(f, "\n   steps")?;
        for (number, step) in finding.steps.iter().enumerate() {
            write!(f, "\n     {}. {}", number + 1, line(step))?;
        }
        write!(f, "\n   by hand")?;
        for command in reproduce::commands(finding) {
            write!(f, "\n     {command}")?;
        }
        Ok(())
    }
}

/// A text of a target's as one line that does nothing to a terminal, and is short enough to be read.
fn line(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut line = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            line.push('…');
            break;
        }
        match character {
            control if control.is_control() => line.extend(control.escape_default()),
            // What turns the direction of the text around hides what is there.
            turn
            @ ('\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                line.extend(turn.escape_default());
            }
            other => line.push(other),
        }
    }
    line
}
