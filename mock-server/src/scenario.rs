//! How nbn behaves at a location when it acts by itself: data, read with the test data.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use octane_openapi::Lifecycle;
use serde::Deserialize;

use crate::domain::Order;
use crate::domain::decide::NetworkEvent;

/// What nbn does with an order, by the state the order is in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What becomes of an order, in a sentence.
    pub description: String,
    /// By state, what nbn does the first time the order is in it, the second time and so on. The
    /// last step is for every time after.
    states: IndexMap<String, Vec<Step>>,
}

/// One thing that nbn does.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "StepInFile")]
struct Step {
    event: String,
    when: When,
    note: Option<String>,
}

/// When nbn does it.
#[derive(Debug, Clone, Copy)]
enum When {
    /// So long after the order came into the state.
    After(TimeDelta),
    /// When the booked timeslot starts.
    TimeslotStart,
}

/// A step as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepInFile {
    event: String,
    after: Option<String>,
    at: Option<Moment>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Moment {
    TimeslotStart,
}

impl TryFrom<StepInFile> for Step {
    type Error = String;

    fn try_from(step: StepInFile) -> Result<Self, String> {
        let StepInFile { event, after, at, note } = step;
        let when = match (after, at) {
            (Some(text), None) => When::After(delay(&text)?),
            (None, Some(Moment::TimeslotStart)) => When::TimeslotStart,
            (Some(_), Some(_)) | (None, None) => {
                return Err(format!("give `{event}` either `after` or `at`"));
            }
        };
        Ok(Self { event, when, note })
    }
}

/// Reads a length of time such as `1h 30m`. At least a second, so that no scenario turns in a circle
/// within one moment.
fn delay(text: &str) -> Result<TimeDelta, String> {
    let delay = humantime::parse_duration(text).map_err(|error| format!("`{text}`: {error}"))?;
    if delay < Duration::from_secs(1) {
        return Err(format!("`{text}` is less than a second"));
    }
    TimeDelta::from_std(delay).map_err(|error| format!("`{text}`: {error}"))
}

/// What nbn will do next with an order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    pub(crate) at: DateTime<Utc>,
    pub(crate) event: NetworkEvent,
}

/// A scenario that the lifecycle does not allow.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It names a state that the lifecycle does not have.
    #[error(
        "the scenario `{scenario}` names the state `{state}`, which the lifecycle does not have"
    )]
    UnknownState {
        /// Name of the scenario.
        scenario: String,
        /// The state.
        state: String,
    },
    /// It has nbn do in a state what nbn cannot do there.
    #[error(
        "the scenario `{scenario}` has nbn `{event}` an order that is `{state}`, which the lifecycle \
         does not allow; allowed are: {legal}"
    )]
    NotLegal {
        /// Name of the scenario.
        scenario: String,
        /// The state.
        state: String,
        /// The event.
        event: String,
        /// The network events legal in that state.
        legal: String,
    },
}

impl Scenario {
    /// What nbn will do next with an order that has just come into its state.
    ///
    /// None if the scenario says nothing for the state, or waits for a timeslot that is not booked.
    pub(crate) fn next(&self, order: &Order) -> Option<Planned> {
        let times_before = order
            .status_history
            .iter()
            .rev()
            .skip(1)
            .filter(|change| change.status == order.status)
            .count();
        let steps = self.states.get(&order.status)?;
        let step = steps.get(times_before).or(steps.last())?;
        let came = order.status_history.last().map_or(order.created_at, |change| change.at);
        let at = match step.when {
            When::After(delay) => came.checked_add_signed(delay)?,
            // A timeslot that had started before it was waited for is no reason to wait on.
            When::TimeslotStart => order.booked_timeslot()?.start.to_utc().max(came),
        };
        let (name, note) = (step.event.clone(), step.note.clone());
        Some(Planned { at, event: NetworkEvent { name, note, planned_remediation_date: None } })
    }

    /// Checks that nbn can do in each state what the scenario has it do, for orders that need a visit
    /// or not.
    pub(crate) fn check(
        &self,
        name: &str,
        lifecycle: &Lifecycle,
        holds: impl Fn(&str) -> bool + Copy,
    ) -> Result<(), ScenarioError> {
        for (state, steps) in &self.states {
            if !lifecycle.states.contains_key(state) {
                let (scenario, state) = (name.to_owned(), state.clone());
                return Err(ScenarioError::UnknownState { scenario, state });
            }
            let legal = lifecycle.legal_events(state, holds);
            if let Some(step) = steps.iter().find(|step| !legal.contains(&step.event.as_str())) {
                return Err(ScenarioError::NotLegal {
                    scenario: name.to_owned(),
                    state: state.clone(),
                    event: step.event.clone(),
                    legal: legal.join(", "),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(step: serde_json::Value, expected: &str) {
        let error = serde_json::from_value::<Step>(step).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_step_says_when_in_exactly_one_way() {
        use serde_json::json;
        check_refused(json!({"event": "start"}), "either `after` or `at`");
        check_refused(json!({"event": "start", "after": "1h", "at": "timeslotStart"}), "either");
        check_refused(json!({"event": "start", "after": "soon"}), "`soon`");
        check_refused(json!({"event": "start", "after": "1ms"}), "less than a second");
        check_refused(json!({"event": "start", "at": "noon"}), "noon");
        check_refused(json!({"event": "start", "after": "1h", "nota": 1}), "nota");
    }
}
