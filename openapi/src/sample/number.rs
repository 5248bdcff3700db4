//! Numbers between bounds.

use serde_json::{Number, Value};

use super::chance::Chance;
use super::shape::Shape;

/// How far from its only bound, or from 0, a number is taken.
const REACH: f64 = 1000.0;

/// The largest whole number up to which every one is a float too: 2⁵³.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// An integer; `None` if the bounds leave none.
pub(super) fn integer(shape: &Shape<'_>, chance: &mut Chance) -> Option<Value> {
    let step = shape.multiple_of.map_or(1.0, whole_multiple);
    let (low, high) = range(shape, step);
    let bits = if shape.format == Some("int32") { f64::from(i32::MAX) } else { EXACT_MAX };
    let count = steps(low.max(-bits), high.min(bits), step, shape)?;
    let number = count.draw(chance) * step;
    to_integer(number).map(Value::from)
}

/// A number; `None` if the bounds leave none.
pub(super) fn number(shape: &Shape<'_>, chance: &mut Chance) -> Option<Value> {
    if let Some(step) = shape.multiple_of {
        let (low, high) = range(shape, step);
        let number = steps(low, high, step, shape)?.draw(chance) * step;
        return rounded(number, decimals(step));
    }
    let (low, high) = range(shape, 1.0);
    // Two decimals where there is room for them; a finer step where there is not.
    for (step, decimals) in [(0.01, 2), (0.000_01, 5), (0.000_000_01, 8)] {
        if let Some(steps) = steps(low, high, step, shape) {
            return rounded(steps.draw(chance) * step, decimals);
        }
    }
    let middle = low / 2.0 + high / 2.0;
    Number::from_f64(middle).map(Value::Number)
}

/// The ends of the range a number is taken from, whichever of them are given.
fn range(shape: &Shape<'_>, step: f64) -> (f64, f64) {
    let reach = REACH.max(step * 10.0);
    let low = shape.minimum.map(|bound| bound.at);
    let high = shape.maximum.map(|bound| bound.at);
    match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + reach),
        (None, Some(high)) if high >= 0.0 => ((high - reach).max(0.0), high),
        (None, Some(high)) => (high - reach, high),
        (None, None) => (0.0, reach),
    }
}

/// The multiples of a step within a range, as what the step is multiplied by.
struct Steps {
    first: f64,
    last: f64,
}

impl Steps {
    fn draw(&self, chance: &mut Chance) -> f64 {
        let count = (self.last - self.first).min(EXACT_MAX - 1.0);
        let count = to_integer(count).and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "below 2⁵³, where floats are exact")]
        let drawn = chance.below(count.saturating_add(1)) as f64;
        self.first + drawn
    }
}

fn steps(low: f64, high: f64, step: f64, shape: &Shape<'_>) -> Option<Steps> {
    let mut first = (low / step).ceil();
    let mut last = (high / step).floor();
    let is_bound = |bound: Option<super::shape::Bound>, at: f64| {
        bound.is_some_and(|bound| bound.is_exclusive && (bound.at - at * step).abs() < step * 1e-9)
    };
    if is_bound(shape.minimum, first) {
        first += 1.0;
    }
    if is_bound(shape.maximum, last) {
        last -= 1.0;
    }
    (first <= last).then_some(Steps { first, last })
}

/// The smallest multiple of `step` that is a whole number.
fn whole_multiple(step: f64) -> f64 {
    (1..=1000)
        .map(|times| step * f64::from(times))
        .find(|multiple| (multiple - multiple.round()).abs() < 1e-9)
        .map_or(step, f64::round)
}

/// How many decimals a step has.
fn decimals(step: f64) -> usize {
    let written = format!("{step}");
    written.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// The number as it is written with so many decimals: 0.3, and not 0.30000000000000004.
fn rounded(number: f64, decimals: usize) -> Option<Value> {
    let rounded: f64 = format!("{number:.decimals$}").parse().ok()?;
    // Minus zero is written as such, and puzzles everybody.
    Number::from_f64(rounded + 0.0).map(Value::Number)
}

fn to_integer(number: f64) -> Option<i64> {
    let is_exact = number.fract() == 0.0 && number.abs() <= EXACT_MAX;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 2⁵³")]
    is_exact.then_some(number as i64)
}
