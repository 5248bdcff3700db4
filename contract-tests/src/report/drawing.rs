//! The lifecycle of an order as a drawing, coloured by what was exercised.
//!
//! Which arrows there are follows from the truth table; where the boxes stand is written down, since
//! no layout by rule is as easy to read as the one people know from the documentation.

use std::collections::{BTreeMap, BTreeSet};

use super::html::escaped;
use crate::coverage::Coverage;
use crate::reach::{Trigger, reachable};
use crate::truth_table::State;

const WIDTH: f64 = 1220.0;
const HEIGHT: f64 = 470.0;
const BOX: (f64, f64) = (136.0, 34.0);

/// The middle of a state's box.
fn middle(state: State) -> (f64, f64) {
    match state {
        State::Submitted => (85.0, 190.0),
        State::Acknowledged => (260.0, 190.0),
        State::Accepted => (435.0, 190.0),
        State::AppointmentRequired => (610.0, 190.0),
        State::Scheduled => (785.0, 190.0),
        State::InProgress => (960.0, 190.0),
        State::Completed => (1135.0, 190.0),
        State::Held => (697.0, 50.0),
        State::PendingWithdrawal => (610.0, 310.0),
        State::Rejected => (173.0, 430.0),
        State::Withdrawn => (435.0, 430.0),
        State::Cancelled => (960.0, 430.0),
    }
}

/// The drawing, as an `svg` element.
pub fn lifecycle(coverage: &Coverage) -> String {
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"The lifecycle of an order\">\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0 8 4 0 8z\" \
         fill=\"context-stroke\"/></marker></defs>"
    );
    for ((from, to), triggers) in arrows() {
        svg.push_str(&arrow(from, to, &triggers, coverage));
    }
    for state in State::ALL {
        svg.push_str(&state_box(state, coverage));
    }
    svg.push_str("</svg>");
    svg
}

/// What leads from a state into another, by any order's way.
fn arrows() -> BTreeMap<(State, State), BTreeSet<Trigger>> {
    let mut arrows: BTreeMap<_, BTreeSet<Trigger>> = BTreeMap::new();
    for state in reachable().into_keys() {
        for trigger in Trigger::all() {
            if let Some(next) = state.after(trigger) {
                arrows.entry((state.state, next.state)).or_default().insert(trigger);
            }
        }
    }
    arrows
}

fn arrow(from: State, to: State, triggers: &BTreeSet<Trigger>, coverage: &Coverage) -> String {
    let taken = |trigger: &Trigger| -> u64 {
        let answers = coverage.answers_in(from, *trigger);
        answers.iter().filter(|(answer, _)| !answer.starts_with('4')).map(|(_, count)| count).sum()
    };
    let seen = triggers.iter().filter(|trigger| taken(trigger) > 0).count();
    let class = match seen {
        0 => "unseen",
        some if some < triggers.len() => "partly",
        _ => "seen",
    };
    let named: Vec<String> =
        triggers.iter().map(|trigger| format!("{trigger} × {}", taken(trigger))).collect();
    let title = format!("{from} → {to}: {}", named.join(", "));
    let path = if from == to { around(from) } else { between(from, to) };
    format!(
        "<path class=\"arrow {class}\" d=\"{path}\" marker-end=\"url(#tip)\"><title>{}</title></path>",
        escaped(&title)
    )
}

/// A loop above a box.
fn around(state: State) -> String {
    let (x, y) = middle(state);
    let top = y - BOX.1 / 2.0;
    format!(
        "M{} {top} C{} {} {} {} {} {top}",
        x - 14.0,
        x - 30.0,
        top - 34.0,
        x + 30.0,
        top - 34.0,
        x + 14.0
    )
}

/// A bow from one box to another; the way there and the way back bend apart.
fn between(from: State, to: State) -> String {
    let ((x1, y1), (x2, y2)) = (middle(from), middle(to));
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = (dx * dx + dy * dy).sqrt();
    let neighbours = dy == 0.0 && length < 200.0;
    let bend = if neighbours { 0.08 } else { 0.16 };
    let control = ((x1 + x2) / 2.0 + dy * bend, (y1 + y2) / 2.0 - dx * bend);
    let (start, end) = (edge((x1, y1), control), edge((x2, y2), control));
    format!(
        "M{:.0} {:.0} Q{:.0} {:.0} {:.0} {:.0}",
        start.0, start.1, control.0, control.1, end.0, end.1
    )
}

/// Where the line from a box's middle to a point leaves the box.
fn edge(middle: (f64, f64), towards: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (towards.0 - middle.0, towards.1 - middle.1);
    let across = if dx == 0.0 { f64::INFINITY } else { BOX.0 / 2.0 / dx.abs() };
    let down = if dy == 0.0 { f64::INFINITY } else { BOX.1 / 2.0 / dy.abs() };
    let share = across.min(down).min(1.0);
    (middle.0 + dx * share, middle.1 + dy * share)
}

fn state_box(state: State, coverage: &Coverage) -> String {
    let (x, y) = middle(state);
    let tried = coverage.cells.keys().filter(|(known, _)| *known == state).count();
    let all = Trigger::all().count();
    let class = match tried {
        0 => "unseen",
        some if some < all => "partly",
        _ => "seen",
    };
    format!(
        "<g class=\"state {class}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\
         <text x=\"{x}\" y=\"{}\">{state}</text><title>{state}: {tried} of {all} cells tried</title></g>",
        x - BOX.0 / 2.0,
        y - BOX.1 / 2.0,
        BOX.0,
        BOX.1,
        y + 4.5
    )
}
