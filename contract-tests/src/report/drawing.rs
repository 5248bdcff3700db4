//! The lifecycle of an order as a drawing, coloured by what was exercised.
//!
//! Which arrows there are follows from the truth table; where the boxes stand is written down, since
//! no layout by rule is as easy to read as the one people know from the documentation.

use std::collections::{BTreeMap, BTreeSet};

use super::broken::Broken;
use super::html::escaped;
use crate::coverage::Coverage;
use crate::reach::{Trigger, reachable};
use crate::truth_table::State;

const WIDTH: f64 = 1470.0;
const HEIGHT: f64 = 700.0;
/// The height of a box.
const TALL: f64 = 34.0;

/// The middle of a state's box. Held and `PendingWithdrawal` stand one above the other between two columns,
/// so that what leads from one to the other passes through no box.
fn middle(state: State) -> (f64, f64) {
    match state {
        State::Submitted => (75.0, 260.0),
        State::Acknowledged => (255.0, 260.0),
        State::Accepted => (435.0, 260.0),
        State::AppointmentRequired => (810.0, 260.0),
        State::Scheduled => (1055.0, 260.0),
        State::InProgress => (1230.0, 260.0),
        State::Completed => (1400.0, 260.0),
        State::Held => (612.0, 40.0),
        State::PendingWithdrawal => (612.0, 480.0),
        State::Rejected => (75.0, 665.0),
        State::Withdrawn => (290.0, 665.0),
        State::Cancelled => (1055.0, 665.0),
    }
}

/// The width of a state's box, in which its name has room.
fn wide(state: State) -> f64 {
    let letters = u16::try_from(state.name().len()).unwrap_or(u16::MAX);
    (f64::from(letters) * 8.0 + 20.0).max(96.0)
}

/// The drawing, as an `svg` element.
pub fn lifecycle(coverage: &Coverage, broken: &Broken) -> String {
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"The lifecycle of an order\">\
         <defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\">\
         <path d=\"M0 0 8 4 0 8z\" fill=\"context-stroke\"/></marker></defs>"
    );
    let mut labels = String::new();
    for ((from, to), triggers) in arrows() {
        let (line, label) = arrow(from, to, &triggers, coverage, broken);
        svg.push_str(&line);
        labels.push_str(&label);
    }
    for state in State::ALL {
        svg.push_str(&state_box(state, coverage, broken));
    }
    // What is written is above what is drawn.
    svg.push_str(&labels);
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

/// An arrow, and what is written on it.
fn arrow(
    from: State,
    to: State,
    triggers: &BTreeSet<Trigger>,
    coverage: &Coverage,
    broken: &Broken,
) -> (String, String) {
    // What nbn did by itself is known from the order's history, and not by which trigger.
    let told = coverage.moves.get(&(from, to)).copied().unwrap_or_default();
    let taken = |trigger: &Trigger| -> u64 {
        let answers = coverage.answers_in(from, *trigger);
        answers.iter().filter(|(answer, _)| !answer.starts_with('4')).map(|(_, count)| count).sum()
    };
    let seen = triggers.iter().filter(|trigger| taken(trigger) > 0).count();
    let finding = triggers.iter().find_map(|trigger| broken.cell(from, *trigger));
    let class = match seen {
        _ if finding.is_some() => "broken",
        0 if told == 0 => "unseen",
        some if some < triggers.len() && told == 0 => "partly",
        _ => "seen",
    };
    let named: Vec<String> =
        triggers.iter().map(|trigger| format!("{trigger} × {}", taken(trigger))).collect();
    let mut title = format!("{from} → {to}: {}", named.join(", "));
    if told > 0 {
        title.push_str(&format!("; seen in histories × {told}"));
    }
    let (path, at) = if from == to { around(from) } else { between(from, to) };
    let line = format!(
        "<path class=\"arrow {class}\" d=\"{path}\" marker-end=\"url(#tip)\"><title>{}</title></path>",
        escaped(&title)
    );
    let mut label = String::new();
    for (row, trigger) in triggers.iter().enumerate() {
        let y = at.1 + 12.0 * f64::from(u8::try_from(row).unwrap_or_default());
        let class = if broken.cell(from, *trigger).is_some() { "label broken" } else { "label" };
        label.push_str(&format!(
            "<text class=\"{class}\" x=\"{:.0}\" y=\"{y:.0}\">{trigger}<title>{}</title></text>",
            at.0,
            escaped(&title)
        ));
    }
    (linked(&line, finding), linked(&label, finding))
}

