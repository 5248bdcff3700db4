//! The report as one page of HTML that needs nothing else: no network, no script, light and dark.
//!
//! Whatever came from the target or the contract is shown as text.

use super::broken::Broken;
use super::drawing;
use super::matrix::{self, Mark, Matrix};
use super::verdict::{self, Verdict};
use super::{End, Report, Strictness, counted, not_checked};
use crate::finding::Finding;
use crate::judge::Judge;
use crate::reproduce;
use crate::rules::Evidence;

/// The page.
pub fn html(report: &Report, strictness: Strictness, judge: &Judge) -> String {
    let passed = report.passed(strictness);
    let (class, verdict) = match (passed, report.findings.is_empty()) {
        (true, _) => ("kept", "The contract is kept"),
        (false, true) if !matches!(report.end, End::Whole | End::Spent) => {
            ("broken", "Not everything was tried")
        }
        (false, true) => ("broken", "Not everything was seen"),
        (false, false) => ("broken", "The contract is broken"),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{verdict}: {contract}</title>\n<style>\n{style}</style>\n</head>\n<body>\n\
         <h1>{contract} <span class=\"verdict {class}\">{verdict}</span></h1>\n",
        contract = escaped(&report.contract),
        style = include_str!("page.css"),
    );
    let broken = Broken::of(report);
    page.push_str(&summary(report));
    page.push_str(&findings(report));
    page.push_str(&accepted(report));
    page.push_str(&format!(
        "<h2>The lifecycle of an order, as it was exercised</h2>\n\
         <p class=\"faint\">Green: every trigger was tried. Yellow: some. Dashed: none. Red: a promise is \
         broken there, and the arrow leads to it. Point at an arrow for how often it was taken.</p>\n\
         <div class=\"wide\">{}</div>\n",
        drawing::lifecycle(&report.coverage, &broken)
    ));
    page.push_str("<h2>States and triggers</h2>\n");
    page.push_str(&table(&matrix::states(report, &broken)));
    page.push_str("<h2>Operations and statuses</h2>\n");
    page.push_str(&table(&matrix::operations(report, judge, &broken)));
    page.push_str(&rules(report));
    page.push_str(&calls(report));
    page.push_str(&not_checked(report));
    page.push_str("</body>\n</html>\n");
    page
}

/// A text with what HTML would take for its own.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn summary(report: &Report) -> String {
    let (requests, seconds) = (report.coverage.requests, report.elapsed.as_secs_f64());
    let (profile, seed) = (report.effort.profile.name(), report.effort.seed);
    let parts: Vec<String> = report
        .tallies
        .iter()
        .map(|(part, tally)| {
            let things = match part {
                Evidence::TruthTable => "cell",
                Evidence::Negatives => "invalid request",
                Evidence::Probes => "probe",
                Evidence::Races => "race",
                Evidence::Faults => "fault",
                Evidence::Flows | Evidence::EveryAnswer | Evidence::TypedClient => "sequence",
            };
            counted(usize::try_from(tally.tried).unwrap_or(usize::MAX), things)
        })
        .collect();
    let end = match &report.end {
        End::Whole => String::new(),
        end => format!("<p>{}</p>\n", escaped(&end.to_string())),
    };
    format!(
        "<p>{} · profile {profile}, seed {seed} · {} in {seconds:.1} s · {}</p>\n{end}",
        escaped(&report.target),
        counted(usize::try_from(requests).unwrap_or(usize::MAX), "request"),
        parts.join(", ")
    )
}

/// What may be wrong for now.
fn accepted(report: &Report) -> String {
    let lines = report.accepted.iter().map(|(it, met)| {
        let it = escaped(&it.to_string());
        format!("<li>{it}, met {met} times</li>\n")
    });
    match report.accepted.is_empty() {
        true => String::new(),
        false => format!("<h2>Accepted</h2>\n<ul>\n{}</ul>\n", lines.collect::<String>()),
    }
}

fn findings(report: &Report) -> String {
    let groups = report.grouped();
    if groups.is_empty() {
        return String::new();
    }
    let mut text = format!("<h2>The contract is broken in {}</h2>\n", counted(groups.len(), "way"));
    for (finding, more) in groups {
        text.push_str(&one(finding, more, report));
    }
    text
}

