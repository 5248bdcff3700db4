//! The lifecycle's table and names.

use super::check;

#[test]
fn states_are_the_values_of_the_enum() {
    check(&[
        (
            "      enum: [Open, Busy, Closing, Closed]",
            "      enum: [Open, Busy, Closing, Closed, Lost]",
        ),
        ("    states:", "    states:  # error: lifecycle-states"),
    ]);
    check(&[
        ("      enum: [Open, Busy, Closing, Closed]", "      enum: [Open, Closing, Closed]"),
        ("      Busy: {}", "      Busy: {}  # error: lifecycle-states"),
    ]);
    check(&[
        ("      enum: [Open, Busy, Closing, Closed]", "      enum: [Open, Closing, Busy, Closed]"),
        ("    states:", "    states:  # error: lifecycle-states"),
    ]);
    check(&[(
        "    schema: '#/components/schemas/Status'",
        "    schema: '#/components/schemas/Failure'  # error: lifecycle-states",
    )]);
}

#[test]
fn every_guarded_operation_is_answered_in_every_state() {
    check(&[
        ("from: [Closing, Closed], refusal", "from: [Closed], refusal"),
        ("guards: [closeThing]", "guards: [closeThing]  # error: lifecycle-totality"),
    ]);
}

#[test]
fn a_condition_leaves_the_rest_open() {
    check(&[
        (
            "      - { trigger: closeThing, from: [Open], when: hard, to: Closing, status: 202 }\n",
            "",
        ),
        ("guards: [closeThing]", "guards: [closeThing]  # error: lifecycle-totality"),
    ]);
    check(&[
        (
            "      - { trigger: closeThing, from: [Open], when: hard, to: Closing, status: 202 }\n",
            "",
        ),
        ("from: [Closing, Closed], refusal", "from: [Open, Closing, Closed], refusal"),
    ]);
}

#[test]
fn a_trigger_does_one_thing_in_one_state() {
    check(&[(
        "      - { trigger: confirm, from: [Closing], to: Closed }",
        "      - { trigger: confirm, from: [Closing], to: Closed }\n      - { trigger: confirm, from: [Closing], to: Open }  # error: lifecycle-nondeterminism",
    )]);
    check(&[(
        "when: hard, to: Closing, status: 202 }",
        "to: Closing, status: 202 }  # error: lifecycle-nondeterminism",
    )]);
    check(&[
        (", excludes: simple }", " }"),
        (
            "when: hard, to: Closing, status: 202 }",
            "when: hard, to: Closing, status: 202 }  # error: lifecycle-nondeterminism",
        ),
        ("guards: [closeThing]", "guards: [closeThing]  # error: lifecycle-totality"),
    ]);
}

#[test]
fn a_refusal_is_given_where_nothing_moves() {
    check(&[(
        "      - { trigger: closeThing, from: [Closing, Closed], refusal: ThingClosed }",
        "      - { trigger: closeThing, from: [Busy, Closing, Closed], refusal: ThingClosed }  # error: lifecycle-refusal",
    )]);
    check(&[(
        "      - { trigger: closeThing, from: [Closing, Closed], refusal: ThingClosed }",
        "      - { trigger: closeThing, from: [Closing, Closed], refusal: ThingClosed }\n      - { trigger: closeThing, from: [Closed], refusal: ThingClosed }  # error: lifecycle-refusal",
    )]);
}

#[test]
fn every_state_can_be_reached_and_left_for_good() {
    check(&[
        (
            "      - { trigger: start, from: [Open], when: hard, to: Busy }",
            "      - { trigger: start, from: [Busy], when: hard, to: Open }",
        ),
        ("      Busy: {}", "      Busy: {}  # error: lifecycle-reachability"),
    ]);
    check(&[
        ("      - { trigger: closeThing, from: [Busy], to: Closing, status: 202 }\n", ""),
        ("from: [Closing, Closed], refusal", "from: [Busy, Closing, Closed], refusal"),
        ("      Busy: {}", "      Busy: {}  # error: lifecycle-dead-end"),
    ]);
}

