//! Tag `Order`: the lifecycle, for whoever wants to draw it.

use octane_client::control::types;
use octane_openapi::{Lifecycle, State, Target, Transition};

use super::inspection::trigger_kind;
use super::{SUCCESS, Steered};
use crate::domain::moves::TriggerKind;
use crate::http::{Answer, Call, Rejection, success};

pub(super) fn get_lifecycle(steered: &Steered, _: &Call) -> Result<Answer, Rejection> {
    let lifecycle = steered.world.lifecycle();
    let envelope = types::LifecycleEnvelope {
        success: true,
        error_code: 0,
        error_message: SUCCESS.to_owned(),
        response: types::Lifecycle {
            states: lifecycle.states.iter().map(|(name, it)| state(name, it)).collect(),
            transitions: lifecycle
                .transitions
                .iter()
                .flat_map(|it| it.from.iter().map(|from| transition(lifecycle, it, from)))
                .collect(),
        },
    };
    Ok(success(200, &envelope))
}

fn state(name: &str, state: &State) -> types::LifecycleState {
    types::LifecycleState {
        name: name.to_owned(),
        description: state.description.clone(),
        is_initial: state.initial,
        is_terminal: state.terminal,
        holds_timeslot: state.holds_timeslot,
    }
}

fn transition(
    lifecycle: &Lifecycle,
    transition: &Transition,
    from: &str,
) -> types::LifecycleTransition {
    types::LifecycleTransition {
        trigger: transition.trigger.clone(),
        kind: trigger_kind(TriggerKind::of(lifecycle, &transition.trigger)),
        from: from.to_owned(),
        to: match &transition.to {
            Target::State(state) => Some(state.clone()),
            Target::Previous => None,
        },
        when: transition.when.clone(),
    }
}