fn one(finding: &Finding, more: usize, report: &Report) -> String {
    let failure = &finding.failure;
    let mut text = format!(
        "<section class=\"finding\" id=\"{}\">\n<h3>{}</h3>\n<p>{}</p>\n<dl>\n",
        escaped(&finding.name()),
        escaped(failure.rule.facts().title),
        escaped(failure.rule.promise())
    );
    let mut line = |term: &str, what: &str| {
        text.push_str(&format!("<dt>{term}</dt><dd>{}</dd>\n", escaped(what)));
    };
    line("rule", failure.rule.id());
    line("operation", &failure.subject);
    line("contract", &finding.place.to_string());
    line("expected", &failure.expected);
    line("received", &failure.received);
    if let Some(exchange) = &failure.exchange {
        line("at", &exchange.to_string());
    }
    line("found by", &format!("{}: {}", finding.part.name(), finding.about));
    line("seed", &finding.seed.to_string());
    if more > 0 {
        line("and", &format!("{more} more of this rule and operation"));
    }
    text.push_str("</dl>\n<ol>\n");
    for sentence in &finding.steps {
        text.push_str(&format!("<li>{}</li>\n", escaped(sentence)));
    }
    let commands = reproduce::commands(finding).join("\n");
    text.push_str(&format!(
        "</ol>\n<details><summary>By hand</summary><pre>{}</pre></details>\n",
        escaped(&commands)
    ));
    text.push_str(&format!(
        "<details><summary>As a test</summary><pre>{}</pre></details>\n",
        escaped(&reproduce::test(finding, &report.contract))
    ));
    text.push_str("</section>\n");
    text
}

fn table(matrix: &Matrix) -> String {
    let mut text = "<div class=\"wide\"><table>\n<thead><tr><th></th>".to_owned();
    for column in &matrix.columns {
        text.push_str(&format!("<th class=\"turned\"><span>{}</span></th>", escaped(column)));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for (name, cells) in &matrix.rows {
        text.push_str(&format!("<tr><th>{}</th>", escaped(name)));
        for cell in cells {
            let class = match cell.mark {
                Mark::Broken => "broken",
                Mark::Seen => "seen",
                Mark::Refused => "refused",
                Mark::Unseen => "unseen",
                Mark::Excused => "excused",
                Mark::Nothing => "nothing",
            };
            let (title, mut text_of) = (escaped(&cell.title), escaped(&cell.text));
            if let Some(name) = &cell.finding {
                text_of = format!("<a href=\"#{}\">{text_of}</a>", escaped(name));
            }
            text.push_str(&format!("<td class=\"{class}\" title=\"{title}\">{text_of}</td>"));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody></table></div>\n");
    text
}

fn calls(report: &Report) -> String {
    if report.coverage.calls.is_empty() {
        return String::new();
    }
    let mut text = "<h2>Accepted, of the calls that flows make</h2>\n\
                    <p class=\"faint\">Some are made to be refused.</p>\n\
                    <div class=\"wide\"><table><tbody>\n"
        .to_owned();
    for (operation, calls) in &report.coverage.calls {
        text.push_str(&format!(
            "<tr><th>{}</th><td>{} of {}</td></tr>\n",
            escaped(operation),
            calls.accepted,
            calls.made
        ));
    }
    text.push_str("</tbody></table></div>\n");
    text
}

/// Every rule with its result.
fn rules(report: &Report) -> String {
    let mut text =
        "<h2>Rules</h2>\n<div class=\"wide\"><table class=\"rules\"><tbody>\n".to_owned();
    for (rule, verdict) in verdict::of_rules(report) {
        let (class, result) = match &verdict {
            Verdict::Kept => ("seen", "kept".to_owned()),
            Verdict::Accepted(told) => ("excused", escaped(told)),
            Verdict::NotSeen(because) => ("excused", escaped(because)),
            Verdict::Broken(findings) => {
                let link = |(finding, _): &(&Finding, usize)| {
                    let (name, by) = (finding.name(), &finding.failure.subject);
                    format!("<a href=\"#{}\">{}</a>", escaped(&name), escaped(by))
                };
                let links: Vec<String> = findings.iter().map(link).collect();
                ("broken", format!("broken by {}", links.join(", ")))
            }
        };
        text.push_str(&format!(
            "<tr><th><code>{}</code></th><td>{}</td><td class=\"{class}\">{result}</td></tr>\n",
            rule.id(),
            escaped(rule.promise())
        ));
    }
    text.push_str("</tbody></table></div>\n");
    text
}

fn not_checked(report: &Report) -> String {
    if report.gaps.is_empty() {
        return String::new();
    }
    let mut text = "<h2>Not checked</h2>\n".to_owned();
    let gaps = report.gaps_by_reason();
    for (because, lines) in not_checked::lines(report) {
        let all = gaps.get(&because).map(Vec::as_slice).unwrap_or_default();
        text.push_str(&format!("<p>{}</p>\n<ul>\n", escaped(because.words())));
        for line in lines {
            text.push_str(&format!("<li>{}</li>\n", escaped(&line)));
        }
        let named: Vec<String> = all.iter().map(|gap| escaped(gap)).collect();
        text.push_str(&format!(
            "</ul>\n<details><summary>Each of the {}</summary><p class=\"faint\">{}</p></details>\n",
            all.len(),
            named.join(", ")
        ));
    }
    text
}