/// Something that leads to a finding, if there is one about it.
fn linked(drawn: &str, finding: Option<&str>) -> String {
    match finding {
        Some(name) => format!("<a href=\"#{}\">{drawn}</a>", escaped(name)),
        None => drawn.to_owned(),
    }
}

/// A loop above a box, and where there is room to write on it.
fn around(state: State) -> (String, (f64, f64)) {
    let (x, y) = middle(state);
    let top = y - TALL / 2.0;
    let path = format!(
        "M{} {top} C{} {} {} {} {} {top}",
        x + 4.0,
        x - 6.0,
        top - 40.0,
        x + 50.0,
        top - 40.0,
        x + 34.0
    );
    (path, (x + 22.0, top - 34.0))
}

/// A bow from one box to another, and where to write on it; the way there and the way back bend apart.
fn between(from: State, to: State) -> (String, (f64, f64)) {
    let ((x1, y1), (x2, y2)) = (middle(from), middle(to));
    let (dx, dy) = (x2 - x1, y2 - y1);
    let bend = bend(from, to);
    let control = ((x1 + x2) / 2.0 + dy * bend, (y1 + y2) / 2.0 - dx * bend);
    let (start, end) = (edge(from, control), edge(to, control));
    let path = format!(
        "M{:.0} {:.0} Q{:.0} {:.0} {:.0} {:.0}",
        start.0, start.1, control.0, control.1, end.0, end.1
    );
    // Between neighbours there is room in the middle alone; else nearer to where the arrow begins, so
    // that the way there and the way back are not written on at one place.
    let along = match (from, to) {
        // The loop of a state between is written on in the middle.
        (State::InProgress, State::AppointmentRequired) => 0.75,
        _ if y1 == y2 => 0.5,
        _ => 0.32,
    };
    let on = |start: f64, control: f64, end: f64| {
        let rest = 1.0 - along;
        rest * rest * start + 2.0 * rest * along * control + along * along * end
    };
    (path, (on(start.0, control.0, end.0), on(start.1, control.1, end.1) + 3.5))
}

/// How far an arrow bows out, as a part of its length.
fn bend(from: State, to: State) -> f64 {
    match (from, to) {
        // Over the boxes between.
        (State::Accepted, State::InProgress) => 0.14,
        (State::InProgress, State::AppointmentRequired) => -0.2,
        (State::InProgress, State::Held) => -0.08,
        // Between the two boxes under it.
        (State::Held, State::Cancelled) => 0.35,
        _ => {
            let ((x1, y1), (x2, y2)) = (middle(from), middle(to));
            if y1 == y2 && (x2 - x1).abs() < 200.0 { 0.0 } else { 0.1 }
        }
    }
}

/// Where the line from a box's middle to a point leaves the box.
fn edge(state: State, towards: (f64, f64)) -> (f64, f64) {
    let middle = middle(state);
    let (dx, dy) = (towards.0 - middle.0, towards.1 - middle.1);
    let across = if dx == 0.0 { f64::INFINITY } else { wide(state) / 2.0 / dx.abs() };
    let down = if dy == 0.0 { f64::INFINITY } else { TALL / 2.0 / dy.abs() };
    let share = across.min(down).min(1.0);
    (middle.0 + dx * share, middle.1 + dy * share)
}

fn state_box(state: State, coverage: &Coverage, broken: &Broken) -> String {
    let (x, y) = middle(state);
    let tried = coverage.cells.keys().filter(|(known, _)| *known == state).count();
    let entered = coverage.moves.keys().any(|(from, to)| *from == state || *to == state);
    let all = Trigger::all().count();
    let class = match tried {
        _ if broken.state(state).is_some() => "broken",
        0 if !entered => "unseen",
        some if some < all => "partly",
        _ => "seen",
    };
    let drawn = format!(
        "<g class=\"state {class}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\
         <text x=\"{x}\" y=\"{}\">{state}</text><title>{state}: {tried} of {all} cells tried</title></g>",
        x - wide(state) / 2.0,
        y - TALL / 2.0,
        wide(state),
        TALL,
        y + 4.5
    );
    linked(&drawn, broken.state(state))
}
