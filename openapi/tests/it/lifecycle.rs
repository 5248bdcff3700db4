//! The lifecycle as its callers see it.

use octane_openapi::{Contract, Judgement, Lifecycle, Target};

const CONTRACT: &str = "
openapi: 3.0.3
info: { title: T, version: 1.0.0 }
paths: {}
components: { schemas: { Status: { type: string, enum: [Open, Ready, Booked, Busy, Asked, Done] } } }
x-lifecycles:
  order:
    schema: '#/components/schemas/Status'
    guards: [cancel, book]
    states:
      Open: { initial: true }
      Ready: {}
      Booked: { holdsTimeslot: true }
      Busy: {}
      Asked: {}
      Done: { terminal: true }
    events: { accept: {}, start: {}, refuse: {}, finish: {} }
    conditions:
      visit: { description: a visit is needed }
      noVisit: { description: none is, excludes: visit }
    transitions:
      - { trigger: accept, from: [Open], to: Ready }
      - { trigger: book, from: [Ready, Booked], to: Booked, status: 200 }
      - { trigger: start, from: [Ready], when: noVisit, to: Busy }
      - { trigger: start, from: [Booked], to: Busy }
      - { trigger: cancel, from: [Open, Ready], to: Asked, status: 202 }
      - { trigger: refuse, from: [Asked], to: $previous }
      - { trigger: finish, from: [Busy, Asked], to: Done }
    refusals:
      - { trigger: cancel, from: [Booked, Busy, Asked, Done], refusal: TooLate }
";

fn lifecycle() -> Lifecycle {
    Contract::parse("t.yaml", CONTRACT).unwrap().lifecycle("order").unwrap().clone()
}

#[track_caller]
fn check(state: &str, trigger: &str, condition: &str, expect: &str) {
    let lifecycle = lifecycle();
    let answer = match lifecycle.judge(state, trigger, |name| name == condition) {
        Judgement::Moves(transition) => match &transition.to {
            Target::State(to) => format!("to {to}"),
            Target::Previous => "back".to_owned(),
        },
        Judgement::Refused(name) => format!("refused {name}"),
        Judgement::NotLegal => "not legal".to_owned(),
    };
    assert_eq!(answer, expect);
}

#[test]
fn a_trigger_moves_is_refused_or_is_not_legal() {
    check("Open", "accept", "visit", "to Ready");
    check("Ready", "accept", "visit", "not legal");
    check("Busy", "cancel", "visit", "refused TooLate");
    check("Asked", "refuse", "visit", "back");
    check("Nowhere", "accept", "visit", "not legal");
    check("Open", "nothing", "visit", "not legal");
}

#[test]
fn a_condition_decides() {
    check("Ready", "start", "noVisit", "to Busy");
    check("Ready", "start", "visit", "not legal");
    check("Booked", "start", "visit", "to Busy");
}

#[test]
fn legal_events_are_those_that_move_and_no_operations() {
    let lifecycle = lifecycle();
    assert_eq!(lifecycle.legal_events("Ready", |name| name == "noVisit"), ["start"]);
    assert_eq!(lifecycle.legal_events("Ready", |_| false), [""; 0]);
    assert_eq!(lifecycle.legal_events("Asked", |_| false), ["refuse", "finish"]);
}

#[track_caller]
fn check_route(target: &str, through: &[&str], condition: &str, expect: Option<&[&str]>) {
    let lifecycle = lifecycle();
    let route = lifecycle.route(target, through, |name| name == condition);
    assert_eq!(route.as_deref(), expect);
}

#[test]
fn a_route_is_the_shortest_one() {
    check_route("Open", &[], "visit", Some(&[]));
    check_route("Busy", &[], "noVisit", Some(&["accept", "start"]));
    check_route("Busy", &[], "visit", Some(&["accept", "book", "start"]));
    check_route("Done", &[], "visit", Some(&["cancel", "finish"]));
}

#[test]
fn a_route_goes_through_the_named_states_in_order() {
    check_route("Done", &["Booked"], "noVisit", Some(&["accept", "book", "start", "finish"]));
    check_route("Booked", &["Booked", "Booked"], "visit", Some(&["accept", "book", "book"]));
    check_route("Asked", &["Open"], "visit", Some(&["cancel"]));
    check_route("Asked", &["Booked"], "visit", None);
}

#[test]
fn a_route_does_not_lean_on_the_previous_state() {
    check_route("Ready", &["Asked"], "visit", None);
}

#[test]
fn the_initial_state_is_the_one_marked() {
    assert_eq!(lifecycle().initial(), "Open");
    assert!(lifecycle().states["Booked"].holds_timeslot);
    assert_eq!(lifecycle().conditions["noVisit"].excludes.as_deref(), Some("visit"));
    assert_eq!(lifecycle().schema, "/components/schemas/Status");
}

#[track_caller]
fn check_refused(from: &str, to: &str, expect: &str) {
    let error = Contract::parse("t.yaml", &CONTRACT.replacen(from, to, 1)).unwrap_err();
    assert_eq!(error.to_string(), expect);
}

#[test]
fn a_lifecycle_of_the_wrong_shape_is_refused_with_its_line() {
    check_refused(
        "Ready: {}",
        "Ready: { initial: true }",
        "t.yaml:12: `Ready` is a second initial state beside `Open`; mark one state as `initial: true`",
    );
    check_refused(
        "initial: true",
        "initial: false",
        "t.yaml:10: no state is initial; mark one state as `initial: true`",
    );
    check_refused(
        "from: [Open], to: Ready",
        "from: Open, to: Ready",
        "t.yaml:22: `from` is a text; write a list",
    );
    check_refused(
        "status: 200",
        "status: '200'",
        "t.yaml:23: `status` is a text; write an HTTP status (an integer from 100 to 599)",
    );
    check_refused("trigger: accept, ", "", "t.yaml:22: `0` has no `trigger`; add one");
    check_refused(
        "schemas/Status'",
        "schemas/Gone'",
        "t.yaml:8: the reference `#/components/schemas/Gone` leads nowhere; refer to the enum of the states under `#/components/schemas/`",
    );
}
