//! The rules against their definition, read off the whole history of calls.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::super::rule::{Effect, Stage};
use super::*;

/// A call, some minutes after the one before it.
#[derive(Debug, Clone)]
struct Made {
    operation: &'static str,
    provider: &'static str,
    minutes_later: u8,
}

fn start() -> DateTime<Utc> {
    "2026-03-01T22:00:00Z".parse().unwrap()
}

fn arb_rule() -> impl Strategy<Value = FaultRule> {
    let operations = prop_oneof![
        3 => Just(vec![]),
        2 => Just(vec!["a".to_owned()]),
        1 => Just(vec!["a".to_owned(), "b".to_owned()]),
    ];
    let provider = prop_oneof![2 => Just(None), 1 => Just(Some("p".to_owned()))];
    let pick = prop_oneof![
        Just(Pick::Each),
        (1..4u64).prop_map(Pick::Nth),
        (1..4u64).prop_map(Pick::Every),
    ];
    let times = prop_oneof![1 => Just(None), 1 => (1..4u64).prop_map(Some)];
    let lasts =
        prop_oneof![2 => Just(None), 1 => (1..60i64).prop_map(|it| Some(TimeDelta::minutes(it)))];
    (operations, provider, pick, times, lasts).prop_map(
        |(operations, provider, pick, times, lasts)| FaultRule {
            operations,
            provider,
            pick,
            times,
            lasts,
            ..FaultRule::new(Effect::Reset(Stage::BeforeHandling))
        },
    )
}

fn arb_call() -> impl Strategy<Value = Made> {
    let operation = prop_oneof![Just("a"), Just("b"), Just("c")];
    let provider = prop_oneof![Just("p"), Just("q")];
    (operation, provider, 0..10u8).prop_map(|(operation, provider, minutes_later)| Made {
        operation,
        provider,
        minutes_later,
    })
}

/// Which rule each call meets, by the words of the contract: for each call and rule the history is
/// counted anew.
fn definition(rules: &[FaultRule], calls: &[Made]) -> Vec<Option<usize>> {
    let mut won: Vec<Option<usize>> = Vec::new();
    let at = |index: usize| -> i64 {
        calls[..=index].iter().map(|call| i64::from(call.minutes_later)).sum()
    };
    let is_for = |rule: &FaultRule, call: &Made| {
        (rule.operations.is_empty() || rule.operations.iter().any(|it| it == call.operation))
            && (rule.provider.is_none() || rule.provider.as_deref() == Some(call.provider))
    };
    for index in 0..calls.len() {
        let winner = (0..rules.len()).find(|&number| {
            let rule = &rules[number];
            let applied = won.iter().filter(|it| **it == Some(number)).count() as u64;
            let in_time = |index| rule.lasts.is_none_or(|it| at(index) < it.num_minutes());
            if !is_for(rule, &calls[index]) || !in_time(index) || rule.times == Some(applied) {
                return false;
            }
            let asked = |&earlier: &usize| {
                is_for(rule, &calls[earlier]) && won[earlier].is_none_or(|winner| winner >= number)
            };
            let count = (0..index).filter(asked).count() as u64 + 1;
            match rule.pick {
                Pick::Each => true,
                Pick::Nth(nth) => count == nth,
                Pick::Every(every) => count.is_multiple_of(every),
                Pick::Probability(_) => unreachable!("drawn elsewhere"),
            }
        });
        won.push(winner);
    }
    won
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_call_meets_the_first_rule_that_is_for_it_and_picks_it(
        rules in prop::collection::vec(arb_rule(), 0..5),
        calls in prop::collection::vec(arb_call(), 0..30),
    ) {
        let mut now = start();
        let mut kept = FaultRules::new(1);
        for rule in &rules {
            kept.add(rule.clone(), now).unwrap();
        }
        let mut met = Vec::new();
        for call in &calls {
            now += TimeDelta::minutes(i64::from(call.minutes_later));
            let fault = kept.meet(call.operation, call.provider, now);
            met.push(fault.map(|it| usize::try_from(it.id).unwrap() - 1));
        }
        prop_assert_eq!(met, definition(&rules, &calls));
    }
}

fn reset(pick: Pick) -> FaultRule {
    FaultRule { pick, ..FaultRule::new(Effect::Reset(Stage::BeforeHandling)) }
}

/// Which of a hundred calls meet a rule with this probability.
fn met_by_probability(seed: u32, probability: f64) -> Vec<bool> {
    let mut kept = FaultRules::new(seed);
    kept.add(reset(Pick::Probability(probability)), start()).unwrap();
    (0..100).map(|_| kept.meet("a", "p", start()).is_some()).collect()
}

#[test]
fn a_probability_is_drawn_from_the_seed() {
    assert_eq!(met_by_probability(1, 0.5), met_by_probability(1, 0.5));
    assert_ne!(met_by_probability(1, 0.5), met_by_probability(2, 0.5));
    assert!(met_by_probability(1, 0.0).iter().all(|met| !met));
    assert!(met_by_probability(1, 1.0).iter().all(|met| *met));
    let some = met_by_probability(1, 0.3).iter().filter(|met| **met).count();
    assert!((15..45).contains(&some), "{some} of 100");
}

#[test]
fn a_latency_lies_in_its_range_and_reaches_both_ends() {
    let mut kept = FaultRules::new(1);
    let rule =
        FaultRule { latency_ms: 10..=13, ..FaultRule::new(Effect::Latency(Stage::AfterHandling)) };
    kept.add(rule, start()).unwrap();
    let mut seen: Vec<_> =
        (0..100).map(|_| kept.meet("a", "p", start()).unwrap().latency.as_millis()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [10, 11, 12, 13]);
}

#[test]
fn rules_are_numbered_counted_bounded_and_taken_back() {
    let mut kept = FaultRules::new(1);
    for _ in 0..FAULTS_MAX {
        assert!(kept.add(reset(Pick::Every(2)), start()).is_some());
    }
    assert!(kept.add(reset(Pick::Each), start()).is_none());
    assert!(kept.meet("a", "p", start()).is_none());
    assert_eq!(kept.meet("a", "p", start()).unwrap().id, 1);
    let counts = |it: &FaultInForce| (it.id, it.met, it.applied);
    assert_eq!(counts(&kept.in_force(start())[0]), (1, 2, 1));
    // The first rule took the second call, so the second rule was asked once.
    assert_eq!(counts(&kept.in_force(start())[1]), (2, 1, 0));
    assert!(kept.remove(2, start()));
    assert!(!kept.remove(2, start()));
    assert_eq!(kept.in_force(start()).len(), FAULTS_MAX - 1);
    kept.clear();
    assert_eq!(kept.add(reset(Pick::Each), start()).unwrap().id, 101);
}

#[test]
fn a_rule_expires_by_the_clock_and_is_gone() {
    let mut kept = FaultRules::new(1);
    let rule = FaultRule { lasts: Some(TimeDelta::seconds(60)), ..reset(Pick::Each) };
    kept.add(rule, start()).unwrap();
    let last = start() + TimeDelta::milliseconds(59_999);
    assert!(kept.meet("a", "p", last).is_some());
    assert!(kept.meet("a", "p", start() + TimeDelta::seconds(60)).is_none());
    assert!(!kept.remove(1, last), "it was gone already");
}