#[test]
fn terminal_states_are_absorbing() {
    check(&[(
        "      - { trigger: confirm, from: [Closing], to: Closed }",
        "      - { trigger: confirm, from: [Closing, Closed], to: Closed }  # error: lifecycle-terminal",
    )]);
}

#[test]
fn a_row_is_about_some_state_and_names_it_once() {
    check(&[(
        "      - { trigger: confirm, from: [Closing], to: Closed }",
        "      - { trigger: confirm, from: [Closing], to: Closed }\n      - { trigger: confirm, from: [], to: Closed }  # error: lifecycle-from",
    )]);
    check(&[(
        "      - { trigger: confirm, from: [Closing], to: Closed }",
        "      - { trigger: confirm, from: [Closing, Closing], to: Closed }  # error: lifecycle-from",
    )]);
}

#[test]
fn every_name_is_declared() {
    let confirm = "      - { trigger: confirm, from: [Closing], to: Closed }";
    let also = |row: &str| format!("{confirm}\n      - {row}  # error: lifecycle-name");
    check(&[(confirm, &also("{ trigger: confrm, from: [Closing], to: Closed }"))]);
    check(&[(confirm, &also("{ trigger: confirm, from: [Clsing], to: Closed }"))]);
    check(&[(confirm, &also("{ trigger: confirm, from: [Open], to: Clsed }"))]);
    check(&[(confirm, &also("{ trigger: confirm, from: [Open], when: smple, to: Closed }"))]);
    check(&[(confirm, &also("{ trigger: confirm, from: [Open], to: Closed, effects: [nte] }"))]);
    check(&[("refusal: ThingClosed }", "refusal: ThingClosd }  # error: lifecycle-name")]);
    check(&[
        ("excludes: simple }", "excludes: simpl }  # error: lifecycle-name"),
        (
            "when: hard, to: Closing, status: 202 }",
            "when: hard, to: Closing, status: 202 }  # error: lifecycle-nondeterminism",
        ),
        ("guards: [closeThing]", "guards: [closeThing]  # error: lifecycle-totality"),
    ]);
    check(&[("guards: [closeThing]", "guards: [closeThing, clseThing]  # error: lifecycle-name")]);
}

#[test]
fn an_event_is_not_called_like_an_operation() {
    check(&[
        ("      refuse: {}", "      getThing: {}  # error: lifecycle-name"),
        (
            "trigger: refuse, from: [Closing], to: $previous }",
            "trigger: getThing, from: [Closing], to: $previous }  # error: lifecycle-outcome",
        ),
    ]);
}

#[test]
fn every_declared_name_is_used() {
    check(&[(
        "      confirm: {}",
        "      confirm: {}\n      spare: {}  # error: lifecycle-unused",
    )]);
    check(&[("      simple: {", "      spare: {}  # error: lifecycle-unused\n      simple: {")]);
    check(&[("      note: {", "      spare: {}  # error: lifecycle-unused\n      note: {")]);
}

#[test]
fn every_outcome_is_documented_on_the_operation() {
    check(&[(
        "      - { trigger: closeThing, from: [Busy], to: Closing, status: 202 }",
        "      - { trigger: closeThing, from: [Busy], to: Closing, status: 203 }  # error: lifecycle-outcome",
    )]);
    check(&[(
        "      - { trigger: closeThing, from: [Busy], to: Closing, status: 202 }",
        "      - { trigger: closeThing, from: [Busy], to: Closing }  # error: lifecycle-outcome",
    )]);
    check(&[(
        "      - { trigger: confirm, from: [Closing], to: Closed }",
        "      - { trigger: confirm, from: [Closing], to: Closed, status: 200 }  # error: lifecycle-outcome",
    )]);
    check(&[
        ("x-refusals: [ThingNotFound, ThingClosed]", "x-refusals: [ThingNotFound]"),
        ("refusal: ThingClosed }", "refusal: ThingClosed }  # error: lifecycle-outcome"),
        ("action: Nothing. }", "action: Nothing. }  # error: unused-error-code"),
        (
            "'409': { $ref: '#/components/responses/Conflict' }",
            "'409': { $ref: '#/components/responses/Conflict' }  # error: unexplained-status",
        ),
    ]);
}
